"""A tier's group holds higher tiers too: whoever is in a tier joins the groups of those below it (docs/adr/0011)."""

from django.db import migrations

FILL = """
INSERT INTO auth_group (name)
SELECT 'tier:' || tier.code FROM loyalty_tier AS tier
WHERE EXISTS (SELECT FROM loyalty_tiermembership AS held JOIN loyalty_tier AS own ON own.id = held.tier_id
              WHERE held.until IS NULL AND own.program_id = tier.program_id AND own.rank >= tier.rank)
ON CONFLICT (name) DO NOTHING;

INSERT INTO members_user_groups (user_id, group_id)
SELECT held.member_id, named.id
FROM loyalty_tiermembership AS held
JOIN loyalty_tier AS own ON own.id = held.tier_id
JOIN loyalty_tier AS reached ON reached.program_id = own.program_id AND reached.rank <= own.rank
JOIN auth_group AS named ON named.name = 'tier:' || reached.code
WHERE held.until IS NULL
ORDER BY 1, 2
ON CONFLICT DO NOTHING;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("loyalty", "0006_attendance_rule"),
        ("members", "0005_rights_changes"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
