"""With a server that takes several commands in one breath (RFC 2920), we still know how far a message came."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.mail import EmailMessage

from messaging.smtp import Post

ANSWERS = {"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go", "text": "250 2.0.0 taken", "RSET": "250 ok"}


class Server:
    """Speaks line by line what it was told to say; "cut" breaks the connection instead."""

    def __init__(self) -> None:
        self.answers = dict(ANSWERS)
        self.heard: list[str] = []
        self.line = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.line.getsockname()[1])
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                talk, _ = self.line.accept()
            except OSError:
                return
            with talk, talk.makefile("rb") as lines:
                talk.sendall(b"220 hello\r\n")
                self._talk(talk, lines)

    def _talk(self, talk: socket.socket, lines: Any) -> None:
        for line in lines:
            word = line.decode()[:4].upper()
            self.heard.append(word)
            if word == "EHLO":
                talk.sendall(b"250-hello\r\n250 PIPELINING\r\n")
                continue
            answer = self.answers.get(word, "221 bye")
            if answer == "cut":
                return
            talk.sendall(answer.encode() + b"\r\n")
            if answer.startswith("354"):
                text = b""
                while (more := lines.readline()) != b".\r\n":
                    text += more
                self.heard.append("text" if text else "nothing")
                said = self.answers["text"] if text else "554 no recipients"
                if said == "cut":
                    return
                talk.sendall(said.encode() + b"\r\n")


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    found = Server()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", found.port
    yield found
    found.line.close()


@pytest.mark.parametrize(
    ("answers", "kind", "code", "stage"),
    [
        ({}, "accepted", 250, "content"),
        ({"MAIL": "550 not you", "RCPT": "503 first mail", "DATA": "503 first rcpt"}, "later", 550, "sender"),
        ({"RCPT": "550 5.1.1 nobody", "DATA": "554 no recipients"}, "refused", 550, "recipient"),
        ({"RCPT": "550 5.1.1 nobody", "DATA": "354 go"}, "refused", 550, "recipient"),
        ({"RCPT": "451 greylisted", "DATA": "503 no"}, "later", 451, "recipient"),
        ({"DATA": "421 busy"}, "later", 421, "content"),
        ({"RCPT": "cut"}, "later", 0, "before content"),
        ({"text": "cut"}, "unsure", 0, "content"),
        ({"text": "552 too large"}, "refused", 552, "content"),
    ],
)
def test_every_answer_in_one_breath_is_told_apart(
    server: Server, answers: dict[str, str], kind: str, code: int, stage: str
) -> None:
    server.answers |= answers
    post = Post()
    message: Any = EmailMessage("Tea", "The first leaves.", "hello@example.com", ["lin@example.org"])
    answer = post.hand_over(message)
    assert (answer.kind, answer.code, answer.stage) == (kind, code, stage)
    assert server.heard.count("text") == (
        1 if kind in ("accepted", "unsure") or (stage == "content" and code == 552) else 0
    )
    server.answers = dict(ANSWERS)
    assert post.hand_over(message).kind == "accepted", "the next message is not disturbed"
    post.close()
