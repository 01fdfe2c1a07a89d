"""Signs of spam around newcomers (specs: community section 10). They make somebody look; only speed holds a post by itself.

When a form was opened travels in the form, signed: it works without script, and nobody can pretend to have been slow.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import connection

from community.models import Post, Sanction
from community.rules import signals as rules_signals
from members import queries as members

LOOK_BACK = timedelta(days=7)
"""How old posts may be that link to the same host."""
REMEMBERED = timedelta(days=365)
MOST_REMEMBERED = 5_000
"""Suspended members whose addresses are compared."""

_HOST = """
SELECT DISTINCT host, post.author_id FROM community_post AS post
LEFT JOIN community_memberactivity AS held ON held.member_id = post.author_id
CROSS JOIN LATERAL (
    SELECT regexp_replace(substring(link FROM '^[a-z]+://([^/:?#]+)'), '^www\\.', '') AS host
    FROM unnest(post.links) AS link
) AS linked
WHERE post.created_at > %(since)s AND post.links <> '{}' AND coalesce(held.trust, 0) = 0 AND host = ANY(%(hosts)s)
LIMIT 200
"""


def opened(at: datetime) -> str:
    """For the hidden field of a form that is opened now."""
    return _signer().sign(str(int(at.timestamp() * 1000)))


def typed_seconds(token: str, at: datetime) -> float | None:
    """Seconds since the form with this field was opened; None for a form that does not say, or says what we did not."""
    try:
        milliseconds = int(_signer().unsign(token))
    except (BadSignature, ValueError):
        return None
    return max(0.001, (at - datetime.fromtimestamp(milliseconds / 1000, UTC)).total_seconds())


def signs_of(*, post_id: int, author_id: int, at: datetime) -> list[dict[str, str | int]]:
    """What speaks against a newcomer's post, as reasons for the review queue: codes and ids only.

    The author's address is compared when it is their first post, the links whenever there are some.
    """
    post = Post.objects.filter(pk=post_id).only("links").first()
    if post is None:
        return []
    found: list[dict[str, str | int]] = []
    hosts = rules_signals.hosts(post.links, own=settings.SITE_HOST)
    if hosts and _shared_host(hosts, at):
        found.append({"code": "same_host", "post": post_id})
    if Post.objects.filter(author_id=author_id)[:2].count() < 2:
        found += _signs_of_address(author_id, at)
    return found


def _shared_host(hosts: frozenset[str], at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_HOST, {"since": at - LOOK_BACK, "hosts": sorted(hosts)})
        rows = cursor.fetchall()
    return any(
        len({author for host, author in rows if host == wanted}) >= rules_signals.HOST_IN_POSTS_OF for wanted in hosts
    )


def _signs_of_address(author_id: int, at: datetime) -> list[dict[str, str | int]]:
    email = members.account_email(member_id=author_id)
    found: list[dict[str, str | int]] = []
    if rules_signals.is_disposable(email):
        found.append({"code": "disposable"})
    spammers = (
        Sanction.objects.filter(kind=Sanction.Kind.SUSPENSION, starts_at__gt=at - REMEMBERED)
        .exclude(ended_how=Sanction.Ended.UNDO)
        .exclude(member_id=author_id)
        .order_by("-starts_at")
        .values_list("member_id", flat=True)[:MOST_REMEMBERED]
    )
    known = members.account_emails(member_ids=spammers)
    near = next((member for member, other in known.items() if rules_signals.near(email, other)), None)
    if near is not None:
        found.append({"code": "near_spammer", "member": near})
    return found


def _signer() -> Signer:
    return Signer(salt="community.opened")
