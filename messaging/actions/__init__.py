"""What can be done with consent and messages."""

from messaging.actions.choices import Chosen, choose_notices
from messaging.actions.consent import (
    choose,
    end_pause,
    pause_mail,
    record_consent,
    suppress,
    unsubscribe,
    update_limits,
)
from messaging.actions.devices import BadDevice, add_device, forget_device, forget_other_devices, remove_device
from messaging.actions.notices import (
    forget_notices,
    notify,
    read_all_notices,
    read_notices,
    see_notices,
    withdraw_notices,
)
from messaging.actions.queueing import Planned, cancel, hold, queue_email, queue_many, release
from messaging.purposes import UnknownPurpose

__all__ = [
    "BadDevice",
    "Chosen",
    "Planned",
    "UnknownPurpose",
    "add_device",
    "cancel",
    "choose",
    "choose_notices",
    "end_pause",
    "forget_device",
    "forget_notices",
    "forget_other_devices",
    "hold",
    "notify",
    "pause_mail",
    "queue_email",
    "queue_many",
    "read_all_notices",
    "read_notices",
    "record_consent",
    "release",
    "remove_device",
    "see_notices",
    "suppress",
    "unsubscribe",
    "update_limits",
    "withdraw_notices",
]
