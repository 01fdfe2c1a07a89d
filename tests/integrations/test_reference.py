"""The pages that shops program against are what the code does."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from integrations import reference


def test_the_reference_pages_are_generated_from_the_code() -> None:
    call_command("openapi", check=True)


def test_a_stale_page_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "DOCS", tmp_path)
    with pytest.raises(CommandError, match=r"openapi\.json, api-errors\.md"):
        call_command("openapi", check=True)
    call_command("openapi")
    call_command("openapi", check=True)


@pytest.mark.django_db
def test_the_description_is_served_without_a_key(client: Client) -> None:
    served: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    assert served["openapi"].startswith("3.1")
    assert set(served["paths"]) == {
        "/api/v1/orders", "/api/v1/orders:batch", "/api/v1/orders/{order_id}", "/api/v1/members/{ref}",
        "/api/v1/members/{ref}/wallets", "/api/v1/members/{ref}/ledger", "/api/v1/problems", "/api/v1/problems/{code}",
    }  # fmt: skip
    for path in served["paths"].values():
        for operation in path.values():
            assert operation["description"]
