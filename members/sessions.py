"""Sessions in PostgreSQL, read together with the member they belong to (`members.identity`)."""

from functools import lru_cache
from typing import Any

from django.contrib.sessions.backends import db
from django.core import signing

from members import identity
from outbox.clock import real_now


class SessionStore(db.SessionStore):
    """Django's own, but for reading. `page`: the request will draw a page, with everything its header shows."""

    page = False
    found: identity.Found | None = None

    @classmethod
    def get_model_class(cls) -> Any:
        from django.contrib.sessions.models import Session

        return Session

    def load(self) -> dict[str, Any]:
        key = self.session_key
        # By the real time, as Django's: a demonstration's moved clock ends no session.
        self.found = None if key is None or "\0" in key else identity.find(key=key, real=real_now(), page=self.page)
        if self.found is None:
            self._session_key = None
            return {}
        return self.decode(self.found.data)

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        text = _checked(str(session_data), self.key_salt)
        return self.serializer().loads(text) if text is not None else super().decode(session_data)


class _AsItIs:
    """Leaves the signed bytes as they are, so that each request makes its own objects of them."""

    def loads(self, data: bytes) -> bytes:
        return data


@lru_cache(maxsize=1_000)
def _checked(session_data: str, salt: str) -> bytes | None:
    """The bytes whose signature is right: the same text always has the same answer."""
    try:
        text: bytes = signing.loads(session_data, salt=salt, serializer=_AsItIs)  # type: ignore[arg-type]
    except (signing.BadSignature, ValueError):
        return None  # Django's own way says what is wrong with it
    return text
