"""What goes with a text besides words: tags, a poll, a date; and what moderators fill in. All of it works without script."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.contrib.auth.models import Group
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.access import BoardCard, Rights
from community.actions.forum.polls import PollDraft, checked
from community.actions.forum.topics import EventDraft
from community.models import Poll, Topic
from community.problems import Problem
from community.rules import polls as rules_polls
from community.rules import tags as rules_tags
from members.queries import group_words

LINKS_MOST = 500
_MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class TagsField(forms.CharField):
    """Tags separated by commas; its value is a list of names."""

    def __init__(self, **kwargs: Any) -> None:
        options: dict[str, Any] = {
            "label": gettext_lazy("Tags"),
            "required": False,
            "max_length": 300,
            "help_text": gettext_lazy("Up to five words, separated by commas: tea, pu-erh"),
            "widget": forms.TextInput(attrs={"autocomplete": "off", "data-complete": "tags"}),
        }
        super().__init__(**options | kwargs)

    def clean(self, value: Any) -> Any:
        names = rules_tags.tag_names(super().clean(value))
        if len(names) > rules_tags.TAGS_MOST:
            words = _("A topic has at most %(most)s tags.") % {"most": rules_tags.TAGS_MOST}
            raise forms.ValidationError(words, code="too_many_tags")
        return names


class GroupField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A group under the name people know: that of a tier begins with “tier:” in the table alone."""

    def label_from_instance(self, obj: Any) -> str:
        return group_words(obj.name)


class TagsForm(forms.Form):
    """The tags of a topic that is there already."""

    tags = TagsField()


