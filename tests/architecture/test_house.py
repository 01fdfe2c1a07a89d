"""The rules of the house that an import contract cannot say. Each was broken once on purpose to see it fail."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = [
    "outbox", "members", "messaging", "community", "loyalty", "referrals", "insights", "care", "campaigns", "integrations", "cms",
]  # fmt: skip
EDGES = {"views", "consumers", "api", "forms", "tasks", "wagtail_hooks"}


def modules(*apps: str) -> Iterator[tuple[str, Path]]:
    for app in apps or APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in path.parts:
                yield app, path


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def room(app: str, path: Path) -> str:
    """`views` for both app/views.py and app/views/topics.py."""
    return path.relative_to(ROOT / app).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("app", APPS)
def test_every_app_says_what_it_is_for(app: str) -> None:
    text = (ROOT / app / "README.md").read_text(encoding="utf-8")
    assert len(text.split()) > 80, f"{app}/README.md: purpose, words, promises, events out and in"


def test_nobody_imports_another_apps_models() -> None:
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for app, path in modules()
        for name in imports(path)
        for other in APPS
        if other != app and (name == f"{other}.models" or name.startswith(f"{other}.models."))
    ]
    assert found == []


def test_no_room_is_called_after_nothing() -> None:
    vague = {"utils", "helpers", "managers", "services", "misc", "common"}
    assert [str(path) for _, path in modules() if path.stem in vague] == []


def test_models_have_no_save_overrides_and_nobody_uses_signals() -> None:
    found = []
    for app, path in modules():
        for node in ast.walk(tree(path)):
            if room(app, path) == "models" and isinstance(node, ast.FunctionDef) and node.name in ("save", "delete"):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} overrides {node.name}")
        found += [
            f"{path.relative_to(ROOT)} uses {n}" for n in imports(path) if n.startswith("django.db.models.signals")
        ]
    assert found == []


REAL_TIME = {
    "members/sessions.py": "the ends of sessions, as Django measures them",
    "members/proof.py": "the marks of signing in and proving, as allauth measures them",
    "members/adapter.py": "changes of what opens an account, compared with allauth's marks of when a factor was added",
    "members/proof_views.py": "how old a letter's signed link is",
    "members/tasks.py": "how old those changes are, which are noted by the real time",
    "integrations/webhooks/sending.py": "what a stranger compares with the clock on their own wall",
}
"""The only places that ask the real time behind a moved clock, each with what it is compared with."""


def test_only_the_edges_know_the_clock() -> None:
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for app, path in modules()
        for name in imports(path)
        if (
            name in {"outbox.clock.now", "outbox.clock.real_now"}
            and room(app, path) in {"actions", "queries", "rules", "access", "models", "events"}
        )
        or (name.startswith("django.utils.timezone.now"))
        or (name == "outbox.clock.real_now" and str(path.relative_to(ROOT)) not in REAL_TIME)
    ]
    found += [
        f"{path.relative_to(ROOT)}:{node.lineno} asks the wall clock"
        for app, path in modules()
        if path != ROOT / "outbox" / "clock.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr)
        in {("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today")}
    ]
    assert found == []


def test_actions_know_no_web_and_no_queue() -> None:
    forbidden = ("django.http", "django.shortcuts", "celery", "channels", "ninja", "django.contrib.messages")
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for app, path in modules()
        if room(app, path) in {"actions", "queries", "access", "rules"}
        for name in imports(path)
        if name.startswith(forbidden)
    ]
    assert found == []


TIMELESS = {
    "outbox/actions.py listen": "a choice that holds from its commit on; no row of it has a time",
    "loyalty/actions/tiers/groups.py settle_groups": "makes groups equal to the memberships that are there; no row of it has a time",
    "loyalty/actions/trials/drafting.py throw_away": "deletes a draft with its trials; no row is left that could have a time",
}
"""Actions that happen at no moment, each with what makes it true."""


def test_public_actions_take_keywords_only_and_say_who_and_when() -> None:
    found = []
    for app, path in modules():
        if room(app, path) != "actions":
            continue
        for node in tree(path).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_") or not demands_transaction(node):
                continue
            names = {argument.arg for argument in node.args.kwonlyargs}
            timeless = f"{path.relative_to(ROOT)} {node.name}" in TIMELESS
            if node.args.args or not (timeless or names & {"at", "before"}):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: keyword-only, with at=")
    assert found == []


def demands_transaction(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "require_transaction"
        for call in ast.walk(node)
    )


def test_edges_write_nothing_themselves() -> None:
    writes = {"create", "bulk_create", "update", "delete", "save", "get_or_create", "update_or_create", "bulk_update"}
    found = []
    for app, path in modules():
        if room(app, path) not in EDGES:
            continue
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in writes
                and "objects" in ast.dump(node.func.value)
            ):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} .{node.func.attr}() at the edge")
    assert found == []


def test_tasks_are_addresses() -> None:
    found = []
    for app, path in modules():
        if room(app, path) != "tasks":
            continue
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef):
                count = sum(isinstance(inner, ast.stmt) for inner in ast.walk(node)) - 1
                if count > 6:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} has {count} statements")
    assert found == []


SAFE_STRINGS = {
    "community/cook.py": "what people wrote, sanitised there",
    "community/topicpage/stencils.py": "a drawn template's own text, with values that it escapes itself",
    "community/topicpage/structured.py": "JSON in which no character can end its script element",
    "community/topicpage/body.py": "filled stencils in a row",
    "community/topicpage/faces.py": "filled stencils in a row",
    "community/views/forum/topic_page.py": "a drawn template, passed on to a stencil",
    "loyalty/wagtail_hooks/looking.py": "a line break between two amounts",
    "members/templatetags/members.py": "drawn templates in a row",
    "config/templatetags/laoyou.py": "drawn header and footer, the import map of our own addresses, a constant attribute",
}
"""The only places that say of a string that it needs no escaping, each with what makes it true."""


def test_safe_strings_are_made_in_few_known_places() -> None:
    found = {
        str(path.relative_to(ROOT))
        for app in (*APPS, "config")
        for _, path in modules(app)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and makes_safe(node)
    }
    assert found == set(SAFE_STRINGS)


def makes_safe(node: ast.Call) -> bool:
    """mark_safe(…) and SafeString(…) of anything but the empty string."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    empty = len(node.args) == 1 and isinstance(node.args[0], ast.Constant) and node.args[0].value == ""
    return name in {"mark_safe", "SafeString", "SafeText", "SafeData"} and not empty


def test_no_page_has_inline_script_or_style() -> None:
    found = []
    for template in [*ROOT.glob("*/templates/**/*.html")]:
        text = template.read_text(encoding="utf-8")
        parts = template.relative_to(ROOT)
        if "mail" in template.name or "wagtailadmin" in parts.parts or "admin" in parts.parts:
            continue  # mail has no stylesheet to link; the admin has its own policy
        if " style=" in text or "javascript:" in text or " onclick=" in text:
            found.append(str(parts))
    assert found == []
