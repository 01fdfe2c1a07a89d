"""The editor of rules: without code, with named errors; its sentence; its versions; the page of currencies."""

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from loyalty import actions, rule_words
from loyalty.models import EarningRule, ExchangeRate, ProgrammeCurrency
from tests.loyalty.conftest import AT
from tests.loyalty.test_console import signed_in

pytestmark = pytest.mark.django_db
ADD = "/admin/snippets/loyalty/earningrule/add/"
RULE = {
    "code": "tea", "name": "Tea on weekends", "active": "on", "trigger": "order.paid", "formula": "per_unit", "points": 2,
    "credit": 0, "per_units": 1, "pending_days": 3, "categories": "tea, Green tea", "points_cap": 100,
    "audience_tiers": ["good-friend"], "conditions-mode": "all",
    "conditions-0-fact": "act.weekday", "conditions-0-is": "one_of", "conditions-0-value": "Saturday, sun",
    "conditions-1-fact": "order.net", "conditions-1-is": "at_least", "conditions-1-value": "50.00",
}  # fmt: skip


@pytest.fixture
def manager(db: None) -> Client:
    ProgrammeCurrency.objects.create(id=1, code="EUR")
    return signed_in(True)


def tea() -> EarningRule:
    return EarningRule.objects.get(code="tea", replaced_at__isnull=True)


def test_a_manager_writes_a_rule_without_code_and_reads_it_in_a_sentence(manager: Client) -> None:
    answer = manager.post(ADD, RULE)
    assert answer.status_code == 302, answer.context["form"].errors
    assert tea().conditions == {
        "all": [
            {"fact": "act.weekday", "is": "one_of", "value": [6, 7]},
            {"fact": "order.net", "is": "at_least", "value": 5000},
        ]
    }
    sentence = (
        "Pays 2 points for each EUR of the categories tea and Green tea, if the day of the week is Saturday or Sunday and "
        "what the order is worth is at least 50.00 EUR, only for Good friend, at most 100 points a day"
    )
    assert rule_words.summary(tea(), currency="EUR", tiers={"good-friend": "Good friend"}) == sentence
    assert sentence in manager.get("/admin/snippets/loyalty/earningrule/").content.decode()
    page = manager.get(f"/admin/snippets/loyalty/earningrule/edit/{tea().pk}/").content.decode()
    assert sentence in page and 'value="50.00"' in page and 'value="Saturday, Sunday"' in page


