"""The pictures of badges: a seal of one of three grades, and a motif on it. Drawn by rule, so they are always the same.

`python -m community.badges.artwork` writes `static/community/badges.svg`, a sheet of symbols. Its colours are the page's
(`--seal-fill`, `--seal-ink`), so one sheet serves day and night; a badge is two `use` elements, `#grade-2` and `#cup`.
"""

from math import cos, pi, sin
from pathlib import Path

SIZE, MIDDLE = 64, 32
GRADES = (1, 2, 3)

# Lines of one brush, in the middle 34 units, bold enough to be known at 24 pixels.
_LINES = {
    "cup": "M18 29h24v4c0 8-5 13-12 13s-12-5-12-13zM42 31c7-1 8 9-2 9M26 24c-2-3 2-4 0-7M34 24c-2-3 2-4 0-7",
    "pot": "M20 35c0-7 5-11 12-11s12 4 12 11-5 11-12 11-12-4-12-11zM44 34l6-7M20 31c-7-2-8 10 1 10M26 25c2-4 10-4 12 0M32 21v-3",
    "kettle": "M18 46c-2-12 4-18 14-18s16 6 14 18zM21 30c0-18 22-18 22 0M45 37l5-5M29 28h6",
    "plum": "M17 48c8-4 15-9 19-17M26 43c4 1 8 1 11-1",
    "gate": "M15 20c7 3 27 3 34 0M18 27h28M23 27v20M41 27v20M23 34h18",
    "lantern": "M25 22h14M25 42h14M25 22c-9 5-9 15 0 20M39 22c9 5 9 15 0 20M32 22v20M32 16v6M32 42v6",
    "mountain": "M15 46l11-18 7 10 5-7 11 15z",
    "lamp": "M32 16c5 6 6 9 6 12a6 6 0 0 1-12 0c0-3 1-6 6-12zM19 39h26M24 39c0 5 3 8 8 8s8-3 8-8",
    "spring": "M32 15c4 5 5 7 5 9a5 5 0 0 1-10 0c0-2 1-4 5-9zM22 37c0-4 20-4 20 0s-20 4-20 0zM16 39c2 8 30 8 32 0",
    "bow": "M32 31c-8-5-9-13-4-14 2 0 4 2 4 4 0-2 2-4 4-4 5 1 4 9-4 14zM16 37h32M21 37c1 6 5 10 11 10s10-4 11-10",
    "scroll": "M20 18h21v20M20 18c-4 0-4 6 0 6h2M22 24v19c0 4 6 4 6 0v-4h19c0 6-2 8-5 8H25M28 25h8M28 32h8",
    "bell": "M21 42c3-3 4-6 4-11 0-6 3-9 7-9s7 3 7 9c0 5 1 8 4 11zM29 47c1 2 5 2 6 0M32 22v-5",
    "leaf": "M17 47c4-6 9-11 16-15M21 41c-6-15 9-23 26-23 1 17-6 29-19 27-4 0-6-2-7-4z",
    "moon": "M41 43a15 15 0 1 1-1-25 12.500 12.500 0 1 0 1 25z",
    "bamboo": "M26 48V16M38 48V23M23 27h6M23 38h6M35 33h6M26 26c7-1 9-4 10-9M38 32c4 0 7-3 9-7M26 37c-5 0-8-3-9-7",
    "crane": "M16 21l6-3c7 0 8 4 6 10-2 5 0 9 5 10M33 38c9 0 14-5 15-13-8 0-15 3-18 9M32 38v10M38 37v11",
    "boat": "M15 38h34c-2 6-6 9-11 9H26c-5 0-9-3-11-9zM32 33V16l12 13H32",
}  # fmt: skip
_DOTS = {
    "plum": [(26, 35, 2.4), (33, 45, 1.8)],
    "mountain": [(42, 21, 3.4)],
    "moon": [(44, 25, 1.8), (40, 31, 1.4)],
}
_FLOWERS = {"blossom": (32, 32, 8.6, 5.4), "plum": (40, 24, 5.4, 3.4)}

MOTIFS = tuple(sorted({*_LINES, *_FLOWERS}))


def sheet() -> str:
    """The whole sheet of symbols."""
    symbols = [_symbol(f"grade-{grade}", seal(grade)) for grade in GRADES]
    symbols += [_symbol(name, motif(name)) for name in MOTIFS]
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def seal(grade: int) -> str:
    """The ground: a round coin, a carved square, a flower of twelve petals with a double ring."""
    fill = 'fill="var(--seal-fill, #236b56)"'
    ring = 'fill="none" stroke="var(--seal-ink, #fff9f0)" stroke-opacity=".45" stroke-width="1.200"'
    if grade == 1:
        return f'<circle cx="32" cy="32" r="29" {fill}/><circle cx="32" cy="32" r="25.500" {ring}/>'
    if grade == 2:
        # A stone that was cut by hand: no two corners are alike.
        ground = (
            "M11 5.500 52 4.500q6.500 0 6.800 6.600L59.500 52q0 7-6.600 7.300"
            "L12.200 59.600q-7 0-7.400-6.600L4.500 12q0-6.200 6.500-6.500Z"
        )
        return (
            f'<path d="{ground}" {fill}/><rect x="8.800" y="8.800" width="46.400" height="46.400" rx="3.500" {ring}/>'
        )
    rings = "".join(f'<circle cx="32" cy="32" r="{radius}" {ring}/>' for radius in ("25", "22.800"))
    return f'<path d="{_petals(12, 27.5, 31)}" {fill}/>{rings}'


def motif(name: str) -> str:
    """The drawing on the seal."""
    parts = []
    if name in _LINES:
        parts.append(f'<path d="{_LINES[name]}"/>')
    if name in _FLOWERS:
        x, y, out, petal = _FLOWERS[name]
        for turn in range(5):
            angle = 2 * pi * turn / 5 - pi / 2
            parts.append(f'<circle cx="{x + out * cos(angle):.1f}" cy="{y + out * sin(angle):.1f}" r="{petal}"/>')
        parts.append(_dot(x, y, petal * 0.42))
    parts += [_dot(*dot) for dot in _DOTS.get(name, [])]
    return (
        '<g fill="none" stroke="var(--seal-ink, #fff9f0)" stroke-width="2.800" stroke-linecap="round"'
        f' stroke-linejoin="round">{"".join(parts)}</g>'
    )


def _dot(x: float, y: float, radius: float) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{radius:.1f}" fill="var(--seal-ink, #fff9f0)" stroke="none"/>'


def _petals(count: int, valley: float, top: float) -> str:
    """An outline of `count` rounded petals around the middle."""
    step = 2 * pi / count
    path = f"M{_at(0, valley)}"
    for turn in range(count):
        path += f"Q{_at(turn * step + step / 2, 2 * top - valley)} {_at((turn + 1) * step, valley)}"
    return path + "Z"


def _at(angle: float, distance: float) -> str:
    return f"{MIDDLE + distance * cos(angle):.1f} {MIDDLE + distance * sin(angle):.1f}"


def _symbol(name: str, drawn: str) -> str:
    return f'  <symbol id="{name}" viewBox="0 0 {SIZE} {SIZE}">{drawn}</symbol>'


if __name__ == "__main__":
    (Path(__file__).parents[1] / "static/community/badges.svg").write_text(sheet())
