from django.db import migrations


def take_pages_away(apps, schema_editor):
    """Wagtail's first migrations let a group named "Moderators" edit, publish and approve every page and upload files.

    Ours of that name keep the forum kind and have nothing to do with pages. Managers approve instead.
    """
    groups = apps.get_model("auth", "Group").objects
    moderators, managers = groups.filter(name="Moderators").first(), groups.filter(name="Community managers").first()
    if moderators is None:
        return
    apps.get_model("wagtailcore", "GroupPagePermission").objects.filter(group=moderators).delete()
    apps.get_model("wagtailcore", "GroupCollectionPermission").objects.filter(group=moderators).delete()
    for task in apps.get_model("wagtailcore", "GroupApprovalTask").objects.filter(groups=moderators):
        task.groups.remove(moderators)
        if managers is not None:
            task.groups.add(managers)


class Migration(migrations.Migration):
    """Each role has its own rights."""

    dependencies = [
        ("cms", "0002_homepage_newsindexpage_newspage_sitepage_and_more"),
        ("members", "0002_groups"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
    ]
    operations = [migrations.RunPython(take_pages_away, migrations.RunPython.noop)]
