"""Other sites are asked through one module alone, because a person may have named them."""

from tests.architecture.test_house import APPS, ROOT, imports, modules

CLIENTS = ("requests", "httpx", "aiohttp", "urllib3", "urllib.request", "http.client", "ftplib", "pycurl")
# What a library that we answer for another expects to be raised; nothing here asks anybody.
WORDS = ("requests.exceptions.",)


def test_only_the_way_out_speaks_http() -> None:
    found = [
        f"{path.relative_to(ROOT)} imports {name}"
        for _app, path in modules(*APPS)
        for name in imports(path)
        if name in CLIENTS or name.startswith(tuple(f"{client}." for client in CLIENTS))
        if not name.startswith(WORDS)
        if path != ROOT / "messaging" / "outside.py"
    ]
    assert found == []
