"""Sheets that travel as one: whole, in order, found by whoever serves or collects static files."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client

from config.statics import JOINED


def test_a_joined_sheet_holds_its_parts_in_order_and_is_served() -> None:
    for name, parts in JOINED.items():
        found = finders.find(name)
        assert found
        text = Path(str(found)).read_text(encoding="utf-8")
        places = [text.index(Path(str(finders.find(part))).read_text(encoding="utf-8")) for part in parts]
        assert places == sorted(places)
        response = Client().get(f"/static/{name}")
        assert response.status_code == 200
        assert b"".join(response).decode() == text  # type: ignore[arg-type]
        assert response.headers["Content-Type"].startswith("text/css")


def test_whoever_collects_files_finds_it_once() -> None:
    collected = [path for finder in finders.get_finders() for path, _storage in finder.list([])]
    assert all(collected.count(name) == 1 for name in JOINED)


def test_parts_that_change_make_a_new_file(tmp_path: Path) -> None:
    found = Path(str(finders.find("laoyou/site.css")))
    found.write_text("old", encoding="utf-8")
    assert Path(str(finders.find("laoyou/site.css"))).read_text(encoding="utf-8") != "old"


def test_an_address_is_the_one_of_its_storage() -> None:
    assert staticfiles_storage.url("laoyou/site.css") == staticfiles_storage.url("laoyou/site.css")
    assert staticfiles_storage.url("laoyou/site.css").startswith("/static/laoyou/site")
