"""What insights does: note acts, look at stages again, respect an objection."""

from insights.actions.acts import note_act, note_acts, redo_act, take_in_orders, undo_act
from insights.actions.objections import set_scoring
from insights.actions.stages import restage_all, restage_member, restage_taken_in

__all__ = [
    "note_act",
    "note_acts",
    "redo_act",
    "restage_all",
    "restage_member",
    "restage_taken_in",
    "set_scoring",
    "take_in_orders",
    "undo_act",
]
