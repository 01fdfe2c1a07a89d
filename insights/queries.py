"""Reading acts and stages. `profiled()` is the one queryset through which every score is read or made."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery

from insights.models import STAGES, Act, MemberStage, Objection, Origin, StageChange, StageRun, Stream
from insights.rules import DEFAULTS, Inputs, Reason, Stage, Verdict, evaluate, healthier, local_day
from loyalty import queries as loyalty
from members import queries as members

LABELS = dict(STAGES)


def profiled() -> QuerySet[Any]:
    """Members who may be scored: customers who did not object. Use `.values("id")` inside other SQL."""
    return members.people().exclude(id__in=Objection.objects.values("member_id"))


def is_profiled(*, member_id: int) -> bool:
    return profiled().filter(id=member_id).exists()


def objects_to_scoring(*, member_id: int) -> bool:
    """Whether the member switched scoring off."""
    return Objection.objects.filter(member_id=member_id).exists()


def site_zone() -> ZoneInfo:
    """Where the site's days begin."""
    return ZoneInfo(settings.TIME_ZONE)


def day_of(moment: datetime) -> date:
    """The site's calendar day of a moment."""
    return local_day(moment, site_zone())


@dataclass(frozen=True)
class StreamCard:
    """Where a member stands in one stream, with the numbers behind it."""

    stream: str
    stage: str
    label: str
    since: datetime | None
    reason: str
    inputs: Inputs

    @property
    def every(self) -> int:
        """The usual number of days between visits, as one says it: a whole number, never 0."""
        return max(1, round(self.inputs.cadence))


@dataclass(frozen=True)
class StageCard:
    """Where a member stands. When they are not profiled, `stage` is "" and there is nothing else to say."""

    member_id: int
    profiled: bool
    stage: str
    label: str
    since: datetime | None
    reason: str
    commerce: StreamCard | None
    social: StreamCard | None

    @property
    def leading(self) -> StreamCard | None:
        """The stream that decides the member's stage."""
        if self.commerce and self.social:
            return self.commerce if self.commerce.stage == self.stage else self.social
        return None


def stage(*, member_id: int, as_of: date | None = None) -> StageCard:
    """A member's stage. With `as_of` the numbers are counted up to that day; without, they are those of the last change."""
    if not is_profiled(member_id=member_id):
        return StageCard(member_id, False, "", "", None, "", None, None)
    rows = {row.stream: row for row in MemberStage.objects.filter(member_id=member_id)}
    cards = {stream: _stream_card(member_id, stream, rows.get(stream), as_of) for stream in ("C", "S")}
    whole = rows.get(Stream.MEMBER)
    name = whole.stage if whole else Stage.POTENTIAL.value
    return StageCard(
        member_id=member_id,
        profiled=True,
        stage=name,
        label=str(LABELS[name]),
        since=whole.since if whole else None,
        reason=whole.reason if whole else Reason.NO_EVENTS.value,
        commerce=cards["C"],
        social=cards["S"],
    )


def members_in_stages(*, stages: Iterable[str], stream: str = "member") -> QuerySet[Any, Any]:
    """Ids of profiled members in any of these stages of a stream: a queryset to put into other SQL (`member_id__in=`)."""
    wanted = {Stage(name).value for name in stages}
    rows = MemberStage.objects.filter(stream=Stream(stream).value)
    if Stage.POTENTIAL.value in wanted:  # nothing happened yet, so there may be no row
        return profiled().exclude(id__in=rows.exclude(stage__in=wanted).values("member_id")).values("id")
    return profiled().filter(id__in=rows.filter(stage__in=wanted).values("member_id")).values("id")


def stage_counts(*, stream: str = "member") -> dict[str, int]:
    """How many profiled members are in each stage; every stage is named."""
    counts = {stage.value: 0 for stage in Stage}
    if stream == "member":
        pairs = [(healthier(Stage(c), Stage(s)).value, n) for (c, s), n in matrix().items()]
    else:
        place = 0 if stream == "C" else 1
        pairs = [(pair[place], n) for pair, n in matrix().items()]
    for name, number in pairs:
        counts[name] += number
    return counts


