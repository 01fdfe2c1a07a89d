"""Fill an empty site with the demonstration, through the same actions that people's clicks call.

Everything can be repeated: what is there already is left alone, so a start that was interrupted is finished by the next.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils.translation import gettext_noop

import campaigns.actions
import campaigns.queries
import care.actions
import care.queries
import cms.actions
import community.queries
import insights.actions
import members.actions
import members.queries
import messaging.actions
import referrals.access
import referrals.actions
import referrals.queries
from community import access
from community.actions.forum import boards, tags
from community.actions.people import badges
from config.demo import chat, evenings, lanes, live, order, story, table, waiting
from config.demo.plan import Person
from config.demo.points import acts, programme, shelf, till
from loyalty import actions as loyalty
from loyalty.access import FINANCE
from loyalty.canonical import CanonicalOrder, OrderLineData, PaymentState
from members.access import MANAGERS, MODERATORS
from outbox import nudge

SOURCE = "demo-shop"
PASSWORD = "old friends meet again"  # noqa: S105  (printed at every start, for a demonstration only)
ORDERS = Path(__file__).with_name("cdnow_sample.csv")
# The newest purchase of the file (1998-06-30) falls this long before now, so that every stage has its people.
NEWEST_ORDER = timedelta(days=1)
EXTRA_GUESTS = 80
FAITHFUL = 300
"""Customers of whom most of these guests are: those who bought for most."""


@dataclass(frozen=True)
class SignIn:
    """One way to look at the demonstration."""

    role: str
    login: str
    what: str


SIGN_INS = (
    SignIn("member", "lin", gettext_noop("has points to spend and friends to invite")),
    SignIn("VIP", "wen", gettext_noop("an old friend: the highest tier and a back room")),
    SignIn("newcomer", "nora", gettext_noop("first steps half done, a gift waits on the ladder")),
    SignIn("moderator", "hana", gettext_noop("keeps the talk kind")),
    SignIn("manager", "marek", gettext_noop("sees every stage, starts win-back campaigns at /admin/")),
    SignIn("finance", "sofia", gettext_noop("agrees to large corrections, and looks after the books")),
)


def is_empty() -> bool:
    """Whether nobody has written anything yet."""
    return not community.queries.any_topics()


def fill(*, at: datetime, say: Callable[[str], None]) -> None:
    """Make the whole demonstration as of `at`; each step is a transaction of its own, the talk is one."""
    with lanes.unhurried_disk(), nudge.unheard():
        _fill(at, say)
    with transaction.atomic(durable=True):  # this commit waits for the disk, and with it all before
        cms.actions.ensure_front_page(at=at)


def _fill(at: datetime, say: Callable[[str], None]) -> None:
    with transaction.atomic(durable=True):
        cms.actions.ensure_front_page(at=at)
    pictures = shelf.Pictures()  # made while the purchases are read
    say("people")
    with transaction.atomic(durable=True):
        ids = _people(at)
    say("6,919 real purchases")
    with transaction.atomic(durable=True):
        _names_at_the_shop(ids, at)
    newest = (at - NEWEST_ORDER).date()
    call_command("import_orders", ORDERS, source=SOURCE, shift_to=newest.isoformat(), jobs=2, verbosity=0)
    with transaction.atomic(durable=True):
        _tea_table(ids["wen"], at)
        till.pay(ORDERS, source=SOURCE, newest=newest, but={person.customer for person in _cast()}, at=at)
    lanes.deliver()
    say("talk")
    if is_empty():
        with transaction.atomic(durable=True):
            shelf.stock(ids["marek"], [ids[name] for name in ("marek", "hana", "kofi", "tomas")], pictures, at)
            programme.promise(ids["marek"], at)
            talk = table.talk(ids, at)
            order.keep(ids, talk, at)
            chat.talk(ids, talk, at)
            evenings.plan(ids, at)
            live.begin(ids, at)
            table.last_here(ids, talk, at)
            waiting.prepare(ids, talk, at)
    lanes.deliver()
    with transaction.atomic(durable=True):
        waiting.read_what_is_old(ids, at)
    say("thanks and complaints")
    with transaction.atomic(durable=True):
        _invitations(ids, at)
        _complaints(ids, at)
    lanes.deliver()
    say("points")
    acts.play(ids, at)
    with transaction.atomic(durable=True):
        _thank_inviters(at)
    lanes.deliver()
    with transaction.atomic(durable=True):
        boards.recount_boards(at=at)
        tags.recount_tags(boards=access.browsable_board_ids(None), at=at)
        badges.review(counts=None, member_ids=None, at=at)
        say("stages")
        insights.actions.restage_all(at=at)
        _win_back(ids["marek"], at)
    lanes.deliver()


def sign_ins() -> str:
    """What is printed when everything runs."""
    width = max(len(one.role) for one in SIGN_INS)
    lines = [f"  {one.role:{width}}  {one.login:6} {one.what}" for one in SIGN_INS]
    return "\n".join([f"Demonstration accounts (password for all: {PASSWORD})", *lines])


def _cast() -> Iterator[Person]:
    """The quiet guests first, so that the newest in the directory are those who talk."""
    chance = random.Random(81)  # noqa: S311  (the same guests at every first start)
    taken = {person.customer for person in story.CAST}
    customers = [f"{number:04}" for number in range(1, 2358) if f"{number:04}" not in taken]
    # Who makes an account buys more than others; some of the others do, too.
    often = till.spent_most(ORDERS, taken, FAITHFUL)
    many = chance.sample(often, min(len(often), EXTRA_GUESTS * 3 // 4))
    few = chance.sample(sorted(set(customers) - set(often)), EXTRA_GUESTS - len(many))
    guests = chance.sample(many + few, EXTRA_GUESTS)
    for number, customer in enumerate(guests):
        given = story.GIVEN_NAMES[number % len(story.GIVEN_NAMES)]
        family = chance.choice(story.FAMILY_NAMES)
        yield Person(
            f"{given}.{family}{number}".lower(), f"{given} {family}", customer, marketing=chance.random() < 0.8,
            joined_days_ago=410 + number * 3,
        )  # fmt: skip
    yield from story.CAST


def _people(at: datetime) -> dict[str, int]:
    """Accounts of the cast by username; only those one signs in with get a password."""
    with_password = {one.login for one in SIGN_INS}
    ids = {}
    for person in _cast():
        found = members.queries.find_member(username=person.username)
        ids[person.username] = found.id if found else _person(person, person.username in with_password, at)
    return ids


def _person(person: Person, password: bool, at: datetime) -> int:
    joined = at - timedelta(days=person.joined_days_ago)
    member_id = members.actions.make_member(
        username=person.username,
        email=f"{person.username}@example.com",
        password=PASSWORD if password else None,
        display_name=person.name,
        bio=person.bio,
        language=person.language,
        groups={"moderator": [MODERATORS], "manager": [MANAGERS, MODERATORS], "finance": [FINANCE]}.get(
            person.role, []
        ),
        staff=bool(person.role),
        by=None,
        at=joined,
    )
    if person.marketing:
        messaging.actions.record_consent(
            member_id=member_id, purpose="marketing", granted=True, source="demonstration", by=member_id, at=joined
        )
    return member_id


def _names_at_the_shop(ids: Mapping[str, int], at: datetime) -> None:
    for person in _cast():
        if person.customer:
            members.actions.add_identity(
                member_id=ids[person.username], source=SOURCE, external_id=person.customer, by=None, at=at
            )


def _tea_table(member_id: int, at: datetime) -> None:
    """One large order through the ordinary door makes the VIP an old friend."""
    loyalty.record_order(
        order=CanonicalOrder(
            source=SOURCE,
            external_id="tea-table-1",
            revision="1",
            occurred_at=at - timedelta(days=30),
            state=PaymentState.PAID,
            currency="USD",
            placed_at=at - timedelta(days=30),
            paid_at=at - timedelta(days=30),
            lines=(
                OrderLineData(external_id="1", quantity=1, net=72000, product="Tea table, elm", category="furniture"),
            ),
            member_id=member_id,
        ),
        by=None,
        at=at,
    )


def _invitations(ids: Mapping[str, int], at: datetime) -> None:
    """Two friends came through one link; one of them bought something long enough ago."""
    inviter = ids[story.INVITER]
    if referrals.queries.friends_of(inviter_id=inviter):
        return
    code = referrals.actions.ensure_link(
        inviter=referrals.access.require_inviter(member_id=inviter, at=at), by=inviter, at=at
    )
    for friend in (story.FRIEND_WHO_BOUGHT, story.FRIEND_WHO_LOOKS):
        person = next(person for person in story.CAST if person.username == friend)
        joined = at - timedelta(days=person.joined_days_ago)
        referrals.actions.attach(
            code=code, claimed_at=joined - timedelta(minutes=5), friend_id=ids[friend], by=None, at=joined
        )
    bought = at - timedelta(days=36)
    loyalty.record_order(
        order=CanonicalOrder(
            source=SOURCE, external_id="2207", revision="1", occurred_at=bought, state=PaymentState.PAID,
            currency="USD", placed_at=bought, paid_at=bought, member_id=ids[story.FRIEND_WHO_BOUGHT],
            lines=(OrderLineData(external_id="1", quantity=1, net=5400, product="Kettle, 0.9 l", category="pots"),),
        ),
        by=None,
        at=bought,
    )  # fmt: skip


def _thank_inviters(at: datetime) -> None:
    for referral_id in referrals.queries.due(at=at, limit=10):
        referrals.actions.reward(referral_id=referral_id, by=None, at=at)


def _complaints(ids: Mapping[str, int], at: datetime) -> None:
    for complaint in story.COMPLAINTS:
        member = ids[complaint.member]
        if any(case.subject == complaint.subject for case in care.queries.cases_of(member_id=member)):
            continue
        start = at - timedelta(days=complaint.days_ago)
        case = care.actions.open_case(
            member_id=member, subject=complaint.subject, text=complaint.text, by=member, at=start
        )
        for author, hours, text in complaint.answers:
            care.actions.add_word(
                case_id=case.pk, text=text, from_staff=author != complaint.member, by=ids[author],
                at=start + timedelta(hours=hours),
            )  # fmt: skip
        if complaint.closed:
            care.actions.close_case(case_id=case.pk, by=member, at=start + timedelta(days=1))


def _win_back(manager_id: int, at: datetime) -> None:
    """A letter that is written and not sent: starting it is the manager's act."""
    if not campaigns.queries.campaigns():
        campaigns.actions.save_draft(campaign_id=None, values=story.WIN_BACK, by=manager_id, at=at)


def forbidden() -> bool:
    """A demonstration never fills a site in production."""
    return bool(settings.PRODUCTION)
