"""Static files whose addresses are worked out once: a page names the same dozen, and a file changes only with a restart."""

from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


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
