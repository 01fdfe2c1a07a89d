"""How fast somebody may write. Asked by the edges (pages, sockets, API) before an action, never by actions.

The acts of the last windows are kept in Valkey, newest first, so that there are never more than so many in *any*
window, also between two calendar minutes. One round trip and one script decide and count, so fifty parallel requests
pass one by one. A form has a key: the same form sent twice counts once, as it writes once.

While Valkey is away, the acts that the table calls durable are counted in PostgreSQL in the same way, by one
conditional statement under the row's lock; the others are open.
"""

import hashlib
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import redis
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from redis.backoff import NoBackoff
from redis.retry import Retry

from community.models import Spending
from community.problems import TooFast
from community.rules import limits as rules_limits
from community.rules.limits import Window

log = logging.getLogger(__name__)

_BREAK_AFTER, _BREAK_SECONDS = 2, 5.0
_failures = 0
_broken_until = 0.0

# Any number of members at once, each with two keys and (form, longest window, rows kept, windows, and three numbers for
# each window). Rows are "<milliseconds> <key of the form>". Answers for each the milliseconds to wait; -1: this form was
# counted before.
_SPEND = """
local now, at, answers = tonumber(ARGV[1]), 2, {}

local function spend(acts, hush, form, longest, most, first, last)
  local rows = redis.call('LRANGE', acts, 0, -1)
  if form ~= '' then
    for _, row in ipairs(rows) do
      if string.match(row, ' (.*)$') == form then return -1 end
    end
  end
  local hushed = tonumber(redis.call('GET', hush) or 0)
  if hushed > now then return hushed - now end
  local wait, quiet = 0, 0
  for i = first, last, 3 do
    local row, span = rows[tonumber(ARGV[i])], tonumber(ARGV[i + 1])
    local left = row and math.min(tonumber(string.match(row, '^%d+')) + span - now, span) or 0
    if left > 0 then
      wait = math.max(wait, left)
      quiet = math.max(quiet, tonumber(ARGV[i + 2]))
    end
  end
  if wait > 0 then
    if quiet > 0 then redis.call('SET', hush, string.format('%d', now + quiet), 'PX', quiet) end
    return math.max(wait, quiet)
  end
  redis.call('LPUSH', acts, ARGV[1] .. ' ' .. form)
  redis.call('LTRIM', acts, 0, tonumber(most) - 1)
  redis.call('PEXPIRE', acts, longest)
  return 0
end

for key = 1, #KEYS, 2 do
  local first = at + 4
  local last = at + 3 + 3 * tonumber(ARGV[at + 3])
  table.insert(answers, spend(KEYS[key], KEYS[key + 1], ARGV[at], ARGV[at + 1], ARGV[at + 2], first, last))
  at = last + 1
end
return answers
"""

_ADD = """
local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return sum
"""

_SAY_ONCE = """
local now, span, said = tonumber(ARGV[1]), tonumber(ARGV[3]), redis.call('GET', KEYS[1])
local left = said and tonumber(string.match(said, '^%d+')) + span - now or 0
if left > 0 then
  if ARGV[2] ~= '' and string.match(said, ' (.*)$') == ARGV[2] then return -1 end
  return math.min(left, span)
end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[3])
return 0
"""


@contextmanager
def spending(
    act: str,
    *,
    member_id: int,
    trust: int,
    at: datetime,
    joined_at: datetime | None = None,
    key: str = "",
    text: str = "",
) -> Iterator[None]:
    """Do one limited act inside of this block; when it fails, it was not spent. Raises TooFast instead of beginning.

    `text`: what is said, which the same member does not say again within five minutes.
    """
    if not settings.COMMUNITY_LIMITS_ON:
        yield
        return
    said = bool(text) and _say_once(member_id, text, key, at)
    counted = False
    try:
        counted = spend(act, member_id=member_id, trust=trust, at=at, joined_at=joined_at, key=key)
        yield
    except BaseException:
        if counted:
            give_back(act, member_id=member_id, at=at, key=key)
        if said:
            _forget_text(member_id, text)
        raise


def spend(
    act: str, *, member_id: int, trust: int, at: datetime, joined_at: datetime | None = None, key: str = ""
) -> bool:
    """Count one act of a member, or raise TooFast with the seconds to wait. False when this form was counted before.

    `joined_at` makes the first day's numbers apply. KeyError for an act that the table does not know.
    """
    spender = Spender(member_id, trust, key, joined_at)
    seconds = spend_many(act, [spender], at=at)[0]
    if seconds > 0:
        raise too_fast(act, seconds)
    return seconds == 0


