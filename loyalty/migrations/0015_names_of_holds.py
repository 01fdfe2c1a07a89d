"""A hold that is asked for again names itself, what closes it is its own transaction, and a gift copies its own lots: a name that
means both a column and an answer of the function means the column."""

from django.db import migrations

HOLD = """
CREATE OR REPLACE FUNCTION loyalty_hold(p_key uuid, p_member bigint, p_currency smallint, p_amount bigint, p_reason text,
                             p_actor bigint, p_source_type text, p_source_id bigint, p_expires_at timestamptz,
                             p_at timestamptz, p_facts jsonb,
                             OUT hold_id bigint, OUT txn_id bigint, OUT outcome text, OUT available bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_wallet bigint; v_old jsonb; v_txn bigint;
BEGIN
    PERFORM loyalty_lock_wallets(ARRAY[p_member]);
    SELECT id INTO v_wallet FROM loyalty_wallet WHERE member_id = p_member AND currency_id = p_currency;
    SELECT txn.id, jsonb_build_object('kind', txn.kind, 'facts', txn.facts, 'amount', entry.amount, 'wallet', entry.account)
    INTO txn_id, v_old
    FROM loyalty_txn AS txn LEFT JOIN loyalty_entry AS entry ON entry.txn_id = txn.id AND entry.account > 0
    WHERE txn.key = p_key;
    IF txn_id IS NOT NULL THEN
        IF v_old IS DISTINCT FROM jsonb_build_object('kind', 'hold', 'facts', p_facts, 'amount', -p_amount,
                                                     'wallet', v_wallet) THEN
            RAISE EXCEPTION 'The key % is already used for other facts.', p_key USING ERRCODE = 'LY001';
        END IF;
        v_txn := txn_id;
        SELECT hold.id INTO hold_id FROM loyalty_hold AS hold WHERE hold.txn_id = v_txn;
        outcome := 'replayed';
        RETURN;
    END IF;
    available := loyalty_available(v_wallet, p_at);
    IF available < p_amount THEN
        outcome := 'insufficient';
        RETURN;
    END IF;
    INSERT INTO loyalty_txn AS txn (key, kind, reason, origin, actor_id, source_type, source_id, effective_at, facts)
    VALUES (p_key, 'hold', p_reason, loyalty_first_origin(v_wallet, p_at), p_actor, p_source_type, p_source_id, p_at, p_facts)
    RETURNING txn.id INTO txn_id;
    INSERT INTO loyalty_entry (txn_id, account, currency_id, amount)
    VALUES (txn_id, v_wallet, p_currency, -p_amount), (txn_id, loyalty_account('held', p_currency), p_currency, p_amount);
    PERFORM loyalty_take(txn_id, v_wallet, p_amount, p_at);
    INSERT INTO loyalty_hold AS hold (wallet_id, txn_id, amount, state, source_type, source_id, held_at, expires_at)
    VALUES (v_wallet, txn_id, p_amount, 'open', p_source_type, p_source_id, p_at, p_expires_at)
    RETURNING hold.id INTO hold_id;
    UPDATE loyalty_wallet SET posted = posted - p_amount, held = held + p_amount WHERE id = v_wallet;
    available := available - p_amount;
    outcome := 'created';
END $$;

-- Close a hold: confirmed, its points have been redeemed; released, they are the member's again. The outcome is the state in
-- which the hold is now, which is not p_state when somebody closed it the other way before.
CREATE OR REPLACE FUNCTION loyalty_close_hold(p_key uuid, p_hold bigint, p_state text, p_reason text, p_actor bigint, p_at timestamptz,
                                   p_least_validity interval,
                                   OUT txn_id bigint, OUT created boolean, OUT outcome text, OUT amount bigint,
                                   OUT member_id bigint, OUT currency_id smallint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_hold record; v_txn record; v_closing bigint;
BEGIN
    SELECT wallet.member_id, wallet.currency_id INTO member_id, currency_id
    FROM loyalty_hold AS hold JOIN loyalty_wallet AS wallet ON wallet.id = hold.wallet_id WHERE hold.id = p_hold;
    IF NOT FOUND THEN
        outcome := 'missing';
        RETURN;
    END IF;
    PERFORM loyalty_lock_wallets(ARRAY[member_id]);
    SELECT hold.* INTO v_hold FROM loyalty_hold AS hold WHERE hold.id = p_hold FOR UPDATE;
    amount := v_hold.amount;
    IF v_hold.state <> 'open' THEN
        txn_id := v_hold.closing_id; created := false; outcome := v_hold.state;
        RETURN;
    END IF;
    SELECT txn.* INTO v_txn FROM loyalty_txn AS txn WHERE txn.id = v_hold.txn_id;
    INSERT INTO loyalty_txn AS txn (key, kind, reason, origin, actor_id, source_type, source_id, reverses_id, effective_at,
                                    facts)
    VALUES (p_key, CASE p_state WHEN 'confirmed' THEN 'spend' ELSE 'release' END, p_reason, v_txn.origin, p_actor,
            v_hold.source_type, v_hold.source_id, CASE p_state WHEN 'released' THEN v_hold.txn_id END, p_at,
            jsonb_build_object('hold', p_hold))
    RETURNING txn.id INTO txn_id;
    INSERT INTO loyalty_entry (txn_id, account, currency_id, amount)
    VALUES (txn_id, loyalty_account('held', currency_id), currency_id, -amount),
           (txn_id, CASE p_state WHEN 'confirmed' THEN loyalty_account('redeemed', currency_id) ELSE v_hold.wallet_id END,
            currency_id, amount);
    IF p_state = 'released' THEN
        UPDATE loyalty_wallet AS wallet SET posted = posted + v_hold.amount, held = held - v_hold.amount
        WHERE wallet.id = v_hold.wallet_id;
        PERFORM loyalty_give_back(txn_id, v_hold.txn_id, v_hold.wallet_id, p_at, p_least_validity);
    ELSE
        UPDATE loyalty_wallet AS wallet SET held = held - v_hold.amount WHERE wallet.id = v_hold.wallet_id;
    END IF;
    v_closing := txn_id;
    UPDATE loyalty_hold AS hold SET state = p_state, closing_id = v_closing, closed_at = p_at WHERE hold.id = p_hold;
    created := true;
    outcome := p_state;
END $$;
"""

