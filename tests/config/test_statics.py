"""Sheets and modules that travel as one: whole, in order, found by whoever serves or collects static files."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from config.statics import JOINED, joined_modules, joined_sheets
from config.templatetags.laoyou import MODULES


def source(name: str) -> str:
    return Path(str(finders.find(name))).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", JOINED)
def test_a_joined_file_is_served_and_made_of_its_parts(name: str) -> None:
    parts = {part: source(part) for part in JOINED[name]}
    sheet = name.endswith(".css")
    response = Client().get(f"/static/{name}")
    assert response.status_code == 200
    assert b"".join(response).decode() == (joined_sheets if sheet else joined_modules)(parts)  # type: ignore[arg-type]
    assert response.headers["Content-Type"].startswith("text/css" if sheet else "text/javascript")


def test_what_pages_import_by_name_is_in_the_file_of_every_page() -> None:
    assert {f"laoyou/{name}.js" for name in MODULES} < set(JOINED["laoyou/site.js"])


def test_sheets_keep_their_order_and_bring_their_small_drawings() -> None:
    joined = joined_sheets({"laoyou/b.css": "b { color: red }\n", "laoyou/a.css": 'a { mask: url("lattice.svg") }\n'})
    assert joined.index("b {") < joined.index("a {")
    assert 'url("data:image/svg+xml;base64,' in joined
    assert 'url("icons.svg")' in joined_sheets({"laoyou/a.css": 'a { mask: url("icons.svg") }'})  # too large for that


def test_modules_keep_their_scopes_and_know_each_other() -> None:
    joined = joined_modules(
        {
            "x/one.js": "const secret = 1;\nexport function tell() {\n  return secret;\n}\n",
            "x/two.js": 'import { hear, say } from "y/other";\nimport { tell } from "x/one";\n\nconst secret = hear(tell());\n',
        }
    )
    assert joined == (
        'import { hear, say } from "y/other";\n\n'
        "// ---- x/one.js\n\nconst { tell } = (() => {\nconst secret = 1;\nfunction tell() {\n  return secret;\n}\n"
        "return { tell };\n})();\n\n// ---- x/two.js\n\n{\nconst secret = hear(tell());\n}\n\nexport { tell };\n"
    )


@pytest.mark.parametrize(
    "parts",
    [
        {"x/a.js": "export default 1;"},
        {"x/a.js": 'import all from "y";'},
        {"x/a.js": 'import { a as b } from "y";'},
        {"x/a.js": 'import { b } from "x/b";\n', "x/b.js": "export const b = 1;"},
        {"x/a.js": "export const b = 1;", "x/b.js": "export const b = 2;"},
        {"x/a.js": 'import { b } from "y";\n', "x/b.js": 'import { b } from "z";\n'},
    ],
)
def test_what_cannot_be_joined_is_refused(parts: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured):
        joined_modules(parts)


def test_whoever_collects_files_finds_it_once() -> None:
    collected = [path for finder in finders.get_finders() for path, _storage in finder.list([])]
    assert all(collected.count(name) == 1 for name in JOINED)


def test_parts_that_change_make_a_new_file() -> None:
    found = Path(str(finders.find("laoyou/site.css")))
    found.write_text("old", encoding="utf-8")
    assert Path(str(finders.find("laoyou/site.css"))).read_text(encoding="utf-8") != "old"


def test_an_address_is_the_one_of_its_storage() -> None:
    assert staticfiles_storage.url("laoyou/site.css") == staticfiles_storage.url("laoyou/site.css")
    assert staticfiles_storage.url("laoyou/site.css").startswith("/static/laoyou/site")
