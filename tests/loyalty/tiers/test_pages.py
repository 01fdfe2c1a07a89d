"""The pages of tiers as people use them: the member's own, and the console."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from loyalty.models import Tier, TierInvitation, TierMembership, TierProgram
from outbox.clock import now
from tests.loyalty.tiers.test_reviews import credit, tier_of

pytestmark = pytest.mark.django_db


def client_of(member_id: int) -> Client:
    client = Client()
    client.force_login(get_user_model().objects.get(pk=member_id), "members.backends.MemberBackend")
    return client


@pytest.fixture
def console(new_member: Any) -> Client:
    boss = get_user_model().objects.get(pk=new_member("boss"))
    boss.is_staff = True
    boss.save(update_fields=["is_staff"])
    boss.user_permissions.add(Permission.objects.get(codename="access_admin"))
    boss.groups.add(Group.objects.get(name="Community managers"))
    return client_of(boss.pk)


class TestMember:
    def test_all_tiers_side_by_side_with_the_way(self, member: int) -> None:
        credit(member, 620, "a", at=now() - timedelta(days=10))
        page = client_of(member).get("/points/tier/").content.decode()
        for words in ("You are: Good friend", "1,380 more credit reaches", "Old friend", "How you got here", "earned"):
            assert words in page, words
        assert page.count("You are here") == 1

    def test_a_grace_says_how_much_and_until_which_day(self, member: int) -> None:
        credit(member, 620, "a", at=now() - timedelta(days=400))
        TierMembership.objects.filter(member_id=member).delete()
        until = (now() + timedelta(days=11)).replace(hour=0, minute=0, second=0, microsecond=0)
        tier = Tier.objects.get(code="good-friend")
        TierMembership.objects.create(member_id=member, tier=tier, since=now() - timedelta(days=400), grace_until=until)
        credit(member, 380, "b", at=now())
        for at in ("/points/tier/", "/points/"):
            page = client_of(member).get(at).content.decode()
            day = date_format(timezone.localtime(until - timedelta(seconds=1)), "DATE_FORMAT")
            assert f"120 more credit by {day} keeps “Good friend”" in page

    def test_newcomers_and_strangers(self, member: int) -> None:
        page = client_of(member).get("/points/tier/")
        assert page.status_code == 200 and "Your story begins" in page.content.decode()
        assert Client().get("/points/tier/").status_code in (302, 403)

    def test_a_site_without_tiers_has_no_such_page(self, member: int) -> None:
        Tier.objects.all().delete()
        assert client_of(member).get("/points/tier/").status_code == 404

    def test_few_statements(self, member: int, django_assert_max_num_queries: Any) -> None:
        credit(member, 620, "a", at=now() - timedelta(days=10))
        client = client_of(member)
        client.get("/points/tier/")
        with django_assert_max_num_queries(12):
            client.get("/points/tier/")


class TestConsole:
    def form(self, **changes: Any) -> dict[str, Any]:
        good, old = Tier.objects.get(code="good-friend"), Tier.objects.get(code="old-friend")
        lowest = Tier.objects.get(rank=0)
        values: dict[str, Any] = {
            "window": "rolling", "window_days": 365, "basis": "credit", "spend_currency": "", "down": "one",
            "grace_days": 30, f"threshold_{lowest.pk}": 0, f"threshold_{good.pk}": 500, f"threshold_{old.pk}": 2000,
        }  # fmt: skip
        names = {"lowest": lowest.pk, "good": good.pk, "old": old.pk}
        for name, value in changes.items():
            field, _sep, which = name.rpartition("__")
            values[f"{field}_{names[which]}" if field else name] = value
        return values

    def test_the_preview_counts_and_writes_nothing_and_saving_does(
        self, console: Client, member: int, new_member: Any
    ) -> None:
        other = new_member("other")
        credit(member, 620, "a", at=now())
        credit(other, 2100, "b", at=now())
        look = console.post("/admin/tiers/", self.form(threshold__good=100, threshold__old=600, act="look"))
        assert look.status_code == 200
        counted = {row.tier.code: (row.now, row.then, row.graces) for row in look.context["preview"]}
        assert counted == {"friend": (0, 0, 0), "good-friend": (1, 0, 0), "old-friend": (1, 2, 0)}
        assert Tier.objects.get(code="good-friend").threshold == 500
        look = console.post("/admin/tiers/", self.form(threshold__good=1000, threshold__old=9000, act="look"))
        counted = {row.tier.code: (row.now, row.then, row.graces) for row in look.context["preview"]}
        assert counted == {"friend": (0, 0, 0), "good-friend": (1, 1, 1), "old-friend": (1, 1, 1)}
        saved = console.post("/admin/tiers/", self.form(threshold__good=100, threshold__old=600, act="save"))
        assert saved.status_code == 302
        assert list(Tier.objects.order_by("rank").values_list("threshold", flat=True)) == [0, 100, 600]
        assert TierProgram.objects.get().reviewed_at is None
        # Numbers that change places do not trip over each other.
        assert (
            console.post("/admin/tiers/", self.form(threshold__good=600, threshold__old=700, act="save")).status_code
            == 302
        )

    @pytest.mark.parametrize(
        "changes",
        [
            {"threshold__good": 3000}, {"threshold__lowest": 5}, {"threshold__good": 2000}, {"threshold__good": -1},
            {"threshold__good": ""}, {"threshold__good": "ten"}, {"threshold__old": 10**30}, {"keep_threshold__good": 501},
            {"lifetime_threshold__old": 100}, {"window_days": 0}, {"window_days": 99999}, {"grace_days": 400},
            {"window": "moon"}, {"basis": "spend"}, {"basis": "spend", "spend_currency": "E1R"}, {"down": "fast"},
            {"keep_threshold__good": 400, "keep_threshold__old": 300},
        ],
    )  # fmt: skip
    def test_tables_that_do_not_fit_are_refused_with_words(self, console: Client, changes: dict[str, Any]) -> None:
        for act in ("look", "save"):
            answer = console.post("/admin/tiers/", self.form(**changes, act=act))
            assert answer.status_code == 422 and answer.context["form"].errors
        assert list(Tier.objects.order_by("rank").values_list("threshold", flat=True)) == [0, 500, 2000]

    def test_one_tier_among_the_others(self, console: Client) -> None:
        good = Tier.objects.get(code="good-friend")
        base = {
            "program": good.program_id, "code": good.code, "name": good.name, "rank": 1, "threshold": 500, "benefits": "",
            "keep_threshold": "", "multiplier_percent": 100, "early_hours": 0, "birthday_points": 0, "gift_days": 30,
        }  # fmt: skip
        at = f"/admin/snippets/loyalty/tier/edit/{good.pk}/"
        for bad in (
            {"threshold": 2500},
            {"keep_threshold": 600},
            {"rank": 2},
            {"multiplier_percent": 600},
            {"rank": 0},
        ):
            assert console.post(at, base | bad).status_code == 200, bad
        assert console.post(at, base | {"multiplier_percent": 150, "keep_threshold": 400}).status_code == 302
        good.refresh_from_db()
        assert (good.multiplier_percent, good.keep_threshold) == (150, 400)

    def test_inviting_and_ending(self, console: Client, member: int) -> None:
        public_id = get_user_model().objects.get(pk=member).public_id
        at = f"/admin/tiers/member/{public_id}/"
        assert console.get(at).status_code == 200
        tier = Tier.objects.get(code="old-friend")
        last = (now() + timedelta(days=20)).date()
        values = {"act": "invite", "tier": tier.pk, "reason": "Thirty years of tea", "last_day": last.isoformat()}
        for bad in (
            {"reason": ""},
            {"last_day": "2001-01-01"},
            {"last_day": "soon"},
            {"tier": 0},
            {"last_day": "9999-12-31"},
        ):
            assert console.post(at, values | bad).status_code == 422, bad
        assert console.post(at, values).status_code == 302 and tier_of(member) == "old-friend"
        assert "Thirty years of tea" in console.get(at).content.decode()
        made = TierInvitation.objects.get()
        assert made.ends_at > datetime.combine(last, datetime.min.time(), tzinfo=made.ends_at.tzinfo)
        assert console.post(at, {"act": made.public_id, "reason": ""}).status_code == 422
        assert console.post(at, {"act": "nosuch", "reason": "x"}).status_code == 404
        assert console.post(at, {"act": made.public_id, "reason": "Asked for it"}).status_code == 302
        assert tier_of(member) == "friend"

    def test_a_member_is_found_by_name(self, console: Client, member: int) -> None:
        public_id = get_user_model().objects.get(pk=member).public_id
        assert (
            console.get("/admin/tiers/find/", {"name": "@mei"}).headers["Location"]
            == f"/admin/tiers/member/{public_id}/"
        )
        for nobody in ("", "nobody", "\x00", "@" * 500):
            assert console.get("/admin/tiers/find/", {"name": nobody}).headers["Location"] == "/admin/tiers/"

    def test_who_is_in_grace(self, console: Client, member: int) -> None:
        credit(member, 620, "a", at=now())
        TierMembership.objects.filter(member_id=member, until=None).update(
            grace_until=now() + timedelta(days=3), basis=380
        )
        page = console.get("/admin/tiers/grace/").content.decode()
        assert "mei" in page and "120" in page

    def test_members_have_no_way_in(self, member: int) -> None:
        public_id = get_user_model().objects.get(pk=member).public_id
        for at in ("/admin/tiers/", "/admin/tiers/grace/", f"/admin/tiers/member/{public_id}/"):
            assert client_of(member).get(at).status_code in (302, 403, 404)
            assert client_of(member).post(at, {"act": "save"}).status_code in (302, 403, 404, 405)
