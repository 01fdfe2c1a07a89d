"""Every pair of colours that carries text or shape reaches WCAG 2.2 AA, by day and by night."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "config/static/laoyou/tokens.css"
TEXT, SHAPE = 4.5, 3.0
GROUNDS = ["paper", "surface", "sunk"]
PAIRS = [
    *[(ink, ground, TEXT) for ink in ["ink", "ink-soft", "cinnabar", "jade"] for ground in GROUNDS],
    *[(ink, ground, TEXT) for ink in ["amber", "indigo", "danger"] for ground in ["paper", "surface"]],
    *[(name, f"{name}-soft", TEXT) for name in ["cinnabar", "jade", "amber", "indigo", "danger"]],
    *[("ink", f"{name}-soft", TEXT) for name in ["cinnabar", "jade", "amber", "indigo", "danger"]],
    *[("ink", f"tint-{number}", TEXT) for number in range(1, 7)],
    ("on-cinnabar", "cinnabar-fill", TEXT),
    ("on-cinnabar", "cinnabar-fill-hover", TEXT),
    ("on-jade", "jade-fill", TEXT),
    ("paper", "ink", TEXT),
    ("seal-ink", "seal", TEXT),
    *[("line-strong", ground, SHAPE) for ground in ["paper", "surface"]],
    *[("focus", ground, SHAPE) for ground in GROUNDS],
    *[("seal", ground, SHAPE) for ground in ["paper", "surface"]],
    ("jade-fill", "sunk", SHAPE),
]


def colours(theme: int) -> dict[str, str]:
    """Token -> hexadecimal colour; theme 0 is day, 1 is night."""
    found: dict[str, str] = {}
    for name, value in re.findall(r"--([\w-]+):\s*([^;]+);", TOKENS.read_text(encoding="utf-8")):
        shades = re.findall(r"#[0-9a-f]{6}", value)
        if shades:
            found[name] = shades[theme if len(shades) > 1 else 0]
    return found


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2 definition."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_agrees_with_known_values() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "night"])
def test_pairs_reach_double_a(theme: int) -> None:
    shades = colours(theme)
    weak = {
        f"{front} on {back}": round(ratio, 2)
        for front, back, least in PAIRS
        if (ratio := contrast(shades[front], shades[back])) < least
    }
    assert weak == {}
