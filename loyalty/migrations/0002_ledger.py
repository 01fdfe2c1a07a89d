"""The ledger's own statements: what may never change, what must always balance, and one function for each posting.

Every posting of the site goes through these functions. The lock order is the same everywhere: wallets by id first, then what
belongs to them. Each function looks its key up again after the lock, so that a retry is a replay and never a second effect.
"""

from django.db import migrations

GUARDS = """
CREATE FUNCTION loyalty_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The ledger is append-only: % of % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER loyalty_txn_append_only BEFORE UPDATE OR DELETE ON loyalty_txn
    FOR EACH ROW EXECUTE FUNCTION loyalty_append_only();
CREATE TRIGGER loyalty_entry_append_only BEFORE UPDATE OR DELETE ON loyalty_entry
    FOR EACH ROW EXECUTE FUNCTION loyalty_append_only();

CREATE FUNCTION loyalty_entry_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE total bigint;
BEGIN
    SELECT sum(amount) INTO total FROM loyalty_entry WHERE txn_id = NEW.txn_id AND currency_id = NEW.currency_id;
    IF total <> 0 THEN
        RAISE EXCEPTION 'Transaction % is out of balance by % in currency %.', NEW.txn_id, total, NEW.currency_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER loyalty_entry_balanced AFTER INSERT ON loyalty_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION loyalty_entry_balanced();
"""

# System accounts: -(1000 * kind + currency).
ACCOUNTS = """
CREATE FUNCTION loyalty_account(p_kind text, p_currency smallint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT -(1000 * CASE p_kind WHEN 'issued' THEN 1 WHEN 'redeemed' THEN 2 WHEN 'expired' THEN 3 WHEN 'adjusted' THEN 4
                                WHEN 'held' THEN 5 WHEN 'written_off' THEN 6 END + p_currency)::bigint
$$;

-- Make the members' missing wallets (all currencies at once, in one order) and lock all theirs by id.
CREATE FUNCTION loyalty_lock_wallets(p_members bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO loyalty_wallet (member_id, currency_id, posted, held, lifetime, allow_negative)
    SELECT member, currency.id, 0, 0, 0, currency.negative_policy = 'debt'
    FROM unnest(p_members) AS member CROSS JOIN loyalty_currency AS currency
    WHERE NOT EXISTS (SELECT 1 FROM loyalty_wallet AS wallet
                      WHERE wallet.member_id = member AND wallet.currency_id = currency.id)
    ORDER BY member, currency.id
    ON CONFLICT DO NOTHING;
    PERFORM 1 FROM loyalty_wallet WHERE member_id = ANY(p_members) ORDER BY id FOR UPDATE;
END $$;
"""

