"""Static files: sheets and modules that pages need together travel as one, and addresses are worked out once a process."""

import base64
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


def _of(app: str, names: str, ending: str) -> tuple[str, ...]:
    return tuple(f"{app}/{name}.{ending}" for name in names.split())


JOINED = {
    "laoyou/site.css": _of("laoyou", "tokens base components", "css"),
    "laoyou/site.js": _of("laoyou", "page theme time form copy trusted-html toast socket live", "js"),
    "community/talk.css": _of("community", "forum reactions topic composer structure reading", "css"),
    "community/room.css": _of("community", "reactions composer rooms room-page", "css"),
    "community/topic-page.js": _of("community", "topic reading composer keys", "js"),
    "community/room-page.js": _of(
        "community",
        "rooms/page rooms/draw rooms/log rooms/composer rooms/presence rooms/acts rooms/panel rooms/start room_list keys",
        "js",
    ),
    "community/list-page.js": _of("community", "lists keys", "js"),
    "community/writing-page.js": _of("community", "similar composer", "js"),
}
"""Files made of others, in this order: of sheets their text, of modules one module that offers what they offer."""
SMALL = 4_000
"""Bytes up to which a drawing that a sheet names travels within the sheet."""

_DRAWING = re.compile(r'url\("([\w-]+\.svg)"\)')
_IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "([\w/-]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const|let) (\w+))", re.MULTILINE)
_OTHER_FORM = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


def joined_sheets(parts: Mapping[str, str]) -> str:
    """One sheet of several, by their names. Small drawings that stand beside them are written into it."""
    return "\n".join(_with_drawings(name, text) for name, text in parts.items())


def joined_modules(parts: Mapping[str, str]) -> str:
    """One module of several, by their names; each keeps its own scope and runs once, in this order.

    What they import from each other is there already; what they import from elsewhere comes first. Refused is what this
    cannot do right: other forms than `import { a, b } from "name";` and `export` before a declaration, a part that comes
    after one that needs it, and two things of one name.
    """
    inside = {file.removesuffix(".js") for file in parts}
    offered: dict[str, str] = {}  # what the joined module offers, and by which part
    wanted: dict[str, str] = {}  # what it imports, and from where
    bodies = []
    for file, text in parts.items():
        _want(file, text, inside, offered, wanted)
        bodies.append(_scoped(file, text, offered, wanted))
    imports = [
        f'import {{ {", ".join(name for name in wanted if wanted[name] == source)} }} from "{source}";\n'
        for source in dict.fromkeys(wanted.values())
    ]
    exports = [f"export {{ {', '.join(offered)} }};\n"] if offered else []
    return "\n".join(["".join(imports), *bodies, *exports]).lstrip()


def _want(file: str, text: str, inside: set[str], offered: Mapping[str, str], wanted: dict[str, str]) -> None:
    """Note what a part imports from elsewhere; what it imports from another part must be there."""
    for names, source in _IMPORT.findall(text):
        for name in names.split(", "):
            if source in inside and offered.get(name) != source:
                raise ImproperlyConfigured(f"{file} needs {name} before {source} was joined.")
            if source not in inside and wanted.setdefault(name, source) != source:
                raise ImproperlyConfigured(f"{file} needs another {name} than a module before it.")


def _scoped(file: str, text: str, offered: dict[str, str], wanted: Mapping[str, str]) -> str:
    """A part in a scope of its own, out of which comes what it offers."""
    names, body = _EXPORT.findall(text), _EXPORT.sub("", _IMPORT.sub("", text)).strip()
    if other := _OTHER_FORM.search(body):
        raise ImproperlyConfigured(f"{file} cannot be joined: {other[0]}")
    for name in names:
        if name in wanted or name in offered:
            raise ImproperlyConfigured(f"{file} offers {name}, which is there already.")
        offered[name] = file.removesuffix(".js")
    if not names:
        return f"// ---- {file}\n\n{{\n{body}\n}}\n"
    listed = ", ".join(names)
    return f"// ---- {file}\n\nconst {{ {listed} }} = (() => {{\n{body}\nreturn {{ {listed} }};\n}})();\n"


def _with_drawings(name: str, text: str) -> str:
    def drawn(match: re.Match[str]) -> str:
        file = finders.find(f"{name.rpartition('/')[0]}/{match[1]}")
        svg = Path(str(file)).read_bytes() if file else b""
        if not 0 < len(svg) <= SMALL:
            return match[0]
        return f'url("data:image/svg+xml;base64,{base64.b64encode(svg).decode()}")'

    return _DRAWING.sub(drawn, text)


class JoinedFinder(BaseFinder):
    """Makes the joined files in the data directory when they are looked for: a request less for each part."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.JOINED_ROOT)
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        everything = find_all or kwargs.get("all", False)
        found = [str(self._make(path))] if path in JOINED else []
        return found if everything else (found or [""])[0]

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for path in JOINED:
            self._make(path)
            yield path, self.storage

    def _make(self, path: str) -> Path:
        parts = {part: Path(str(finders.find(part))).read_text(encoding="utf-8") for part in JOINED[path]}
        text = joined_modules(parts) if path.endswith(".js") else joined_sheets(parts)
        file = Path(self.storage.path(path))
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            new = file.with_name(f"{file.name}.{os.getpid()}")  # another process may be reading it, or making it too
            new.write_text(text, encoding="utf-8")
            new.replace(file)
        return file


class _Remembered:
    """Remembers addresses, but not while somebody works on the files."""

    _addresses: dict[str, str]

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        if settings.DEBUG or args or kwargs:
            return super().url(name, *args, **kwargs)  # type: ignore[misc,no-any-return]
        known = self.__dict__.setdefault("_addresses", {})
        if name not in known:
            known[name] = super().url(name)  # type: ignore[misc]
        return known[name]  # type: ignore[no-any-return]


class PlainStorage(_Remembered, StaticFilesStorage):  # type: ignore[misc]
    """As the apps hold them, on a laptop."""


class ManifestStorage(_Remembered, CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Collected, compressed and named by what is in them, in production."""
