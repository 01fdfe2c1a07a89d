"""Pages of guests, kept whole in the process for a few seconds: the first middleware, so that a kept page costs almost nothing.

What is kept is a function of its key and nothing else: it is drawn for a request from which every cookie was taken but
the ones in the key. Never kept: what is not 200 HTML, sets a cookie, holds a form's token, or says `no-store` itself.
Never served: to anybody with a session. docs/adr/0007-guest-pages.md tells what was weighed.
"""

import base64
import hashlib
import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.translation import get_language_from_request

from community.access import permission_version
from outbox import queries as outbox

log = logging.getLogger(__name__)
GetResponse = Callable[[HttpRequest], HttpResponse]
Key = tuple[str, ...]
State = tuple[int, ...]

PLACES = ("/forum/", "/b/", "/t/", "/tag/", "/tags/", "/members/")
"""Where addresses that guests share begin; the front page is one too."""
THEMES = frozenset({"", "light", "dark"})
ZONES = frozenset(["", "UTC", *settings.WAGTAIL_USER_TIME_ZONES])
SESSION_LIKE = (settings.SESSION_COOKIE_NAME, "messages")
"""Whoever brings one of these cookies is asked for by name, or is waiting for a message: their page is theirs."""
LOOK_EVERY = 1.0
"""Seconds between two looks at what changed: how old a page may be after anything was published or a right was taken."""
PATIENCE = 5.0
"""Seconds that a reader waits for the one who is drawing the same page."""
MOST_BYTES, LARGEST = 32 * 2**20, 512 * 2**10
MOST_PASSED = 10_000
VARY = "Accept-Language, Cookie"


@dataclass(frozen=True, slots=True)
class Page:
    """A drawn page, cut where its nonce stood."""

    body: tuple[bytes, ...]
    policy: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    etag: str
    size: int
    drawn: float
    state: State


class GuestPagesMiddleware:
    """Serves guests from memory; `GUEST_PAGES_SECONDS` is a page's longest life, 0 switches it off."""

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.GUEST_PAGES_SECONDS:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.life: float = settings.GUEST_PAGES_SECONDS
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._bytes = 0
        self._passed: OrderedDict[Key, float] = OrderedDict()  # addresses whose pages are not to be kept, until when
        self._drawing: dict[Key, threading.Event] = {}
        self._guard = threading.Lock()
        self._looking = threading.Lock()
        self._state: State = ()
        self._looked = -LOOK_EVERY

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = key_of(request)
        if key is None:
            return self.get_response(request)
        page = self._find(key)
        if page is not None:
            return answer(page, request)
        drawing, first = self._take_turn(key)
        if first:
            try:
                return self._draw(key, request)
            finally:
                with self._guard:
                    del self._drawing[key]
                drawing.set()
        drawing.wait(PATIENCE)
        page = self._find(key)
        return self.get_response(request) if page is None else answer(page, request)

    def _find(self, key: Key) -> Page | None:
        state = self._look()
        with self._guard:
            page = self._pages.get(key)
            if page is None:
                return None
            if page.state == state and time.monotonic() - page.drawn < self.life:
                self._pages.move_to_end(key)
                return page
            self._bytes -= self._pages.pop(key).size
            return None

    def _take_turn(self, key: Key) -> tuple[threading.Event, bool]:
        """Who draws a page that is not there: the first who asks; the others wait. Passed addresses wait for nobody."""
        with self._guard:
            until = self._passed.get(key)
            if until is not None:
                if time.monotonic() < until:
                    gone = threading.Event()
                    gone.set()
                    return gone, False
                del self._passed[key]
            drawing = self._drawing.get(key)
            if drawing is not None:
                return drawing, False
            drawing = self._drawing[key] = threading.Event()
            return drawing, True

    def _draw(self, key: Key, request: HttpRequest) -> HttpResponse:
        state = self._state  # read before the page is: what changes meanwhile makes it old
        given = dict(request.COOKIES)
        language, theme, zone = key[-3:]
        held = {settings.LANGUAGE_COOKIE_NAME: language, "theme": theme, "time_zone": zone}
        request.COOKIES = {name: value for name, value in held.items() if value}
        response = self.get_response(request)
        page = kept(request, response, state)
        if page is not None:
            self._keep(key, page)
            return answer(page, request)
        with self._guard:
            self._passed[key] = time.monotonic() + self.life
            while len(self._passed) > MOST_PASSED:
                self._passed.popitem(last=False)
        if given.keys() - held.keys():
            # Their other cookies may matter here: once more, for them alone.
            return self.get_response(WSGIRequest(request.environ))  # type: ignore[attr-defined]
        return response

    def _keep(self, key: Key, page: Page) -> None:
        with self._guard:
            before = self._pages.pop(key, None)
            self._bytes += page.size - (before.size if before else 0)
            self._pages[key] = page
            while self._bytes > MOST_BYTES:
                self._bytes -= self._pages.popitem(last=False)[1].size

    def _look(self) -> State:
        """What pages are compared to: rights, and whatever was published. Asked once a second, by one thread."""
        moment = time.monotonic()
        if moment - self._looked >= LOOK_EVERY and self._looking.acquire(blocking=False):
            try:
                self._looked = moment
                self._state = (permission_version(), *outbox.state())
            except DatabaseError:
                log.warning("guests: the database did not answer; kept pages live to their end")
            finally:
                self._looking.release()
        return self._state


