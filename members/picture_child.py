"""Runs alone, without Django: bytes of a picture on standard input, WebP on standard output.

python -I picture_child.py square SIDE < upload > avatar.webp
python -I picture_child.py fit SMALL LARGE < upload > pictures

`square` crops to a square. `fit` keeps the proportions and answers a line of JSON, {"width", "height", "animated",
"large", "small"}, whose last two are the sizes in bytes of the two pictures that follow it. The small one is empty when
the large one is not wider.
"""

import io
import json
import resource
import sys
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

PIXELS, SIDE, FRAMES = 40_000_000, 16_384, 200
ORIENTATION = 0x0112
TALL = 4
"""A fitted picture is at most so many times as tall as it may be wide."""
MOVING_FRAMES, MOVING_PIXELS = 100, 12_000_000
"""What moves is kept moving when all its frames together are no more than this at the small size; else its first stays."""


def limit(megabytes: int = 768, cpu_seconds: int = 5) -> None:
    """What a hostile file may use at most."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (16 << 20, 16 << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(mode: str, sizes: list[int]) -> int:
    """Decode, check, crop or shrink, save afresh. The exit code 2 means "not a picture we accept"."""
    data = sys.stdin.buffer.read()
    from PIL import Image

    limit()
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = PIXELS
    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG", "GIF", "WEBP"]) as picture:
            width, height = picture.size
            if width * height > PIXELS or max(width, height) > SIDE or getattr(picture, "n_frames", 1) > FRAMES:
                return 2
            answer = square(picture, *sizes) if mode == "square" else fit(picture, *sizes)
    except (OSError, ValueError, SyntaxError, MemoryError, EOFError, Warning, Image.DecompressionBombError):
        return 2
    sys.stdout.buffer.write(answer)
    return 0


def square(picture: "Image.Image", side: int) -> bytes:
    """The middle of it, as a square of `side` pixels."""
    from PIL import Image, ImageOps

    picture.draft("RGB", (side * 2, side * 2))
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    return saved(ImageOps.fit(upright, (side, side), Image.Resampling.LANCZOS))


def fit(picture: "Image.Image", small: int, large: int) -> bytes:
    """All of it, at most `large` and at most `small` wide, each followed by the other; see the module."""
    frames = int(getattr(picture, "n_frames", 1))
    size = within(picture.size, small)
    if 1 < frames <= MOVING_FRAMES and size[0] * size[1] * frames <= MOVING_PIXELS:
        return answer_of(moving(picture, size), b"", size, animated=True)
    picture.draft("RGB", (large * 2, large * 2 * TALL))
    turned = picture.getexif().get(ORIENTATION)
    across = picture.size[::-1] if turned in (5, 6, 7, 8) else picture.size  # as people see it
    whole = picture if picture.mode in ("RGB", "RGBA") else picture.convert("RGBA")
    first = upright(whole, within(across, large), turned)
    second = upright(whole, within(across, small), turned) if first.width > small else None
    return answer_of(saved(first), saved(second) if second else b"", first.size, animated=False)


def upright(picture: "Image.Image", size: tuple[int, int], turned: int | None) -> "Image.Image":
    """Made this large first and turned then, which takes less memory."""
    from PIL import Image

    sideways = turned in (5, 6, 7, 8)
    shrunk = picture.resize(size[::-1] if sideways else size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    flips = Image.Transpose
    way = {
        2: flips.FLIP_LEFT_RIGHT, 3: flips.ROTATE_180, 4: flips.FLIP_TOP_BOTTOM, 5: flips.TRANSPOSE,
        6: flips.ROTATE_270, 7: flips.TRANSVERSE, 8: flips.ROTATE_90,
    }.get(turned or 1)  # fmt: skip
    return (shrunk if way is None else shrunk.transpose(way)).convert("RGBA")


def within(size: tuple[int, int], wide: int) -> tuple[int, int]:
    """The size of a picture made no wider than this, and never larger than it is."""
    scale = min(1.0, wide / size[0], wide * TALL / size[1])
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def moving(picture: "Image.Image", size: tuple[int, int]) -> bytes:
    """Every frame at this size, each for as long as before."""
    from PIL import Image, ImageSequence

    frames, times = [], []
    for frame in ImageSequence.Iterator(picture):
        times.append(min(max(int(frame.info.get("duration", 100) or 100), 20), 10_000))
        frames.append(fresh(frame.convert("RGBA").resize(size, Image.Resampling.BILINEAR)))
    kept = io.BytesIO()
    frames[0].save(kept, "WEBP", save_all=True, append_images=frames[1:], duration=times, loop=0, quality=70, method=0)
    return kept.getvalue()


def saved(picture: "Image.Image") -> bytes:
    kept = io.BytesIO()
    fresh(picture).save(kept, "WEBP", quality=85)
    return kept.getvalue()


def fresh(picture: "Image.Image") -> "Image.Image":
    """The same pixels in a new picture: every chunk of metadata stays behind."""
    from PIL import Image

    new = Image.new("RGBA", picture.size)
    new.paste(picture)
    return new


def answer_of(first: bytes, second: bytes, size: tuple[int, int], *, animated: bool) -> bytes:
    says = {"width": size[0], "height": size[1], "animated": animated, "large": len(first), "small": len(second)}
    return json.dumps(says).encode() + b"\n" + first + second


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], [int(size) for size in sys.argv[2:]]))