@dataclass(frozen=True)
class Spender:
    """Who does a limited act, as `spend` asks for it."""

    member_id: int
    trust: int
    key: str = ""
    joined_at: datetime | None = None


def spend_many(act: str, spenders: Sequence[Spender], *, at: datetime) -> list[int]:
    """Count one act of each, in their order and in one round trip: the seconds that each has to wait.

    0: it may be done and is counted. Below 0: this form was counted before, or nothing is.
    """
    limit = _limits()[act]
    if not settings.COMMUNITY_LIMITS_ON or not spenders:
        return [-1 for _spender in spenders]
    asked = [(one, rules_limits.windows_for(limit, trust=one.trust, age=_age(one, at))) for one in spenders]
    answers = _in_valkey(act, asked, at)
    if answers is not None:
        return answers
    return [
        _in_postgres(act, one.member_id, windows, one.key[:64], at) if limit.durable else 0 for one, windows in asked
    ]


def too_fast(act: str, seconds: int) -> TooFast:
    """What whoever has to wait is told, in the language that is active."""
    return TooFast(_words(act, seconds), seconds)


def _age(spender: Spender, at: datetime) -> timedelta | None:
    return at - spender.joined_at if spender.joined_at else None


def give_back(act: str, *, member_id: int, at: datetime, key: str = "") -> None:
    """Forget the act that was counted at this moment: nothing came of it."""
    _valkey("lrem", _key(act, member_id), 1, f"{_ms(at)} {key[:64]}")
    with connection.cursor() as cursor:
        if _limits()[act].durable:
            cursor.execute(_GIVE_BACK, {"member": member_id, "act": act, "at": at})


def add_requests(name: str, count: int, *, seconds: int) -> int | None:
    """Add requests to a counter that all processes share and that lives so long; its sum, or None without Valkey."""
    answer = _valkey("script", _ADD, [f"laoyou:requests:{name}"], [count, seconds])
    return None if answer is None else int(answer)


# --- Valkey ----------------------------------------------------------------------------------------------------------


