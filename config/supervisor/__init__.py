"""`manage.py up`.

Engines, schema, web, sockets and worker in one terminal, in order, kept alive and stopped in order.
"""

from config.supervisor.run import main

__all__ = ["main"]
