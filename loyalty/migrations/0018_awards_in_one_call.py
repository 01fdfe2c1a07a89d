"""One award with its event in one call, a crowd of awards as sets, and the proof of balance once a statement."""

from django.db import migrations

# What answers depend on besides the award itself; who posts names what they knew, and asks again when it is no more so.
POLICY = """
CREATE FUNCTION loyalty_policy(p_currency loyalty_currency) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT format('%s|%s|%s|%s|%s|%s', p_currency.expiry_policy, p_currency.expiry_months, p_currency.expiry_rounding,
                  p_currency.expiry_dates, p_currency.max_balance, p_currency.qualifies_tier)
$$;
"""

# The parts of `loyalty_earn` for one award, and its event. Outcomes: created; replayed; conflict (the key is known with other
# facts) and stale (p_policy is not the currency's any more), which write nothing.
AWARD = """
CREATE FUNCTION loyalty_repay_from(p_txn bigint, p_lot bigint, p_wallet bigint, p_amount bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE d record; v_open bigint := p_amount; v_take bigint;
BEGIN
    FOR d IN SELECT debt.id, debt.remaining FROM loyalty_debt AS debt
             WHERE debt.wallet_id = p_wallet AND debt.remaining > 0 ORDER BY debt.id LOOP
        EXIT WHEN v_open = 0;
        v_take := least(v_open, d.remaining);
        UPDATE loyalty_debt SET remaining = remaining - v_take WHERE id = d.id;
        v_open := v_open - v_take;
    END LOOP;
    IF v_open < p_amount THEN
        UPDATE loyalty_lot SET remaining = v_open WHERE id = p_lot;
        INSERT INTO loyalty_lotuse (txn_id, lot_id, amount, returned) VALUES (p_txn, p_lot, p_amount - v_open, 0);
    END IF;
END $$;

CREATE FUNCTION loyalty_award(p_key uuid, p_member bigint, p_currency smallint, p_policy text, p_amount bigint, p_kind text,
                              p_reason text, p_origin text, p_actor bigint, p_source_type text, p_source_id bigint,
                              p_rule bigint, p_effective timestamptz, p_available timestamptz, p_expires timestamptz,
                              p_facts jsonb, p_event jsonb, p_handlers text[],
                              OUT txn_id bigint, OUT outcome text, OUT deliveries integer) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_wallet bigint; v_lot bigint; v_old jsonb; v_txn bigint; w record; v_policy text;
BEGIN
    deliveries := 0;
    SELECT loyalty_policy(currency) INTO v_policy FROM loyalty_currency AS currency WHERE currency.id = p_currency;
    IF v_policy IS DISTINCT FROM p_policy THEN
        outcome := 'stale';
        RETURN;
    END IF;
    -- All of the member's wallets by id, as everywhere; they are made where they are missing.
    FOR w IN SELECT id, currency_id FROM loyalty_wallet WHERE member_id = p_member ORDER BY id FOR UPDATE LOOP
        IF w.currency_id = p_currency THEN
            v_wallet := w.id;
        END IF;
    END LOOP;
    IF v_wallet IS NULL THEN
        PERFORM loyalty_lock_wallets(ARRAY[p_member]);
        SELECT id INTO v_wallet FROM loyalty_wallet WHERE member_id = p_member AND currency_id = p_currency;
    END IF;
    INSERT INTO loyalty_txn AS txn (key, kind, reason, origin, actor_id, source_type, source_id, rule_id, effective_at, facts)
    VALUES (p_key, p_kind, p_reason, p_origin, p_actor, p_source_type, p_source_id, p_rule, p_effective, p_facts)
    ON CONFLICT (key) DO NOTHING RETURNING txn.id INTO v_txn;
    IF v_txn IS NULL THEN
        SELECT txn.id, jsonb_build_object('facts', txn.facts, 'amount', entry.amount, 'wallet', entry.account)
        INTO txn_id, v_old
        FROM loyalty_txn AS txn LEFT JOIN loyalty_entry AS entry ON entry.txn_id = txn.id AND entry.account > 0
        WHERE txn.key = p_key;
        outcome := CASE WHEN v_old = jsonb_build_object('facts', p_facts, 'amount', p_amount, 'wallet', v_wallet)
                        THEN 'replayed' ELSE 'conflict' END;
        RETURN;
    END IF;
    INSERT INTO loyalty_entry (txn_id, account, currency_id, amount)
    VALUES (v_txn, v_wallet, p_currency, p_amount),
           (v_txn, loyalty_account('issued', p_currency), p_currency, -p_amount);
    INSERT INTO loyalty_lot (wallet_id, txn_id, amount, remaining, earned_at, available_at, expires_at, origin)
    VALUES (v_wallet, v_txn, p_amount, p_amount, p_effective, p_available, p_expires, p_origin)
    RETURNING id INTO v_lot;
    UPDATE loyalty_wallet SET posted = posted + p_amount, lifetime = lifetime + p_amount WHERE id = v_wallet;
    IF EXISTS (SELECT FROM loyalty_debt AS debt WHERE debt.wallet_id = v_wallet AND debt.remaining > 0) THEN
        PERFORM loyalty_repay_from(v_txn, v_lot, v_wallet, p_amount);
    END IF;
    IF p_event IS NOT NULL THEN
        deliveries := outbox_publish_one(
            'points.posted', p_event || jsonb_build_object('txn_id', v_txn), (p_event->>'at')::timestamptz,
            p_handlers);
    END IF;
    txn_id := v_txn;
    outcome := 'created';
END $$;
"""