# One earning: {key, member, currency, amount, kind, reason, origin, actor, source_type, source_id, rule,
# effective_at, available_at, expires_at, facts}. Replayed when the key is known; an error when it is known with other facts.
EARN = """
CREATE FUNCTION loyalty_earn(p_rows jsonb)
RETURNS TABLE (nth bigint, txn_id bigint, wallet_id bigint, created boolean) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    r record; d record; v_txn bigint; v_lot bigint; v_wallet bigint; v_open bigint; v_take bigint; v_old jsonb;
BEGIN
    PERFORM loyalty_lock_wallets(ARRAY(
        SELECT DISTINCT (item->>'member')::bigint FROM jsonb_array_elements(p_rows) AS item ORDER BY 1));
    FOR r IN
        SELECT item.* FROM ROWS FROM (jsonb_to_recordset(p_rows) AS (
            key uuid, member bigint, currency smallint, amount bigint, kind text, reason text, origin text, actor bigint,
            source_type text, source_id bigint, rule bigint, effective_at timestamptz, available_at timestamptz,
            expires_at timestamptz, facts jsonb)) WITH ORDINALITY
            AS item (key, member, currency, amount, kind, reason, origin, actor, source_type, source_id, rule,
                     effective_at, available_at, expires_at, facts, nth)
    LOOP
        nth := r.nth;
        SELECT id INTO v_wallet
        FROM loyalty_wallet WHERE member_id = r.member AND currency_id = r.currency;
        wallet_id := v_wallet;
        INSERT INTO loyalty_txn AS txn (key, kind, reason, origin, actor_id, source_type, source_id, rule_id,
                                        effective_at, facts)
        VALUES (r.key, r.kind, r.reason, r.origin, r.actor, r.source_type, r.source_id, r.rule, r.effective_at, r.facts)
        ON CONFLICT (key) DO NOTHING RETURNING txn.id INTO v_txn;
        IF v_txn IS NULL THEN
            SELECT txn.id, jsonb_build_object('facts', txn.facts, 'amount', entry.amount, 'wallet', entry.account)
            INTO v_txn, v_old
            FROM loyalty_txn AS txn LEFT JOIN loyalty_entry AS entry ON entry.txn_id = txn.id AND entry.account > 0
            WHERE txn.key = r.key;
            IF v_old IS DISTINCT FROM jsonb_build_object('facts', r.facts, 'amount', r.amount, 'wallet', v_wallet) THEN
                RAISE EXCEPTION 'The key % is already used for other facts.', r.key USING ERRCODE = 'LY001';
            END IF;
            txn_id := v_txn; created := false;
            RETURN NEXT;
            CONTINUE;
        END IF;
        INSERT INTO loyalty_entry (txn_id, account, currency_id, amount)
        VALUES (v_txn, v_wallet, r.currency, r.amount),
               (v_txn, loyalty_account('issued', r.currency), r.currency, -r.amount);
        INSERT INTO loyalty_lot (wallet_id, txn_id, amount, remaining, earned_at, available_at, expires_at, origin)
        VALUES (v_wallet, v_txn, r.amount, r.amount, r.effective_at, r.available_at, r.expires_at, r.origin)
        RETURNING id INTO v_lot;
        UPDATE loyalty_wallet SET posted = posted + r.amount, lifetime = lifetime + r.amount WHERE id = v_wallet;
        -- Debts are repaid first, oldest first.
        v_open := r.amount;
        FOR d IN SELECT id, remaining FROM loyalty_debt AS debt
                 WHERE debt.wallet_id = v_wallet AND debt.remaining > 0 ORDER BY id LOOP
            EXIT WHEN v_open = 0;
            v_take := least(v_open, d.remaining);
            UPDATE loyalty_debt SET remaining = remaining - v_take WHERE id = d.id;
            v_open := v_open - v_take;
        END LOOP;
        IF v_open < r.amount THEN
            UPDATE loyalty_lot SET remaining = v_open WHERE id = v_lot;
            INSERT INTO loyalty_lotuse (txn_id, lot_id, amount, returned) VALUES (v_txn, v_lot, r.amount - v_open, 0);
        END IF;
        txn_id := v_txn; created := true;
        RETURN NEXT;
    END LOOP;
END $$;
"""