class PollForm(forms.Form):
    """A poll beside a text; it is one as soon as it has a question or options. `draft` is None when there is none."""

    poll_question = forms.CharField(label=gettext_lazy("Question"), required=False, max_length=200)
    poll_options = forms.CharField(
        label=gettext_lazy("Options"),
        required=False,
        max_length=(rules_polls.OPTION_LONGEST + 2) * rules_polls.OPTIONS_MOST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("One on each line, 2 to 20."),
    )
    poll_kind = forms.ChoiceField(label=gettext_lazy("Kind of vote"), required=False, choices=Poll.Kind.choices)
    poll_least = forms.IntegerField(label=gettext_lazy("Least choices"), required=False, min_value=1, max_value=20)
    poll_most = forms.IntegerField(
        label=gettext_lazy("Most choices"),
        required=False,
        min_value=1,
        max_value=20,
        help_text=gettext_lazy("Both are only for several choices."),
    )
    poll_results = forms.ChoiceField(
        label=gettext_lazy("Results are shown"), required=False, choices=Poll.Results.choices
    )
    poll_named = forms.BooleanField(label=gettext_lazy("Everybody sees who voted for what"), required=False)
    poll_closes = forms.DateTimeField(label=gettext_lazy("Closes at"), required=False, widget=_MOMENT)
    poll_trust = forms.TypedChoiceField(
        label=gettext_lazy("Who may vote"),
        required=False,
        coerce=int,
        empty_value=0,  # type: ignore[arg-type]
        choices=[
            (0, gettext_lazy("every member")),
            (1, gettext_lazy("from trust level 1")),
            (2, gettext_lazy("from trust level 2")),
            (3, gettext_lazy("from trust level 3")),
        ],
    )
    poll_group = GroupField(label=gettext_lazy("Only this group"), required=False, queryset=Group.objects.none())

    def __init__(self, *args: Any, at: datetime, groups: frozenset[int] = frozenset(), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.draft: PollDraft | None = None
        mine = Group.objects.filter(pk__in=groups).exclude(name__startswith="trust:").order_by("name")
        self.fields["poll_group"].queryset = mine  # type: ignore[attr-defined]
        if not groups:
            del self.fields["poll_group"]

    @property
    def wanted(self) -> bool:
        """Whether somebody began to fill it in: then it is shown open."""
        return any(self.data.get(name, "").strip() for name in ("poll_question", "poll_options"))

    def clean(self) -> dict[str, Any]:
        text = super().clean() or {}
        if self.errors or not self.wanted:
            return text
        several = text.get("poll_kind") == Poll.Kind.SEVERAL
        options = tuple(rules_polls.option_lines(text.get("poll_options", "")))
        group = text.get("poll_group")
        draft = PollDraft(
            question=" ".join(text.get("poll_question", "").split()),
            options=options,
            kind=text.get("poll_kind") or Poll.Kind.SINGLE,
            least=(text.get("poll_least") or 1) if several else 1,
            most=(text.get("poll_most") or len(options) or 1) if several else 1,
            results=text.get("poll_results") or Poll.Results.ALWAYS,
            anonymous=not text.get("poll_named"),
            least_trust=text.get("poll_trust") or 0,
            group_id=group.pk if group else None,
            closes_at=text.get("poll_closes"),
        )
        try:
            self.draft = checked(draft, at=self.at)
        except Problem as problem:
            self.add_error("poll_options" if "option" in problem.code else None, problem.message)
        return text


class EventForm(forms.Form):
    """When and where. The times are those of the place's own clock."""

    event_starts = forms.DateTimeField(label=gettext_lazy("Begins"), required=False, widget=_MOMENT)
    event_ends = forms.DateTimeField(
        label=gettext_lazy("Ends"), required=False, widget=_MOMENT, help_text=gettext_lazy("Empty: an hour later.")
    )
    event_zone = forms.ChoiceField(label=gettext_lazy("Time zone of the place"), required=False)
    event_place = forms.CharField(label=gettext_lazy("Place"), required=False, max_length=200)
    event_link = forms.URLField(
        label=gettext_lazy("Link"), required=False, max_length=LINKS_MOST, assume_scheme="https"
    )

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needed = needed
        self.use_required_attribute = False  # the fields wait in every form, for when the kind is chosen
        for name in ("event_starts", "event_zone"):
            self.fields[name].required = needed
        self.draft: EventDraft | None = None
        zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
        self.fields["event_zone"].choices = [(zone, zone.replace("_", " ")) for zone in ["UTC", *zones]]  # type: ignore[attr-defined]
        self.fields["event_zone"].initial = get_current_timezone_name()

    def clean(self) -> dict[str, Any]:
        text = super().clean() or {}
        if not self.needed or self.errors:
            return text
        if not text.get("event_starts"):
            self.add_error("event_starts", _("When does it begin?"))
            return text
        zone = ZoneInfo(text.get("event_zone") or get_current_timezone_name())
        starts = _in_zone(text["event_starts"], zone)
        ends = _in_zone(text["event_ends"], zone) if text.get("event_ends") else starts + timedelta(hours=1)
        if ends < starts:
            self.add_error("event_ends", _("It would end before it begins."))
            return text
        self.draft = EventDraft(starts, ends, zone.key, text.get("event_place", ""), text.get("event_link", ""))
        return text


class ModerateForm(forms.Form):
    """What a moderator says along with an act on a topic."""

    reason = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=500)
    until = forms.DateTimeField(label=gettext_lazy("Until"), required=False, widget=_MOMENT)
    seconds = forms.IntegerField(label=gettext_lazy("Seconds"), required=False, min_value=0, max_value=604_800)
    board = forms.TypedChoiceField(label=gettext_lazy("Board"), required=False, coerce=int, empty_value=None)
    progress = forms.ChoiceField(
        label=gettext_lazy("What became of the idea"), required=False, choices=Topic.Progress.choices
    )

    def __init__(self, *args: Any, held: Rights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["board"].choices = board_choices(held)  # type: ignore[attr-defined]


class SplitForm(forms.Form):
    """Where chosen posts go: into a new topic, or to the end of one that exists."""

    title = forms.CharField(label=gettext_lazy("Title of a new topic"), required=False, max_length=255)
    board = forms.TypedChoiceField(label=gettext_lazy("On board"), required=False, coerce=int, empty_value=None)
    target = forms.CharField(
        label=gettext_lazy("or the address of a topic that exists"), required=False, max_length=400
    )

    def __init__(self, *args: Any, held: Rights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["board"].choices = board_choices(held)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        text = super().clean() or {}
        if bool(text.get("title")) == bool(text.get("target")):
            raise forms.ValidationError(_("Give either a title for a new topic, or the address of one that exists."))
        return text


class MergeForm(forms.Form):
    """Which topic takes the posts of this one."""

    target = forms.CharField(
        label=gettext_lazy("Address of the other topic"),
        max_length=400,
        help_text=gettext_lazy("Copy it from the address line. The posts go to its end, and this address leads there."),
    )


def board_choices(held: Rights) -> list[tuple[int, str]]:
    """The boards in which the viewer moderates, parents first, indented."""
    return [(card.id, "– " * (card.depth - 1) + card.name) for card in _by_tree(held) if held.may("moderate", card.id)]


def _by_tree(held: Rights) -> list[BoardCard]:
    def path(card: BoardCard) -> list[tuple[int, int]]:
        above = path(held.boards[card.parent_id]) if card.parent_id else []
        return [*above, (card.position, card.id)]

    return sorted(held.boards.values(), key=path)


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """What the fields say, on the clock of the place (the form read it on the viewer's)."""
    return moment.replace(tzinfo=zone, fold=0)