# Any number as sets. The first of two equal keys is posted, the second is its replay, as if they came one after the other.
EARN = """
CREATE OR REPLACE FUNCTION loyalty_earn(p_rows jsonb)
RETURNS TABLE (nth bigint, txn_id bigint, wallet_id bigint, created boolean) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_made bigint[]; v_txns bigint[]; r record;
BEGIN
    PERFORM loyalty_lock_wallets(ARRAY(
        SELECT DISTINCT (item->>'member')::bigint FROM jsonb_array_elements(p_rows) AS item ORDER BY 1));
    WITH item AS MATERIALIZED (
        SELECT asked.*, wallet.id AS wallet, row_number() OVER (PARTITION BY asked.key ORDER BY asked.nth) AS turn
        FROM ROWS FROM (jsonb_to_recordset(p_rows) AS (
            key uuid, member bigint, currency smallint, amount bigint, kind text, reason text, origin text, actor bigint,
            source_type text, source_id bigint, rule bigint, effective_at timestamptz, available_at timestamptz,
            expires_at timestamptz, facts jsonb)) WITH ORDINALITY
            AS asked (key, member, currency, amount, kind, reason, origin, actor, source_type, source_id, rule,
                      effective_at, available_at, expires_at, facts, nth)
        JOIN loyalty_wallet AS wallet ON wallet.member_id = asked.member AND wallet.currency_id = asked.currency
    ), txns AS (
        INSERT INTO loyalty_txn (key, kind, reason, origin, actor_id, source_type, source_id, rule_id, effective_at, facts)
        SELECT key, kind, reason, origin, actor, source_type, source_id, rule, effective_at, facts
        FROM item WHERE turn = 1 ORDER BY item.nth
        ON CONFLICT (key) DO NOTHING RETURNING id, key
    ), made AS MATERIALIZED (
        SELECT item.*, txns.id FROM item JOIN txns USING (key) WHERE turn = 1
    ), legs AS (
        INSERT INTO loyalty_entry (txn_id, account, currency_id, amount)
        SELECT made.id, leg.account, made.currency, leg.amount FROM made,
        LATERAL (VALUES (made.wallet, made.amount), (loyalty_account('issued', made.currency), -made.amount))
            AS leg (account, amount) ORDER BY made.nth, leg.amount DESC
    ), lots AS (
        INSERT INTO loyalty_lot (wallet_id, txn_id, amount, remaining, earned_at, available_at, expires_at, origin)
        SELECT wallet, id, amount, amount, effective_at, available_at, expires_at, origin FROM made ORDER BY made.nth
    ), raised AS (
        UPDATE loyalty_wallet AS wallet SET posted = posted + sums.total, lifetime = lifetime + sums.total
        FROM (SELECT wallet, sum(amount)::bigint AS total FROM made GROUP BY wallet) AS sums WHERE wallet.id = sums.wallet
    )
    SELECT array_agg(made.nth ORDER BY made.nth), array_agg(made.id ORDER BY made.nth) INTO v_made, v_txns FROM made;
    -- Debts are repaid first, oldest first.
    FOR r IN SELECT lot.id, lot.txn_id, lot.wallet_id, lot.amount
             FROM unnest(v_txns) WITH ORDINALITY AS made (txn_id, place) JOIN loyalty_lot AS lot ON lot.txn_id = made.txn_id
             WHERE EXISTS (SELECT FROM loyalty_debt AS debt WHERE debt.wallet_id = lot.wallet_id AND debt.remaining > 0)
             ORDER BY made.place LOOP
        PERFORM loyalty_repay_from(r.txn_id, r.id, r.wallet_id, r.amount);
    END LOOP;
    IF coalesce(cardinality(v_made), 0) < jsonb_array_length(p_rows) THEN
        FOR r IN
            SELECT asked.key FROM ROWS FROM (jsonb_to_recordset(p_rows) AS (
                key uuid, member bigint, currency smallint, amount bigint, facts jsonb)) WITH ORDINALITY
                AS asked (key, member, currency, amount, facts, nth)
            LEFT JOIN loyalty_wallet AS wallet ON wallet.member_id = asked.member AND wallet.currency_id = asked.currency
            LEFT JOIN loyalty_txn AS txn ON txn.key = asked.key
            LEFT JOIN loyalty_entry AS entry ON entry.txn_id = txn.id AND entry.account > 0
            WHERE (txn.facts, entry.amount, entry.account) IS DISTINCT FROM (asked.facts, asked.amount, wallet.id)
            ORDER BY asked.nth LIMIT 1
        LOOP
            RAISE EXCEPTION 'The key % is already used for other facts.', r.key USING ERRCODE = 'LY001';
        END LOOP;
    END IF;
    RETURN QUERY
    SELECT asked.nth, txn.id, wallet.id, made.nth IS NOT NULL
    FROM ROWS FROM (jsonb_to_recordset(p_rows) AS (key uuid, member bigint, currency smallint)) WITH ORDINALITY
        AS asked (key, member, currency, nth)
    JOIN loyalty_wallet AS wallet ON wallet.member_id = asked.member AND wallet.currency_id = asked.currency
    JOIN loyalty_txn AS txn ON txn.key = asked.key
    LEFT JOIN unnest(v_made) AS made (nth) ON made.nth = asked.nth
    ORDER BY asked.nth;
END $$;
"""

