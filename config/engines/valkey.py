"""The embedded Valkey: started, asked, stopped.

It holds only what may be lost, and loses it rarely: an append-only file, one second behind.
"""

import os
import signal
import socket
import time
from pathlib import Path

from config.engines.places import EngineError, make_runtime_dir, part, runtime_dir, valkey_program, valkey_socket
from config.engines.processes import Account, Found, Server, end, start, tail, working_in

LOADING_LIMIT = 300.0  # seconds that reading the append-only file may take


def data() -> Path:
    """Where the append-only file is."""
    return part("valkey")


def log() -> Path:
    """What the server says."""
    return part("log") / "valkey.log"


def processes() -> list[Found]:
    """Living servers on our data."""
    return working_in(data(), "valkey-server")


def ping() -> str:
    """`+PONG`, `-LOADING …` while the server reads its file, or an empty string when nobody answers."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            connection.connect(str(valkey_socket()))
            connection.sendall(b"PING\r\n")
            return connection.recv(256).decode(errors="replace").strip()
    except OSError:
        return ""


def command(who: Account) -> list[str]:
    """The server in the foreground, on a socket in our private directory and on no TCP port.

    `noeviction`: a full broker that throws tasks away would do it silently.
    """
    return [
        *who.prefix, str(valkey_program()), "--port", "0", "--unixsocket", f"{os.path.realpath(runtime_dir())}/valkey.sock",
        "--unixsocketperm", "700", "--dir", os.path.realpath(data()), "--appendonly", "yes", "--appendfsync", "everysec",
        "--save", "", "--maxmemory", "256mb", "--maxmemory-policy", "noeviction", "--daemonize", "no", "--logfile", "",
    ]  # fmt: skip


def launch(who: Account, *, detached: bool) -> Server:
    """Start the server and wait for its PONG.

    The caller has asked first: a second server would take the socket from a living one.
    """
    who.own(make_runtime_dir({os.geteuid(), who.uid}), data())
    stop()  # one that lives but cannot be reached (its socket was deleted) must not write to the same file
    server = start(command(who), log=log(), detached=detached)
    if _wait_ready(server):
        return server
    if (data() / "appendonlydir").exists() and "append only file" in tail(log()).lower():
        # A torn file after a full disk or a power cut. Nothing in it is the truth: keep it for a look, start empty.
        (data() / "appendonlydir").rename(data() / f"appendonlydir.unreadable-{time.time_ns()}")
        server = start(command(who), log=log(), detached=detached)
        if _wait_ready(server):
            return server
    raise EngineError(f"Valkey did not start. Its log {log()} ends:\n{tail(log())}")


def _wait_ready(server: Server) -> bool:
    begun = time.monotonic()
    while server.alive():
        answer = ping()
        if answer == "+PONG":
            return True
        if time.monotonic() - begun > (LOADING_LIMIT if answer.startswith("-LOADING") else 30):
            raise EngineError(
                f"Valkey has been starting for {time.monotonic() - begun:.0f} s. Its log {log()} ends:\n{tail(log())}"
            )
        time.sleep(0.01)
    return False


def stop(server: Server | None = None) -> None:
    """Stop the server: by request, then by force (its file survives that)."""
    for each in [server] if server else [Server(found.pid) for found in processes()]:
        end(each, [(signal.SIGTERM, 10), (signal.SIGKILL, 5)])
