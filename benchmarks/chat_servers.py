"""The servers that benchmarks/chat.py compares, each a process of its own: ours, a bare broadcast, Channels' tutorial."""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from serving import free_port, wait_for

ROOT = Path(__file__).resolve().parent.parent

BARE = """
import asyncio, logging, sys
from websockets.asyncio.server import broadcast, serve

readers = set()

async def handle(connection):
    readers.add(connection)
    try:
        async for text in connection:
            broadcast(readers, text)
    finally:
        readers.discard(connection)

def health(connection, request):
    if request.path.startswith("/health"):
        return connection.respond(200, "")

async def main():
    async with serve(handle, "127.0.0.1", int(sys.argv[1]), compression=None, ping_interval=None, process_request=health):
        await asyncio.get_running_loop().create_future()

logging.disable()  # sockets that end without a closing frame
asyncio.run(main())
"""

# https://channels.readthedocs.io/en/stable/tutorial/part_3.html, with the room's name left out of the address.
TUTORIAL = """
import json, os
import django
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"], SECRET_KEY="x" * 50, INSTALLED_APPS=["channels"], ROOT_URLCONF="tutorial",
    CHANNEL_LAYERS={"default": {"BACKEND": os.environ["LAYER"], "CONFIG": {"hosts": [os.environ["LAYER_URL"]]}}},
)
django.setup()
urlpatterns = []

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application
from django.urls import path

class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        self.room_group_name = "chat_lobby"
        await self.channel_layer.group_add(self.room_group_name, self.channel_name)
        await self.accept()

    async def disconnect(self, close_code):
        await self.channel_layer.group_discard(self.room_group_name, self.channel_name)

    async def receive(self, text_data):
        text_data_json = json.loads(text_data)
        message = text_data_json["message"]
        await self.channel_layer.group_send(self.room_group_name, {"type": "chat.message", "message": message})

    async def chat_message(self, event):
        message = event["message"]
        await self.send(text_data=json.dumps({"message": message}))

application = ProtocolTypeRouter({
    "http": get_asgi_application(),
    "websocket": AllowedHostsOriginValidator(URLRouter([path("ws/", ChatConsumer.as_asgi())])),
})
"""

LAYERS = {
    "Channels, core layer": "channels_redis.core.RedisChannelLayer",
    "Channels, pub/sub layer": "channels_redis.pubsub.RedisPubSubChannelLayer",
}


def uvicorn(application: str, port: int) -> list[str]:
    """As `manage.py up` starts it."""
    return [
        sys.executable, "-m", "uvicorn", application, "--host", "127.0.0.1", "--port", str(port), "--ws", "websockets-sansio",
        "--ws-max-size", "65536", "--ws-per-message-deflate", "false", "--log-level", "error",
    ]  # fmt: skip


@contextlib.contextmanager
def _running(command: list[str], port: int, folder: str = "", **environment: str) -> Iterator[tuple[int, int]]:
    path = f"{ROOT}{os.pathsep}{folder}" if folder else str(ROOT)
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environment | {"PYTHONPATH": path})
    try:
        wait_for(port)
        yield process.pid, port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def ours(database_url: str) -> Iterator[tuple[int, int]]:
    """A socket process of the site; gives its pid and port."""
    port = free_port()
    environment = {"LAOYOU_PROCESS": "sockets", "DATABASE_URL": database_url}
    with _running(uvicorn("config.asgi:application", port), port, **environment) as running:
        yield running


@contextlib.contextmanager
def bare() -> Iterator[tuple[int, int]]:
    """`websockets.broadcast` and nothing else."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "bare.py").write_text(BARE)
        with _running([sys.executable, str(Path(folder, "bare.py")), str(port)], port) as running:
            yield running


@contextlib.contextmanager
def tutorial(layer: str, valkey_url: str) -> Iterator[tuple[int, int]]:
    """The chat of Channels' tutorial on one of its two layers."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "tutorial.py").write_text(TUTORIAL)
        environment = {"LAYER": LAYERS[layer], "LAYER_URL": valkey_url, "DJANGO_SETTINGS_MODULE": ""}
        with _running(uvicorn("tutorial:application", port), port, folder, **environment) as running:
            yield running
