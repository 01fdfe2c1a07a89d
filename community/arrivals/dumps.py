"""Reading rows out of database dumps, as streams: a dump may be larger than memory.

`pg_dump` writes tables as COPY blocks (postgresql.org: COPY, text format), `mysqldump` as INSERT statements.
"""

import gzip
import io
import re
import tarfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from community.arrivals.neutral import BadExport

Values = dict[str, str | None]
"""Column → value as text; None is NULL."""

_COPY = re.compile(r'COPY (?:"?public"?\.)?"?(\w+)"? \(([^)]*)\) FROM stdin;')
_ESCAPE = re.compile(r"\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2}|.)", re.S)
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_CREATE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?[`\"]?(\w+)[`\"]? \(")
_COLUMN = re.compile(r"\s*[`\"](\w+)[`\"]\s")
_INSERT = re.compile(r"INSERT (?:IGNORE )?INTO [`\"]?(\w+)[`\"]?\s*(?:\(([^)]*)\))?\s*VALUES\s*", re.I)
_MYSQL = {"0": "", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "Z": "\x1a"}


@contextmanager
def opened(path: Path) -> Iterator[io.TextIOBase]:
    """The SQL of a dump: plain, `.gz`, or inside a `.tar.gz` (a Discourse backup) as `dump.sql` or `dump.sql.gz`."""
    try:
        if path.name.endswith((".tar.gz", ".tgz", ".tar")):
            with tarfile.open(path) as archive:
                member = next((one for one in archive if Path(one.name).name in ("dump.sql", "dump.sql.gz")), None)
                inner = archive.extractfile(member) if member else None
                if inner is None:
                    raise BadExport(f"{path.name} holds no dump.sql.gz. Is it a backup with the database?")
                yield _text(gzip.GzipFile(fileobj=inner) if str(member and member.name).endswith(".gz") else inner)
        elif path.name.endswith(".gz"):
            with gzip.open(path) as stream:
                yield _text(stream)
        else:
            with path.open("rb") as stream:
                yield _text(stream)
    except (tarfile.TarError, gzip.BadGzipFile, EOFError) as error:
        raise BadExport(f"{path.name} is damaged or cut off ({error}). Copy it again.") from error


def _text(stream: object) -> io.TextIOBase:
    # Bytes that are no UTF-8 must not stop a move of years of talk: they become the replacement character.
    return io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="\n")  # type: ignore[type-var]


def postgres_rows(stream: io.TextIOBase, tables: Collection[str]) -> Iterator[tuple[str, Values]]:
    """(table, row) for the rows of these tables, in the order of the dump."""
    for line in stream:
        found = _COPY.match(line)
        if not found:
            continue
        table, columns = found[1], [name.strip().strip('"') for name in found[2].split(",")]
        wanted = table in tables
        for row in stream:
            if row == "\\.\n":
                break
            if wanted:
                values = [_copy_value(value) for value in row.rstrip("\n").split("\t")]
                if len(values) != len(columns):
                    raise BadExport(f"A row of the table {table} has {len(values)} values for {len(columns)} columns.")
                yield table, dict(zip(columns, values, strict=True))
        else:
            raise BadExport(f"The dump ends in the middle of the table {table}. Copy it again.")


def _copy_value(text: str) -> str | None:
    if text == "\\N":
        return None
    return _ESCAPE.sub(_unescape, text) if "\\" in text else text


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "01234567":
        return chr(int(code, 8))
    if code[0] == "x" and len(code) > 1:
        return chr(int(code[1:], 16))
    return _ESCAPED.get(code, code)


def mysql_prefix(stream: io.TextIOBase, table: str) -> str | None:
    """What stands before the name of this table in the dump; None when it is not there."""
    for line in stream:
        if (made := _CREATE.match(line)) and made[1].endswith(table):
            return made[1].removesuffix(table)
    return None


def mysql_rows(stream: io.TextIOBase, tables: Collection[str], prefix: str) -> Iterator[tuple[str, Values]]:
    """(table, row) for the rows of these tables, named without their prefix (`phpbb_posts` is `posts`)."""
    columns: dict[str, list[str]] = {}
    lines = iter(stream)
    for line in lines:
        if made := _CREATE.match(line):
            columns[made[1]] = list(_columns(lines))
        elif found := _INSERT.match(line):
            table = found[1].removeprefix(prefix) if found[1].startswith(prefix) else ""
            named = [name.strip(' `"') for name in found[2].split(",")] if found[2] else columns.get(found[1])
            statement = _whole_statement(line, lines)
            if table not in tables:
                continue
            if named is None:
                raise BadExport(f"The dump does not say what columns {found[1]} has. Dump it with its CREATE TABLE.")
            for values in _tuples(statement, found.end()):
                if len(values) != len(named):
                    raise BadExport(f"A row of {found[1]} has {len(values)} values for {len(named)} columns.")
                yield table, dict(zip(named, values, strict=True))


def _columns(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if line.startswith(")"):
            return
        if column := _COLUMN.match(line):
            yield column[1]


def _whole_statement(line: str, lines: Iterator[str]) -> str:
    parts = [line]
    while not parts[-1].rstrip().endswith(";"):
        following = next(lines, None)
        if following is None:
            raise BadExport("The dump ends in the middle of an INSERT. Copy it again.")
        parts.append(following)
    return "".join(parts)


_VALUE = re.compile(
    r"""\s*(?:'((?:[^'\\]|\\.|'')*)'|(NULL)|0x([0-9A-Fa-f]*)|(-?[0-9][0-9.eE+-]*))\s*([,)])""", re.S | re.I
)


def _tuples(statement: str, at: int) -> Iterator[list[str | None]]:
    while True:
        at = statement.find("(", at)
        if at < 0:
            return
        at += 1
        values: list[str | None] = []
        while True:
            found = _VALUE.match(statement, at)
            if found is None:
                raise BadExport(f"This is no value of MySQL: {statement[at : at + 40]!r}.")
            values.append(_mysql_value(found))
            at = found.end()
            if found[5] == ")":
                break
        yield values


def _mysql_value(found: re.Match[str]) -> str | None:
    if found[1] is not None:
        text = found[1].replace("''", "'")
        return re.sub(r"\\(.)", lambda code: _MYSQL.get(code[1], code[1]), text, flags=re.S) if "\\" in text else text
    if found[2]:
        return None
    if found[3] is not None:
        return bytes.fromhex(found[3]).decode("utf-8", "replace")
    return found[4]
