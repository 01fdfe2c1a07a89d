"""Tiers: windows, benefits that act, invitations, birthday gifts. Programmes of before stay as they were."""

import django.db.models.deletion
import outbox.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('loyalty', '0008_rewards_widened'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # What the console did not refuse until now.
        migrations.RunSQL(
            "UPDATE loyalty_tier SET keep_threshold = threshold WHERE keep_threshold > threshold; "
            "UPDATE loyalty_tierprogram SET window_days = least(greatest(window_days, 1), 3660), "
            "grace_days = least(grace_days, 366);",
            migrations.RunSQL.noop,
        ),
        migrations.CreateModel(
            name="BirthdayGift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="day it was for")),
                ("points", models.PositiveIntegerField(default=0, verbose_name="points")),
                ("given_at", models.DateTimeField(verbose_name="given at")),
            ],
            options={
                "verbose_name": "birthday gift",
                "verbose_name_plural": "birthday gifts",
            },
        ),
        migrations.CreateModel(
            name="TierInvitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(
                        default=outbox.ids.new_id, editable=False, max_length=16, unique=True, verbose_name="public id"
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                ("invited_at", models.DateTimeField(verbose_name="invited at")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended early at")),
                ("end_reason", models.CharField(blank=True, max_length=200, verbose_name="why it ended early")),
            ],
            options={
                "verbose_name": "invitation into a tier",
                "verbose_name_plural": "invitations into tiers",
            },
        ),
        migrations.RemoveConstraint(
            model_name="tier",
            name="loyalty_tier_threshold_once",
        ),
        migrations.AddField(
            model_name="tier",
            name="birthday_points",
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name="points for the birthday"),
        ),
        migrations.AddField(
            model_name="tier",
            name="birthday_reward",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="loyalty.reward",
                verbose_name="gift for the birthday",
            ),
        ),
        migrations.AddField(
            model_name="tier",
            name="by_invitation",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Nobody can earn it; managers invite.",
                verbose_name="by invitation only",
            ),
        ),
        migrations.AddField(
            model_name="tier",
            name="early_hours",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="To rewards and places in live sessions.",
                verbose_name="hours of early access",
            ),
        ),
        migrations.AddField(
            model_name="tier",
            name="gift_days",
            field=models.PositiveSmallIntegerField(db_default=30, default=30, verbose_name="days to take a gift"),
        ),
        migrations.AddField(
            model_name="tier",
            name="lifetime_threshold",
            field=models.PositiveBigIntegerField(
                blank=True,
                help_text="Empty: it has to be kept. Always tier credit, whatever the programme measures.",
                null=True,
                verbose_name="credit of a whole life that gives it for good",
            ),
        ),
        migrations.AddField(
            model_name="tier",
            name="multiplier_percent",
            field=models.PositiveSmallIntegerField(
                db_default=100,
                default=100,
                help_text="150: half as many again.",
                verbose_name="points earned, in percent",
            ),
        ),
        migrations.AddField(
            model_name="tier",
            name="pending_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Empty: as long as the rules say.",
                null=True,
                verbose_name="longest wait for points, in days",
            ),
        ),
        migrations.AddField(
            model_name="tier",
            name="service_promise",
            field=models.CharField(
                blank=True,
                help_text="“We answer you within four hours.”",
                max_length=200,
                verbose_name="service promise",
            ),
        ),
        migrations.AddField(
            model_name="tier",
            name="welcome_reward",
            field=models.ForeignKey(
                blank=True,
                help_text="Once in a life, however often somebody comes back.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="loyalty.reward",
                verbose_name="gift for whoever reaches it",
            ),
        ),
        migrations.AddField(
            model_name="tiermembership",
            name="ground",
            field=models.CharField(
                choices=[("earned", "earned"), ("lifetime", "for good"), ("invitation", "invited")],
                default="earned",
                max_length=10,
                verbose_name="why",
            ),
        ),
        migrations.AddField(
            model_name="tiermembership",
            name="next_review",
            field=models.DateTimeField(blank=True, null=True, verbose_name="next review"),
        ),
        migrations.AddField(
            model_name="tiermembership",
            name="secured_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="secured until"),
        ),
        migrations.AddField(
            model_name="tierprogram",
            name="basis",
            field=models.CharField(
                choices=[("credit", "Tier credit"), ("spend", "What was paid for orders, after refunds")],
                default="credit",
                max_length=8,
                verbose_name="measured by",
            ),
        ),
        migrations.AddField(
            model_name="tierprogram",
            name="down",
            field=models.CharField(
                choices=[
                    ("one", "One level at a time"),
                    ("full", "To what the last window supports"),
                    ("never", "Never"),
                ],
                default="one",
                max_length=8,
                verbose_name="who falls, falls",
            ),
        ),
        migrations.AddField(
            model_name="tierprogram",
            name="reviewed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="reviewed until"),
        ),
        migrations.AddField(
            model_name="tierprogram",
            name="spend_currency",
            field=models.CharField(
                blank=True,
                help_text="Three capital letters, like EUR.",
                max_length=3,
                verbose_name="currency of what was paid",
            ),
        ),
        migrations.AddField(
            model_name="tierprogram",
            name="window",
            field=models.CharField(
                choices=[
                    ("rolling", "The last days, every day anew"),
                    ("calendar", "The calendar year"),
                    ("anniversary", "The year since the day of joining"),
                ],
                default="rolling",
                max_length=12,
                verbose_name="what counts",
            ),
        ),
        migrations.AlterField(
            model_name="tier",
            name="benefits",
            field=models.TextField(
                blank=True,
                help_text="One a line; members read them after those below.",
                verbose_name="further benefits",
            ),
        ),
        migrations.AlterField(
            model_name="tierprogram",
            name="grace_days",
            field=models.PositiveIntegerField(
                default=30,
                help_text="Members hear of it when the grace begins.",
                verbose_name="days of grace before a tier is lost",
            ),
        ),
        migrations.AlterField(
            model_name="tierprogram",
            name="window_days",
            field=models.PositiveIntegerField(
                default=365, help_text="Only for the last days.", verbose_name="days that count"
            ),
        ),
        migrations.AddIndex(
            model_name="tiermembership",
            index=models.Index(
                condition=models.Q(("until__isnull", True)), fields=["next_review"], name="loyalty_tier_due"
            ),
        ),
        migrations.AddIndex(
            model_name="tiermembership",
            index=models.Index(
                condition=models.Q(("grace_until__isnull", False), ("until__isnull", True)),
                fields=["grace_until"],
                name="loyalty_tier_in_grace",
            ),
        ),
        migrations.AddConstraint(
            model_name="tier",
            constraint=models.UniqueConstraint(
                condition=models.Q(("by_invitation", False)),
                fields=("program", "threshold"),
                name="loyalty_tier_threshold_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="tier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("keep_threshold__isnull", True), ("keep_threshold__lte", models.F("threshold")), _connector="OR"
                ),
                name="loyalty_tier_keep_below_reach",
            ),
        ),
        migrations.AddConstraint(
            model_name="tier",
            constraint=models.CheckConstraint(
                condition=models.Q(("multiplier_percent__range", (100, 500))), name="loyalty_tier_multiplier"
            ),
        ),
        migrations.AddConstraint(
            model_name="tier",
            constraint=models.CheckConstraint(condition=models.Q(("early_hours__lte", 720)), name="loyalty_tier_early"),
        ),
        migrations.AddConstraint(
            model_name="tier",
            constraint=models.CheckConstraint(
                condition=models.Q(("gift_days__range", (1, 366))), name="loyalty_tier_gift_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="tier",
            constraint=models.CheckConstraint(
                condition=models.Q(("rank__gt", 0), ("by_invitation", False), _connector="OR"),
                name="loyalty_tier_lowest_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="tierprogram",
            constraint=models.CheckConstraint(
                condition=models.Q(("window_days__range", (1, 3660))), name="loyalty_program_window"
            ),
        ),
        migrations.AddConstraint(
            model_name="tierprogram",
            constraint=models.CheckConstraint(
                condition=models.Q(("grace_days__lte", 366)), name="loyalty_program_grace"
            ),
        ),
        migrations.AddConstraint(
            model_name="tierprogram",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis", "credit"), ("spend_currency__regex", "^[A-Z]{3}$"), _connector="OR"),
                name="loyalty_program_currency",
            ),
        ),
        migrations.AddField(
            model_name="birthdaygift",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="member",
            ),
        ),
        migrations.AddField(
            model_name="birthdaygift",
            name="reward",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="loyalty.reward",
                verbose_name="reward",
            ),
        ),
        migrations.AddField(
            model_name="birthdaygift",
            name="tier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="loyalty.tier", verbose_name="tier"
            ),
        ),
        migrations.AddField(
            model_name="tierinvitation",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="ended by",
            ),
        ),
        migrations.AddField(
            model_name="tierinvitation",
            name="invited_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="invited by",
            ),
        ),
        migrations.AddField(
            model_name="tierinvitation",
            name="member",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="member",
            ),
        ),
        migrations.AddField(
            model_name="tierinvitation",
            name="tier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="loyalty.tier", verbose_name="tier"
            ),
        ),
        migrations.AddIndex(
            model_name="birthdaygift",
            index=models.Index(fields=["given_at"], name="loyalty_birthday_old"),
        ),
        migrations.AddConstraint(
            model_name="birthdaygift",
            constraint=models.UniqueConstraint(fields=("member", "day"), name="loyalty_birthday_once"),
        ),
        migrations.AddConstraint(
            model_name="tierinvitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("member", "tier"),
                name="loyalty_tier_invited_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="tierinvitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("invited_at"))), name="loyalty_tier_invited_for_a_time"
            ),
        ),
        # What the tiers of a new site bring; owners who have others give their own.
        migrations.RunSQL(
            "UPDATE loyalty_tier AS tier SET birthday_points = seed.points, early_hours = seed.hours "
            "FROM (VALUES ('friend', 20, 0), ('good-friend', 50, 24), ('old-friend', 100, 48)) "
            "AS seed (code, points, hours) WHERE tier.code = seed.code",
            migrations.RunSQL.noop,
        ),
    ]
