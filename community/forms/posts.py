"""What people write: checked here for the page, and once more in the actions."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from community import rules
from community.access import BoardCard
from community.actions.forum.posts import checked_raw, checked_title
from community.forms.structure import TagsField
from community.models.boards import TopicKind
from community.problems import TextRefused
from community.trust import signals
from outbox.clock import now
from outbox.ids import new_id


class PostForm(forms.Form):
    """Text with the hidden key that makes a second submit of the same form the same post."""

    raw = forms.CharField(
        label=_("Your text"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": rules.RAW_LONGEST, "data-composer-text": ""}),
    )
    client_id = forms.RegexField(r"^[\w-]{8,40}$", required=False, widget=forms.HiddenInput)
    opened = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    draft_revision = forms.IntegerField(
        required=False, min_value=0, max_value=2_000_000_000, initial=0, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client_id"].initial = new_id(24)
        self.fields["opened"].initial = lambda: signals.opened(now())  # signed when it is drawn

    def clean_raw(self) -> str:
        if self.data.get("picture"):  # its name alone came: only the button beside it brings the picture itself
            raise forms.ValidationError(_("Your picture is not in the text yet. Choose it again and press “Attach”."))
        try:
            return checked_raw(self.cleaned_data["raw"])
        except TextRefused as refused:
            raise forms.ValidationError(refused.message, code=refused.code) from refused

    def renew(self) -> None:
        """A fresh key for the same text: the old one was used for another post."""
        self._set("client_id", new_id(24))

    def _set(self, name: str, value: str) -> None:
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix(name)] = value
        self.data = data


class ReplyForm(PostForm):
    """A reply, perhaps to one certain post."""

    parent = forms.IntegerField(required=False, min_value=1, max_value=2_000_000_000, widget=forms.HiddenInput)


class TopicForm(PostForm):
    """A new topic: what it is about, and its first post."""

    title = forms.CharField(
        label=_("Title"),
        max_length=rules.TITLE_LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("One line that tells others whether they can help."),
    )
    kind = forms.ChoiceField(label=_("Kind"), widget=forms.RadioSelect)
    tags = TagsField()
    field_order = ("kind", "title", "raw", "tags", "client_id")

    def __init__(self, *args: Any, board: BoardCard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(kind.value, kind.label) for kind in TopicKind if kind.value in board.kinds]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        self.fields["kind"].initial = choices[0][0] if choices else None
        self.fields["tags"].required = board.least_tags > 0

    def clean_title(self) -> str:
        try:
            return checked_title(self.cleaned_data["title"])
        except TextRefused as refused:
            raise forms.ValidationError(refused.message, code=refused.code) from refused


class EditForm(PostForm):
    """A changed text. `revision` says which text the writer began with."""

    revision = forms.IntegerField(min_value=1, max_value=2_000_000_000, widget=forms.HiddenInput)
    title = forms.CharField(label=_("Title"), required=False, max_length=rules.TITLE_LONGEST)
    reason = forms.CharField(label=_("Why"), required=False, max_length=200)
    field_order = ("title", "raw", "reason", "revision")

    def __init__(self, *args: Any, first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = first
        if not first:
            del self.fields["title"]

    def clean_title(self) -> str:
        try:
            return checked_title(self.cleaned_data["title"])
        except TextRefused as refused:
            raise forms.ValidationError(refused.message, code=refused.code) from refused

    def begin_with(self, revision: int) -> None:
        """The writer has now seen this revision: saving again replaces it."""
        self._set("revision", str(revision))
