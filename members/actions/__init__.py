"""What can be done to accounts. Other apps import from here."""

from members.actions import groups, tries
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
    set_openness,
    speak,
    tidy_name,
    update_profile,
)
from members.actions.rights import forget_rights_changes, rights_changed

__all__ = [
    "NameTaken",
    "OwnerExists",
    "add_identity",
    "end_sessions",
    "ensure_identities",
    "ensure_identity",
    "forget_rights_changes",
    "groups",
    "join_group",
    "joined",
    "leave_group",
    "make_member",
    "make_owner",
    "rename",
    "rights_changed",
    "seen",
    "set_avatar",
    "set_openness",
    "speak",
    "tidy_name",
    "tries",
    "update_profile",
]
