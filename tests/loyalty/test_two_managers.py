"""Two managers have the same form open: who saves second is told what the first one changed, and nothing is lost unseen."""

import re
from typing import Any

import pytest
from django.test import Client

from loyalty.models import Currency, Quest, Reward, Tier, TierProgram
from members.models import User

pytestmark = pytest.mark.django_db
TOLD = "Meanwhile somebody else changed: "


@pytest.fixture
def manager(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss", "boss@example.com", "x"))
    return client


class Fields(dict[str, str]):
    """What a browser would send of the page's form."""

    def __init__(self, page: str) -> None:
        form = max(re.findall(r"<form[^>]*post.*?</form>", page, re.S | re.I), key=len)
        for attributes in re.findall(r"<input([^>]*)>", form):
            self._take(dict(re.findall(r'([\w-]+)="([^"]*)"', attributes)), " checked" in attributes)
        for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.S):
            self[name] = text.strip("\r\n")
        for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
            if chosen := re.search(r'<option[^>]*value="([^"]*)"[^>]*selected', options):
                self[name] = chosen[1]

    def _take(self, said: dict[str, str], checked: bool) -> None:
        if (
            "name" in said
            and said.get("type") not in ("file", "submit")
            and (said.get("type") != "checkbox" or checked)
        ):
            self[said["name"]] = said.get("value", "on" if said.get("type") == "checkbox" else "")


def both(manager: Client, address: str, **changes: tuple[Any, Any]) -> tuple[str, str]:
    """Two tabs of the same form; each saves its change. Returns the second answer and, saved again, the third."""
    first, second = Fields(manager.get(address).content.decode()), Fields(manager.get(address).content.decode())
    act = {"act": "save"} if "tiers" in address else {"act": "publish"}
    ((mine, (one, two)),) = changes.items()
    assert manager.post(address, {**first, mine: one, **act}).status_code == 302
    told = manager.post(address, {**second, mine: two, **act})
    assert told.status_code in (200, 422)
    again = manager.post(address, {**Fields(told.content.decode()), **act})
    assert again.status_code == 302
    return told.content.decode(), str(Fields(told.content.decode())[mine])


def test_a_currency_and_a_reward(manager: Client) -> None:
    text, typed = both(manager, f"/admin/snippets/loyalty/currency/edit/{Currency.objects.get(code='points').pk}/",
                       transfer_daily=("400", "350"))  # fmt: skip
    assert TOLD + "Most that a member may send in a day" in text and typed == "350"
    assert Currency.objects.get(code="points").transfer_daily == 350
    reward = Reward.objects.create(name="Tea", cost=100, kind=Reward.Kind.PROMISE)
    text, typed = both(manager, f"/admin/snippets/loyalty/reward/edit/{reward.pk}/", cost=("110", "120"))
    assert TOLD + "Cost in points" in text and typed == "120"
    reward.refresh_from_db()
    assert reward.cost == 120


def test_claims_do_not_disturb_whoever_writes_a_reward(manager: Client, spoils_books: None) -> None:
    reward = Reward.objects.create(name="Tea", cost=100, kind=Reward.Kind.PROMISE, stock=5)
    address = f"/admin/snippets/loyalty/reward/edit/{reward.pk}/"
    page = Fields(manager.get(address).content.decode())
    Reward.objects.filter(pk=reward.pk).update(claimed=3)
    assert manager.post(address, {**page, "name": "Green tea"}).status_code == 302
    reward.refresh_from_db()
    assert (reward.name, reward.claimed) == ("Green tea", 3)


def test_the_table_of_tiers(manager: Client) -> None:
    program = TierProgram.objects.get()
    text, typed = both(manager, "/admin/tiers/", window_days=("300", "310"))
    assert TOLD + "Days that count" in text and typed == "310"
    program.refresh_from_db()
    assert program.window_days == 310
    top = Tier.objects.order_by("-rank")[0]
    text, typed = both(manager, "/admin/tiers/", **{f"threshold_{top.pk}": ("3000", "3100")})
    assert f"{TOLD}{top.name}: to reach it" in text and typed == "3100"


def test_a_quest_and_what_the_first_one_did_to_its_steps(manager: Client) -> None:
    code = Quest.objects.filter(replaced_at=None).order_by("code")[0].code
    text, typed = both(manager, f"/admin/quests/edit/{code}/", about=("One way.", "Another way."))
    assert TOLD in text and typed == "Another way."
    text, _typed = both(manager, f"/admin/quests/edit/{code}/", **{"steps-0-name": ("Say hello.", "Say good day.")})
    assert TOLD + "Steps" in text


def test_a_script_without_marks_is_not_compared(manager: Client) -> None:
    address = f"/admin/snippets/loyalty/currency/edit/{Currency.objects.get(code='points').pk}/"
    page = Fields(manager.get(address).content.decode())
    del page["as_seen"]
    Currency.objects.filter(code="points").update(transfer_daily=77)
    assert manager.post(address, {**page, "transfer_daily": "88"}).status_code == 302
    assert Currency.objects.get(code="points").transfer_daily == 88
