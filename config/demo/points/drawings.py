"""The pictures of the rewards, drawn by us: `python -m config.demo.points.drawings` writes them anew into `pictures/`.

They are kept as files, because drawing takes longer than reading; what the site shows is re-made from them like any upload.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

FOLDER = Path(__file__).with_name("pictures")
WIDTH, HEIGHT, FINE = 1280, 512, 2
PAPER, CREAM, INK = "#f3eadb", "#fffaf0", "#2b2a26"
JADE, DEEP, LEAF = "#3f7d68", "#234a40", "#7fa65a"
RED, AMBER, INDIGO, CLAY = "#b4442f", "#d09a3c", "#3a4d73", "#a9683f"
Point = tuple[float, float]


class Sheet:
    """A sheet of paper in units of the finished picture."""

    def __init__(self, top: str, bottom: str) -> None:
        self.image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), top)
        self.pen = ImageDraw.Draw(self.image)
        for row in range(HEIGHT * FINE):
            self.pen.line([(0, row), (WIDTH * FINE, row)], _between(top, bottom, row / (HEIGHT * FINE)))

    def shape(self, points: Sequence[Point], fill: str) -> None:
        self.pen.polygon([(x * FINE, y * FINE) for x, y in points], fill=fill)

    def round(self, x: float, y: float, wide: float, high: float, fill: str) -> None:
        """An ellipse around its middle."""
        self.pen.ellipse(
            [(x - wide / 2) * FINE, (y - high / 2) * FINE, (x + wide / 2) * FINE, (y + high / 2) * FINE], fill=fill
        )

    def box(self, x: float, y: float, wide: float, high: float, fill: str, corner: float = 0) -> None:
        self.pen.rounded_rectangle(
            [x * FINE, y * FINE, (x + wide) * FINE, (y + high) * FINE], radius=corner * FINE, fill=fill
        )

    def line(self, points: Sequence[Point], colour: str, thick: float) -> None:
        places = [(x * FINE, y * FINE) for x, y in points]
        self.pen.line(places, fill=colour, width=int(thick * FINE), joint="curve")
        for x, y in (points[0], points[-1]):
            self.round(x, y, thick, thick, colour)

    def glow(self, x: float, y: float, wide: float, colour: str, strength: float) -> None:
        veil = Image.new("L", self.image.size, 0)
        at = [(x - wide / 2) * FINE, (y - wide / 2) * FINE, (x + wide / 2) * FINE, (y + wide / 2) * FINE]
        ImageDraw.Draw(veil).ellipse(at, fill=int(255 * strength))
        veil = veil.resize((WIDTH // 4, HEIGHT // 4)).filter(ImageFilter.GaussianBlur(18)).resize(self.image.size)
        self.image.paste(Image.new("RGB", self.image.size, colour), mask=veil)
        self.pen = ImageDraw.Draw(self.image)

    def save(self, name: str) -> None:
        small = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        small.save(FOLDER / f"{name}.webp", quality=72, method=6)


def _between(one: str, other: str, share: float) -> tuple[int, int, int]:
    a, b = ([int(colour[n : n + 2], 16) for n in (1, 3, 5)] for colour in (one, other))
    red, green, blue = (round(x + (y - x) * share) for x, y in zip(a, b, strict=True))
    return red, green, blue


def _curve(start: Point, bend: Point, end: Point, steps: int = 24) -> list[Point]:
    return [
        (
            (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * bend[0] + t * t * end[0],
            (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * bend[1] + t * t * end[1],
        )
        for t in (n / steps for n in range(steps + 1))
    ]


def _leaf(sheet: Sheet, x: float, y: float, long: float, angle: float, fill: str, vein: str) -> None:
    turn = math.radians(angle)
    tip = (x + long * math.cos(turn), y - long * math.sin(turn))
    side = (0.34 * long * math.sin(turn), 0.34 * long * math.cos(turn))
    middle = ((x + tip[0]) / 2, (y + tip[1]) / 2)
    upper = _curve((x, y), (middle[0] + side[0], middle[1] + side[1]), tip)
    lower = _curve(tip, (middle[0] - side[0], middle[1] - side[1]), (x, y))
    sheet.shape([*upper, *lower], fill)
    sheet.line([(x, y), (x + 0.86 * (tip[0] - x), y + 0.86 * (tip[1] - y))], vein, 2)


def _steam(sheet: Sheet, x: float, y: float, high: float, colour: str) -> None:
    for shift, part in ((-26, 0.75), (0, 1.0), (26, 0.8)):
        top = y - high * part
        first = _curve((x + shift, y), (x + shift - 22, y - (y - top) * 0.3), (x + shift, (y + top) / 2))
        second = _curve((x + shift, (y + top) / 2), (x + shift + 22, top + (y - top) * 0.2), (x + shift, top))
        sheet.line([*first, *second], colour, 5)


def _cup(sheet: Sheet, x: float, y: float, wide: float, body: str, shade: str, tea: str) -> None:
    high = wide * 0.62
    left, right = x - wide / 2, x + wide / 2
    sheet.round(x, y + high, wide * 1.25, wide * 0.16, shade)
    wall = [
        *_curve((left, y), (left + wide * 0.06, y + high), (x - wide * 0.2, y + high)),
        *_curve((x + wide * 0.2, y + high), (right - wide * 0.06, y + high), (right, y)),
    ]
    sheet.shape(wall, body)
    sheet.round(x, y, wide, wide * 0.24, shade)
    sheet.round(x, y + 2, wide * 0.9, wide * 0.18, tea)


def _table(sheet: Sheet, y: float, colour: str, edge: str) -> None:
    sheet.box(0, y, WIDTH, HEIGHT - y, colour)
    sheet.box(0, y, WIDTH, 6, edge)


def sampler() -> Sheet:
    sheet = Sheet("#e9efe4", PAPER)
    sheet.round(640, 190, 420, 420, "#dfe8d6")
    _table(sheet, 408, "#d9c6a5", "#c7b08a")
    for number, (colour, band) in enumerate(
        ((JADE, CREAM), (AMBER, CREAM), (CREAM, RED), (INDIGO, CREAM), (CLAY, CREAM))
    ):
        x, y = 330 + number * 155, 222 + (number % 2) * 18
        sheet.round(x, 424, 140, 22, "#c7b08a")
        sheet.shape([(x - 56, y), (x + 56, y), (x + 64, 422), (x - 64, 422)], colour)
        sheet.shape([(x - 56, y), (x + 56, y), (x + 44, y - 34), (x - 44, y - 34)], _tint(colour))
        sheet.line([(x - 58, y + 2), (x + 58, y + 2)], "#8c7350", 5)
        sheet.box(x - 34, y + 62, 68, 76, band, 6)
        _leaf(sheet, x - 4, y + 122, 52, 62, LEAF if band == CREAM else CREAM, DEEP if band == CREAM else RED)
    return sheet


def _tint(colour: str) -> str:
    return "#{:02x}{:02x}{:02x}".format(*_between(colour, "#ffffff", 0.22))


def back_room() -> Sheet:
    sheet = Sheet("#2a3047", "#4a3a3a")
    sheet.box(150, 60, 250, 250, "#394263", 8)
    for x in (150, 233, 316, 396):
        sheet.box(x - 4, 60, 8, 250, "#211f2c")
    for y in (60, 185, 306):
        sheet.box(150, y - 4, 250, 8, "#211f2c")
    sheet.round(330, 118, 62, 62, "#e9dfc0")
    sheet.glow(780, 210, 560, "#f0b45a", 0.62)
    sheet.line([(780, 0), (780, 90)], "#1d1a20", 5)
    sheet.box(742, 82, 76, 12, "#3b1f1a", 5)
    sheet.shape([*_curve((742, 94), (670, 150), (742, 206)), *_curve((818, 206), (890, 150), (818, 94))], RED)
    for x in (752, 780, 808):
        sheet.line(_curve((x, 96), (780 + (x - 780) * 3.2, 150), (x, 204)), "#d4694a", 3)
    sheet.box(742, 204, 76, 12, "#3b1f1a", 5)
    sheet.line([(780, 216), (780, 252)], AMBER, 4)
    _table(sheet, 396, "#6d4730", "#8c5f40")
    for x, colour in ((560, CREAM), (700, JADE), (860, CREAM), (1000, AMBER)):
        _cup(sheet, x, 356, 88, colour, "#4c3122", "#b5772f")
    return sheet


def cup() -> Sheet:
    sheet = Sheet("#f0e0cf", "#e7d2ba")
    sheet.round(640, 236, 400, 400, "#f6ebdc")
    _table(sheet, 418, "#b98a62", "#a37650")
    _cup(sheet, 640, 226, 300, CLAY, "#7c4526", "#c98a2b")
    for n in range(-6, 7):
        sheet.line(_curve((640 + n * 20, 286), (640 + n * 20 + 8, 312), (640 + n * 18, 338)), "#c17f54", 3)
    sheet.box(612, 338, 56, 56, RED, 8)
    for stroke in (
        ((626, 352), (654, 352)),
        ((640, 352), (640, 382)),
        ((626, 368), (654, 368)),
        ((626, 382), (654, 382)),
    ):
        sheet.line(stroke, CREAM, 4)
    _steam(sheet, 640, 186, 130, "#fffdf8")
    return sheet


def ticket() -> Sheet:
    sheet = Sheet("#dfe9e2", "#cfddd3")
    for x, y, angle in ((190, 120, 30), (1080, 400, 150), (1010, 90, 200), (250, 420, 60)):
        _leaf(sheet, x, y, 120, angle, "#b6cdb6", "#cfddd3")
    sheet.box(372, 132, 544, 268, "#b3c6ba", 22)
    sheet.box(364, 120, 544, 268, CREAM, 22)
    for y in (120, 388):
        sheet.round(724, y, 46, 46, "#d7e3da")
    for y in range(156, 360, 26):
        sheet.line([(724, y), (724, y + 8)], "#c9bfa8", 5)
    sheet.line([(440, 330), (610, 180)], JADE, 16)
    sheet.round(462, 204, 76, 76, JADE)
    sheet.round(462, 204, 38, 38, CREAM)
    sheet.round(596, 310, 76, 76, JADE)
    sheet.round(596, 310, 38, 38, CREAM)
    _leaf(sheet, 800, 320, 132, 72, LEAF, DEEP)
    _leaf(sheet, 806, 300, 86, 20, JADE, DEEP)
    return sheet


def question() -> Sheet:
    sheet = Sheet("#e6e9f0", "#f1ebe0")
    _table(sheet, 424, "#cdb793", "#b9a27c")
    sheet.box(300, 84, 330, 190, INDIGO, 44)
    sheet.shape([(380, 262), (450, 262), (360, 330)], INDIGO)
    sheet.box(668, 148, 330, 190, CREAM, 44)
    sheet.shape([(850, 326), (920, 326), (940, 394)], CREAM)
    sheet.line(_curve((424, 150), (470, 92), (510, 148)), CREAM, 15)
    sheet.line(_curve((510, 148), (516, 184), (466, 196)), CREAM, 15)
    sheet.round(466, 232, 20, 20, CREAM)
    for number, wide in enumerate((220, 170, 200)):
        sheet.line([(728, 200 + number * 40), (728 + wide, 200 + number * 40)], AMBER if number == 1 else "#b9ae9a", 11)
    _cup(sheet, 640, 388, 110, JADE, DEEP, "#c98a2b")
    _steam(sheet, 640, 372, 60, "#fffdf8")
    return sheet


def harvest() -> Sheet:
    sheet = Sheet("#f6d9a8", "#f7efe0")
    sheet.round(930, 150, 190, 190, "#f3b65b")
    for y, colour, lift in ((300, "#a9c08a", 60), (360, "#86a969", 40), (430, "#5f8a4e", 26)):
        sheet.shape([*_curve((0, y + lift), (420, y - 110), (1280, y + 30), 40), (1280, 512), (0, 512)], colour)
    for row, y in enumerate((398, 430, 466)):
        sheet.line(_curve((0, y + 40), (520, y - 66), (1280, y + 34), 40), "#4c7640", 5 + row * 2)
    sheet.line(_curve((520, 512), (560, 360), (600, 170)), "#5b7d3f", 9)
    for x, y, long, angle, fill in (
        (545, 410, 170, 150, JADE), (556, 356, 180, 28, LEAF), (572, 296, 150, 144, LEAF), (584, 246, 150, 36, JADE),
        (598, 180, 130, 108, "#a8c66c"), (600, 178, 130, 62, "#8fb85b"),
    ):  # fmt: skip
        _leaf(sheet, x, y, long, angle, fill, "#e6efcf")
    return sheet


def slope() -> Sheet:
    sheet = Sheet("#cfe0ea", "#f2eee2")
    sheet.round(270, 130, 130, 130, "#fff6dd")
    for y, colour in ((330, "#a3b8a2"), (380, "#7f9f82"), (430, "#5b8467")):
        sheet.shape([*_curve((0, y), (700, y - 190), (1280, y - 10), 40), (1280, 512), (0, 512)], colour)
    for x, y, size in (
        (330, 372, 0.8),
        (480, 336, 0.7),
        (640, 320, 1.25),
        (830, 322, 0.75),
        (980, 346, 0.9),
        (1120, 380, 0.7),
    ):
        sheet.line([(x, y + 50 * size), (x, y - 30 * size)], "#5a4330", 9 * size)
        for shift, lift, wide in ((-34, -34, 84), (34, -38, 84), (0, -74, 104)):
            sheet.round(
                x + shift * size, y + lift * size, wide * size, wide * 0.86 * size, JADE if wide < 100 else LEAF
            )
    sheet.box(560, 420, 160, 46, CREAM, 8)
    sheet.line([(640, 466), (640, 500)], "#7d6248", 10)
    sheet.line([(588, 443), (692, 443)], "#b9a27c", 6)
    return sheet


def present() -> Sheet:
    sheet = Sheet("#f3ddd6", "#f6eee2")
    for x, y in ((250, 130), (390, 70), (1010, 110), (1110, 250), (180, 300), (930, 330)):
        sheet.round(x, y, 18, 18, AMBER if x % 20 else RED)
    _table(sheet, 420, "#d7b9a4", "#c4a48d")
    sheet.round(640, 432, 330, 34, "#b9957c")
    sheet.box(500, 214, 280, 216, JADE, 14)
    sheet.box(482, 176, 316, 60, DEEP, 14)
    sheet.box(612, 176, 56, 254, RED)
    sheet.shape([*_curve((640, 178), (520, 60), (500, 150)), *_curve((500, 150), (540, 190), (640, 178))], RED)
    sheet.shape([*_curve((640, 178), (760, 60), (780, 150)), *_curve((780, 150), (740, 190), (640, 178))], "#c75a41")
    sheet.round(640, 176, 48, 42, "#8f3021")
    _leaf(sheet, 540, 370, 70, 60, LEAF, CREAM)
    _leaf(sheet, 720, 380, 62, 120, LEAF, CREAM)
    return sheet


def parcel() -> Sheet:
    sheet = Sheet("#dbe6ec", "#efe9dc")
    sheet.shape([*_curve((0, 400), (640, 340), (1280, 400), 40), (1280, 512), (0, 512)], "#c9c2ad")
    for x in (470, 800):
        sheet.round(x, 384, 158, 158, INK)
        sheet.round(x, 384, 134, 134, "#e3e3da")
        for n in range(6):
            turn = math.pi * n / 6
            sheet.line(
                [
                    (x - 64 * math.cos(turn), 384 - 64 * math.sin(turn)),
                    (x + 64 * math.cos(turn), 384 + 64 * math.sin(turn)),
                ],
                "#9aa0a0",
                2,
            )
        sheet.round(x, 384, 22, 22, INK)
    for start, end in (
        ((470, 384), (560, 262)),
        ((560, 262), (744, 262)),
        ((560, 262), (630, 384)),
        ((630, 384), (744, 262)),
        ((470, 384), (630, 384)),
        ((800, 384), (736, 214)),
    ):
        sheet.line([start, end], RED, 12)
    sheet.line([(736, 214), (700, 196), (672, 204)], INK, 10)
    sheet.box(524, 236, 76, 18, INK, 9)
    sheet.box(382, 206, 140, 104, AMBER, 8)
    sheet.box(440, 206, 24, 104, "#b37f28")
    sheet.box(400, 268, 44, 28, CREAM, 3)
    for y in (120, 160, 200):
        sheet.line([(200, y), (200 + 130 - y % 60, y)], "#ffffff", 7)
    return sheet


def lantern() -> Sheet:
    sheet = Sheet("#22324a", "#3c4c68")
    for x, y in ((180, 90), (300, 200), (1040, 80), (1130, 190), (900, 60), (420, 70)):
        sheet.round(x, y, 6, 6, "#e8dfc4")
    sheet.line(_curve((0, 70), (640, 160), (1280, 50), 40), "#141c2a", 5)
    for x, y, size, colour in ((350, 112, 0.72, AMBER), (640, 118, 1.1, RED), (940, 106, 0.72, JADE)):
        sheet.glow(x, y + 120 * size, 330 * size, "#f2bd66", 0.55)
        high, wide = 170 * size, 96 * size
        sheet.line([(x, y), (x, y + 30 * size)], "#141c2a", 4)
        top = y + 30 * size
        sheet.shape(
            [*_curve((x - 44 * size, top), (x - wide * 1.5, top + high / 2), (x - 44 * size, top + high)),
             *_curve((x + 44 * size, top + high), (x + wide * 1.5, top + high / 2), (x + 44 * size, top))],
            colour,
        )  # fmt: skip
        for place in (-0.5, 0, 0.5):
            sheet.line(
                _curve(
                    (x + 40 * size * place, top),
                    (x + wide * 2 * place, top + high / 2),
                    (x + 40 * size * place, top + high),
                ),
                _tint(colour),
                3,
            )
        for edge in (top, top + high):
            sheet.box(x - 46 * size, edge - 6 * size, 92 * size, 13 * size, "#2a1a14", 5 * size)
        sheet.line([(x, top + high + 8 * size), (x, top + high + 54 * size)], AMBER, 4)
    return sheet


def letter() -> Sheet:
    sheet = Sheet("#ece3d2", "#e2d5bf")
    sheet.box(352, 120, 560, 310, "#cdbb9b", 10)
    sheet.box(344, 108, 560, 310, CREAM, 10)
    for number, wide in enumerate((360, 420, 300, 390)):
        sheet.line([(396, 176 + number * 46), (396 + wide, 176 + number * 46)], "#cfc4ad", 7)
    sheet.box(806, 134, 72, 86, JADE, 4)
    _leaf(sheet, 830, 206, 62, 68, CREAM, DEEP)
    sheet.line(_curve((640, 392), (690, 360), (740, 392)), INDIGO, 6)
    sheet.line(_curve((740, 392), (780, 420), (828, 372)), INDIGO, 6)
    sheet.shape([(930, 470), (1130, 190), (1150, 206), (952, 484)], INK)
    sheet.shape([(930, 470), (952, 484), (918, 498)], AMBER)
    sheet.round(230, 360, 150, 60, "#cdbb9b")
    _cup(sheet, 230, 300, 120, RED, "#7b2d1f", "#c98a2b")
    _steam(sheet, 230, 280, 90, "#fffdf8")
    return sheet


DRAWINGS: dict[str, Callable[[], Sheet]] = {
    "sampler": sampler, "back-room": back_room, "cup": cup, "ticket": ticket, "question": question, "harvest": harvest,
    "slope": slope, "present": present, "parcel": parcel, "lantern": lantern, "letter": letter,
}  # fmt: skip


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, draw in DRAWINGS.items():
        draw().save(name)
