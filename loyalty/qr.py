"""QR codes as paths for inline SVG: no file, no style attribute, no third party."""

from dataclasses import dataclass

import qrcode


@dataclass(frozen=True)
class QrCode:
    """`size` modules a side, quiet zone included; `path` is the `d` of one <path> in that square."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    """The code of a text, with the quiet zone of four modules that readers need."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return QrCode(len(rows), path)
