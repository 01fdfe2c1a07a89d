"""The canary: a random word in every hidden thing, and everybody looks everywhere. Nobody reads what is not theirs.

And whatever is hidden from somebody answers them exactly as if it were not there.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

import pytest
from django.test import Client

from tests.pages.addresses import Address, every_address
from tests.pages.world import World

ADDRESSES = every_address()
# A person's page, a link in a mail and the key's own answers hide nothing by their address.
# Nor is a published rule, nor what a secret link in one's hand opens.
NOT_HIDDEN = {"person", "customer", "mail_link", "order", "gift_link", "earning_rule"}
# What people add to the addresses of lists: searches, filters, orders.
LOOKED_FOR = (
    "/forum/?q={word}", "/b/tea/?before={word}", "/admin/customers/people/?q={word}", "/admin/pages/search/?q={word}",
    "/admin/care/?state=open", "/admin/snippets/community/post/?q={word}", "/news/?page=1", "/?q={word}",
    "/admin/users/?q={word}", "/admin/reports/site-history/?q={word}", "/points/?before=999999999",
)  # fmt: skip
VOLATILE = re.compile(
    r'nonce="[^"]*"|nonce-[^\']*|Expires: [^\n]*|Content-Length: \d+|X-Request-Id: [^\n]*|Content-Security-Policy: [^\n]*|name="csrfmiddlewaretoken" value="[^"]*"|"csrf[^,]*|name="client_id" value="[^"]*"|\b[A-Za-z0-9]{64}\b'
)


# Wagtail leaves files of its previews to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")


@pytest.fixture(autouse=True)
def _refusals_are_meant() -> Iterator[None]:
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def _variants(world: World, address: Address) -> list[dict[str, str]]:
    """Open things, hidden things, and each hidden one under an open one."""
    known = {**dict.fromkeys(address.nouns, "1"), **world.open}
    variants = [known]
    if set(address.nouns) & set(world.hidden):
        variants.append({**known, **world.hidden})
    if "topic" in address.nouns:
        variants.append({**known, "topic": world.hidden["gone"], "post": "1"})
        variants.extend({**known, "post": number} for number in ("3", "4"))
    if "message" in address.nouns:
        variants.append({**known, "message": "2"})
    return variants


def _rooms() -> list[str]:
    from community.models import Room

    return list(Room.objects.values_list("public_id", flat=True)[:50])


def _pages(world: World) -> Iterator[str]:
    for address in ADDRESSES:
        for values in _variants(world, address):
            yield address.path(values)
    yield "/line/?" + "&".join(f"stream=room:{public_id}@0" for public_id in _rooms())
    for secret in world.secrets[::5]:
        for path in LOOKED_FOR:
            yield path.format(word=secret.word)


def _said(answer: Any, path: str) -> str:
    """Headers and body, without an echo of what was asked for."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = (
        "\n".join(f"{name}: {value}" for name, value in answer.headers.items()) + "\n" + body.decode("utf-8", "replace")
    )
    for echo in {path or "…", quote(path) or "…", quote(path, safe="") or "…", *re.findall(r"zq\w{12}", unquote(path))}:
        text = text.replace(echo, "…")
    return text


@pytest.mark.slow
@pytest.mark.parametrize("role", ["guest", "member", "other", "gold", "moderator", "manager"])
def test_nobody_reads_what_is_not_theirs(world: World, role: str) -> None:
    client, found = world.client(role), []
    forbidden = {secret.word: secret.where for secret in world.secrets if role not in secret.may}
    assert len(forbidden) >= 5
    pattern = re.compile("|".join(forbidden))
    for path in dict.fromkeys(_pages(world)):
        answer = client.get(path)
        for word in set(pattern.findall(_said(answer, path))):
            found.append(f"{role} reads the {forbidden[word]} at {path} ({answer.status_code})")
    assert not found, "\n".join(found)
    assert role == "guest" or client.get("/preferences/").status_code == 200, (
        "signed out on the way: the rest was a guest's"
    )