def matrix() -> dict[tuple[str, str], int]:
    """Profiled members by (stage of buying, stage of talking); pairs that nobody is in are missing. One statement."""
    people, parameters = profiled().values("id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT coalesce(c.stage, 'potential'), coalesce(s.stage, 'potential'), count(*)
            FROM ({people}) AS people (id)
            LEFT JOIN insights_memberstage AS c ON c.member_id = people.id AND c.stream = 'C'
            LEFT JOIN insights_memberstage AS s ON s.member_id = people.id AND s.stream = 'S'
            GROUP BY 1, 2
            """,
            parameters,
        )
        return {(c, s): number for c, s, number in cursor.fetchall()}


@dataclass(frozen=True)
class Movement:
    """How many members moved from one stage to another."""

    from_stage: str
    to_stage: str
    from_label: str
    to_label: str
    members: int


def moved(*, since: datetime, stream: str = "member") -> list[Movement]:
    """Moves since a moment, the most frequent first. History that was taken in is no movement."""
    rows = (
        StageChange.objects.filter(stream=stream, at__gte=since, member_id__in=profiled().values("id"))
        .exclude(origin=Origin.IMPORT)
        .values_list("from_stage", "to_stage")
        .annotate(members=Count("member_id", distinct=True))
        .order_by("-members", "from_stage", "to_stage")
    )
    return [Movement(a, b, str(LABELS[a]), str(LABELS[b]), count) for a, b, count in rows]


def last_acts(*, member_ids: Iterable[int]) -> dict[int, dict[str, datetime]]:
    """The latest act of each member in each stream ("C", "S"); members who never acted are missing."""
    found: dict[int, dict[str, datetime]] = {}
    rows = (
        Act.objects.filter(stands=True, member_id__in=list(member_ids))
        .values_list("member_id", "stream")
        .annotate(last=Max("occurred_at"))
    )
    for member_id, stream, last in rows:
        found.setdefault(member_id, {})[stream] = last
    return found


def first_acts(
    *, member_ids: Iterable[int], since: datetime, until: datetime, kinds: Iterable[str]
) -> dict[int, datetime]:
    """The first act of each member of these kinds that stands, after `since` and up to `until`; others are missing."""
    rows = Act.objects.filter(
        stands=True, member_id__in=list(member_ids), kind__in=list(kinds), occurred_at__gt=since, occurred_at__lte=until
    )
    return dict(rows.values_list("member_id").annotate(first=Min("occurred_at")))


@dataclass(frozen=True)
class CustomerRow:
    """One line of the managers' list."""

    card: members.MemberCard
    commerce: StreamCard
    social: StreamCard
    last_purchase: datetime | None
    last_talk: datetime | None
    tier: str


@dataclass(frozen=True)
class Wanted:
    """Which customers a list shows; an empty word asks nothing."""

    commerce: str = ""
    social: str = ""
    stage: str = ""
    search: str = ""


def customers(wanted: Wanted, *, offset: int = 0, limit: int = 50) -> list[CustomerRow]:
    """Profiled members in a cell (or row, column, stage) of the table, the latest move first."""
    moves = MemberStage.objects.filter(member_id=OuterRef("id"), stream=Stream.MEMBER).values("since")
    ordered = _wanted(wanted).order_by(Subquery(moves).desc(nulls_last=True), "id")
    return _customer_rows(list(ordered.values_list("id", flat=True)[offset : offset + limit]))


def customer_count(wanted: Wanted) -> int:
    """How many such customers there are."""
    return _wanted(wanted).count()


@dataclass(frozen=True)
class StoryLine:
    """One line of a member's story: an act (with `kind`) or a change of stage (with stages and reason)."""

    at: datetime
    stream: str
    kind: str = ""
    label: str = ""
    from_label: str = ""
    to_label: str = ""
    to_stage: str = ""
    reason: str = ""
    inputs: Inputs | None = None
    taken_in: bool = False

    @property
    def every(self) -> int:
        return max(1, round(self.inputs.cadence)) if self.inputs else 0


def story(*, member_id: int, limit: int = 100) -> list[StoryLine]:
    """The latest acts of a member and the changes of stage they led to, newest first."""
    if not is_profiled(member_id=member_id):
        return []
    acts = [
        StoryLine(at=act.occurred_at, stream=act.stream, kind=act.kind, label=act.get_kind_display())
        for act in Act.objects.filter(stands=True, member_id=member_id).order_by("-occurred_at", "-id")[:limit]
    ]
    changes = [
        StoryLine(
            at=change.at,
            stream=change.stream,
            from_label=str(LABELS[change.from_stage]),
            to_label=str(LABELS[change.to_stage]),
            to_stage=change.to_stage,
            reason=change.reason,
            inputs=_inputs(change.inputs),
            taken_in=change.origin == Origin.IMPORT,
        )
        for change in StageChange.objects.filter(member_id=member_id)
        .exclude(stream=Stream.MEMBER)
        .order_by("-at", "-id")[:limit]
    ]
    return sorted([*acts, *changes], key=lambda line: line.at, reverse=True)[:limit]


def event_days(*, member_id: int, stream: str) -> list[date]:
    """The days on which a member acted in a stream, oldest first."""
    days = Act.objects.filter(stands=True, member_id=member_id, stream=stream).values_list("day", flat=True)
    return list(days.distinct().order_by("day"))


def objections() -> int:
    """How many members asked not to be scored."""
    return Objection.objects.count()


def site_cadences() -> dict[str, float]:
    """The usual days between visits per stream, as the last nightly look found them."""
    run = latest_run()
    if run is None:
        return {"C": DEFAULTS.fallback_cadence, "S": DEFAULTS.fallback_cadence}
    return {"C": run.cadence_commerce, "S": run.cadence_social}


def latest_run() -> StageRun | None:
    return StageRun.objects.order_by("-day").first()


def moments_due(*, at: datetime, most: int = 60) -> list[datetime]:
    """When to look at the whole site: once for each day missed since the last look (at most `most`), and at `at`."""
    run, today = latest_run(), day_of(at)
    missed = range(run.day.toordinal() + 1, today.toordinal()) if run else range(0)
    nights = [datetime.combine(date.fromordinal(day), time(2, 40), site_zone()) for day in missed[-most:]]
    return [*nights, at]


def verdict_of(*, member_id: int, stream: str, as_of: date, cadence: float) -> Verdict:
    """What the rule says of a member's stream today."""
    return evaluate(event_days(member_id=member_id, stream=stream), as_of=as_of, prior_cadence=cadence)


def stage_label(name: str) -> str:
    """The stage in the reader's language."""
    return str(LABELS.get(name, name))


def _wanted(wanted: Wanted) -> QuerySet[Any]:
    found = profiled()
    if wanted.search:
        found = found.filter(Q(username__icontains=wanted.search) | Q(display_name__icontains=wanted.search))
    for stream, name in (("C", wanted.commerce), ("S", wanted.social), ("member", wanted.stage)):
        if name:
            found = found.filter(id__in=members_in_stages(stages=[name], stream=stream))
    return found


def _customer_rows(ids: Sequence[int]) -> list[CustomerRow]:
    cards = members.member_cards(member_ids=ids)
    acts, tiers = last_acts(member_ids=ids), loyalty.tiers_of(member_ids=ids)
    rows = {(row.member_id, row.stream): row for row in MemberStage.objects.filter(member_id__in=ids)}
    return [
        CustomerRow(
            card=cards[id],
            commerce=_stored_card("C", rows.get((id, "C"))),
            social=_stored_card("S", rows.get((id, "S"))),
            last_purchase=acts.get(id, {}).get("C"),
            last_talk=acts.get(id, {}).get("S"),
            tier=tiers[id][1] if id in tiers else "",
        )
        for id in ids
        if id in cards
    ]


def _stored_card(stream: str, row: MemberStage | None) -> StreamCard:
    if row is None:
        potential = Stage.POTENTIAL.value
        return StreamCard(stream, potential, str(LABELS[potential]), None, Reason.NO_EVENTS.value, Inputs(visits=0))
    return StreamCard(stream, row.stage, str(LABELS[row.stage]), row.since, row.reason, _inputs(row.inputs))


def _stream_card(member_id: int, stream: str, row: MemberStage | None, as_of: date | None) -> StreamCard:
    stored = _stored_card(stream, row)
    if as_of is None:
        return stored
    verdict = verdict_of(member_id=member_id, stream=stream, as_of=as_of, cadence=site_cadences()[stream])
    # The stage moves down at night only, so between two nights the stored reason goes with the stored stage.
    reason = verdict.reason.value if verdict.stage.value == stored.stage else stored.reason
    return StreamCard(stream, stored.stage, stored.label, stored.since, reason, verdict.inputs)


def _inputs(stored: dict[str, Any]) -> Inputs:
    known = {key: value for key, value in stored.items() if key in Inputs.__dataclass_fields__}
    return Inputs(**({"visits": 0} | known))
