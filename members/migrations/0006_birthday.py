
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0005_rights_changes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Birthday',
            fields=[
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='member')),
                ('month', models.PositiveSmallIntegerField(verbose_name='month')),
                ('day', models.PositiveSmallIntegerField(verbose_name='day')),
                ('given_at', models.DateTimeField(verbose_name='told at')),
            ],
            options={
                'verbose_name': 'birthday',
                'verbose_name_plural': 'birthdays',
                'indexes': [models.Index(fields=['month', 'day'], name='members_birthday_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('day__range', (1, 31)), ('month__in', [1, 3, 5, 7, 8, 10, 12])), models.Q(('day__range', (1, 30)), ('month__in', [4, 6, 9, 11])), models.Q(('day__range', (1, 29)), ('month', 2)), _connector='OR'), name='members_birthday_exists')],
            },
        ),
    ]
