"""Who people are: the account, and the names other systems know them by."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from members.validators import username_validators
from outbox.ids import new_id


class User(AbstractUser):
    """One person. Called `member` everywhere else; the class name follows Django's custom.

    `username` is the public handle, `display_name` what others read. A member imported from a shop has no usable
    password and perhaps no address until they claim the account.
    """

    username = models.CharField(
        _("username"),
        max_length=30,
        unique=True,
        validators=username_validators,
        error_messages={"unique": _("This username is taken. Try another one.")},
    )
    public_id = models.CharField(_("public id"), max_length=16, unique=True, default=new_id, editable=False)
    display_name = models.CharField(_("name shown to others"), max_length=60, blank=True)
    bio = models.CharField(_("about me"), max_length=500, blank=True)
    # A file column, never an image of the CMS library: this app must not point at a Wagtail table.
    avatar = models.CharField(_("picture"), max_length=100, blank=True, editable=False)
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=50, blank=True)
    imported = models.BooleanField(_("imported from a shop"), default=False, editable=False)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(Lower("username"), name="members_username_folded"),
            # Imported members may have no address; nobody shares one.
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="members_email_folded"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What others read: the chosen name, else the handle."""
        return self.display_name or self.username


class Identity(models.Model):
    """The name by which another system (a shop, an import) knows a member."""

    member = models.ForeignKey(User, on_delete=models.CASCADE, related_name="identities", verbose_name=_("member"))
    source = models.CharField(_("source"), max_length=60)
    external_id = models.CharField(_("external id"), max_length=120)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="members_identity_once")]

    def __str__(self) -> str:
        return f"{self.source}:{self.external_id}"


class SignInTries(models.Model):
    """How often a password was tried in one span of time, for an account or from an address.

    Counted here and not in the cache, because emptying Valkey must neither forget a brute force nor lock anybody out.
    """

    key = models.CharField(max_length=64)  # keyed hash: neither names nor addresses are kept
    since = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("tries to sign in")
        verbose_name_plural = _("tries to sign in")
        constraints = [models.UniqueConstraint(fields=["key", "since"], name="members_tries_once_a_span")]
        indexes = [models.Index(fields=["since"], name="members_tries_old")]  # the nightly clearing

    def __str__(self) -> str:
        return f"{self.count} since {self.since}"


class Openness(models.Model):
    """What a member lets others see beyond their name. Without a row: listed, and when they were here is not told."""

    wagtail_reference_index_ignore = True  # of no interest to the CMS

    member = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("member"))
    listed = models.BooleanField(_("list me in the directory"), default=True, db_default=True)
    last_seen = models.BooleanField(_("show when I was last here"), default=False, db_default=False)
    here = models.BooleanField(_("show in rooms that I am here"), default=True, db_default=True)

    class Meta:
        verbose_name = _("openness of a member")
        verbose_name_plural = _("openness of members")
        indexes = [
            # Whom the directory leaves out.
            models.Index(fields=["member"], condition=Q(listed=False), name="members_unlisted"),
        ]

    def __str__(self) -> str:
        return str(self.member_id)


