"""Handing a message to the mail server so that we know how far it came.

smtplib's own `sendmail` hides whether a connection broke before or after the final dot. That is the whole difference
between "try again" and "it may have arrived" (specs: reliability, section 8), so the conversation is spoken step by step.
"""

import smtplib
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.core.mail.message import sanitize_address

CONNECT_SECONDS, REPLY_SECONDS = 5, 30


@dataclass(frozen=True)
class Answer:
    """How a handover ended.

    `kind`: accepted; later (nothing was delivered, try again); refused (for good); unsure (it may have arrived).
    `stage`: message (it could not be made), sender, recipient, content. `code` is 0 when the connection broke without one.
    """

    kind: str
    code: int = 0
    text: str = ""
    stage: str = ""


class ServerAway(Exception):
    """No connection to the mail server can be opened."""


class Post:
    """One connection for a batch of messages, opened again when it broke."""

    def __init__(self) -> None:
        self._backend: Any = None

    def open(self) -> None:
        """Be ready to hand over, or raise ServerAway."""
        if self._backend is not None:
            return
        backend = get_connection(timeout=CONNECT_SECONDS)
        try:
            backend.open()
        except (OSError, smtplib.SMTPException) as error:
            raise ServerAway(str(error)) from error
        self._backend = backend
        if isinstance(backend, SmtpBackend) and backend.connection is not None:
            assert backend.connection.sock is not None  # noqa: S101  (open() just connected it)
            backend.connection.sock.settimeout(REPLY_SECONDS)

    def close(self) -> None:
        backend, self._backend = self._backend, None
        if backend is not None:
            with suppress(OSError, smtplib.SMTPException):
                backend.close()

    def hand_over(self, message: EmailMultiAlternatives) -> Answer:
        """Give one message to the server. Never raises for anything the network or the server does."""
        self.open()
        smtp = self._backend.connection if isinstance(self._backend, SmtpBackend) else None
        if smtp is None:
            return self._hand_to_backend(message)
        answer = _converse(smtp, message)
        if answer.stage != "message" and answer.code in (0, 421):
            self.close()
        return answer

    def _hand_to_backend(self, message: EmailMultiAlternatives) -> Answer:
        """Files, memory or a provider's back end: an error there says nothing about how far it came."""
        try:
            self._backend.send_messages([message])
        except Exception as error:
            self.close()
            return Answer("unsure", text=f"{type(error).__name__}: {error}", stage="content")
        return Answer("accepted")


def _converse(smtp: smtplib.SMTP, message: EmailMultiAlternatives) -> Answer:
    encoding = message.encoding or "utf-8"
    try:
        sender = sanitize_address(message.from_email, encoding)
        recipient = sanitize_address(message.to[0], encoding)
        content: bytes = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    except (ValueError, UnicodeError) as error:
        return Answer("refused", text=_told(error), stage="message")  # no server is asked about what is no message
    try:
        smtp.ehlo_or_helo_if_needed()
        if smtp.has_extn("pipelining"):
            refused = _envelope(smtp, _bare(sender), _bare(recipient))
            if refused is not None:
                return refused
        else:
            for stage in ("sender", "recipient", "content"):
                code, text = _step(smtp, stage, _bare(sender), _bare(recipient))
                if code not in (250, 251, 354):
                    _reset(smtp)
                    return _refusal(code, text, stage)
    except UnicodeError as error:
        return Answer("refused", text=_told(error), stage="message")
    except (OSError, smtplib.SMTPException) as error:
        return Answer("later", text=_told(error), stage="before content")
    return _send_content(smtp, content)


def _envelope(smtp: smtplib.SMTP, sender: str, recipient: str) -> Answer | None:
    """Sender, recipient and DATA in one breath (RFC 2920); the three answers come in order. None: the content may go.

    A server that refused the recipient and still says 354 gets an empty message, which it must refuse (RFC 2920, 3.1).
    """
    lines = f"MAIL FROM:{smtplib.quoteaddr(sender)}\r\nRCPT TO:{smtplib.quoteaddr(recipient)}\r\nDATA\r\n"
    smtp.send(lines.encode("ascii"))
    refused: Answer | None = None
    code = 0
    for stage in ("sender", "recipient", "content"):
        code, text = smtp.getreply()
        if code not in (250, 251, 354) and refused is None:
            refused = _refusal(code, text, stage)
    if refused is not None:
        if code == 354:
            smtp.send(".\r\n")
            smtp.getreply()
        _reset(smtp)
    return refused


def _step(smtp: smtplib.SMTP, stage: str, sender: str, recipient: str) -> tuple[int, bytes]:
    if stage == "sender":
        return smtp.mail(sender)
    if stage == "recipient":
        return smtp.rcpt(recipient)
    smtp.putcmd("data")
    return smtp.getreply()


def _send_content(smtp: smtplib.SMTP, content: bytes) -> Answer:
    """From here on a break is unsure: the final dot may have gone out."""
    quoted = content.replace(b"\r\n.", b"\r\n..")
    quoted = b"." + quoted if quoted.startswith(b".") else quoted
    ending = b".\r\n" if quoted.endswith(b"\r\n") else b"\r\n.\r\n"
    try:
        smtp.send(quoted + ending)
        code, text = smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Answer("unsure", text=_told(error), stage="content")
    return Answer("accepted", code, _words(text), "content") if code == 250 else _refusal(code, text, "content")


def _refusal(code: int, text: bytes, stage: str) -> Answer:
    """4xx is "later"; 5xx is final, except about ourselves as sender, where no recipient is at fault."""
    final = 500 <= code < 600 and stage != "sender"
    return Answer("refused" if final else "later", code, _words(text), stage)


def _reset(smtp: smtplib.SMTP) -> None:
    try:
        smtp.rset()
    except (OSError, smtplib.SMTPException):
        smtp.close()


def _bare(address: str) -> str:
    return parseaddr(address)[1] or address


def _words(text: bytes) -> str:
    return text.decode("utf-8", "replace").replace("\n", " ")


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
