"""The backend that Django loads by the name of this package."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Before the first statement of a request Django asks `SELECT 1` of a connection that was kept.

    A server that stops, restarts or ends a session closes the socket, which is then readable. So the question is asked
    only when something waits to be read; of a host that fell silent neither way would learn in time.
    """

    def is_usable(self) -> bool:
        if self.connection is None or self.connection.closed:
            return False
        socket = select.poll()
        socket.register(self.connection.fileno(), select.POLLIN)
        return not socket.poll(0) or super().is_usable()
