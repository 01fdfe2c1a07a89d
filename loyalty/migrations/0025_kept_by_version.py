"""What every order asks and hardly anybody changes: the database says which version of it is true, in a call that is made anyway."""

from django.db import migrations

# A version is the content itself, hashed: whatever changes a row changes it, whoever did it and however it ends.
VERSIONS = """
CREATE FUNCTION loyalty_rules_version(p_trigger text, p_from timestamptz, p_to timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT coalesce(encode(sha256(convert_to(string_agg(rule::text, E'\\n' ORDER BY rule.id), 'UTF8')), 'hex'), '')
    FROM loyalty_earningrule AS rule
    WHERE rule.trigger = p_trigger AND rule.active AND rule.replaced_at IS NULL
      AND (rule.starts_at IS NULL OR rule.starts_at <= p_to) AND (rule.ends_at IS NULL OR rule.ends_at > p_from)
$$;

CREATE FUNCTION loyalty_tiers_version() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(encode(sha256(convert_to(
        string_agg(program::text || tier::text, E'\\n' ORDER BY tier.id), 'UTF8')), 'hex'), '')
    FROM loyalty_tier AS tier JOIN loyalty_tierprogram AS program ON program.id = tier.program_id
    WHERE program.id = (SELECT min(first.id) FROM loyalty_tierprogram AS first)
$$;
"""

# `loyalty_open_order`, and for a new order the numbers that it and its lines will have, so that it is written once, judged.
# Between p_from and p_to rules are near; without them nothing will be judged now. Processes of the release before call
# `loyalty_open_order`, which stays.
BEGIN_ORDER = """
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
    rules_version := loyalty_rules_version('order', p_from, p_to);
    programme := coalesce((SELECT chosen.code FROM loyalty_programmecurrency AS chosen ORDER BY chosen.id LIMIT 1), '');
    SELECT tier.code, tier.multiplier_percent, tier.pending_days INTO tier_code, percent, pending_days
    FROM loyalty_tier AS tier WHERE tier.id = coalesce(
        (SELECT held.tier_id FROM loyalty_tiermembership AS held WHERE held.member_id = p_member AND held.until IS NULL),
        (SELECT lowest.id FROM loyalty_tier AS lowest
         WHERE lowest.program_id = (SELECT min(first.id) FROM loyalty_tierprogram AS first)
         ORDER BY lowest.rank LIMIT 1));
END $$;
"""

UNDO = """
DROP FUNCTION loyalty_begin_order(text, text, bigint, integer, timestamptz, timestamptz);
DROP FUNCTION loyalty_tiers_version();
DROP FUNCTION loyalty_rules_version(text, timestamptz, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0024_draft_writers")]

    operations = [migrations.RunSQL(VERSIONS + BEGIN_ORDER, UNDO)]