class GroupProfile(models.Model):
    """A group as people see it. Groups without one, and those of the system, are never seen."""

    class Joining(models.TextChoices):
        OPEN = "open", _("everybody may join")
        REQUEST = "request", _("one asks, the owner answers")
        CLOSED = "closed", _("by the team alone")

    group = models.OneToOneField("auth.Group", models.CASCADE, related_name="+", verbose_name=_("group"))
    name = models.CharField(_("name"), max_length=60)
    slug = models.SlugField(_("address, and the name to call it by"), max_length=30, unique=True)
    description = models.CharField(_("description"), max_length=500, blank=True)
    visible = models.BooleanField(_("everybody may see it"), default=False, db_default=False)
    joining = models.CharField(_("joining"), max_length=10, choices=Joining.choices, default=Joining.CLOSED)
    mentionable = models.BooleanField(_("may be called by @name"), default=False, db_default=False)
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who looks after it")
    )

    class Meta:
        verbose_name = _("group of members")
        verbose_name_plural = _("groups of members")
        constraints = [
            models.UniqueConstraint(Lower("slug"), name="members_group_slug_folded"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupRequest(models.Model):
    """A member asks to be let into a group; gone once it is answered."""

    wagtail_reference_index_ignore = True  # of no interest to the CMS

    group = models.ForeignKey(GroupProfile, models.CASCADE, related_name="requests", verbose_name=_("group"))
    member = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("member"))
    created_at = models.DateTimeField(_("asked at"))

    class Meta:
        verbose_name = _("request to join a group")
        verbose_name_plural = _("requests to join groups")
        constraints = [models.UniqueConstraint(fields=["group", "member"], name="members_group_asked_once")]

    def __str__(self) -> str:
        return f"{self.member_id} → {self.group_id}"


class RightsChange(models.Model):
    """Whose rights changed just now, written by database triggers in the same transaction, whoever changed them and how.

    Each process that holds connections reads the new rows twice a second and looks at those people again. A row without
    a member and a session concerns everybody. Rows are of use for seconds only; the nightly clearing removes them.
    """

    wagtail_reference_index_ignore = True  # of no interest to the CMS

    # No foreign key: it may be about somebody who is gone, and nobody waits for this row.
    member_id = models.BigIntegerField(null=True)
    session_key = models.CharField(max_length=40, blank=True)  # a session that has ended
    # Ids are given before the commit, so a reader that asks "after id 7" would miss 6. Of transactions a snapshot knows which
    # were seen.
    transaction = models.BigIntegerField(db_index=True)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of rights")
        verbose_name_plural = _("changes of rights")

    def __str__(self) -> str:
        return str(self.member_id or self.session_key or "*")


class Birthday(models.Model):
    """Day and month, never the year; for the member's eyes and for a gift on the day. Given freely, taken back at any time."""

    wagtail_reference_index_ignore = True  # of no interest to the CMS

    member = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("member"))
    month = models.PositiveSmallIntegerField(_("month"))
    day = models.PositiveSmallIntegerField(_("day"))
    given_at = models.DateTimeField(_("told at"))

    class Meta:
        verbose_name = _("birthday")
        verbose_name_plural = _("birthdays")
        constraints = [
            models.CheckConstraint(
                condition=Q(month__in=[1, 3, 5, 7, 8, 10, 12], day__range=(1, 31))
                | Q(month__in=[4, 6, 9, 11], day__range=(1, 30))
                | Q(month=2, day__range=(1, 29)),
                name="members_birthday_exists",
            )
        ]
        indexes = [models.Index(fields=["month", "day"], name="members_birthday_day")]

    def __str__(self) -> str:
        return str(self.member_id)


class AccountChange(models.Model):
    """A way into an account changed: a letter told the address that was there before, and for a while much value waits.

    Source: specs/security.md, 5 (dormant accounts taken over). Cleared after thirty days.
    """

    wagtail_reference_index_ignore = True  # of no interest to the CMS

    class Kind(models.TextChoices):
        ADDRESS = "address", _("another e-mail address")
        PASSWORD = "password", _("another password")
        WAY = "way", _("another way to sign in")
        STOPPED = "stopped", _("stopped by the letter")

    member = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("member"), db_index=False)
    kind = models.CharField(_("what changed"), max_length=10, choices=Kind.choices)
    told = models.EmailField(_("address that was told"), blank=True)
    changed_at = models.DateTimeField(_("changed at"))
    stopped_at = models.DateTimeField(_("stopped at"), null=True)

    class Meta:
        verbose_name = _("change of an account")
        verbose_name_plural = _("changes of accounts")
        indexes = [
            models.Index(fields=["member", "-changed_at"], name="members_changes_of_a_member"),
            models.Index(fields=["changed_at"], name="members_changes_old"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.kind}"
