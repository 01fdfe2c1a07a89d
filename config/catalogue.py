"""The catalogue of translated words: what is said in code and templates, what the catalogue says in Chinese, what is wrong.

Needs Babel (requirements-dev.txt) and no gettext programs. Read docs/languages.md before changing words.
"""

import ast
import io
import re
from collections.abc import Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from babel.messages import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

LANGUAGE = "zh_Hans"
FOLDER = Path(settings.BASE_DIR) / "config" / "locale" / LANGUAGE / "LC_MESSAGES"
PO, MO = FOLDER / "django.po", FOLDER / "django.mo"
SKIPPED = {"tests", "benchmarks", "migrations", "static", "docs", "script"}
# Libraries that speak on our own pages; what their Chinese catalogue leaves out becomes ours to translate.
BORROWED = {
    "allauth": ("account", "mfa", "usersessions", "templates/account", "templates/mfa", "templates/usersessions"),
    "django.conf": ("../forms", "../core", "../utils"),  # the catalogue of Django itself
    "django.contrib.auth": (".",),
    "wagtail.admin": (".",),
    "wagtail.snippets": (".",),
    "wagtail.users": (".",),
    "wagtail.images": (".",),
    "wagtail.documents": (".",),
}

# What their translators chose and ours did not: 验证码, not 代码; 电子邮件, not Email; 退出登录, not 登出.
UNLIKE_OURS = re.compile("代码|[Ee]mail|token|[Pp]asskey|APP|登出|身份认证|身份验证器|认证器|会话|帐[号户]|Hello")

# The calls that hold words, and which of their arguments: context, singular, plural.
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "_": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
# What Python fills in, and what a script fills in: %n, NAME.
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%[a-z]+|%[sd](?![a-z])|\{\w*\}|NAME|OTHER")


class Words(NamedTuple):
    """One thing said: its file, and what the catalogue calls it."""

    file: str
    id: str | tuple[str, str]
    context: str | None = None


class NotConstant(Exception):
    """Words that are put together before they are looked up can never be found."""


def our_words() -> Iterator[Words]:
    """Everything translatable that our own code and templates say."""
    base = Path(settings.BASE_DIR)
    apps = sorted(config.parent for config in base.glob("*/__init__.py") if config.parent.name not in SKIPPED)
    for app in apps:
        yield from _said_in(app, base)


