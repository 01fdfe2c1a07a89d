"""What does not belong in the log."""

import logging


class BytesOfStrangers(logging.Filter):
    """The socket server writes a traceback for every message that is no UTF-8. Anybody may send such bytes, and is closed
    with 1007; that is no error of ours, and a log that strangers fill is read by nobody."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not record.getMessage().startswith("Invalid UTF-8 sequence received from client")
