from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0015_names_of_holds")]

    operations = [migrations.RenameField("booksproof", "clean", "balanced")]