def test_versions_tell_who_changed_what(manager: Client) -> None:
    manager.post(ADD, RULE)
    changed = RULE | {"points": 3, "note": "For the festival", "conditions-mode": "any"}
    assert manager.post(f"/admin/snippets/loyalty/earningrule/edit/{tea().pk}/", changed).status_code == 302
    assert tea().version == 2
    text = manager.get("/admin/points/rules/tea/").content.decode()
    for words in (
        "Version 2",
        "Version 1",
        "For the festival",
        "boss",
        "Saturday or Sunday or what",
        "<td>2</td><td>3</td>",
    ):
        assert words in text, words
    assert manager.get("/admin/points/rules/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"conditions-0-value": "Caturday"}, "Condition 1: “Caturday” cannot be read"),
        ({"conditions-0-value": ""}, "Condition 1: say a value"),
        ({"conditions-0-is": "at_least"}, "Condition 1: this can be compared by"),
        ({"conditions-0-fact": "os.system"}, "Condition 1: choose what is compared"),
        ({"conditions-1-value": "1.234"}, "Condition 2: “1.234” cannot be read"),
        ({"conditions-1-value": "NaN"}, "Condition 2: “NaN” cannot be read"),
        ({"conditions-1-value": "1e99"}, "Condition 2"),
        ({"conditions-1-value": "-5"}, "Condition 2"),
        ({"conditions-0-fact": "act.time", "conditions-0-is": "between", "conditions-0-value": "25:00 - 26:00"}, "Condition 1"),
        ({"conditions-0-fact": "member.tier", "conditions-0-is": "at_least", "conditions-0-value": "gods"}, "no tier “gods”"),
        ({"conditions-0-fact": "review.bought", "conditions-0-is": "is_true"}, "not known of what the rule is paid for"),
        ({"conditions-0-fact": "event.", "conditions-0-own": "A b", "conditions-0-value": "1"}, "name your own fact"),
        ({"conditions-kept": "[1", "conditions-0-fact": "", "conditions-0-value": "", "conditions-1-fact": "",
          "conditions-1-value": ""}, "damaged"),
        ({"conditions-kept": '{"code": 1}', "conditions-0-fact": "", "conditions-0-value": "", "conditions-1-fact": "",
          "conditions-1-value": ""}, "cannot be read"),
        ({"points": 0}, "pays points or credit"),
        ({"points": -1}, "greater than or equal to 0"),
        ({"formula": "multiplier", "percent": 200}, "pays nothing itself"),
        ({"formula": "multiplier", "points": 0, "percent": 900}, "less than or equal to 500"),
        ({"rolling_cap": 3}, "Say both"),
        ({"starts_at": "2026-03-02 10:00", "ends_at": "2026-03-01 10:00"}, "ends before it starts"),
        ({"audience_tiers": ["gods"]}, "not one of the available choices"),
        ({"trigger": "answer.accepted", "conditions-1-fact": "", "conditions-1-value": ""}, "Only orders have"),
    ],
)  # fmt: skip
def test_bad_input_is_named_and_nothing_is_published(manager: Client, changes: dict[str, Any], words: str) -> None:
    answer = manager.post(ADD, RULE | changes)
    assert answer.status_code == 200
    assert words in str(answer.context["form"].errors), answer.context["form"].errors
    assert not EarningRule.objects.filter(code="tea").exists()


def test_deeper_conditions_are_kept_and_said_in_words(manager: Client) -> None:
    deep = {
        "all": [
            {"fact": "order.first", "is": "is_true"},
            {"not": {"fact": "order.source", "is": "equals", "value": "x"}},
        ]
    }
    with transaction.atomic():
        actions.publish_rule(
            code="tea", by=None, at=AT,
            changes={"name": "Tea", "trigger": "order.paid", "formula": "fixed", "points": 2, "conditions": deep},
        )  # fmt: skip
    page = manager.get(f"/admin/snippets/loyalty/earningrule/edit/{tea().pk}/")
    kept = page.context["form"]["conditions"].value()
    assert kept == deep and "first paid order and the shop is not “x”" in page.content.decode()
    form = {name: value for name, value in RULE.items() if not name.startswith("conditions")}
    form |= {"conditions-mode": "all", "conditions-kept": __import__("json").dumps(deep)}
    assert manager.post(f"/admin/snippets/loyalty/earningrule/edit/{tea().pk}/", form).status_code == 302
    assert tea().version == 2 and tea().conditions == deep


def test_currencies_and_rates(manager: Client) -> None:
    page = "/admin/points/rates/"
    assert manager.get(page).status_code == 200
    assert manager.post(page, {"act": "currency", "code": "us"}).status_code == 422
    assert manager.post(page, {"act": "currency", "code": "usd"}).status_code == 302
    assert ProgrammeCurrency.objects.get().code == "USD"
    bad = manager.post(page, {"act": "rates", "table": "2026-03-02,USD,EUR,0.9\n2026-03-02,USD,EUR,x"})
    assert bad.status_code == 422 and "Line 2" in bad.content.decode() and not ExchangeRate.objects.exists()
    for _again in range(2):
        assert manager.post(page, {"act": "rates", "table": "2026-03-02,USD,EUR,0.9"}).status_code == 302
    assert ExchangeRate.objects.count() == 1
    assert "0.9" in manager.get(page).content.decode()


def test_others_see_none_of_it(db: None) -> None:
    stranger = signed_in(False)
    for address in ("/admin/points/rates/", "/admin/points/rules/purchase/", ADD):
        assert stranger.get(address).status_code in (302, 403)
        assert stranger.post(address, {"act": "currency", "code": "USD"}).status_code in (302, 403, 405)
    assert not ProgrammeCurrency.objects.exists()
