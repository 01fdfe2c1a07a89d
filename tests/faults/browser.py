"""A browser's forms and pages in a few lines: cookies, the form's token, and the form sent again when no answer came."""

import asyncio
import json
import random
import time
from typing import Any
from urllib.parse import urlencode

from tests.faults.world import cookie

TOKEN = "f" * 32
JSON = "application/json"


async def ask(
    port: int,
    path: str,
    key: str = "",
    form: dict[str, str] | None = None,
    accept: str = "text/html",
    wait: float = 30.0,
) -> tuple[int, str, bytes]:
    """Status, Location and body. Raises OSError or TimeoutError when there is no answer."""
    body = urlencode({**form, "csrfmiddlewaretoken": TOKEN}) if form is not None else ""
    kind = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n" if body else ""
    signed_in = f"{cookie(key)}; " if key else ""
    head = (
        f"{'POST' if form is not None else 'GET'} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Accept: {accept}\r\nCookie: {signed_in}csrftoken={TOKEN}\r\n{kind}\r\n"
    )
    async with asyncio.timeout(wait):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(head.encode() + body.encode())
            answer = await reader.read()
        finally:
            writer.close()
    begin, _end, rest = answer.partition(b"\r\n\r\n")
    if not begin.startswith(b"HTTP/"):
        raise ConnectionError("no answer")
    lines = begin.decode("latin-1").split("\r\n")
    place = next((line[9:].strip() for line in lines if line.lower().startswith("location:")), "")
    return int(lines[0].split()[1]), place, rest


async def insist(ports: list[int], path: str, key: str, form: dict[str, str], until: float) -> dict[str, Any]:
    """Send a form until somebody answers it; the answer as JSON, with its status."""
    while time.monotonic() < until:
        try:
            status, _place, body = await ask(random.choice(ports), path, key, form, accept=JSON, wait=10)
        except (OSError, TimeoutError):
            await asyncio.sleep(0.1)
            continue
        if status in (502, 503, 500, 429):
            await asyncio.sleep(0.3)
            continue
        return {"status": status, **json.loads(body[body.index(b"{") : body.rindex(b"}") + 1])}
    raise TimeoutError(path)
