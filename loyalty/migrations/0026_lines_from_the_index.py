"""The trigger of an order's rules is named by whoever asks; and the newest lines of a statement are read from the index alone."""

from django.db import migrations, models

NAMED = """
DROP FUNCTION loyalty_begin_order(text, text, bigint, integer, timestamptz, timestamptz);
CREATE FUNCTION loyalty_begin_order(p_source text, p_external text, p_member bigint, p_lines integer,
                                    p_trigger text, p_from timestamptz, p_to timestamptz,
                                    OUT order_id bigint, OUT refunds_wait boolean, OUT has_first boolean,
                                    OUT new_id bigint, OUT line_ids bigint[], OUT rules_version text, OUT programme text,
                                    OUT tier_code text, OUT percent integer, OUT pending_days integer) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    SELECT opened.order_id, opened.refunds_wait, opened.has_first INTO order_id, refunds_wait, has_first
    FROM loyalty_open_order(p_source, p_external, p_member) AS opened;
    IF order_id IS NOT NULL THEN
        RETURN;
    END IF;
    new_id := nextval('loyalty_order_id_seq');
    line_ids := ARRAY(SELECT nextval('loyalty_orderline_id_seq') FROM generate_series(1, p_lines));
    IF p_member IS NULL OR p_from IS NULL THEN
        RETURN;
    END IF;
    rules_version := loyalty_rules_version(p_trigger, p_from, p_to);
    programme := coalesce((SELECT chosen.code FROM loyalty_programmecurrency AS chosen ORDER BY chosen.id LIMIT 1), '');
    SELECT tier.code, tier.multiplier_percent, tier.pending_days INTO tier_code, percent, pending_days
    FROM loyalty_tier AS tier WHERE tier.id = coalesce(
        (SELECT held.tier_id FROM loyalty_tiermembership AS held WHERE held.member_id = p_member AND held.until IS NULL),
        (SELECT lowest.id FROM loyalty_tier AS lowest
         WHERE lowest.program_id = (SELECT min(first.id) FROM loyalty_tierprogram AS first)
         ORDER BY lowest.rank LIMIT 1));
END $$;
"""

UNNAMED = """
DROP FUNCTION loyalty_begin_order(text, text, bigint, integer, text, timestamptz, timestamptz);
CREATE FUNCTION loyalty_begin_order(p_source text, p_external text, p_member bigint, p_lines integer,
                                    p_from timestamptz, p_to timestamptz,
                                    OUT order_id bigint, OUT refunds_wait boolean, OUT has_first boolean,
                                    OUT new_id bigint, OUT line_ids bigint[], OUT rules_version text, OUT programme text,
                                    OUT tier_code text, OUT percent integer, OUT pending_days integer) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    SELECT opened.order_id, opened.refunds_wait, opened.has_first INTO order_id, refunds_wait, has_first
    FROM loyalty_open_order(p_source, p_external, p_member) AS opened;
    IF order_id IS NOT NULL THEN
        RETURN;
    END IF;
    new_id := nextval('loyalty_order_id_seq');
    line_ids := ARRAY(SELECT nextval('loyalty_orderline_id_seq') FROM generate_series(1, p_lines));
    IF p_member IS NULL OR p_from IS NULL THEN
        RETURN;
    END IF;
    rules_version := loyalty_rules_version('order.paid', p_from, p_to);
    programme := coalesce((SELECT chosen.code FROM loyalty_programmecurrency AS chosen ORDER BY chosen.id LIMIT 1), '');
    SELECT tier.code, tier.multiplier_percent, tier.pending_days INTO tier_code, percent, pending_days
    FROM loyalty_tier AS tier WHERE tier.id = coalesce(
        (SELECT held.tier_id FROM loyalty_tiermembership AS held WHERE held.member_id = p_member AND held.until IS NULL),
        (SELECT lowest.id FROM loyalty_tier AS lowest
         WHERE lowest.program_id = (SELECT min(first.id) FROM loyalty_tierprogram AS first)
         ORDER BY lowest.rank LIMIT 1));
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0025_kept_by_version")]

    operations = [
        migrations.RunSQL(NAMED, UNNAMED),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                fields=["account", "-id"],
                include=("txn", "amount"),
                condition=models.Q(account__gt=0),
                name="loyalty_entry_lines",
            ),
        ),
        migrations.RemoveIndex(model_name="entry", name="loyalty_entry_statement"),
    ]
