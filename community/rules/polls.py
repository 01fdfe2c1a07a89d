"""Counting ballots, without a database. A choice is the place of an option, from 0."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

OPTIONS_LEAST, OPTIONS_MOST = 2, 20
OPTION_LONGEST = 120

Ballots = Mapping[tuple[int, ...], int]
"""How many members handed in each different ballot."""


@dataclass(frozen=True)
class Round:
    """One round of an instant run-off: votes of each option still in it, and who left it afterwards."""

    votes: Mapping[int, int]
    out: tuple[int, ...] = ()


def option_lines(typed: str) -> list[str]:
    """One option a line; empty lines and repeated options are left out."""
    lines = (" ".join(line.split()) for line in typed.splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def counts(options: int, ballots: Ballots) -> list[int]:
    """How many ballots name each option."""
    totals = [0] * options
    for choices, number in ballots.items():
        for choice in set(choices):
            totals[choice] += number
    return totals


def ballot_problem(kind: str, options: int, least: int, most: int, choices: Sequence[int]) -> str:
    """Why a ballot is not valid: "unknown", "twice", "too_few", "too_many"; empty when it is."""
    if any(not 0 <= choice < options for choice in choices):
        return "unknown"
    if len(set(choices)) != len(choices):
        return "twice"
    if len(choices) < (1 if kind != "several" else least):
        return "too_few"
    if len(choices) > (options if kind == "ranked" else most):
        return "too_many"
    return ""


def runoff(options: int, ballots: Ballots) -> list[Round]:
    """The rounds of an instant run-off, until an option has more than half of the ballots that still name one.

    In each round a ballot counts for its first option that is still in. The last one leaves; of several that are
    equally last, those leave who had fewer votes in the round before, and so on back to the first; who are equal in
    all rounds leave together, unless nobody would be left: then the poll ends with them, equal.
    """
    left = set(range(options))
    rounds: list[Round] = []
    while left:
        votes = dict.fromkeys(sorted(left), 0)
        for choices, number in ballots.items():
            first = next((choice for choice in choices if choice in left), None)
            if first is not None:
                votes[first] += number
        total = sum(votes.values())
        if total == 0 or max(votes.values()) * 2 > total or len(set(votes.values())) == 1:
            rounds.append(Round(votes))
            return rounds
        out = _last(votes, rounds)
        rounds.append(Round(votes, tuple(sorted(out))))
        left -= out
    return rounds


def winners(rounds: Sequence[Round]) -> list[int]:
    """Who has the most votes in the last round: one, several that are equal, or nobody when nobody voted."""
    if not rounds or not any(rounds[-1].votes.values()):
        return []
    best = max(rounds[-1].votes.values())
    return [option for option, votes in rounds[-1].votes.items() if votes == best]


def _last(votes: Mapping[int, int], before: Sequence[Round]) -> set[int]:
    fewest = min(votes.values())
    out = {option for option, number in votes.items() if number == fewest}
    for earlier in reversed(before):
        if len(out) == 1:
            break
        least = min(earlier.votes[option] for option in out)
        out = {option for option in out if earlier.votes[option] == least}
    return out
