"""fields=, expand=, sort= and count=: what a caller wants of an answer, and what they hear when it cannot be had."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integrations.api import shaping
from loyalty.models import Order
from tests.integrations.conftest import Shop, an_order
from tests.integrations.world import EVERYTHING, World, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(new_shop: Callable[..., Shop]) -> World:
    return build(new_shop(*EVERYTHING))


LISTS = ("/orders", "/members", "/redemptions", "/adjustments", "/transfers", "/referrals")


@pytest.mark.parametrize("path", LISTS)
def test_every_list_gives_some_fields_both_ways_with_a_count(world: World, path: str) -> None:
    whole = world.shop.get(path).json()
    newest = [one["id"] for one in whole["data"]]
    assert newest and "total" not in whole
    part = world.shop.get(f"{path}?fields=id&sort=recorded&count=true").json()
    assert part["data"] == [{"id": name} for name in reversed(newest)]
    assert (part["total"], part["total_capped"], part["has_more"]) == (len(newest), False, False)


def test_pages_of_the_other_direction_stay_whole_while_rows_come(world: World) -> None:
    for number in range(2, 6):
        world.shop.post("/orders", an_order(external_id=f"o-{number}", member={"external_id": "c-1"}))
    first = world.shop.get("/orders?sort=recorded&limit=3&fields=external_id").json()
    world.shop.post("/orders", an_order(external_id="o-6", member={"external_id": "c-1"}))
    rest = world.shop.get(f"/orders?sort=recorded&limit=3&fields=external_id&cursor={first['next_cursor']}").json()
    assert [one["external_id"] for one in first["data"] + rest["data"]] == [f"o-{number}" for number in range(1, 7)]
    crossed = world.shop.get(f"/orders?limit=3&cursor={first['next_cursor']}")
    assert crossed.status_code == 400 and crossed.json()["code"] == "bad_cursor"


def test_ids_become_the_things_they_name(world: World) -> None:
    order = world.shop.get(f"/orders/{world.order}?expand=member&fields=id,member").json()
    assert order == {"id": world.order, "member": world.shop.get(f"/members/{world.ada}").json()}
    gift = world.shop.get("/transfers?expand=sender,receiver").json()["data"][0]
    assert gift["sender"]["name"] and gift["receiver"]["id"].startswith("mem_")
    lines = world.shop.get(f"/members/{world.ada}/ledger?expand=order").json()["data"]
    assert {line["order"]["id"] for line in lines if line["order"]} == {world.order}


def test_expanding_costs_the_same_for_one_and_for_many(world: World) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as made:
            assert world.shop.get("/orders?expand=member").status_code == 200
        return len(made)

    few = cost()
    for number in range(8):
        world.shop.post("/orders", an_order(external_id=f"n-{number}", member={"external_id": f"c-{number % 3}"}))
    assert cost() == few


def test_what_cannot_be_named_is_said_with_what_can(world: World) -> None:
    for query, place in (("fields=id,points_of", "fields"), ("expand=source", "expand"), ("fields=,", "fields")):
        refused = world.shop.get(f"/orders?{query}")
        assert refused.status_code == 422
        [flaw] = refused.json()["errors"]
        assert (flaw["pointer"], flaw["code"]) == (place, "unknown_name")
    assert "Choose from: id, source" in world.shop.get("/orders?fields=email").json()["errors"][0]["detail"]
    for query in ("sort=amount", "count=perhaps", "field=id"):
        assert world.shop.get(f"/orders?{query}").status_code == 422, query
    assert world.shop.get(f"/members/{world.ada}/ledger?sort=recorded").status_code == 422


def test_expanding_is_no_way_around_a_scope(world: World, new_shop: Callable[..., Shop]) -> None:
    reader = new_shop("orders:read")
    refused = reader.get("/orders?expand=member")
    assert refused.status_code == 403 and refused.json()["code"] == "scope_missing"
    assert reader.get("/orders?fields=id,member").status_code == 200


def test_counting_stops_where_it_would_make_others_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from loyalty.queries import listing

    monkeypatch.setattr(listing, "MOST_COUNTED", 2)
    monkeypatch.setattr(shaping, "MOST_COUNTED", 2)
    for number in range(5):
        world.shop.post("/orders", an_order(external_id=f"n-{number}", member={"external_id": "c-1"}))
    assert Order.objects.count() > 3
    found: Any = world.shop.get("/orders?count=true&limit=1").json()
    assert (found["total"], found["total_capped"]) == (2, True)
