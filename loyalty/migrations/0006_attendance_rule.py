"""Being at a live session earns a little, once a day. The owner's to change, like every rule."""

from django.db import migrations
from django.utils import timezone


def begin(apps, schema_editor):
    EarningRule = apps.get_model("loyalty", "EarningRule")
    if EarningRule.objects.filter(trigger="session.attended").exists() or EarningRule.objects.filter(code="live-session").exists():
        return
    EarningRule.objects.create(
        code="live-session",
        name="You were at a live session",
        trigger="session.attended",
        formula="fixed",
        points=10,
        credit=5,
        pending_days=0,
        daily_cap=1,
        published_at=timezone.now(),
    )


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0005_gifts")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
