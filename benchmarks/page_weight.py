"""What a browser fetches and builds for a page: requests, compressed bytes of scripts and sheets, elements.

Read from the page itself and the files it names: modules are followed through their imports, also through those that they
make later by a name they know, and sheets through the drawings they name. Counted is each address once, the page itself
too; the socket is not, nor what comes when somebody is about to write (the editor) or opens something, nor what only
those fetch whose network blocks sockets.
"""

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

_IMPORT = re.compile(r"""^\s*(?:import|export)\b[^'"();]*?(?:from\s*)?["']([^"']+)["']""", re.MULTILINE)
_LATER = re.compile(r"""\bimport\(\s*["']([^"']+)["']\s*\)""")
_IN_NEED = {"laoyou/polling"}
_ADDRESS = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")


@dataclass(frozen=True)
class Weight:
    """Of one page with an empty browser cache. `js` and `css` are bytes after gzip; `requests` counts the page too."""

    requests: int
    html: int
    js: int
    css: int
    nodes: int
    addresses: tuple[str, ...]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.nodes = 0
        self.sheets: list[str] = []
        self.scripts: list[str] = []
        self.others: list[str] = []
        self.map: dict[str, str] = {}
        self._in_map = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.nodes += 1
        given = {name: value or "" for name, value in attrs}
        if tag == "link" and given.get("rel") == "stylesheet":
            self.sheets.append(given["href"])
        elif tag == "link" and given.get("rel") in ("icon", "manifest", "preload", "modulepreload"):
            self.others.append(given["href"])
        elif tag == "script" and given.get("src"):
            self.scripts.append(given["src"])
        elif tag == "script" and given.get("type") == "importmap":
            self._in_map = True
        elif tag == "img" and given.get("loading") != "lazy":
            self.others.append(given.get("src", ""))
        elif tag == "use":
            self.others.append(given.get("href", "").partition("#")[0])

    def handle_data(self, data: str) -> None:
        if self._in_map:
            self.map = json.loads(data)["imports"]
            self._in_map = False


def weigh(page: str, address: str, read: Callable[[str], bytes]) -> Weight:
    """`read` gives the bytes of an address of this site; pictures and icons are counted, not read."""
    parsed = _Page()
    parsed.feed(page)
    seen: dict[str, int] = {}
    others = {urljoin(address, other) for other in parsed.others if other and not other.startswith("data:")}

    def module(where: str) -> None:
        if where in seen:
            return
        text = read(where)
        seen[where] = len(gzip.compress(text, 6))
        for name in (*_IMPORT.findall(text.decode()), *_LATER.findall(text.decode())):
            if name not in _IN_NEED:
                module(parsed.map[name] if name in parsed.map else urljoin(where, name))

    for script in parsed.scripts:
        module(urljoin(address, script))
    js, scripts = sum(seen.values()), set(seen)
    sheets = {urljoin(address, sheet): read(urljoin(address, sheet)) for sheet in parsed.sheets}
    css = sum(len(gzip.compress(text, 6)) for text in sheets.values())
    for sheet, text in sheets.items():
        others |= {urljoin(sheet, other) for other in _ADDRESS.findall(text.decode()) if not other.startswith("data:")}
    everything = {address} | scripts | set(sheets) | others
    return Weight(
        requests=len(everything), html=len(gzip.compress(page.encode(), 6)), js=js, css=css, nodes=parsed.nodes,
        addresses=tuple(sorted(everything)),
    )  # fmt: skip


def from_finders(address: str) -> bytes:
    """The bytes of a static file, as the apps hold it."""
    from pathlib import Path

    from django.conf import settings
    from django.contrib.staticfiles import finders

    found = finders.find(address.removeprefix(settings.STATIC_URL).partition("?")[0])
    if not found:
        raise FileNotFoundError(address)
    return Path(str(found)).read_bytes()
