"""What a person sees first in the console: one card from each room that has something waiting for them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """A number with its sentence and the way there. `urgent`: somebody waits for an answer."""

    title: str
    number: str
    text: str
    url: str
    order: int = 100
    urgent: bool = False