SPEND = """
CREATE FUNCTION loyalty_spend(p_key uuid, p_member bigint, p_currency smallint, p_amount bigint, p_reason text,
                              p_actor bigint, p_source_type text, p_source_id bigint, p_at timestamptz, p_facts jsonb,
                              OUT txn_id bigint, OUT outcome text, OUT available bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_wallet bigint; v_left bigint; v_take bigint; l record; v_old jsonb; v_origin text;
BEGIN
    PERFORM loyalty_lock_wallets(ARRAY[p_member]);
    SELECT id INTO v_wallet FROM loyalty_wallet WHERE member_id = p_member AND currency_id = p_currency;
    SELECT txn.id, jsonb_build_object('facts', txn.facts, 'amount', entry.amount, 'wallet', entry.account)
    INTO txn_id, v_old
    FROM loyalty_txn AS txn LEFT JOIN loyalty_entry AS entry ON entry.txn_id = txn.id AND entry.account > 0
    WHERE txn.key = p_key;
    IF txn_id IS NOT NULL THEN
        IF v_old IS DISTINCT FROM jsonb_build_object('facts', p_facts, 'amount', -p_amount, 'wallet', v_wallet) THEN
            RAISE EXCEPTION 'The key % is already used for other facts.', p_key USING ERRCODE = 'LY001';
        END IF;
        outcome := 'replayed';
        RETURN;
    END IF;
    -- Whoever owes points has to repay them first.
    SELECT coalesce((SELECT sum(remaining) FROM loyalty_lot AS lot WHERE lot.wallet_id = v_wallet AND remaining > 0
                     AND available_at <= p_at AND (expires_at IS NULL OR expires_at > p_at)), 0)
         - coalesce((SELECT sum(remaining) FROM loyalty_debt AS debt
                     WHERE debt.wallet_id = v_wallet AND remaining > 0), 0)
    INTO available;
    IF available < p_amount THEN
        outcome := 'insufficient';
        RETURN;
    END IF;
    SELECT lot.origin INTO v_origin FROM loyalty_lot AS lot
    WHERE lot.wallet_id = v_wallet AND remaining > 0 AND available_at <= p_at AND (expires_at IS NULL OR expires_at > p_at)
    ORDER BY expires_at, id LIMIT 1;
    INSERT INTO loyalty_txn AS txn (key, kind, reason, origin, actor_id, source_type, source_id, effective_at, facts)
    VALUES (p_key, 'spend', p_reason, v_origin, p_actor, p_source_type, p_source_id, p_at, p_facts)
    RETURNING txn.id INTO txn_id;
    INSERT INTO loyalty_entry (txn_id, account, currency_id, amount)
    VALUES (txn_id, v_wallet, p_currency, -p_amount),
           (txn_id, loyalty_account('redeemed', p_currency), p_currency, p_amount);
    v_left := p_amount;
    FOR l IN SELECT id, remaining FROM loyalty_lot AS lot
             WHERE lot.wallet_id = v_wallet AND remaining > 0 AND available_at <= p_at
               AND (expires_at IS NULL OR expires_at > p_at)
             ORDER BY expires_at, id LOOP
        EXIT WHEN v_left = 0;
        v_take := least(v_left, l.remaining);
        UPDATE loyalty_lot SET remaining = remaining - v_take WHERE id = l.id;
        INSERT INTO loyalty_lotuse (txn_id, lot_id, amount, returned) VALUES (txn_id, l.id, v_take, 0);
        v_left := v_left - v_take;
    END LOOP;
    UPDATE loyalty_wallet SET posted = posted - p_amount WHERE id = v_wallet;
    available := available - p_amount;
    outcome := 'created';
END $$;
"""

# Take back earned points of one cause: its pending lots, its open lots, the member's other lots (soonest expiry first), then by
# the currency's policy a debt, or nothing: what is written off counts as taken.
CLAWBACK = """
CREATE FUNCTION loyalty_clawback(p_key uuid, p_member bigint, p_currency smallint, p_amount bigint, p_reason text,
                                 p_origin text, p_actor bigint, p_source_type text, p_source_id bigint, p_rule bigint,
                                 p_reverses bigint, p_at timestamptz, p_facts jsonb,
                                 OUT txn_id bigint, OUT created boolean, OUT owed bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_wallet bigint; v_left bigint; v_take bigint; l record; v_policy text;
BEGIN
    PERFORM loyalty_lock_wallets(ARRAY[p_member]);
    SELECT id INTO v_wallet FROM loyalty_wallet WHERE member_id = p_member AND currency_id = p_currency;
    owed := 0;
    SELECT txn.id INTO txn_id FROM loyalty_txn AS txn
    WHERE txn.key = p_key OR (p_reverses IS NOT NULL AND txn.reverses_id = p_reverses);
    IF txn_id IS NOT NULL THEN
        created := false;
        RETURN;
    END IF;
    INSERT INTO loyalty_txn AS txn (key, kind, reason, origin, actor_id, source_type, source_id, rule_id, reverses_id,
                                    effective_at, facts)
    VALUES (p_key, 'reverse', p_reason, p_origin, p_actor, p_source_type, p_source_id, p_rule, p_reverses, p_at, p_facts)
    RETURNING txn.id INTO txn_id;
    v_left := p_amount;
    FOR l IN
        SELECT lot.id, lot.remaining,
               CASE WHEN NOT coalesce(cause.source_type = p_source_type AND cause.source_id = p_source_id
                                      AND cause.rule_id IS NOT DISTINCT FROM p_rule, false)
                         AND cause.id IS DISTINCT FROM p_reverses THEN 2
                    WHEN lot.available_at > p_at THEN 0 ELSE 1 END AS nearness
        FROM loyalty_lot AS lot JOIN loyalty_txn AS cause ON cause.id = lot.txn_id
        WHERE lot.wallet_id = v_wallet AND lot.remaining > 0
        ORDER BY nearness, lot.expires_at, lot.id
    LOOP
        EXIT WHEN v_left = 0;
        v_take := least(v_left, l.remaining);
        UPDATE loyalty_lot SET remaining = remaining - v_take WHERE id = l.id;
        INSERT INTO loyalty_lotuse (txn_id, lot_id, amount, returned) VALUES (txn_id, l.id, v_take, 0);
        v_left := v_left - v_take;
    END LOOP;
    SELECT negative_policy INTO v_policy FROM loyalty_currency WHERE id = p_currency;
    IF v_left > 0 AND v_policy = 'debt' THEN
        INSERT INTO loyalty_debt (wallet_id, txn_id, amount, remaining) VALUES (v_wallet, txn_id, v_left, v_left);
        owed := v_left;
        v_left := 0;
    END IF;
    INSERT INTO loyalty_entry (txn_id, account, currency_id, amount)
    SELECT txn_id, leg.account, p_currency, leg.amount
    FROM (VALUES (v_wallet, -(p_amount - v_left)),
                 (loyalty_account('issued', p_currency), p_amount),
                 (loyalty_account('written_off', p_currency), -v_left)) AS leg (account, amount)
    WHERE leg.amount <> 0;
    UPDATE loyalty_wallet SET posted = posted - (p_amount - v_left), lifetime = lifetime - p_amount WHERE id = v_wallet;
    created := true;
END $$;
"""