TRANSFER = """
CREATE OR REPLACE FUNCTION loyalty_transfer(p_key uuid, p_from bigint, p_to bigint, p_currency smallint, p_amount bigint,
                                 p_actor bigint, p_at timestamptz, p_facts jsonb,
                                 OUT txn_id bigint, OUT outcome text, OUT available bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_from bigint; v_to bigint; v_old jsonb; v_txn bigint;
BEGIN
    PERFORM loyalty_lock_wallets(ARRAY[p_from, p_to]);
    SELECT id INTO v_from FROM loyalty_wallet WHERE member_id = p_from AND currency_id = p_currency;
    SELECT id INTO v_to FROM loyalty_wallet WHERE member_id = p_to AND currency_id = p_currency;
    SELECT txn.id, jsonb_build_object('kind', txn.kind, 'facts', txn.facts, 'amount', given.amount, 'from', given.account,
                                      'to', got.account)
    INTO txn_id, v_old
    FROM loyalty_txn AS txn
    LEFT JOIN loyalty_entry AS given ON given.txn_id = txn.id AND given.account > 0 AND given.amount < 0
    LEFT JOIN loyalty_entry AS got ON got.txn_id = txn.id AND got.account > 0 AND got.amount > 0
    WHERE txn.key = p_key;
    IF txn_id IS NOT NULL THEN
        IF v_old IS DISTINCT FROM jsonb_build_object('kind', 'transfer', 'facts', p_facts, 'amount', -p_amount,
                                                     'from', v_from, 'to', v_to) THEN
            RAISE EXCEPTION 'The key % is already used for other facts.', p_key USING ERRCODE = 'LY001';
        END IF;
        outcome := 'replayed';
        RETURN;
    END IF;
    available := loyalty_available(v_from, p_at);
    IF available < p_amount THEN
        outcome := 'insufficient';
        RETURN;
    END IF;
    INSERT INTO loyalty_txn AS txn (key, kind, reason, origin, actor_id, source_type, effective_at, facts)
    VALUES (p_key, 'transfer', 'transfer', loyalty_first_origin(v_from, p_at), p_actor, 'transfer', p_at, p_facts)
    RETURNING txn.id INTO txn_id;
    INSERT INTO loyalty_entry (txn_id, account, currency_id, amount)
    VALUES (txn_id, v_from, p_currency, -p_amount), (txn_id, v_to, p_currency, p_amount);
    v_txn := txn_id;
    PERFORM loyalty_take(v_txn, v_from, p_amount, p_at);
    UPDATE loyalty_wallet SET posted = posted - p_amount WHERE id = v_from;
    INSERT INTO loyalty_lot (wallet_id, txn_id, amount, remaining, earned_at, available_at, expires_at, origin)
    SELECT v_to, v_txn, used.amount, used.amount, lot.earned_at, p_at, lot.expires_at, lot.origin
    FROM loyalty_lotuse AS used JOIN loyalty_lot AS lot ON lot.id = used.lot_id
    WHERE used.txn_id = v_txn ORDER BY used.id;
    UPDATE loyalty_wallet SET posted = posted + p_amount WHERE id = v_to;
    PERFORM loyalty_repay(txn_id, v_to, p_at);
    available := available - p_amount;
    outcome := 'created';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0014_first_quests")]

    operations = [migrations.RunSQL(HOLD + TRANSFER, migrations.RunSQL.noop)]
