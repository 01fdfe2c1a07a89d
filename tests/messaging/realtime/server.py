"""A real socket process and real clients of it."""

import itertools
import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.house import free_port

ROOT = Path(__file__).resolve().parents[3]


class SocketServer:
    """uvicorn as `manage.py up` runs it, on the tests' database and Valkey; tests/messaging/realtime/application.py says
    what is different."""

    def __init__(self, port: int | None = None, *, deflate: str = "false", **more: str) -> None:
        self.port = port or free_port()
        held = connection.settings_dict
        host = quote(str(held["HOST"]), safe="")
        name = quote(str(held["USER"]), safe="") + (
            f":{quote(str(held['PASSWORD']), safe='')}" if held["PASSWORD"] else ""
        )
        database = f"postgresql://{name}@/{held['NAME']}?host={host}&port={held['PORT']}"
        environment = {**os.environ, "LAOYOU_PROCESS": "sockets", "DATABASE_URL": database, "LOG_LEVEL": "INFO"} | more
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "uvicorn", "tests.messaging.realtime.application:application", "--host", "127.0.0.1", "--port", str(self.port),
                "--ws", "websockets-sansio", "--ws-max-size", "65536", "--ws-per-message-deflate", deflate, "--log-level", "warning",
            ],
            cwd=ROOT,
            env=environment,
        )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(f"The socket process ended with {self.process.returncode}.")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/live", timeout=5).close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("The socket process did not answer.")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Client:
    """A page's end of the socket: it keeps the protocol's promises like laoyou/socket.js, without its comfort."""

    def __init__(
        self, server: SocketServer, cookie: str = "", origin: str = "http://localhost:8000", **more: str
    ) -> None:
        headers = ({"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"} if cookie else {}) | more
        self._opening = connect(
            f"ws://127.0.0.1:{server.port}/ws/",
            origin=origin,
            additional_headers=headers,
            compression=None,
            close_timeout=1,
        )
        self.socket = self._opening.__enter__()
        self.frames: list[dict[str, Any]] = []
        self.last: dict[str, int] = {}
        self._refs = itertools.count(1)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *details: object) -> None:
        self.socket.close()

    def post(self, **frame: Any) -> None:
        self.socket.send(json.dumps(frame))

    def ask(self, **frame: Any) -> dict[str, Any]:
        """Send a frame and wait for its answer; frames of streams are kept."""
        ref = str(next(self._refs))
        self.post(**frame, ref=ref)
        return self.wait(lambda answer: answer.get("ref") == ref)

    def subscribe(self, stream: str, since: int | None = None) -> dict[str, Any]:
        answer = self.ask(op="subscribe", stream=stream, **({} if since is None else {"since": since}))
        if answer["op"] == "ok" and "seq" in answer:
            self.last[stream] = max(answer["seq"], self.last.get(stream, 0))
        return answer

    def send(self, stream: str, text: str, client_id: str) -> dict[str, Any]:
        return self.ask(op="send", stream=stream, client_id=client_id, data={"text": text})

    def wait(self, wanted: Any, timeout: float = 20.0) -> dict[str, Any]:
        """The next frame that is wanted."""
        end = time.monotonic() + timeout
        while True:
            frame: dict[str, Any] = json.loads(self.socket.recv(timeout=max(0.01, end - time.monotonic())))
            self.frames.append(frame)
            if wanted(frame):
                return frame

    def messages(self, stream: str) -> dict[int, dict[str, Any]]:
        """The room as this client sees it: the newest state of each message by its place."""
        newest: dict[int, tuple[int, dict[str, Any]]] = {}
        for frame in self.frames:
            if frame.get("stream") == stream and frame.get("type") == "message":
                place = frame["data"]["seq"]
                if place not in newest or newest[place][0] < frame["seq"]:
                    newest[place] = (frame["seq"], frame["data"])
        return {place: data for place, (_seq, data) in sorted(newest.items())}

    def closed(self, timeout: float = 20.0) -> tuple[int, str]:
        """The code and reason with which the server ends the connection."""
        try:
            self.wait(lambda _frame: False, timeout)
        except ConnectionClosed as end:
            assert end.rcvd is not None, "the connection broke without a closing frame"
            return end.rcvd.code, end.rcvd.reason
        raise AssertionError("still open")
