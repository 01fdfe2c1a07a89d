"""How should pages be served? The same Django view behind each server, one after the other, on this machine.

    python benchmarks/serving.py [--seconds 4] [--clients 16] [--rounds 3]

The view is /health/live with all of the site's middleware, asked anonymously over kept connections by a closed-loop
client in a process of its own. Printed: requests a second (median of the rounds, with the lowest and highest), CPU of
the server per request, and the ratio to Django's own ASGI handler. See docs/adr/0001-pages-over-wsgi.md.
"""

import argparse
import asyncio
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

HYBRID = """
from a2wsgi import WSGIMiddleware
from config.wsgi import application as pages
application = WSGIMiddleware(pages, workers=8)
"""
SERVERS = {
    "granian, WSGI, 1 thread": [
        "granian",
        "--interface",
        "wsgi",
        "--workers",
        "1",
        "--blocking-threads",
        "1",
        "config.wsgi:application",
    ],
    "granian, WSGI, 4 threads": [
        "granian",
        "--interface",
        "wsgi",
        "--workers",
        "1",
        "--blocking-threads",
        "4",
        "config.wsgi:application",
    ],
    "WSGI inside uvicorn (a2wsgi)": ["uvicorn", "--log-level", "error", "serving_hybrid:application"],
    "uvicorn, Django's ASGI handler": ["uvicorn", "--log-level", "error", "config.asgi:application"],
}
BASE = "uvicorn, Django's ASGI handler"


async def client(port: int, until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"
    done = 0
    while time.monotonic() < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
        )
        await reader.readexactly(length)
        done += head.startswith(b"HTTP/1.1 200")
    writer.close()
    return done


def load(port: int, clients: int, seconds: float, answer: "multiprocessing.Queue[int]") -> None:
    async def main() -> int:
        until = time.monotonic() + seconds
        return sum(await asyncio.gather(*(client(port, until) for _ in range(clients))))

    answer.put(asyncio.run(main()))


def cpu_seconds(pid: int) -> float:
    """User and system time of a process and its children that still live."""
    total = 0.0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(entry.name) == pid or int(fields[1]) == pid:
                total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("The server did not start.")


def measure(command: list[str], arguments: argparse.Namespace, hybrid_dir: Path) -> tuple[list[float], float]:
    port = free_port()
    program = [str(Path(sys.executable).parent / command[0]), *command[1:], "--host", "127.0.0.1", "--port", str(port)]
    environment = os.environ | {"PYTHONPATH": f"{ROOT}:{hybrid_dir}", "LAOYOU_PROCESS": "web"}
    server = subprocess.Popen(program, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        rates, cpu = [], []
        for round_number in range(arguments.rounds + 1):
            answer: multiprocessing.Queue[int] = multiprocessing.Queue()
            before = cpu_seconds(server.pid)
            process = multiprocessing.Process(target=load, args=(port, arguments.clients, arguments.seconds, answer))
            process.start()
            done = answer.get(timeout=arguments.seconds + 30)
            process.join()
            if round_number:  # the first one warms up
                rates.append(done / arguments.seconds)
                cpu.append((cpu_seconds(server.pid) - before) / max(done, 1) * 1e6)
        return rates, statistics.median(cpu)
    finally:
        server.terminate()
        server.wait(timeout=20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    from config import embedded

    embedded.ensure_running()
    hybrid_dir = embedded.home() / "run"
    (hybrid_dir / "serving_hybrid.py").write_text(HYBRID)
    results = {}
    for name, command in SERVERS.items():
        if "hybrid" in command[-1]:
            try:
                import a2wsgi  # noqa: F401
            except ImportError:
                print(f"{name:32}  left out: pip install a2wsgi to compare it")
                continue
        results[name] = measure(command, arguments, hybrid_dir)
    base = statistics.median(results[BASE][0])
    for name, (rates, cpu) in results.items():
        middle = statistics.median(rates)
        print(
            f"{name:32} {middle:7.0f}/s ({min(rates):.0f}-{max(rates):.0f})  {cpu:6.0f} µs CPU  × {middle / base:.1f}"
        )


if __name__ == "__main__":
    main()
