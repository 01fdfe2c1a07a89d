"""Strangers do not write the log."""

import inspect
import logging

from uvicorn.protocols.websockets import websockets_sansio_impl


def test_bytes_that_are_no_text_leave_no_traceback() -> None:
    log, written = logging.getLogger("uvicorn.error"), list[str]()
    handler = logging.Handler()
    handler.emit = lambda record: written.append(record.getMessage())  # type: ignore[method-assign]
    log.addHandler(handler)
    try:
        log.error("Invalid UTF-8 sequence received from client.")
        log.error("Something broke.")
    finally:
        log.removeHandler(handler)
    assert written == ["Something broke."]
    assert '"Invalid UTF-8 sequence received from client' in inspect.getsource(websockets_sansio_impl), (
        "other words now"
    )
