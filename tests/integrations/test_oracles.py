"""What the API promises whatever happens: once, refused by name, nothing posted; pages whole while rows come and go."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from loyalty.models import Redemption, Reward, Txn
from tests.integrations.conftest import Shop, an_order
from tests.integrations.test_idempotency import at_once
from tests.integrations.world import EVERYTHING, World, build, made, postings, reward, rule

JUST_NOW = "2026-03-01T10:00:00Z"


@pytest.fixture
def world(db: None, new_shop: Callable[..., Shop]) -> World:
    return build(new_shop(*EVERYTHING))


def refusal(response: Any) -> tuple[int, str, str]:
    """(status, code, code of the first flaw)."""
    body = response.json()
    assert response.headers["Content-Type"] == "application/problem+json" and body["detail"], body
    return response.status_code, body["code"], body.get("errors", [{"code": ""}])[0]["code"]


# --- Once ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_twenty_identical_claims_at_once_have_one_effect(new_shop: Callable[..., Shop]) -> None:
    shop = new_shop(*EVERYTHING)
    ada = made(shop.post("/members", {"source": "tea-shop", "external_id": "c-1"}))["id"]
    gift = {"cause": "start", "member": ada, "amount": 4000, "reason": "promise", "note": "To begin with"}
    made(shop.post("/adjustments", gift, Idempotency_Key="start"))
    cup = reward(name="A cup", kind="promise", cost=100, stock=5)
    body = {"member": ada, "reward": f"rew_{cup.public_id}"}
    answers = at_once(20, lambda _: Shop(shop.token).post("/redemptions", body, Idempotency_Key="same"))
    told = Counter((one.status_code, one.headers.get("Idempotency-Replayed")) for one in answers)
    assert told[201, None] == 1 and set(told) <= {(201, None), (201, "true"), (409, None)}, told
    assert len({one.content for one in answers if one.status_code == 201}) == 1
    assert (Redemption.objects.count(), Txn.objects.filter(reason="reward").count()) == (1, 1)
    assert Reward.objects.get(pk=cup.pk).claimed == 1
    assert shop.get(f"/members/{ada}/wallets").json()["data"][0]["available"] == 3900


@pytest.mark.django_db(transaction=True)
def test_one_coupon_is_taken_once_by_many_counters(new_shop: Callable[..., Shop]) -> None:
    shop = new_shop(*EVERYTHING)
    ada = made(shop.post("/members", {"source": "tea-shop", "external_id": "c-1"}))["id"]
    code = made(shop.post("/coupons", {"cause": "x", "member": ada, "percent": 5}, Idempotency_Key="c"))["code"]
    answers = at_once(8, lambda _: Shop(shop.token).post(f"/coupons/{code}/redeem", {}))
    assert Counter(one.status_code for one in answers) == {200: 1, 409: 7}


@pytest.mark.django_db
def test_writes_that_need_a_key_are_refused_without_it_and_may_be_tried(world: World) -> None:
    before = postings()
    claim = {"member": world.ada, "reward": world.reward}
    correction = {"cause": "n", "member": world.ada, "amount": 5, "reason": "goodwill", "note": "n"}
    coupon = {"cause": "n", "member": world.ada, "percent": 5}
    for path, body in (("/redemptions", claim), ("/adjustments", correction), ("/coupons", coupon)):
        assert refusal(world.shop.post(path, body))[:2] == (400, "idempotency_key_missing")
        tried = world.shop.post(f"{path}?dry_run=true", body)
        assert (tried.status_code, tried.json()["dry_run"]) == (201, True)
    assert postings() == before


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/redemptions", "/adjustments", "/coupons", "/events", "/members", "/refunds"])
def test_the_same_key_with_another_body_is_refused(world: World, path: str) -> None:
    body: dict[str, Any] = {
        "/redemptions": {"member": world.ada, "reward": world.reward},
        "/adjustments": {"cause": "n", "member": world.ada, "amount": 5, "reason": "goodwill", "note": "n"},
        "/coupons": {"cause": "n", "member": world.ada, "percent": 5},
        "/events": {"source": "a", "external_id": "1", "name": "did", "member": world.ada, "occurred_at": JUST_NOW},
        "/members": {"source": "a", "external_id": "1"},
        "/refunds": {"source": "tea-shop", "order": "o-1", "external_id": "r", "occurred_at": JUST_NOW, "amount": 100},
    }[path]
    other = {**body, **({"member": world.bob} if "member" in body else {"external_id": "2"})}
    first = world.shop.post(path, body, Idempotency_Key="k")
    assert first.status_code < 300, first.content
    before = postings()
    assert refusal(world.shop.post(path, other, Idempotency_Key="k"))[:2] == (422, "idempotency_key_reused")
    again = world.shop.post(path, body, Idempotency_Key="k")
    assert (again.content, again.headers["Idempotency-Replayed"]) == (first.content, "true")
    assert postings() == before


@pytest.mark.django_db
def test_names_hold_for_ever_without_any_key(world: World) -> None:
    """Beneath the header: (source, external_id) and causes."""
    shop = world.shop
    event = {"source": "a", "external_id": "1", "name": "did", "member": world.ada, "occurred_at": JUST_NOW}
    first = shop.post("/events", event)
    assert (first.status_code, first.json()["points"]) == (201, 10)
    before = postings()
    second = shop.post("/events", event)
    assert (second.status_code, second.json()["result"], second.json()["points"]) == (200, "unchanged", 10)
    assert refusal(shop.post("/events", {**event, "name": "other"}))[:2] == (409, "already_used")
    coupon = {"cause": "sorry", "member": world.ada, "percent": 5}
    assert shop.post("/coupons", coupon, Idempotency_Key="new").json()["code"] == world.coupon
    assert refusal(shop.post("/coupons", {**coupon, "percent": 6}, Idempotency_Key="n2"))[:2] == (409, "already_used")
    start = {"cause": "start", "member": world.ada, "amount": 4000, "reason": "promise", "note": "x"}
    assert shop.post("/adjustments", start, Idempotency_Key="n3").json()["id"] == world.adjustment
    assert refusal(shop.post("/adjustments", {**start, "amount": 1}, Idempotency_Key="n4"))[:2] == (409, "already_used")
    assert postings() == before


@pytest.mark.django_db
def test_a_sandbox_key_and_a_dry_run_leave_nothing(new_shop: Callable[..., Shop], world: World) -> None:
    before = postings()
    trial = new_shop(*EVERYTHING, sandbox=True)
    claim = {"member": world.ada, "reward": world.reward}
    assert trial.post("/redemptions", claim, Idempotency_Key="k").json()["dry_run"] is True
    event = {"source": "a", "external_id": "1", "name": "did", "member": world.ada, "occurred_at": JUST_NOW}
    assert trial.post("/events", event).json()["points"] == 10
    assert world.shop.post("/refunds?dry_run=true", {
        "source": "tea-shop", "order": "o-1", "external_id": "r", "occurred_at": JUST_NOW, "amount": 4200,
    }).json()["points"] < 0  # fmt: skip
    assert postings() == before


@pytest.mark.django_db
@pytest.mark.parametrize("scope", EVERYTHING)
def test_a_key_without_the_scope_changes_nothing(new_shop: Callable[..., Shop], world: World, scope: str) -> None:
    """Every write with a key that has every scope but the one."""
    shop = new_shop(*(one for one in EVERYTHING if one != scope))
    before = postings()
    asked: dict[str, list[tuple[str, str]]] = {
        "orders:read": [("GET", "/orders"), ("GET", f"/orders/{world.order}")],
        "orders:write": [("POST", "/orders"), ("POST", "/orders:batch"), ("POST", "/refunds")],
        "members:read": [("GET", f"/members{tail}") for tail in ("", f"/{world.ada}", f"/{world.ada}/ledger/{world.line}")],
        "members:write": [("POST", "/members"), ("POST", "/members:batch")],
        "events:write": [("POST", "/events"), ("POST", "/events:batch")],
        "programme:read": [("GET", "/earning-rules"), ("GET", "/tiers"), ("GET", "/rewards")],
        "redemptions:read": [("GET", "/redemptions"), ("GET", f"/redemptions/{world.held}")],
        "redemptions:write": [("POST", "/redemptions"), ("POST", f"/redemptions/{world.held}/cancel"), ("POST", f"/redemptions/{world.held}/fulfil")],
        "coupons:read": [("GET", f"/coupons/{world.coupon}")],
        "coupons:write": [("POST", "/coupons"), ("POST", f"/coupons/{world.coupon}/redeem")],
        "adjustments:read": [("GET", "/adjustments"), ("GET", f"/adjustments/{world.adjustment}")],
        "adjustments:write": [("POST", "/adjustments")],
        "transfers:read": [("GET", "/transfers"), ("GET", f"/transfers/{world.transfer}")],
        "referrals:read": [("GET", "/referrals")],
    }  # fmt: skip
    for method, path in asked[scope]:
        response = shop.get(path) if method == "GET" else shop.post(path, {}, Idempotency_Key="k")
        assert refusal(response)[:2] == (403, "scope_missing"), (method, path)
        assert scope in response.json()["detail"]
    assert postings() == before


# --- Bad input -----------------------------------------------------------------------------------------------------

HUGE = 10**30
BAD: list[tuple[str, str, dict[str, Any], tuple[int, str, str]]] = [
    ("floats", "/adjustments", {"amount": 1.5}, (422, "invalid", "wrong_type")),
    ("a text for a number", "/adjustments", {"amount": "5"}, (422, "invalid", "wrong_type")),
    ("zero", "/adjustments", {"amount": 0}, (422, "invalid", "zero")),
    ("huge", "/adjustments", {"amount": HUGE}, (422, "invalid", "out_of_range")),
    ("NUL", "/adjustments", {"note": "a\0b"}, (422, "invalid", "unclean_text")),
    ("a wrong currency", "/adjustments", {"currency": "EUR"}, (422, "invalid", "wrong_value")),
    ("an unknown member", "/adjustments", {"member": "ext:nobody"}, (422, "invalid", "unknown_member")),
    ("more than there is", "/adjustments", {"amount": -1_000_000}, (202, "", "")),
    ("an unknown field", "/adjustments", {"amuont": 5}, (422, "invalid", "unknown_field")),
    ("an unknown reward", "/redemptions", {"reward": "rew_nothing"}, (422, "invalid", "unknown_reward")),
    ("another price", "/redemptions", {"expected_cost": 99}, (409, "refused", "changed")),
    ("a negative price", "/redemptions", {"expected_cost": -1}, (422, "invalid", "out_of_range")),
    ("an unknown member", "/redemptions", {"member": "mem_nobody"}, (422, "invalid", "unknown_member")),
    ("too few points", "/redemptions", {"member": "BOB"}, (409, "refused", "points")),
    ("percent and amount", "/coupons", {"amount": 5, "currency": "EUR"}, (422, "invalid", "percent_or_amount")),
    ("an amount of nothing", "/coupons", {"percent": None, "amount": 5}, (422, "invalid", "currency_missing")),
    ("a past end", "/coupons", {"expires_at": "2020-01-01T00:00:00Z"}, (422, "invalid", "in_the_past")),
    ("101 percent", "/coupons", {"percent": 101}, (422, "invalid", "out_of_range")),
    ("a float among facts", "/events", {"facts": {"x": 1.5}}, (422, "invalid", "fact_type")),
    ("tomorrow", "/events", {"occurred_at": "2099-01-01T00:00:00Z"}, (422, "invalid", "in_the_future")),
    ("long ago", "/events", {"occurred_at": "2001-01-01T00:00:00Z"}, (422, "invalid", "too_old")),
    ("no zone", "/events", {"occurred_at": "2026-03-01T10:00:00"}, (422, "invalid", "not_a_time")),
    ("a negative refund", "/refunds", {"amount": -5}, (422, "invalid", "out_of_range")),
    ("a refund of an unknown line", "/refunds", {"lines": [{"line": "no", "amount": 5}]}, (422, "invalid", "unknown_line")),
    ("a half surrogate", "/members", {"name": "\ud800"}, (422, "invalid", "unclean_text")),
    ("a source in capitals", "/members", {"source": "Tea Shop"}, (422, "invalid", "wrong_form")),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "change", "expected"), [one[1:] for one in BAD], ids=[f"{one[0]} {one[1]}" for one in BAD])  # fmt: skip
def test_bad_input_is_a_named_problem_and_posts_nothing(
    world: World, path: str, change: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    right: dict[str, Any] = {
        "/adjustments": {"cause": "bad", "member": world.bob, "amount": 5, "reason": "goodwill", "note": "n"},
        "/redemptions": {"member": world.ada, "reward": world.reward},
        "/coupons": {"cause": "bad", "member": world.ada, "percent": 5},
        "/events": {"source": "a", "external_id": "1", "name": "did", "member": world.ada, "occurred_at": JUST_NOW},
        "/refunds": {"source": "tea-shop", "order": "o-1", "external_id": "r", "occurred_at": JUST_NOW, "amount": 100},
        "/members": {"source": "a", "external_id": "1", "name": "n"},
    }[path]
    if change.get("member") == "BOB":
        change = {"member": world.bob}
    before, people = postings(), len(world.shop.get("/members").json()["data"])
    response = world.shop.post(path, {**right, **change}, Idempotency_Key="bad")
    if expected[0] == 202:  # above the limit: it waits, and posts nothing
        assert (response.status_code, response.json()["state"], response.json()["movement"]) == (202, "waiting", None)
        assert {**postings(), "Adjustment": 0} == {**before, "Adjustment": 0}
        return
    assert refusal(response) == expected, response.json()
    assert postings() == before
    assert len(world.shop.get("/members").json()["data"]) == people
    assert world.shop.post(path, right, Idempotency_Key="bad").status_code < 300 or path == "/adjustments"


@pytest.mark.django_db
def test_a_refund_before_its_order_waits_for_it_and_a_stale_revision_changes_nothing(world: World) -> None:
    shop = world.shop
    refund = {
        "source": "tea-shop",
        "order": "o-9",
        "external_id": "r-9",
        "occurred_at": "2026-03-02T10:00:00Z",
        "amount": 4200,
    }
    waiting = shop.post("/refunds", refund)
    assert (waiting.status_code, waiting.json()["result"]) == (202, "waiting")
    assert refusal(shop.post("/refunds", {**refund, "amount": 1}))[:2] == (409, "already_used")
    order = an_order(external_id="o-9", member={"external_id": "c-2"}, revision="2")
    assert made(shop.post("/orders", order))["state"] == "refunded"
    before = postings()
    assert shop.post("/refunds", refund).json()["result"] == "unchanged"
    stale = shop.post("/orders", {**order, "revision": "1", "payment_state": "cancelled"}).json()
    assert (stale["result"], stale["points"]) == ("ignored", 0)
    assert {**postings()} == before
    assert shop.get("/orders/ext:tea-shop:o-9").json()["points"] == 0


# --- Pages and reads -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_pages_stay_whole_while_rows_come_and_go(world: World) -> None:
    """A list read to its end shows every row that was there all the time exactly once, and none that came later."""
    shop = world.shop
    for number in range(7):
        made(shop.post("/orders", an_order(external_id=f"p-{number}", member={"external_id": "c-1"})))
    there = [one["id"] for one in shop.get("/orders").json()["data"]]
    seen, cursor, step = [], "", 0
    while True:
        page = shop.get("/orders?limit=2" + (f"&cursor={cursor}" if cursor else "")).json()
        seen += [one["id"] for one in page["data"]]
        made(shop.post("/orders", an_order(external_id=f"late-{step}")))
        if step == 1:  # a row of a page to come, and the very row that the cursor names, are gone
            from loyalty.models import Order

            gone = there[5]
            for public_id in (gone, seen[-1]):
                Order.objects.filter(public_id=public_id.removeprefix("ord_")).update(source="elsewhere")
        cursor, step = page["next_cursor"], step + 1
        if not page["has_more"]:
            break
    assert seen == there
    assert not cursor


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/members", "/orders", "/redemptions", "/adjustments", "/transfers", "/referrals"])
def test_a_cursor_is_of_its_list_and_its_filters_alone(world: World, path: str) -> None:
    for number in range(3):
        made(world.shop.post("/members", {"source": "tea-shop", "external_id": f"more-{number}"}))
    cursor = world.shop.get("/members?limit=1").json()["next_cursor"]
    assert cursor and "=" not in cursor
    wrong = [f"{path}?cursor={cursor[:-2]}AA", f"{path}?cursor=x", f"{path}?cursor=%F0%9F%8D%B5"]
    wrong += [f"{path}?cursor={cursor}"] if path != "/members" else [f"/members?source=tea-shop&cursor={cursor}"]
    for address in wrong:
        assert refusal(world.shop.get(address))[:2] == (400, "bad_cursor"), address


@pytest.mark.django_db
def test_reads_have_an_etag_and_tell_the_rate(world: World) -> None:
    for path in ("/tiers", "/rewards", f"/redemptions/{world.redemption}", f"/members/{world.ada}/quests"):
        first = world.shop.get(path)
        assert first.status_code == 200, path
        assert world.shop.get(path, **{"if-none-match": first.headers["ETag"]}).status_code == 304
        assert int(first.headers["RateLimit-Remaining"]) < int(first.headers["RateLimit-Limit"]) == 600


@pytest.mark.django_db
def test_guessing_codes_is_stopped_for_that_key_alone(world: World, new_shop: Callable[..., Shop]) -> None:
    for number in range(30):
        assert world.shop.get(f"/coupons/GUESS{number}").status_code == 404
    stopped = world.shop.get(f"/coupons/{world.coupon}")
    assert refusal(stopped)[:2] == (429, "too_many_guesses") and int(stopped.headers["Retry-After"]) > 0
    assert refusal(world.shop.post(f"/coupons/{world.coupon}/redeem", {}))[:2] == (429, "too_many_guesses")
    typed = "-".join([world.coupon[:4].lower(), world.coupon[4:]])
    assert new_shop(*EVERYTHING).get(f"/coupons/{typed}").json()["state"] == "ready"


# --- What an integrator does --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_claim_from_the_shelf_to_its_exact_return(world: World) -> None:
    shop = world.shop
    cup = reward(name="A cup", kind="generated_code", cost=100, percent=10, per_member=1)
    ref = f"rew_{cup.public_id}"
    seen = {one["id"]: one for one in shop.get(f"/rewards?member={world.ada}").json()["data"]}
    assert (seen[ref]["claimable"], seen[ref]["why_not"]) == (True, "")
    assert shop.get(f"/rewards/{ref}?member={world.bob}").json()["why_not"] == "short"
    had = shop.get(f"/members/{world.ada}/wallets").json()["data"][0]
    claim = made(shop.post("/redemptions", {"member": world.ada, "reward": ref}, Idempotency_Key="a"))
    assert claim["coupon"]["state"] == "ready" and claim["state"] == "fulfilled"
    assert refusal(shop.post("/redemptions", {"member": world.ada, "reward": ref}, Idempotency_Key="b")) == (409, "refused", "limit")  # fmt: skip
    assert shop.get(f"/rewards/{ref}?member={world.ada}").json()["why_not"] == "limit"
    undone = shop.post(f"/redemptions/{claim['id']}/cancel", {"note": "Sorry"}).json()
    assert (undone["state"], undone["changed"]) == ("cancelled", True)
    assert shop.post(f"/redemptions/{claim['id']}/cancel", {}).json()["changed"] is False
    assert shop.get(f"/coupons/{claim['coupon']['code']}").json()["state"] == "revoked"
    assert shop.get(f"/members/{world.ada}/wallets").json()["data"][0] == had
    assert refusal(shop.post(f"/redemptions/{claim['id']}/fulfil", {})) == (409, "refused", "not_open")


@pytest.mark.django_db
def test_a_parcel_is_claimed_with_its_address_and_fulfilled(world: World) -> None:
    to = {"name": "Ada", "lines": "Tea Street 1", "city": "Leipzig", "country": "Germany"}
    body = {"member": world.ada, "reward": world.sent_reward, "ship_to": to}
    claim = made(world.shop.post("/redemptions", body, Idempotency_Key="p"))
    assert claim["state"] == "confirmed" and "Leipzig" not in str(claim)
    done = world.shop.post(f"/redemptions/{claim['id']}/fulfil", {}).json()
    assert (done["state"], done["changed"]) == ("fulfilled", True)
    assert world.shop.post(f"/redemptions/{claim['id']}/fulfil", {}).json()["changed"] is False


@pytest.mark.django_db
def test_an_event_earns_by_its_rule_and_says_who_refused(world: World) -> None:
    rule(points=25, conditions={"fact": "event.minutes", "is": "at_least", "value": 30}, lifetime_cap=1)
    event = {"source": "a", "name": "course.finished", "member": world.ada, "occurred_at": JUST_NOW}
    short = world.shop.post("/events", {**event, "external_id": "1", "facts": {"minutes": 5}}).json()
    assert (short["points"], short["refusals"][0]["rule"]) == (0, "told")
    paid = world.shop.post("/events", {**event, "external_id": "2", "facts": {"minutes": 45}}).json()
    assert paid["points"] == 25 and paid["id"].startswith("evt_")
    capped = world.shop.post("/events:batch", {"events": [{**event, "external_id": "3", "facts": {"minutes": 45}}, {"x": 1}]})  # fmt: skip
    first, second = capped.json()["data"]
    assert (first["status"], first["event"]["points"], second["status"]) == (201, 0, 422)
    [line] = [one for one in world.shop.get(f"/members/{world.ada}/ledger").json()["data"] if one["amount"] == 25]
    assert line["why"] == "For “course finished”" and "What you did elsewhere" in line["rule"]
    why = world.shop.get(f"/members/{world.ada}/ledger/{line['line']}").json()
    assert why["amount"] == 25 and why["parts"][0]["rule"]
    assert world.shop.get(f"/members/{world.bob}/ledger/{line['line']}").status_code == 404


@pytest.mark.django_db
def test_a_coupon_is_compared_with_its_order(world: World) -> None:
    shop = world.shop
    coupon = {"cause": "c", "member": world.ada, "amount": 500, "currency": "EUR", "minimum_net": 5000}
    code = made(shop.post("/coupons", coupon, Idempotency_Key="c"))["code"]
    small = {"order": {"source": "tea-shop", "external_id": "o-1"}}
    assert refusal(shop.post(f"/coupons/{code}/redeem", small)) == (409, "refused", "below_minimum")
    assert refusal(shop.post(f"/coupons/{code}/redeem", {"member": world.bob})) == (409, "refused", "not_theirs")
    unknown = {"order": {"source": "tea-shop", "external_id": "nothing"}}
    assert refusal(shop.post(f"/coupons/{code}/redeem", unknown)) == (422, "invalid", "unknown_order")
    big = an_order(external_id="big", member={"external_id": "c-1"}, totals={"net": 9000}, lines=[{"external_id": "l", "amount_net": 9000}])  # fmt: skip
    made(shop.post("/orders", big))
    use = {"order": {"source": "tea-shop", "external_id": "big"}}
    assert shop.post(f"/coupons/{code}/redeem", use).json()["changed"] is True
    assert shop.post(f"/coupons/{code}/redeem", use).json()["changed"] is False
    assert refusal(shop.post(f"/coupons/{code}/redeem", {})) == (409, "refused", "used")


@pytest.mark.django_db
def test_lists_are_filtered_and_tell_the_same_as_reads(world: World) -> None:
    shop = world.shop
    [order] = shop.get(f"/orders?member={world.ada}&state=paid&source=tea-shop").json()["data"]
    assert order == shop.get(f"/orders/{world.order}").json() and order["points"] == 42
    assert shop.get("/orders?state=cancelled").json() == {"data": [], "next_cursor": None, "has_more": False}
    assert {one["id"] for one in shop.get(f"/redemptions?member={world.ada}").json()["data"]} == {world.redemption, world.held}  # fmt: skip
    [moved] = shop.get(f"/transfers?member={world.bob}").json()["data"]
    assert moved == shop.get(f"/transfers/{world.transfer}").json() and moved["sender"] == world.ada
    [invited] = shop.get(f"/referrals?inviter={world.ada}").json()["data"]
    assert (invited["friend"], invited["state"]) == (world.bob, "in_progress")
    assert [one["version"] for one in shop.get("/earning-rules/purchase").json()["data"]]
    assert [one["rank"] for one in shop.get("/tiers").json()["data"]][:2] == [0, 1]
    assert refusal(shop.get("/orders?member=mem_nobody"))[1:] == ("invalid", "unknown_member")
    assert refusal(shop.get("/orders?stat=paid"))[1:] == ("invalid", "unknown_field")
    assert shop.get(f"/members/{world.ada}/tier").json()["rank"] >= 0
    assert shop.get(f"/members/{world.ada}/level").json()["level"] >= 1
    [known] = [one for one in shop.get("/members?source=tea-shop").json()["data"] if one["id"] == world.bob]
    assert known["external_ids"] == [{"source": "tea-shop", "external_id": "c-2"}]
