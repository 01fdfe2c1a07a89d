"""What somebody fills in to open a room, to set it up, and to write to people."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from community import cook
from community.access import Rights
from community.actions.chat.rooms import RoomDraft
from community.forms.structure import GroupField
from community.models import Board, Room
from community.rules import chat as chat_rules
from community.rules import rooms as rules

KINDS = {
    Room.Kind.PUBLIC: _("Everybody"),
    Room.Kind.BOARD: _("Whoever may read a board"),
    Room.Kind.GROUP: _("One group, such as a tier"),
    Room.Kind.PRIVATE: _("Only those who are brought in"),
}


def _slow_words(seconds: int) -> str:
    if seconds < 60:
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}
    minutes = seconds // 60
    return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": minutes}


def _days_words(days: int) -> str:
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}


class RoomForm(forms.Form):
    """A room as its keepers see it. `site`: of the team, who say for whom it is; else a private one."""

    name = forms.CharField(label=_("Name"), max_length=80)
    description = forms.CharField(label=_("What it is for"), max_length=200, required=False)
    topic = forms.CharField(
        label=_("What you talk about now"), max_length=200, required=False,
        help_text=_("One line above the messages. It changes as the talk goes on."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Who may come in"), choices=list(KINDS.items()))
    board = forms.ModelChoiceField(
        label=_("Board"), queryset=Board.objects.none(), required=False, empty_label=_("None"),
        help_text=_("Who may read the board reads the room; who may reply there speaks."),
    )  # fmt: skip
    group = GroupField(label=_("Group"), queryset=Group.objects.none(), required=False, empty_label=_("None"))
    announced = forms.BooleanField(
        label=_("Show it with a lock to those who are not in the group"), required=False,
        help_text=_("They see the name and what it is for, never what is said."),
    )  # fmt: skip
    threads = forms.BooleanField(label=_("Answers may become threads"), required=False, initial=True)
    slow_seconds = forms.TypedChoiceField(
        label=_("Slow mode"), coerce=int, required=False, empty_value=0,  # type: ignore[arg-type]
        help_text=_("The time between two messages of one person."),
    )  # fmt: skip
    retention_days = forms.TypedChoiceField(
        label=_("Messages are kept"), coerce=int, required=False, empty_value=None,
        help_text=_("Older ones are deleted every night, with their pictures. Pinned ones stay."),
    )  # fmt: skip
    status = forms.ChoiceField(label=_("Now"), choices=Room.Status.choices, required=False)
    position = forms.IntegerField(label=_("Place in the list"), min_value=0, max_value=9_999, required=False)

    def __init__(self, *args: Any, site: bool, held: Rights, room: Room | None = None, **kwargs: Any) -> None:
        if room is not None:
            kwargs["initial"] = _initial(room) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        slow = sorted({*rules.SLOW, *([room.slow_seconds] if room and room.slow_seconds else [])})
        kept = sorted({*rules.RETENTIONS, *([room.retention_days] if room and room.retention_days else [])})
        self.fields["slow_seconds"].choices = [("", _("Off")), *((one, _slow_words(one)) for one in slow)]  # type: ignore[attr-defined]
        self.fields["retention_days"].choices = [("", _("For good")), *((one, _days_words(one)) for one in kept)]  # type: ignore[attr-defined]
        if not site:
            for name in ("kind", "board", "group", "announced", "position"):
                del self.fields[name]
        else:
            boards = Board.objects.all() if room else Board.objects.filter(pk__in=held.browsable)
            self.fields["board"].queryset = boards.order_by("depth", "position", "id")  # type: ignore[attr-defined]
            self.fields["group"].queryset = circles()  # type: ignore[attr-defined]
        if room is None:
            for name in ("status", "position", "topic"):
                self.fields.pop(name, None)

    def draft(self) -> RoomDraft:
        """What was filled in; of a private room only what its owner says."""
        said = self.cleaned_data
        kind = said.get("kind") or Room.Kind.PRIVATE
        board, group = said.get("board"), said.get("group")
        return RoomDraft(
            name=_one_line(said["name"]), kind=kind, description=_one_line(said["description"]),
            topic=_one_line(said.get("topic", "")),
            board_id=board.pk if board and kind == Room.Kind.BOARD else None,
            group_id=group.pk if group and kind == Room.Kind.GROUP else None,
            announced=bool(said.get("announced")) and kind == Room.Kind.GROUP, threads=said["threads"],
            slow_seconds=said["slow_seconds"], retention_days=said["retention_days"],
            status=said.get("status") or Room.Status.OPEN, position=said.get("position"),
        )  # fmt: skip


class ConversationForm(forms.Form):
    """The first words to one or more people. `key` makes a second press of the button the same message."""

    to = forms.CharField(
        label=_("To"), max_length=700, help_text=_("Names with @, separated by commas. Up to nineteen people."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-complete": "names"}),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Message"), max_length=chat_rules.MESSAGE_LONGEST, widget=forms.Textarea(attrs={"rows": 5})
    )
    key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def clean_to(self) -> list[str]:
        text: str = self.cleaned_data["to"]
        return [name for name in text.replace(",", " ").replace("，", " ").replace("、", " ").split() if name != "@"]


class InviteForm(forms.Form):
    """Whom to bring into a private room."""

    names = forms.CharField(
        label=_("Bring in"), max_length=700, help_text=_("Names with @, separated by commas."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-complete": "names"}),
    )  # fmt: skip

    def clean_names(self) -> list[str]:
        return self.cleaned_data["names"].replace(",", " ").replace("，", " ").replace("、", " ").split()  # type: ignore[no-any-return]


def circles() -> Any:
    """Groups that can have a room: tiers and circles, not those that the site itself works by."""
    from members.access import MANAGERS, MODERATORS

    inner = Group.objects.exclude(name__in=[MODERATORS, MANAGERS, "Editors"])
    return inner.exclude(name__startswith="order:").exclude(name__startswith="trust:").order_by("name")


def _one_line(text: str) -> str:
    """A name stands in lists, notices and subjects of mails: no line ends, no invisible signs."""
    return " ".join(cook.clean(text).split())


def _initial(room: Room) -> dict[str, Any]:
    return {
        "name": room.name, "description": room.description, "topic": room.topic, "kind": room.kind,
        "board": room.board_id, "group": room.group_id, "announced": room.announced, "threads": room.threads,
        "slow_seconds": room.slow_seconds or "", "retention_days": room.retention_days or "", "status": room.status,
        "position": room.position,
    }  # fmt: skip
