"""Static files: sheets that every page needs travel as one, and addresses are worked out once a process."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

JOINED = {"laoyou/site.css": ("laoyou/tokens.css", "laoyou/base.css", "laoyou/components.css")}
"""Files made of others, in this order, beside which they stand (so that their own addresses stay right)."""


class JoinedFinder(BaseFinder):
    """Makes the joined files in the data directory when they are looked for: a request less for each sheet."""

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
        parts = [Path(str(finders.find(part))).read_text(encoding="utf-8") for part in JOINED[path]]
        text, file = "\n".join(parts), Path(self.storage.path(path))
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