# Give back what a spending took: to the same lots with their old expiry; where that has passed or is nearer than
# p_least_validity, a fresh lot of the same origin with that much time.
UNSPEND = """
CREATE FUNCTION loyalty_unspend(p_key uuid, p_txn bigint, p_reason text, p_actor bigint, p_at timestamptz,
                                p_least_validity interval, p_facts jsonb,
                                OUT txn_id bigint, OUT created boolean, OUT amount bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_entry record; v_spent record; u record;
BEGIN
    SELECT txn.* INTO v_spent FROM loyalty_txn AS txn WHERE txn.id = p_txn AND txn.kind = 'spend';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Transaction % is no spending.', p_txn USING ERRCODE = 'LY002';
    END IF;
    SELECT entry.account, entry.currency_id, -entry.amount AS spent, wallet.member_id INTO v_entry
    FROM loyalty_entry AS entry JOIN loyalty_wallet AS wallet ON wallet.id = entry.account
    WHERE entry.txn_id = p_txn AND entry.account > 0;
    PERFORM loyalty_lock_wallets(ARRAY[v_entry.member_id]);
    SELECT txn.id INTO txn_id FROM loyalty_txn AS txn WHERE txn.reverses_id = p_txn OR txn.key = p_key;
    amount := v_entry.spent;
    IF txn_id IS NOT NULL THEN
        created := false;
        RETURN;
    END IF;
    INSERT INTO loyalty_txn AS txn (key, kind, reason, origin, actor_id, source_type, source_id, reverses_id,
                                    effective_at, facts)
    VALUES (p_key, 'reverse', p_reason, v_spent.origin, p_actor, v_spent.source_type, v_spent.source_id, p_txn, p_at,
            p_facts)
    RETURNING txn.id INTO txn_id;
    INSERT INTO loyalty_entry (txn_id, account, currency_id, amount)
    VALUES (txn_id, v_entry.account, v_entry.currency_id, amount),
           (txn_id, loyalty_account('redeemed', v_entry.currency_id), v_entry.currency_id, -amount);
    FOR u IN SELECT used.id, used.lot_id, used.amount - used.returned AS back, lot.expires_at, lot.origin, lot.earned_at
             FROM loyalty_lotuse AS used JOIN loyalty_lot AS lot ON lot.id = used.lot_id
             WHERE used.txn_id = p_txn ORDER BY used.id LOOP
        IF u.expires_at IS NULL OR u.expires_at >= p_at + p_least_validity THEN
            UPDATE loyalty_lotuse AS used SET returned = used.amount WHERE used.id = u.id;
            UPDATE loyalty_lot SET remaining = remaining + u.back WHERE id = u.lot_id;
        ELSE
            INSERT INTO loyalty_lot (wallet_id, txn_id, amount, remaining, earned_at, available_at, expires_at, origin)
            VALUES (v_entry.account, txn_id, u.back, u.back, u.earned_at, p_at, p_at + p_least_validity, u.origin);
        END IF;
    END LOOP;
    UPDATE loyalty_wallet SET posted = posted + v_entry.spent WHERE id = v_entry.account;
    created := true;
END $$;
"""

