"""Never more than N in any window: the rule, Valkey and PostgreSQL give the same answers; both pass people one by one."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from community.models import Spending
from community.problems import TooFast
from community.rules import limits as rules_limits
from community.rules.limits import DAY, LIMITS, Limit, Window
from community.trust import limits
from tests.community.trust.conftest import AT, forget_paces, make_member

WINDOWS = st.lists(st.builds(Window, st.integers(1, 6), st.integers(1, 40)), min_size=1, max_size=3)
GAPS = st.lists(st.integers(0, 9_000), min_size=1, max_size=40)


def most_in_any_window(times: list[datetime], span: timedelta) -> int:
    """Counted the slow way: for each act, how many lie in the window that ends with it."""
    return max(sum(act - span < other <= act for other in times) for act in times)


@given(WINDOWS, GAPS)
def test_rule_never_lets_more_pass_than_fit(windows: list[Window], gaps: list[int]) -> None:
    at, passed = AT, []
    for gap in gaps:
        at += timedelta(milliseconds=gap)
        wait = rules_limits.wait(passed, windows, at)
        if wait == 0:
            passed.insert(0, at)
        else:
            assert rules_limits.wait(passed, windows, at + timedelta(seconds=wait)) == 0, (
                "the wait that was said is enough"
            )
            assert wait <= max(window.seconds for window in windows)
    for window in windows:
        assert most_in_any_window(passed, window.span) <= window.count


@pytest.mark.django_db
@pytest.mark.parametrize("engine", ["valkey", "postgres"])
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(windows=WINDOWS, gaps=GAPS)
def test_both_engines_answer_as_the_rule(windows: list[Window], gaps: list[int], engine: str, limits_on: None) -> None:
    member = _somebody()
    forget_paces()
    Spending.objects.all().delete()

    def ask(member: int, windows: list[Window], at: datetime) -> int | None:
        if engine == "postgres":
            return limits._in_postgres("topic", member, windows, "", at)
        answers = limits._in_valkey("topic", [(limits.Spender(member, 1), windows)], at)
        return answers[0] if answers else None

    at, passed = AT, list[datetime]()
    for gap in gaps:
        at += timedelta(milliseconds=gap)
        expected = rules_limits.wait(passed, windows, at)
        assert ask(member, windows, at) == expected
        if expected == 0:
            passed.insert(0, at)


def _somebody() -> int:
    from django.contrib.auth import get_user_model

    found = get_user_model().objects.filter(username="pace").first()
    return int(found.pk if found else make_member("pace").pk)


@pytest.mark.parametrize(
    ("act", "trust", "age", "expected"),
    [
        ("topic", 0, None, [(1, 120), (20, DAY)]),
        ("topic", 1, None, [(1, 15), (20, DAY)]),
        ("topic", 0, 1, [(1, 120), (20, DAY), (3, DAY)]),
        ("topic", 1, 1, [(1, 15), (20, DAY), (3, DAY)]),
        ("post", 0, 1, [(1, 30), (10, DAY)]),
        ("post", 0, 25, [(1, 30)]),
        ("post", 4, None, [(1, 5)]),
        ("message", 0, None, [(10, 10), (20, 30)]),
        ("message", 1, None, [(10, 10), (40, 30)]),
        ("direct_room", 1, None, [(20, DAY)]),
        ("upload", 1, None, [(5, 5), (20, 3600)]),
        ("invitation", 1, None, [(10, DAY)]),
        *[("reaction", trust, None, [(most, DAY)]) for trust, most in enumerate((50, 50, 75, 100, 150))],
        *[("flag", trust, None, [(most, DAY)]) for trust, most in enumerate((20, 20, 30, 40, 60))],
        *[("edit", trust, None, [(most, DAY)]) for trust, most in enumerate((30, 30, 45, 60, 90))],
        ("removal", 4, None, [(2, 60), (10, DAY)]),
    ],
)
def test_table(act: str, trust: int, age: int | None, expected: list[tuple[int, int]]) -> None:
    told = timedelta(hours=age) if age is not None else None
    windows = rules_limits.windows_for(LIMITS[act], trust=trust, age=told)
    assert [(window.count, window.seconds) for window in windows] == expected


def test_durable_acts_are_those_that_others_have_to_read() -> None:
    durable = {act for act, limit in LIMITS.items() if limit.durable}
    assert durable == {"topic", "post", "message", "direct_room", "room", "room_invitation", "session"}


def test_site_has_its_own_numbers(settings: Any) -> None:
    settings.COMMUNITY_LIMITS = {"reaction": {"windows": [(100, 86400)]}}
    assert limits._limits()["reaction"].windows == (Window(100, DAY),)
    assert limits._limits()["reaction"].grows
    with pytest.raises(KeyError):
        rules_limits.overridden(LIMITS, {"breathing": {}})
    assert rules_limits.overridden({"a": Limit((Window(1, 1),))}, {"a": {"durable": True}})["a"].durable


@pytest.mark.django_db
@pytest.mark.parametrize("valkey", [True, False])
class TestSpend:
    @pytest.fixture(autouse=True)
    def _engine(self, valkey: bool, request: pytest.FixtureRequest) -> None:
        request.getfixturevalue("limits_on" if valkey else "no_valkey")

    def test_says_when_it_works_again(self) -> None:
        member = make_member("ada").pk
        limits.spend("post", member_id=member, trust=1, at=AT)
        with pytest.raises(TooFast) as refused:
            limits.spend("post", member_id=member, trust=1, at=AT + timedelta(seconds=1.5))
        assert refused.value.retry_after == 4
        assert refused.value.message == "You can post again in 4 seconds."
        limits.spend("post", member_id=member, trust=1, at=AT + timedelta(seconds=5))

    def test_newcomers_go_slower_and_their_first_day_is_short(self) -> None:
        member = make_member("ada").pk
        at = AT
        for _ in range(3):
            limits.spend("topic", member_id=member, trust=0, joined_at=AT, at=at)
            with pytest.raises(TooFast):
                limits.spend("topic", member_id=member, trust=0, joined_at=AT, at=at + timedelta(seconds=119))
            at += timedelta(seconds=120)
        with pytest.raises(TooFast) as refused:
            limits.spend("topic", member_id=member, trust=0, joined_at=AT, at=at)
        assert refused.value.message == "You can start another topic in 24 hours."
        limits.spend("topic", member_id=member, trust=0, joined_at=AT, at=AT + timedelta(days=1))

    def test_one_form_twice_counts_once(self) -> None:
        member = make_member("ada").pk
        assert limits.spend("post", member_id=member, trust=1, at=AT, key="form-one-1") is True
        assert limits.spend("post", member_id=member, trust=1, at=AT, key="form-one-1") is False
        with pytest.raises(TooFast):
            limits.spend("post", member_id=member, trust=1, at=AT, key="form-two-2")

    def test_what_failed_was_not_spent(self) -> None:
        member = make_member("ada").pk
        with pytest.raises(ZeroDivisionError), limits.spending("post", member_id=member, trust=1, at=AT, text="Hello"):
            raise ZeroDivisionError
        with limits.spending("post", member_id=member, trust=1, at=AT, text="Hello"):
            pass

    def test_failing_twice_does_not_free_what_succeeded(self) -> None:
        """Sending a used form with another text is refused; it must not give back what the first one spent."""
        member = make_member("ada").pk
        with limits.spending("post", member_id=member, trust=1, at=AT, key="form-one-1"):
            pass
        with (
            pytest.raises(ZeroDivisionError),
            limits.spending("post", member_id=member, trust=1, at=AT, key="form-one-1"),
        ):
            raise ZeroDivisionError
        with pytest.raises(TooFast):
            limits.spend("post", member_id=member, trust=1, at=AT + timedelta(seconds=1), key="form-two-2")

    def test_who_writes_far_too_fast_is_quiet_for_thirty_seconds(self) -> None:
        member, at = make_member("ada").pk, AT
        for number in range(20):
            limits.spend("message", member_id=member, trust=0, at=at, key=f"message-{number}")
            at += timedelta(seconds=1.2)
        with pytest.raises(TooFast) as refused:
            limits.spend("message", member_id=member, trust=0, at=at, key="one-more")
        assert refused.value.retry_after == 30
        with pytest.raises(TooFast) as refused:
            limits.spend("message", member_id=member, trust=0, at=at + timedelta(seconds=29), key="one-more")
        assert refused.value.retry_after == 1
        limits.spend("message", member_id=member, trust=0, at=at + timedelta(seconds=30), key="one-more")

    def test_members_have_their_own(self) -> None:
        limits.spend("post", member_id=make_member("ada").pk, trust=1, at=AT)
        limits.spend("post", member_id=make_member("mei").pk, trust=1, at=AT)


@pytest.mark.django_db
def test_same_text_is_not_said_again_within_five_minutes(limits_on: None) -> None:
    member = make_member("ada").pk

    def say(text: str, seconds: int, key: str) -> None:
        at = AT + timedelta(seconds=seconds)
        with limits.spending("post", member_id=member, trust=1, at=at, key=key, text=text):
            pass

    say("Buy my tea", 0, "form-one-1")
    say("Buy my tea", 0, "form-one-1")  # a double click
    with pytest.raises(TooFast) as refused:
        say(" buy  MY tea", 60, "form-two-2")
    assert refused.value.code == "same_text"
    assert refused.value.retry_after == 240
    say("Another tea", 60, "form-three")
    say("Buy my tea", 301, "form-four-4")


@pytest.mark.django_db
def test_refused_for_pace_may_be_sent_again_with_the_same_words(limits_on: None) -> None:
    member = make_member("ada").pk
    limits.spend("post", member_id=member, trust=1, at=AT)
    for seconds, key in ((1, "form-one-1"), (2, "form-two-2")):
        with (
            pytest.raises(TooFast) as refused,
            limits.spending(
                "post", member_id=member, trust=1, at=AT + timedelta(seconds=seconds), key=key, text="Patience"
            ),
        ):
            pass
        assert refused.value.code == "too_fast"


@pytest.mark.django_db
def test_without_valkey_others_are_open(no_valkey: None) -> None:
    member = make_member("ada").pk
    for _ in range(200):
        limits.spend("reaction", member_id=member, trust=1, at=AT)
    with limits.spending("upload", member_id=member, trust=1, at=AT, text="again"):
        pass


@pytest.mark.django_db
def test_flushed_valkey_goes_on(limits_on: None) -> None:
    """Scripts are gone too; the next question brings them back."""
    member = make_member("ada").pk
    limits.spend("post", member_id=member, trust=1, at=AT)
    limits._client().flushall()
    limits.spend("post", member_id=member, trust=1, at=AT)
    with pytest.raises(TooFast):
        limits.spend("post", member_id=member, trust=1, at=AT)


@pytest.mark.django_db
def test_broken_valkey_is_left_alone_for_a_while(no_valkey: None, monkeypatch: pytest.MonkeyPatch) -> None:
    script, asked = limits._script, list[str]()

    def ask(text: str) -> Any:
        asked.append(text)
        return script(text)

    member = make_member("ada").pk
    with monkeypatch.context() as patched:
        patched.setattr(limits, "_script", ask)
        for _ in range(5):
            limits.spend("reaction", member_id=member, trust=1, at=AT)
    assert len(asked) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("engine", ["limits_on", "no_valkey"])
def test_fifty_at_once_pass_one_by_one(engine: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(engine)
    member, passed, begin = make_member("ada").pk, [], threading.Barrier(50)
    waits: list[int] = []

    def post(number: int) -> None:
        begin.wait(20)
        try:
            limits.spend("message", member_id=member, trust=1, at=AT, key=f"message-{number}")
            passed.append(number)
        except TooFast as refused:
            waits.append(refused.retry_after)
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(passed) == 10
    assert set(waits) == {10}


def test_durations_are_said_as_people_say_them() -> None:
    assert [limits._duration(seconds) for seconds in (1, 20, 120, 121, 3600, 7201, 86400)] == [
        "1 second", "20 seconds", "120 seconds", "3 minutes", "60 minutes", "3 hours", "24 hours",
    ]  # fmt: skip
    assert AT.tzinfo is UTC


@pytest.mark.django_db
@pytest.mark.parametrize("engine", ["limits_on", "no_valkey"])
def test_many_are_asked_at_once_and_each_answered_alone(engine: str, request: pytest.FixtureRequest) -> None:
    request.getfixturevalue(engine)
    fast, calm = make_member("fast").pk, make_member("calm").pk
    keys = [*(f"message-{number}" for number in range(10)), "message-0", "message-10"]
    asked = [limits.Spender(fast, 1, key) for key in keys] + [limits.Spender(calm, 0, "message-0")]
    assert limits.spend_many("message", asked, at=AT) == [*[0] * 10, -1, 10, 0]
    assert limits.spend_many("message", [], at=AT) == []
