"""The shape of keys, fingerprints and addresses."""

import pytest

from integrations import rules
from integrations.problems import Problem
from integrations.reading import read_json

SECRET = "0123456789abcdefghjkmnpqrstvwxyz"


def test_a_key_reads_back_as_it_was_made() -> None:
    text = rules.token(public="abcdefghjkmn", secret=SECRET, sandbox=True)
    assert text == f"ly_test_abcdefghjkmn_{SECRET}"
    assert rules.parse_token(text) == ("abcdefghjkmn", SECRET, True)


@pytest.mark.parametrize(
    "text", ["", "ly_live_", f"ly_live_abcdefghjkmn_{SECRET}\n", f"LY_live_abcdefghjkmn_{SECRET}", "é" * 60]
)
def test_anything_else_is_no_key(text: str) -> None:
    assert rules.parse_token(text) is None


def test_a_secret_matches_only_its_hash() -> None:
    hashed = rules.hash_secret(SECRET)
    assert rules.is_secret(SECRET, hashed)
    assert not rules.is_secret(SECRET[:-1] + "y", hashed)


def test_method_path_and_body_make_the_fingerprint() -> None:
    base = {"method": "POST", "path": "/api/v1/orders", "body": b"{}"}
    prints = {
        rules.fingerprint(**{**base, **change})
        for change in ({}, {"method": "PUT"}, {"path": "/api/v1/orders?dry_run=1"}, {"body": b"{ }"})
    }
    assert len(prints) == 4


@pytest.mark.parametrize(
    ("address", "networks", "allowed"),
    [
        ("203.0.113.7", [], True),
        ("203.0.113.7", ["203.0.113.0/24"], True),
        ("::ffff:203.0.113.7", ["203.0.113.7"], True),
        ("198.51.100.1", ["203.0.113.0/24"], False),
        ("2001:db8::1", ["203.0.113.0/24", "2001:db8::/32"], True),
        ("", ["203.0.113.0/24"], False),
        ("nonsense", ["203.0.113.0/24"], False),
    ],
)
def test_a_key_may_be_bound_to_addresses(address: str, networks: list[str], allowed: bool) -> None:
    assert rules.is_allowed(address, networks) is allowed


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed_json"),
        (b"{", "malformed_json"),
        (b'{"a": NaN}', "malformed_json"),
        (b'{"a": 1, "a": 2}', "malformed_json"),
        (b"[" * 200_000, "malformed_json"),
        (b"9" * 5_000, "malformed_json"),
        (b'{"a": "\xff"}', "malformed_json"),
        ('{"a": 1}'.encode("utf-16"), "malformed_json"),
        (b'{"a": "\x00"}', "malformed_json"),
        (b'{"a": "\\u0000"}', "invalid"),
        (b'{"a": [{"b/c": "\\ud800"}]}', "invalid"),
        (b'{"\\u0000": 1}', "invalid"),
    ],
)
def test_json_that_is_not_json_or_not_text(body: bytes, code: str) -> None:
    with pytest.raises(Problem) as caught:
        read_json(body)
    assert caught.value.code == code


def test_the_problem_points_at_the_unclean_text() -> None:
    with pytest.raises(Problem) as caught:
        read_json(b'{"a": [{"b/c": "\\ud800"}]}')
    assert [flaw.pointer for flaw in caught.value.errors] == ["/a/0/b~1c"]


def test_an_escaped_pair_is_one_character() -> None:
    assert read_json(b'{"a": "\\ud83c\\udf75"}') == {"a": "🍵"}
