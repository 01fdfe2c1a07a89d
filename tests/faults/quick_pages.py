"""The pages without the pace of claims; with LAOYOU_BROKEN, a shelf that counts in Python."""

import os

from config.wsgi import application  # noqa: F401
from loyalty.actions.rewards import shelf
from loyalty.models import Reward
from loyalty.views import rewards

rewards.PACE = tuple((span, 10**6) for span, _most in rewards.PACE)

if os.environ.get("LAOYOU_BROKEN") == "counts-itself":

    def _take(reward_ids: list[int]) -> None:
        for row in Reward.objects.filter(id__in=reward_ids):
            if row.stock is not None and row.claimed >= row.stock:
                raise shelf.out_of_stock()
            Reward.objects.filter(id=row.pk).update(claimed=row.claimed + 1)

    shelf.take_piece = _take  # type: ignore[assignment]