def borrowed_words() -> Iterator[Words]:
    """What the libraries of BORROWED say and their own catalogue leaves in English, or says in words that are not ours."""
    for library, folders in BORROWED.items():
        package = Path(str(resources.files(library))).resolve()
        with (package / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po").open("rb") as file:
            theirs = read_po(file, locale=LANGUAGE)
        site_packages = package.parents[library.count(".")]
        for folder in folders:
            for words in _said_in((package / folder).resolve(), site_packages):
                known = theirs.get(_key(words.id), words.context)
                said = _texts(known.string)[0] if known and known.string and not known.fuzzy else ""
                if not said or (library == "allauth" and UNLIKE_OURS.search(said)):
                    yield words


def merged(old: Catalog, *, borrow: bool = True) -> Catalog:
    """Everything said today, with the translations `old` has for it; what nobody says any more is left out.

    Without `borrow`, libraries say what `old` knows of them, so that another version of one cannot fail a check of our words.
    """
    new = Catalog(
        locale=LANGUAGE, project="Laoyou", version=" ", copyright_holder="Laoyou", charset="utf-8", fuzzy=False
    )
    new.header_comment, new.creation_date, new.revision_date = old.header_comment, old.creation_date, old.revision_date
    new.last_translator, new.language_team = old.last_translator, old.language_team
    theirs = borrowed_words() if borrow else _borrowed_before(old)
    for words in sorted({*our_words(), *theirs}, key=lambda words: (words.file, str(words.id), words.context or "")):
        new.add(words.id, locations=[(words.file, 0)], context=words.context)
    for message in new:
        known = old.get(_key(message.id), message.context) if message.id else None
        if known and known.string:
            message.string = tuple(_texts(known.string)) if message.pluralizable else _texts(known.string)[0]
            message.flags |= known.flags & {"fuzzy"}
    return new


def read() -> Catalog:
    """The catalogue as it is committed; an empty one if there is none."""
    if not PO.exists():
        return Catalog(locale=LANGUAGE)
    with PO.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def po_bytes(catalog: Catalog) -> bytes:
    """The text people edit: by file, without line numbers, so that moving code changes nothing here."""
    out = io.BytesIO()
    write_po(out, catalog, width=120, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    return out.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    """What Django reads. Unfinished words are left out, so that English stands in for them."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def complaints(catalog: Catalog) -> Iterator[str]:
    """What is unfinished or wrong in a translation, a line each."""
    for message in catalog:
        if not message.id:
            continue
        name = f"{message.locations[0][0] if message.locations else '?'}: {_key(message.id)!r}"
        if not message.string or not all(_texts(message.string)):
            yield f"{name} is not translated"
        elif message.fuzzy:
            yield f"{name} is marked fuzzy: read the translation again and remove the mark"
        elif strange := _strange_placeholders(message):
            yield f"{name}: the translation and the original differ in {', '.join(sorted(strange))}"


def _borrowed_before(old: Catalog) -> Iterator[Words]:
    libraries = {library.split(".")[0] for library in BORROWED}
    for message in old:
        for file, _line in message.locations:
            if file.split("/")[0] in libraries:
                yield Words(
                    file, message.id if isinstance(message.id, str) else (message.id[0], message.id[1]), message.context
                )


def _said_in(folder: Path, base: Path) -> Iterator[Words]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if SKIPPED.intersection(inside) or not path.is_file():
            continue
        name = path.relative_to(base).as_posix()
        if path.suffix == ".py":
            yield from _said_in_python(path.read_text(encoding="utf-8"), name)
        elif path.suffix in {".html", ".txt"} and ("templates" in inside or "templates" in folder.parts):
            yield from _said_in_template(path.read_text(encoding="utf-8"), name)


def _said_in_python(source: str, name: str) -> Iterator[Words]:
    nodes = list(ast.walk(ast.parse(source)))
    imports = [alias for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names]
    renamed = {alias.asname: alias.name for alias in imports if alias.asname and alias.name in CALLS}
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        called = renamed.get(called, called)
        if called not in CALLS:
            continue
        places = CALLS[called]
        given = [None if place is None or place >= len(node.args) else node.args[place] for place in places]
        if any(_put_together(word) for word in given):
            raise NotConstant(f"{name}:{node.lineno}: {called}() needs plain words, to be found in the catalogue")
        context, singular, plural = (str(word.value) if isinstance(word, ast.Constant) else None for word in given)
        if singular:
            yield Words(name, (singular, plural) if plural else singular, context)


def _put_together(word: ast.expr | None) -> bool:
    """An f-string, a sum or a format; a plain variable holds words that are marked elsewhere."""
    formatted = isinstance(word, ast.Call) and isinstance(word.func, ast.Attribute) and word.func.attr == "format"
    return formatted or isinstance(word, ast.JoinedStr | ast.BinOp)


def _said_in_template(source: str, name: str) -> Iterator[Words]:
    # What stands between the words is blanked out, but its indentation would not be Python's.
    python = "\n".join(line.strip() for line in templatize(source, origin=name).splitlines())
    for _line, found, _comments, context in extract("python", io.BytesIO(python.encode())):
        yield Words(name, found if isinstance(found, str) else (found[0], found[1]), context)


def _strange_placeholders(message: Message) -> set[str]:
    """Placeholders that only one side has; a plural's one form must have what its original's plural has."""
    singular, *plural = _texts(message.id)
    wanted = set(PLACEHOLDER.findall(plural[0] if plural else singular))
    return set().union(*(wanted ^ set(PLACEHOLDER.findall(text)) for text in _texts(message.string)))


def _key(id: object) -> str:
    return _texts(id)[0]


def _texts(text: object) -> list[str]:
    return [str(part) for part in text] if isinstance(text, Iterable) and not isinstance(text, str) else [str(text)]
