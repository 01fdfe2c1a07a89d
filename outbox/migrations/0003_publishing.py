"""Publishing as functions of the database: their plans are kept, and a posting can write its event in its own call."""

from django.db import migrations

PUBLISH = """
-- One event, and a delivery for each subscriber: those that the process names, and those who chose the name at run time, who
-- are read here so that no event between the choice and the next restart is missed. Returns the number of deliveries.
CREATE FUNCTION outbox_publish_one(p_name text, p_payload jsonb, p_at timestamptz, p_handlers text[]) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE v_event bigint; v_made integer;
BEGIN
    INSERT INTO outbox_storedevent (uid, name, payload, occurred_at, stored_at)
    VALUES (gen_random_uuid(), p_name, p_payload, p_at, clock_timestamp()) RETURNING id INTO v_event;
    INSERT INTO outbox_eventdelivery (event_id, handler, attempts, due_at, last_error)
    SELECT v_event, wanting.handler, 0, clock_timestamp(), ''
    FROM (SELECT unnest(p_handlers) AS handler
          UNION ALL SELECT chosen.handler FROM outbox_listening AS chosen WHERE chosen.name = p_name) AS wanting;
    GET DIAGNOSTICS v_made = ROW_COUNT;
    RETURN v_made;
END $$;

-- Any number of events, in their order: [{name, payload, at, handlers}].
CREATE FUNCTION outbox_publish(p_events jsonb) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE v_made integer;
BEGIN
    IF jsonb_array_length(p_events) = 1 THEN
        RETURN outbox_publish_one(
            p_events->0->>'name', p_events->0->'payload', (p_events->0->>'at')::timestamptz,
            ARRAY(SELECT jsonb_array_elements_text(p_events->0->'handlers')));
    END IF;
    WITH fact AS (
        SELECT gen_random_uuid() AS uid, nth, item->>'name' AS name, item->'payload' AS payload,
               (item->>'at')::timestamptz AS at, item->'handlers' AS handlers
        FROM jsonb_array_elements(p_events) WITH ORDINALITY AS items (item, nth)
    ), stored AS (
        INSERT INTO outbox_storedevent (uid, name, payload, occurred_at, stored_at)
        SELECT uid, name, payload, at, clock_timestamp() FROM fact ORDER BY nth RETURNING id, uid
    )
    INSERT INTO outbox_eventdelivery (event_id, handler, attempts, due_at, last_error)
    SELECT stored.id, wanting.handler, 0, clock_timestamp(), ''
    FROM stored JOIN fact USING (uid), LATERAL (
        SELECT jsonb_array_elements_text(fact.handlers) AS handler
        UNION ALL SELECT chosen.handler FROM outbox_listening AS chosen WHERE chosen.name = fact.name) AS wanting;
    GET DIAGNOSTICS v_made = ROW_COUNT;
    RETURN v_made;
END $$;
"""

UNDO = """
DROP FUNCTION outbox_publish(jsonb);
DROP FUNCTION outbox_publish_one(text, jsonb, timestamptz, text[]);
"""


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_listening")]

    operations = [migrations.RunSQL(PUBLISH, UNDO)]