def _in_valkey(act: str, asked: Sequence[tuple[Spender, Sequence[Window]]], at: datetime) -> list[int] | None:
    """For each the seconds to wait, 0 when it is counted, -1 when it was counted before. None: Valkey does not answer."""
    keys: list[str] = []
    arguments: list[Any] = [_ms(at)]
    for one, windows in asked:
        name = _key(act, one.member_id)
        keys += [name, f"{name}:quiet"]
        longest, most = max(window.seconds for window in windows), max(window.count for window in windows)
        arguments += [one.key[:64], longest * 1000, most, len(windows)]
        for window in windows:
            arguments += [window.count, window.seconds * 1000, window.quiet * 1000]
    answers = _valkey("script", _SPEND, keys, arguments)
    return None if answers is None else [-1 if answer < 0 else -(-int(answer) // 1000) for answer in answers]


def _say_once(member_id: int, text: str, key: str, at: datetime) -> bool:
    """Remember a text, or raise TooFast when this member sent it with another form within five minutes.

    False when this very form sent it before, or nobody remembers.
    """
    span = int(rules_limits.SAME_TEXT.total_seconds())
    left = _valkey("script", _SAY_ONCE, [_text_key(member_id, text)], [_ms(at), key[:64], span * 1000])
    if left is not None and left > 0:
        seconds = -(-left // 1000)
        words = _("You wrote exactly this a moment ago. If it belongs here too, you can send it again in %(time)s.")
        raise TooFast(words % {"time": _duration(seconds)}, seconds, code="same_text")
    return bool(left == 0)


def _forget_text(member_id: int, text: str) -> None:
    _valkey("delete", _text_key(member_id, text))


def _valkey(command: str, *arguments: Any) -> Any:
    """Ask Valkey; None when it does not answer. After two failures it is left alone for five seconds."""
    global _failures, _broken_until
    if time.monotonic() < _broken_until:
        return None
    try:
        if command == "script":
            script, keys, values = arguments
            answer = _script(script)(keys=keys, args=values)
        else:
            answer = getattr(_client(), command)(*arguments)
        _failures = 0
        return answer
    except (redis.RedisError, OSError):
        _failures += 1
        if _failures >= _BREAK_AFTER:
            _failures, _broken_until = 0, time.monotonic() + _BREAK_SECONDS
            log.warning("limits: Valkey does not answer; PostgreSQL counts what must not be open")
        return None


@cache
def _client() -> "redis.Redis":
    client = redis.Redis.from_url(
        settings.LIMITS_URL.removeprefix("redis+"), socket_timeout=0.25, socket_connect_timeout=0.25
    )
    client.set_retry(Retry(NoBackoff(), 1))  # one: a restarted Valkey leaves a dead connection behind
    return client


@cache
def _script(text: str) -> Any:
    return _client().register_script(text)


def _key(act: str, member_id: int) -> str:
    return f"laoyou:pace:{act}:{member_id}"


def _text_key(member_id: int, text: str) -> str:
    folded = " ".join(text.split()).casefold()
    return f"laoyou:said:{member_id}:{hashlib.sha256(folded.encode()).hexdigest()[:32]}"


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


# --- PostgreSQL ------------------------------------------------------------------------------------------------------

_GIVE_BACK = """
UPDATE community_spending SET
    times = times[:array_position(times, %(at)s) - 1] || times[array_position(times, %(at)s) + 1:],
    keys = keys[:array_position(times, %(at)s) - 1] || keys[array_position(times, %(at)s) + 1:]
WHERE member_id = %(member)s AND act = %(act)s AND %(at)s = ANY(times)
"""


def _in_postgres(act: str, member_id: int, windows: Sequence[Window], key: str, at: datetime) -> int:
    """The same question and the same answers, by one conditional statement; the second of two waits for the first."""
    fits = " AND ".join(["(held.times[%s] IS NULL OR held.times[%s] <= %s)"] * len(windows))
    most = max(window.count for window in windows)
    arguments: list[Any] = [member_id, act, at, key, most, most, key, key, at]
    for window in windows:
        arguments += [window.count, window.count, at - window.span]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO community_spending AS held (member_id, act, times, keys) VALUES (%s, %s, ARRAY[%s], ARRAY[%s]) "
            "ON CONFLICT (member_id, act) DO UPDATE SET quiet_until = NULL, "
            "times = (excluded.times || held.times)[1:%s], keys = (excluded.keys || held.keys)[1:%s] "
            "WHERE (%s = '' OR NOT %s = ANY(held.keys)) "
            f"AND (held.quiet_until IS NULL OR held.quiet_until <= %s) AND {fits} RETURNING 1",
            arguments,
        )
        if cursor.fetchone():
            return 0
    held = Spending.objects.get(member_id=member_id, act=act)
    if key and key in held.keys:
        return -1
    return _wait(held, windows, at)


def _wait(held: Spending, windows: Sequence[Window], at: datetime) -> int:
    quiet = rules_limits.quiet(held.times, windows, at)
    left = -int(-(held.quiet_until - at).total_seconds() // 1) if held.quiet_until and held.quiet_until > at else 0
    if quiet and not left:
        Spending.objects.filter(pk=held.pk).update(quiet_until=at + timedelta(seconds=quiet))
    return left or max(1, rules_limits.wait(held.times, windows, at))


# --- Words -----------------------------------------------------------------------------------------------------------


def _limits() -> Mapping[str, rules_limits.Limit]:
    given = settings.COMMUNITY_LIMITS
    return rules_limits.overridden(rules_limits.LIMITS, given) if given else rules_limits.LIMITS


def _words(act: str, seconds: int) -> str:
    return str(_AGAIN[act]() % {"time": _duration(seconds)})


def _duration(seconds: int) -> str:
    for size, words in ((3600, _hours), (60, _minutes)):
        if seconds > 2 * size:
            return words(-(-seconds // size))
    return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}


def _minutes(count: int) -> str:
    return ngettext("%(count)s minute", "%(count)s minutes", count) % {"count": count}


def _hours(count: int) -> str:
    return ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}


_AGAIN = {
    "topic": lambda: _("You can start another topic in %(time)s."),
    "post": lambda: _("You can post again in %(time)s."),
    "message": lambda: _("That was fast. You can write again in %(time)s."),
    "direct_room": lambda: _("You can begin another conversation in %(time)s."),
    "session": lambda: _("You can plan another session in %(time)s."),
    "room": lambda: _("You can open another room in %(time)s."),
    "room_invitation": lambda: _("You can bring in more people in %(time)s."),
    "upload": lambda: _("You can upload again in %(time)s."),
    "invitation": lambda: _("You can invite again in %(time)s."),
    "reaction": lambda: _("So much kindness in one day. You can react again in %(time)s."),
    "flag": lambda: _("You flagged a lot today; the team is looking. You can flag again in %(time)s."),
    "question": lambda: _("You can ask again in %(time)s."),
    "session_act": lambda: _("That was fast. You can go on in %(time)s."),
    "edit": lambda: _("You edited a lot today. You can edit again in %(time)s."),
    "removal": lambda: _("You can remove something again in %(time)s."),
}
