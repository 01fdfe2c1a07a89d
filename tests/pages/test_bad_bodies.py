"""Every address with a senseless body: a clear answer, never a 5xx, and a refusal changes nothing."""

import json
from collections.abc import Mapping

import pytest

from tests.pages.trial import OUR_ADDRESSES, Trial, values

# Wagtail leaves files of its previews to the garbage collector.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning"),
]


def test_bodies_may_be_anything(trial: Trial) -> None:
    bodies: Mapping[str, tuple[bytes, str]] = {
        "bad JSON": (b'{"a": ', "application/json"),
        "deep JSON": (b"[" * 20_000, "application/json"),
        "a list": (b"[1, 2]", "application/json"),
        "NUL in JSON": (
            json.dumps(dict.fromkeys(["raw", "text", "orders", "source"], "\0")).encode(),
            "application/json",
        ),
        "surrogates in JSON": (b'{"source": "\\ud800", "external_id": "\\udfff"}', "application/json"),
        "NaN": (b'{"totals": {"net": NaN}, "quantity": 1e999}', "application/json"),
        "no boundary": (b"anything", "multipart/form-data"),
        "a broken multipart": (b"--x\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=x"),
        "unknown charset": (b"a=b", "application/x-www-form-urlencoded; charset=klingon"),
        "bytes": (bytes(range(256)), "application/x-www-form-urlencoded"),
        "no type": (b"\xff\xfe", ""),
        "three megabytes": (b"a=" + b"b" * 3_000_000, "application/x-www-form-urlencoded"),
        "20,000 fields": (b"&".join(b"f%d=1" % n for n in range(20_000)), "application/x-www-form-urlencoded"),
    }
    headers = {"authorization": f"Bearer {trial.world.keys['full']}"} if trial.role == "manager" else {}
    for address in OUR_ADDRESSES:
        path = address.path(values(trial.world, address))
        for name, (body, kind) in bodies.items():
            trial.ask(
                f"POST {path} {name}",
                lambda client, p=path, b=body, k=kind: client.generic("POST", p, b, k, headers=headers),
                address.route,
            )
