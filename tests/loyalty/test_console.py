"""The managers' console: configuration by forms, the ledger only to look at."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.test import Client

from loyalty import actions, queries, rules
from loyalty.actions.rewards.details import Address, give_address
from loyalty.models import EarningRule, Redemption, Reward, Txn
from tests.loyalty.conftest import AT, make_order, record

pytestmark = pytest.mark.django_db


def signed_in(manager: bool) -> Client:
    user = get_user_model().objects.create_user("boss", "boss@example.com", "a long password", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    if manager:
        user.groups.add(Group.objects.get(name="Community managers"))
    client = Client()
    client.force_login(user, backend="members.backends.MemberBackend")
    return client


@pytest.mark.parametrize("name", ["reward", "tier", "earningrule", "order", "txn", "redemption"])
def test_managers_see_every_list_and_others_none(name: str) -> None:
    record(make_order())
    address = f"/admin/snippets/loyalty/{name}/"
    manager = signed_in(True)
    assert manager.get(address).status_code == 200
    assert manager.get(f"{address}?export=csv").status_code == 200
    get_user_model().objects.get(username="boss").groups.clear()
    assert manager.get(address).status_code in (302, 403)


def test_the_list_of_transactions_says_whose_and_how_many_and_leads_to_why() -> None:
    record(make_order())
    manager = signed_in(True)
    page = manager.get("/admin/snippets/loyalty/txn/").content.decode()
    [whose] = queries.orders_listed(limit=1)
    assert whose.member_id is not None
    name = get_user_model().objects.get(pk=whose.member_id).display_name
    txn = Txn.objects.filter(entries__currency__code="points").order_by("-id")[0]
    [amount] = txn.entries.filter(account__gt=0).values_list("amount", flat=True)
    assert name in page and f"+{amount} Points" in page
    why = f"/admin/points/why/{rules.line_handle(txn.key)}/"
    assert why in page and manager.get(why).status_code == 200


def test_the_ledger_has_no_forms() -> None:
    record(make_order())
    manager, txn = signed_in(True), Txn.objects.first()
    assert txn
    assert manager.get(f"/admin/snippets/loyalty/txn/inspect/{txn.id}/").status_code == 200
    for address in ["txn/add/", f"txn/edit/{txn.id}/", f"txn/delete/{txn.id}/", "order/add/", "redemption/add/"]:
        assert manager.get(f"/admin/snippets/loyalty/{address}").status_code in (302, 403, 404), address
        assert manager.post(f"/admin/snippets/loyalty/{address}").status_code in (302, 403, 404), address
    assert Txn.objects.filter(id=txn.id).exists()


def test_saving_a_rule_publishes_its_next_version() -> None:
    rule = EarningRule.objects.get(code="purchase")
    form = {
        "code": "purchase", "name": "Purchases", "active": "on", "trigger": "order.paid", "formula": "per_unit", "per_units": 1,
        "points": 2, "credit": 1, "pending_days": 0,
    }  # fmt: skip
    manager = signed_in(True)
    answer = manager.post(f"/admin/snippets/loyalty/earningrule/edit/{rule.id}/", form)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    versions = (
        EarningRule.objects.filter(code="purchase").order_by("version").values_list("version", "points", "pending_days")
    )
    assert list(versions) == [(1, 1, 14), (2, 2, 0)]
    assert manager.post("/admin/snippets/loyalty/earningrule/add/", form).status_code == 200  # the code is taken
    assert EarningRule.objects.filter(code="purchase").count() == 2


def test_a_reward_cannot_have_less_stock_than_is_out() -> None:
    reward = Reward.objects.create(name="A cup", kind="physical", cost=5, stock=3, claimed=2)
    form = {
        "name": "A cup",
        "kind": "physical",
        "cost": 5,
        "stock": 1,
        "percent": 0,
        "amount": 0,
        "valid_days": 1,
        "unit_cost": 0,
        "position": 0,
    }
    manager = signed_in(True)
    assert (
        "2 are claimed already"
        in manager.post(f"/admin/snippets/loyalty/reward/edit/{reward.id}/", form).content.decode()
    )
    answer = manager.post(f"/admin/snippets/loyalty/reward/edit/{reward.id}/", form | {"stock": 5})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert Reward.objects.get(id=reward.id).stock == 5
    Reward.objects.filter(id=reward.id).update(claimed=0)


class TestClaims:
    def claimed(self) -> tuple[Redemption, int]:
        member = get_user_model().objects.create_user("lin")
        with transaction.atomic():
            actions.grant_points(
                cause="t", member_id=member.pk, amount=500, reason="gift", origin="goodwill", by=None, at=AT
            )
            reward_id = actions.ensure_reward(name="Sampler", kind="physical", cost=300, stock=1, by=None, at=AT)
            claimed = actions.claim_reward(reward_id=reward_id, member_id=member.pk, key="k1", by=member.pk, at=AT)
            address = Address(name="Lin", lines="1 Tea Lane", city="Hangzhou", country="China")
            give_address(redemption_id=claimed.redemption_id, address=address, by=member.pk, at=AT)
        return Redemption.objects.get(), member.pk

    def act(self, client: Client, name: str, claim: Redemption) -> int:
        address = f"/admin/bulk/loyalty/redemption/{name}/?id={claim.pk}&next=/admin/"
        assert client.get(address).status_code in (200, 302, 403)
        return client.post(address, {"next": "/admin/"}).status_code

    def test_a_sent_reward_is_marked_once(self) -> None:
        claim, _ = self.claimed()
        manager = signed_in(True)
        for _ in range(2):
            assert self.act(manager, "fulfil", claim) == 302
        claim.refresh_from_db()
        assert claim.state == Redemption.State.FULFILLED

    def test_what_cannot_be_given_goes_back_with_points_and_stock(self) -> None:
        claim, member_id = self.claimed()
        manager = signed_in(True)
        for _ in range(2):
            assert self.act(manager, "give_back", claim) == 302
        assert queries.balance(member_id=member_id, at=AT).available == 500
        assert Reward.objects.get(name="Sampler").claimed == 0
        assert not queries.check_books().findings

    def test_others_change_nothing(self) -> None:
        claim, member_id = self.claimed()
        stranger = signed_in(False)
        for name in ("fulfil", "give_back"):
            self.act(stranger, name, claim)
        claim.refresh_from_db()
        assert claim.state == Redemption.State.CONFIRMED
        assert queries.balance(member_id=member_id, at=AT).available == 200
