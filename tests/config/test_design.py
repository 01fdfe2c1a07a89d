"""Promises of the design system that a template or a sheet can break without anybody noticing."""

import gzip
import re
from pathlib import Path

from config.templatetags.laoyou import IN_NEED, MODULES

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "config/static/laoyou"
SHEETS = ["tokens.css", "base.css", "components.css"]
ON_READING_PAGES = [
    "page.js", "trusted-html.js", "time.js", "form.js", "theme.js", "copy.js", "live.js", "socket.js", "toast.js",
]  # fmt: skip
WRITTEN_FOR_MAIL = {"email", "mail", "emails"}  # mail has no style sheet


def templates(of_the_console: bool = False) -> list[Path]:
    """Pages of the site, or of the managers' console, which has a policy of its own."""
    every = [path for path in ROOT.glob("*/templates/**/*.html") if not WRITTEN_FOR_MAIL & set(path.parts)]
    chosen = [path for path in every if of_the_console == bool({"admin", "wagtailadmin"} & set(path.parts))]
    assert of_the_console or len(chosen) > 20
    return chosen


def scripts(pages: list[Path]) -> set[str]:
    return {name for page in pages for name in re.findall(r'static "([\w/.-]+\.js)"', page.read_text(encoding="utf-8"))}


def packed(names: list[str]) -> int:
    return sum(len(gzip.compress((STATIC / name).read_bytes(), mtime=0)) for name in names)


def test_sheets_stay_under_25_kilobytes() -> None:
    assert packed(SHEETS) <= 25_000


def test_modules_stay_under_35_kilobytes() -> None:
    assert packed(ON_READING_PAGES) <= 35_000


def test_every_icon_asked_for_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text(encoding="utf-8")))
    asked = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in templates()
        for name in re.findall(r'{%\s*icon "([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    asked |= {
        (path.relative_to(ROOT).as_posix(), name)
        for path in ROOT.glob("[a-z]*/**/*.py")
        for name in re.findall(r'NavItem\([^\n]*icon="([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    assert {pair for pair in asked if pair[1] not in drawn} == set()


def test_no_inline_style_or_handler() -> None:
    """The Content-Security-Policy would drop them silently."""
    inline = re.compile(r'\sstyle\s*=\s*["\']|<style|\son[a-z]+\s*=\s*["\']|javascript:')
    assert [path.name for path in templates() if inline.search(path.read_text(encoding="utf-8"))] == []


def test_every_script_carries_the_nonce() -> None:
    for path in templates():
        for tag in re.findall(r"<script\b[^>]*>", path.read_text(encoding="utf-8")):
            assert "csp_nonce" in tag or "application/json" in tag or "application/ld+json" in tag, (path, tag)


def test_the_design_page_names_only_classes_that_exist() -> None:
    sheets = "".join((STATIC / name).read_text(encoding="utf-8") for name in SHEETS)
    sheets += "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("*/static/*/*.css"))
    classes = set(re.findall(r"\.([a-z][\w-]*)", sheets))
    page = (ROOT / "docs/design.md").read_text(encoding="utf-8")
    table = page[page.index("## Components") : page.index("## Modules")]
    named = {name for name in re.findall(r"`([a-z][a-z-]*)`", table) if not name.startswith(("aria-", "data-"))}
    words = {"narrow", "wide", "full", "info"}  # of the page; "info" is how an alert looks anyway
    assert named - classes - words == set()


def test_modules_are_imported_by_name() -> None:
    """By path, a module would load under two addresses (hashed and plain) and run twice: two sockets, two toasts."""
    offered = {f"laoyou/{name}" for name in (*MODULES, *IN_NEED)}
    assert all((STATIC / f"{name}.js").exists() for name in (*MODULES, *IN_NEED))
    for path in [*STATIC.glob("*.js"), *ROOT.glob("*/static/*/*.js")]:
        for target in re.findall(r'(?:from|import)\s*\(?\s*"([^"]+)"', path.read_text(encoding="utf-8")):
            if "laoyou" in target or path.parent == STATIC:
                assert target in offered, (path.name, target)


def test_nothing_writes_html_except_through_the_one_policy() -> None:
    unsafe = re.compile(
        r"\.(?:innerHTML|outerHTML)\s*=|insertAdjacentHTML|document\.write|createHTML|createScript\b|\beval\("
    )
    elsewhere = {"laoyou/trusted-html.js"} | (scripts(templates(of_the_console=True)) - scripts(templates()))
    ours = {"/".join(path.parts[-2:]): path for path in ROOT.glob("*/static/*/*.js")}
    writing = {name for name, path in ours.items() if unsafe.search(path.read_text(encoding="utf-8"))}
    assert writing - elsewhere == set()
    # Policies are named in the Content-Security-Policy. The other one makes no HTML: it lets one address through, of the worker.
    policies = {name for name, path in ours.items() if "createPolicy" in path.read_text(encoding="utf-8")}
    assert policies == {"laoyou/trusted-html.js", "messaging/push.js"}