# Expire what is due: up to p_limit lots of wallets that nobody holds right now. Returns one row a wallet.
EXPIRE = """
CREATE FUNCTION loyalty_expire(p_at timestamptz, p_limit integer)
RETURNS TABLE (member_id bigint, currency_id smallint, txn_id bigint, amount bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_wallets bigint[];
BEGIN
    SELECT array_agg(locked.id) INTO v_wallets FROM (
        SELECT wallet.id FROM loyalty_wallet AS wallet
        WHERE wallet.id IN (
            SELECT due.wallet_id FROM (
                SELECT lot.wallet_id FROM loyalty_lot AS lot
                WHERE lot.remaining > 0 AND lot.expires_at <= p_at ORDER BY lot.expires_at LIMIT p_limit) AS due)
        ORDER BY wallet.id FOR UPDATE SKIP LOCKED) AS locked;
    RETURN QUERY
    WITH due AS (
        SELECT lot.id, lot.wallet_id, lot.remaining, lot.origin, lot.expires_at, wallet.currency_id AS currency,
               md5('expiry:' || lot.id || ':' || to_char(lot.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'))::uuid AS key
        FROM loyalty_lot AS lot JOIN loyalty_wallet AS wallet ON wallet.id = lot.wallet_id
        WHERE lot.wallet_id = ANY(v_wallets) AND lot.remaining > 0 AND lot.expires_at <= p_at
        ORDER BY lot.expires_at LIMIT p_limit
    ), txns AS (
        INSERT INTO loyalty_txn (key, kind, reason, origin, source_type, source_id, effective_at, facts)
        SELECT due.key, 'expire', 'expired', due.origin, 'lot', due.id, due.expires_at, '{}'::jsonb FROM due
        ORDER BY due.id
        RETURNING id, source_id
    ), legs AS (
        INSERT INTO loyalty_entry (txn_id, account, currency_id, amount)
        SELECT txns.id, leg.account, due.currency, leg.amount
        FROM txns JOIN due ON due.id = txns.source_id,
        LATERAL (VALUES (due.wallet_id, -due.remaining), (loyalty_account('expired', due.currency), due.remaining))
            AS leg (account, amount)
    ), uses AS (
        INSERT INTO loyalty_lotuse (txn_id, lot_id, amount, returned)
        SELECT txns.id, due.id, due.remaining, 0 FROM txns JOIN due ON due.id = txns.source_id
    ), emptied AS (
        UPDATE loyalty_lot AS lot SET remaining = 0 FROM due WHERE lot.id = due.id
    ), sums AS (
        SELECT due.wallet_id, sum(due.remaining)::bigint AS total, max(txns.id) AS last_txn
        FROM due JOIN txns ON txns.source_id = due.id GROUP BY due.wallet_id
    )
    UPDATE loyalty_wallet AS wallet SET posted = posted - sums.total FROM sums WHERE wallet.id = sums.wallet_id
    RETURNING wallet.member_id, wallet.currency_id, sums.last_txn, sums.total;
END $$;
"""

UNDO = """
DROP FUNCTION loyalty_expire(timestamptz, integer);
DROP FUNCTION loyalty_unspend(uuid, bigint, text, bigint, timestamptz, interval, jsonb);
DROP FUNCTION loyalty_clawback(uuid, bigint, smallint, bigint, text, text, bigint, text, bigint, bigint, bigint,
                               timestamptz, jsonb);
DROP FUNCTION loyalty_spend(uuid, bigint, smallint, bigint, text, bigint, text, bigint, timestamptz, jsonb);
DROP FUNCTION loyalty_earn(jsonb);
DROP FUNCTION loyalty_lock_wallets(bigint[]);
DROP FUNCTION loyalty_account(text, smallint);
DROP TRIGGER loyalty_entry_balanced ON loyalty_entry;
DROP FUNCTION loyalty_entry_balanced();
DROP TRIGGER loyalty_entry_append_only ON loyalty_entry;
DROP TRIGGER loyalty_txn_append_only ON loyalty_txn;
DROP FUNCTION loyalty_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0001_initial")]

    operations = [
        migrations.RunSQL(GUARDS + ACCOUNTS + EARN + SPEND + CLAWBACK + UNSPEND + EXPIRE, UNDO),
    ]
