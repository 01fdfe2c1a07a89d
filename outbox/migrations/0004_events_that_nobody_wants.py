"""An event that no subscriber wants asks for no deliveries: most points are such events."""

from django.db import migrations

PUBLISH_ONE = """
-- As in 0003_publishing, but the second INSERT is left out where it would write nothing.
CREATE OR REPLACE FUNCTION outbox_publish_one(p_name text, p_payload jsonb, p_at timestamptz, p_handlers text[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE v_event bigint; v_made integer := 0;
BEGIN
    INSERT INTO outbox_storedevent (uid, name, payload, occurred_at, stored_at)
    VALUES (gen_random_uuid(), p_name, p_payload, p_at, clock_timestamp()) RETURNING id INTO v_event;
    IF cardinality(p_handlers) > 0 OR EXISTS (SELECT FROM outbox_listening AS chosen WHERE chosen.name = p_name) THEN
        INSERT INTO outbox_eventdelivery (event_id, handler, attempts, due_at, last_error)
        SELECT v_event, wanting.handler, 0, clock_timestamp(), ''
        FROM (SELECT unnest(p_handlers) AS handler
              UNION ALL SELECT chosen.handler FROM outbox_listening AS chosen WHERE chosen.name = p_name) AS wanting;
        GET DIAGNOSTICS v_made = ROW_COUNT;
    END IF;
    RETURN v_made;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0003_publishing")]

    operations = [migrations.RunSQL(PUBLISH_ONE, migrations.RunSQL.noop)]
