"""The fixtures of the journey: the running house and its mail."""

from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller

from tests.house import House, Post, free_port


@pytest.fixture(scope="module")
def post() -> Iterator[tuple[Post, int]]:
    port = free_port()
    sink = Post()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    yield sink, port
    controller.stop()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, post: tuple[Post, int]) -> Iterator[House]:
    house = House(home=tmp_path_factory.mktemp("journey") / "home", mail_port=post[1])
    house.start()
    yield house
    house.stop()
