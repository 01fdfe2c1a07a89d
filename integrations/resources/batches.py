"""Items of a batch: each is read and judged by itself, so that one bad item spoils no other."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from integrations.actions import Answer
from integrations.flaws import flaws_of_item
from integrations.problems import Problem

Shape = TypeVar("Shape", bound=BaseModel)


def item(
    raw: dict[str, Any], shape: type[Shape], act: Callable[[Shape], Callable[[datetime], Answer]]
) -> Callable[[datetime], Answer]:
    """The effect of one item: it is read first, and what is wrong points into the item."""

    def effect(at: datetime) -> Answer:
        try:
            body = shape.model_validate(raw)
        except ValidationError as error:
            found = [dict(one) for one in error.errors(include_url=False, include_input=False)]
            raise Problem("invalid", errors=flaws_of_item(found)) from error
        return act(body)(at)

    return effect