# A crowd for processes that know their currencies: refused is 'stale' when they know them no more, or the words of LY001, and
# then nothing was posted and the transaction goes on.
POST = """
CREATE FUNCTION loyalty_post(p_rows jsonb, p_known jsonb)
RETURNS TABLE (nth bigint, txn_id bigint, created boolean, refused text) LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    IF EXISTS (SELECT FROM jsonb_each_text(p_known) AS known LEFT JOIN loyalty_currency AS currency
               ON currency.id = known.key::smallint WHERE known.value IS DISTINCT FROM loyalty_policy(currency)) THEN
        RETURN QUERY SELECT 0::bigint, NULL::bigint, false, 'stale';
        RETURN;
    END IF;
    BEGIN
        RETURN QUERY SELECT earned.nth, earned.txn_id, earned.created, NULL::text FROM loyalty_earn(p_rows) AS earned;
    EXCEPTION WHEN SQLSTATE 'LY001' THEN
        RETURN QUERY SELECT 0::bigint, NULL::bigint, false, SQLERRM;
    END;
END $$;

-- The lock that stands in for an order's row before it exists, and what a new order is written with: the member's wallets are
-- locked, as everywhere after the order. For an order that is here only its row is locked.
CREATE FUNCTION loyalty_open_order(p_source text, p_external text, p_member bigint,
                                   OUT order_id bigint, OUT refunds_wait boolean, OUT has_first boolean) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(p_source || ':' || p_external, 0));
    SELECT held.id INTO order_id FROM loyalty_order AS held
    WHERE held.source = p_source AND held.external_id = p_external FOR UPDATE;
    IF order_id IS NOT NULL THEN
        RETURN;
    END IF;
    refunds_wait := EXISTS (SELECT FROM loyalty_refundnotice AS notice
                            WHERE notice.source = p_source AND notice.order_external_id = p_external);
    IF p_member IS NOT NULL THEN
        PERFORM loyalty_lock_wallets(ARRAY[p_member]);
        has_first := EXISTS (SELECT FROM loyalty_order AS other WHERE other.member_id = p_member AND other.is_first);
    END IF;
END $$;
"""

UNDO = """
DROP FUNCTION loyalty_open_order(text, text, bigint);
DROP FUNCTION loyalty_post(jsonb, jsonb);
DROP FUNCTION loyalty_award(uuid, bigint, smallint, text, bigint, text, text, text, bigint, text, bigint, bigint, timestamptz,
                            timestamptz, timestamptz, jsonb, jsonb, text[]);
DROP FUNCTION loyalty_repay_from(bigint, bigint, bigint, bigint);
DROP FUNCTION loyalty_policy(loyalty_currency);
"""


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0017_what_if"), ("outbox", "0003_publishing")]

    operations = [migrations.RunSQL(POLICY + AWARD + EARN + POST, UNDO)]
