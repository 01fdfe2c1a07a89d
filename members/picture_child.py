"""Runs alone, without Django: bytes of a picture on standard input, a square WebP on standard output.

python -I picture_child.py SIDE < upload > avatar.webp
"""

import io
import resource
import sys
import warnings


def limit(megabytes: int = 768, cpu_seconds: int = 5) -> None:
    """What a hostile file may use at most."""
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (16 << 20, 16 << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(side: int) -> int:
    """Decode, check, crop to a square, save afresh. The exit code 2 means "not a picture we accept"."""
    data = sys.stdin.buffer.read()
    from PIL import Image, ImageOps

    limit()
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = 40_000_000
    try:
        with Image.open(io.BytesIO(data), formats=["PNG", "JPEG", "GIF", "WEBP"]) as picture:
            width, height = picture.size
            if width * height > 40_000_000 or max(width, height) > 16_384 or getattr(picture, "n_frames", 1) > 200:
                return 2
            picture.draft("RGB", (side * 2, side * 2))
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
        square = ImageOps.fit(upright, (side, side), Image.Resampling.LANCZOS)
        # Pasting into a new image leaves every chunk of metadata behind.
        fresh = Image.new("RGBA", square.size)
        fresh.paste(square)
        fresh.save(sys.stdout.buffer, "WEBP", quality=85)
    except (OSError, ValueError, SyntaxError, MemoryError, Warning, Image.DecompressionBombError):
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
