"""The programme: rules, tiers, rewards. Changed in the console, read here."""

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router

from integrations.api.asking import READ_REFUSALS, known_parameters, member_id_of
from integrations.authentication import KeyAuth
from integrations.resources import programme
from integrations.resources.programme import RewardOut, RewardsOut, RulesOut, TiersOut
from outbox.clock import now

router = Router(tags=["programme"])
READS = KeyAuth("programme:read")

ForMember = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=300,
        description="As this member sees it: may they claim it, and if not, why not (`mem_…`, `ext:…`, `email:…`).",
    ),
]
Trigger = Annotated[
    Literal[
        "order.paid", "answer.accepted", "reaction.added", "session.attended", "review.published", "member.birthday", "custom",
    ]
    | None,
    Query(description="Only rules for this."),
]  # fmt: skip


@router.get("/earning-rules", auth=READS, response={200: RulesOut, **READ_REFUSALS})
def get_rules(request: HttpRequest, trigger: Trigger = None) -> RulesOut:
    """What earns here: every rule as it stands."""
    known_parameters(request, "trigger")
    return programme.rules(trigger=trigger or "")


@router.get("/earning-rules/{code}", auth=READS, response={200: RulesOut, **READ_REFUSALS})
def get_rule(request: HttpRequest, code: str) -> RulesOut:
    """All versions of one rule, the newest first: a version never changes, so what paid last year can be read."""
    known_parameters(request)
    return programme.versions(code)


@router.get("/tiers", auth=READS, response={200: TiersOut, **READ_REFUSALS})
def get_tiers(request: HttpRequest) -> TiersOut:
    """The ladder of tiers, from where everybody begins."""
    known_parameters(request)
    return programme.tiers()


@router.get("/rewards", auth=READS, response={200: RewardsOut, **READ_REFUSALS})
def get_rewards(request: HttpRequest, member: ForMember = None) -> RewardsOut:
    """What points are good for: everything on offer or announced."""
    known_parameters(request, "member")
    member_id_of(member)
    return programme.rewards(member_ref=member, at=now())


@router.get("/rewards/{reward_id}", auth=READS, response={200: RewardOut, **READ_REFUSALS})
def get_reward(request: HttpRequest, reward_id: str, member: ForMember = None) -> RewardOut:
    """One reward (`rew_…`)."""
    known_parameters(request, "member")
    member_id_of(member)
    return programme.reward(reward_id, member_ref=member, at=now())