def key_of(request: HttpRequest) -> Key | None:
    """Everything a guest's page may depend on, or None when this request is not for a page that all guests share."""
    meta, path = request.META, request.path_info
    if (
        request.method != "GET"
        or not (path == "/" or path.startswith(PLACES))
        or not isinstance(request, WSGIRequest)
        or "HTTP_AUTHORIZATION" in meta
        or "HTTP_RANGE" in meta
        or "HTTP_X_REQUESTED_WITH" in meta
        or meta.get("HTTP_SEC_FETCH_DEST", "document") != "document"
    ):
        return None
    query, accept, cookies = meta.get("QUERY_STRING", ""), meta.get("HTTP_ACCEPT", "*/*"), request.COOKIES
    theme, zone = cookies.get("theme", ""), cookies.get("time_zone", "")
    if (
        any(name in cookies for name in SESSION_LIKE)
        or ("text/html" not in accept and "*/*" not in accept)
        or theme not in THEMES
        or zone not in ZONES
        or len(query) + len(path) > 500
    ):
        return None
    host = meta.get("HTTP_HOST", meta.get("SERVER_NAME", ""))
    return request.scheme or "", host, path, query, get_language_from_request(request), theme, zone


def kept(request: HttpRequest, response: HttpResponse, state: State) -> Page | None:
    """The page to keep, or None when it is for one reader, for one moment, or no page."""
    vary = {name.strip().lower() for name in response.headers.get("Vary", "").split(",") if name.strip()}
    said = response.headers.get("Cache-Control", "")
    if (
        response.status_code != 200
        or response.streaming
        or response.cookies
        or not response.headers.get("Content-Type", "").startswith("text/html")
        or "Content-Encoding" in response.headers
        or vary - {"cookie", "accept-language"}
        or (said and not getattr(response, "nobody_said_how_to_keep_it", False))
        or len(response.content) > LARGEST
        or b"csrfmiddlewaretoken" in response.content
        or "CSRF_COOKIE" in request.META
    ):
        return None
    nonce: str = getattr(request, "_csp_nonce", None) or ""
    body = tuple(response.content.split(nonce.encode())) if nonce else (response.content,)
    policy = response.headers.get("Content-Security-Policy", "")
    own = {"content-security-policy", "cache-control", "vary", "etag", "content-length"}
    headers = tuple((name, value) for name, value in response.headers.items() if name.lower() not in own)
    digest = hashlib.blake2b(b"\0".join(body), digest_size=16).hexdigest()
    size = len(response.content) + 1_000
    return Page(
        body, tuple(policy.split(nonce)) if nonce else (policy,), headers, f'"{digest}"', size, time.monotonic(), state
    )


def answer(page: Page, request: HttpRequest) -> HttpResponse:
    """The page under a nonce of its own; or that the reader's copy is still right, whose nonce belongs to its policy."""
    if page.etag in request.META.get("HTTP_IF_NONE_MATCH", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        nonce = base64.b64encode(os.urandom(16)).decode()
        response = HttpResponse(nonce.encode().join(page.body))
        if page.policy != ("",):
            response.headers["Content-Security-Policy"] = nonce.join(page.policy)
        response.headers["Content-Length"] = str(len(response.content))
    for name, value in page.headers:
        if response.status_code == 200 or name.lower() != "content-type":
            response.headers[name] = value
    response.headers["Cache-Control"] = "private, no-cache"  # kept by the reader's browser, asked about each time
    response.headers["Vary"] = VARY
    response.headers["ETag"] = page.etag
    return response
