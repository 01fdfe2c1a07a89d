
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0027_session_pictures'),
    ]

    operations = [
        migrations.AddField(
            model_name='livesession',
            name='answers_from',
            field=models.DateTimeField(blank=True, null=True, verbose_name='one may say yes from'),
        ),
    ]
