"""What can be done to accounts. Other apps import from here."""

from members.actions import tries
from members.actions.accounts import (
    NameTaken,
    OwnerExists,
    add_identity,
    end_sessions,
    ensure_identities,
    ensure_identity,
    join_group,
    joined,
    leave_group,
    make_member,
    make_owner,
    rename,
    seen,
    set_avatar,
    speak,
    tidy_name,
    update_profile,
)

__all__ = [
    "NameTaken",
    "OwnerExists",
    "add_identity",
    "end_sessions",
    "ensure_identities",
    "ensure_identity",
    "join_group",
    "joined",
    "leave_group",
    "make_member",
    "make_owner",
    "rename",
    "seen",
    "set_avatar",
    "speak",
    "tidy_name",
    "tries",
    "update_profile",
]
