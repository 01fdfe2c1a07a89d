from django.db import migrations


def make_program(apps, schema_editor):
    apps.get_model("referrals", "Program").objects.get_or_create(code="invite", defaults={"name": "Invite a friend"})


class Migration(migrations.Migration):
    """The one programme of the start: 200 points for both after the friend's first kept order."""

    dependencies = [("referrals", "0001_initial")]
    operations = [migrations.RunPython(make_program, migrations.RunPython.noop)]