def test_everybody_reads_what_is_theirs(world: World) -> None:
    """The proof that the canary sings: the same look finds the words where they belong."""
    wanted = {
        "gold": ["post in a private board", "title in a private board", "message in a private room", "name of a private board"],
        "member": ["order number", "text of a case", "claim", "coupon"],
        "manager": ["name of a campaign", "subject of a case", "title of a draft page", "name of the full key", "order number"],
    }  # fmt: skip
    for role, places in wanted.items():
        client = world.client(role)
        missing = {secret.word: secret.where for secret in world.secrets if secret.where in places}
        assert len(missing) == len(places)
        for path in dict.fromkeys(_pages(world)):
            text = _said(client.get(path), "")
            missing = {word: where for word, where in missing.items() if word not in text}
            if not missing:
                break
        assert not missing, f"{role} should read {sorted(missing.values())}"


@pytest.mark.parametrize("role", ["guest", "other", "moderator"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_hidden_is_like_absent(world: World, role: str, method: str) -> None:
    client, told = world.client(role), []
    for address in ADDRESSES:
        if not address.ours or not set(address.nouns) & set(world.hidden):
            continue
        known = {**dict.fromkeys(address.nouns, "1"), **world.open}
        nouns = set(address.nouns) & set(world.hidden) - NOT_HIDDEN
        if not nouns:
            continue
        hidden = {**known, **{noun: world.hidden[noun] for noun in nouns}}
        absent = {**known, **{noun: world.absent[noun] for noun in nouns}}
        if "topic" in nouns:
            hidden["post"] = absent["post"] = "1"
        first, second = (_answer(client, method, address, values, nouns) for values in (hidden, absent))
        if first != second:
            told.append(f"{role} {method} {address.route}: {_difference(first, second)}")
    assert not told, "\n".join(told)


def _answer(
    client: Client, method: str, address: Address, values: Mapping[str, str], nouns: set[str]
) -> tuple[int, str]:
    client.cookies.pop("messages", None)  # what an earlier answer still wanted to say
    path = address.path(values)
    answer = getattr(client, method)(path)
    text = VOLATILE.sub("", _said(answer, ""))
    for echo in (path, quote(path), quote(path, safe=""), *(values[noun] for noun in nouns if len(values[noun]) > 6)):
        text = text.replace(echo, "…")
    return answer.status_code, text


def _difference(first: tuple[int, str], second: tuple[int, str]) -> str:
    if first[0] != second[0]:
        return f"{first[0]} and {second[0]}"
    pairs = zip(first[1].splitlines(), second[1].splitlines(), strict=False)
    return next((f"{a.strip()[:120]} | {b.strip()[:120]}" for a, b in pairs if a != b), "another length")


def test_a_key_reads_only_within_its_scopes(world: World) -> None:
    """No key, a wrong key, a key without the scope: each learns nothing, whether the thing exists or not."""
    client = Client(raise_request_exception=False)
    order, person = world.hidden["order"], world.hidden["person"]
    paths = [f"/api/v1/orders/{order}", f"/api/v1/members/{person}", f"/api/v1/members/{person}/wallets", f"/api/v1/members/{person}/ledger"]  # fmt: skip
    for token in ("", world.keys["poor"], world.keys["full"][:-4] + "0000"):
        headers: Mapping[str, str] = {"authorization": f"Bearer {token}"} if token else {}
        for path in paths:
            there = client.get(path, headers=headers)
            gone = client.get(path.replace(order[-6:], "xxxxxx").replace(person[-6:], "xxxxxx"), headers=headers)
            assert there.status_code == gone.status_code in (401, 403)
            assert _problem(there) == _problem(gone)
            assert not [secret for secret in world.secrets if secret.word in there.content.decode()]
    full = {"authorization": f"Bearer {world.keys['full']}"}
    assert [client.get(path, headers=full).status_code for path in paths] == [200] * 4


def _problem(answer: Any) -> dict[str, Any]:
    return {key: value for key, value in answer.json().items() if key not in ("instance", "request_id")}
