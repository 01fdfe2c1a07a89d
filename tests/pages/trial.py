"""One role asks for anything, each time undone; what was wrong is collected."""

import re
import traceback
from collections.abc import Callable
from typing import Any

from django.core.signals import got_request_exception
from django.db import DatabaseError, connection, transaction
from django.test import Client

from tests.pages.addresses import Address, every_address
from tests.pages.world import World

HUGE = "9" * 30
BAD_TEXTS = {
    "nothing": "",
    "NUL": "a\0b",
    "lone surrogate": "a\udce9\ud800b",
    "controls": "\r\n\x1b[31m‮ ﷽",
    "negative": "-1",
    "huge number": HUGE,
    "beyond bigint": "9223372036854775808",
    "no number": "１２e999NaN",
    "quotes": "'\";--<script>alert(1)</script>{{7*7}}%s%n",
}
# Who came by and when is noted whatever becomes of the request; tries of a password are counted.
NOTED = {"django_session", "usersessions_usersession", "integrations_apikey", "wagtailadmin_editingsession"}


# What pg_stat_xact_user_tables says, without its joins: it is asked after every request.
CHANGES = """
SELECT relname, written FROM (
    SELECT relname, pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
                    + pg_stat_get_xact_tuples_deleted(oid) AS written
    FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace OFFSET 0
) AS counted WHERE written > 0
"""
CHECK_NOW = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"

COUNTED = {"integrations_shop"}
"""A shop's door counts what it refused."""


class Trial:
    """One role's requests, each undone afterwards; what was wrong is collected."""

    def __init__(self, world: World, role: str) -> None:
        self.world, self.role, self.client = world, role, world.client(role)
        self.complaints: dict[str, str] = {}
        self.count = 0
        self._error = ""
        self._written: dict[str, int] | None = None
        got_request_exception.connect(self._note, weak=False, dispatch_uid=self)
        with connection.cursor() as cursor:  # the world's own checks are done once, not after each request
            cursor.execute(CHECK_NOW)

    def _note(self, **_more: Any) -> None:
        lines = traceback.format_exc().strip().splitlines()
        ours = [line.strip() for line in lines if "/main/" in line or ("site-packages" not in line and "File" in line)]
        self._error = f"{lines[-1][:200]} | {ours[-1] if ours else ''}"

    def ask(self, what: str, send: Callable[[Client], Any], key: str = "") -> Any:
        """Send, look, undo. The same kind of fault is told once."""
        self.count += 1
        self._error = ""
        self.client.cookies.pop("messages", None)  # what an earlier answer, now undone, still wanted to say
        mark = transaction.savepoint()
        before = self._written if self._written is not None else _changes()
        self._written = None
        fault, answer = "", None
        try:
            answer = send(self.client)
            if not connection.needs_rollback:
                self._written = after = _changes()
                changed = {table for table in after if after[table] != before.get(table)} - NOTED
                fault = self._judge(answer, changed)
                if changed and not fault:
                    with connection.cursor() as cursor:  # what the commit itself would refuse
                        cursor.execute(CHECK_NOW)
            else:
                fault = self._judge(answer, set()) or "left a broken transaction"
        except DatabaseError as error:
            fault = f"broken transaction: {error} {self._error}"
        except Exception as error:
            fault = f"raised {type(error).__name__}: {error} {self._error}"
        connection.set_rollback(False)
        transaction.savepoint_rollback(mark)
        transaction.savepoint_commit(
            mark
        )  # rolled back to, it would stay open: thousands inside of each other are slow
        connection.run_on_commit.clear()
        if fault:
            self.complaints.setdefault(f"{key or what}: {fault[:60]}", ascii(f"{self.role} {what}: {fault}")[:400])
        return answer

    def _judge(self, answer: Any, changed: set[str]) -> str:
        if answer.status_code >= 500:
            return f"{answer.status_code} {self._error}"
        if answer.status_code == 405 and not answer.headers.get("Allow"):
            return "405 without Allow"
        if answer.status_code >= 400 and changed - COUNTED:
            return f"{answer.status_code}, and yet it changed {sorted(changed)}"
        return ""


def _changes() -> dict[str, int]:
    """How many rows this transaction wrote, by table: updates count like new rows."""
    with connection.cursor() as cursor:
        cursor.execute(CHANGES)
        return dict(cursor.fetchall())


# Wagtail's own fire drill, which always fails.
ADDRESSES = [address for address in every_address() if address.name != "wagtailadmin_error_test"]
OUR_ADDRESSES = [address for address in ADDRESSES if address.ours]


def values(world: World, address: Address) -> dict[str, str]:
    return {**dict.fromkeys(address.nouns, "1"), **world.open}


def tried_by(trial: Trial) -> list[Address]:
    """Our addresses; a manager tries those that members are refused, who try the others themselves."""
    if trial.role != "manager":
        return OUR_ADDRESSES
    member = trial.world.client("member")
    paths = {address: address.path(values(trial.world, address)) for address in OUR_ADDRESSES}
    return [address for address, path in paths.items() if member.get(path).status_code >= 300]


def sendable(text: str) -> Any:
    """The test client refuses to encode lone surrogates; a hostile one sends their bytes."""
    return text.encode("utf-8", "surrogatepass") if re.search("[\ud800-\udfff]", text) else text
