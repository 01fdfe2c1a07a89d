"""Holds: points put aside for a redemption in progress, and what the ledger does with them."""

import django.db.models.deletion
from django.db import migrations, models

# What a hold does, in the ledger's own statements. A hold takes lots as a spending does, but its points arrive in the
# account "held"; closing moves them on to "redeemed", or back where they came from.
PARTS = """
-- What can be spent: open lots of this moment less what is owed.
CREATE FUNCTION loyalty_available(p_wallet bigint, p_at timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT (coalesce((SELECT sum(remaining) FROM loyalty_lot AS lot WHERE lot.wallet_id = p_wallet AND remaining > 0
                      AND available_at <= p_at AND (expires_at IS NULL OR expires_at > p_at)), 0)
          - coalesce((SELECT sum(remaining) FROM loyalty_debt AS debt
                      WHERE debt.wallet_id = p_wallet AND remaining > 0), 0))::bigint
$$;

-- Take p_amount of the wallet's available lots for a transaction, soonest expiry first. The wallet is locked already and has
-- enough.
CREATE FUNCTION loyalty_take(p_txn bigint, p_wallet bigint, p_amount bigint, p_at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_left bigint := p_amount; v_take bigint; l record;
BEGIN
    FOR l IN SELECT id, remaining FROM loyalty_lot AS lot
             WHERE lot.wallet_id = p_wallet AND remaining > 0 AND available_at <= p_at
               AND (expires_at IS NULL OR expires_at > p_at)
             ORDER BY expires_at, id LOOP
        EXIT WHEN v_left = 0;
        v_take := least(v_left, l.remaining);
        UPDATE loyalty_lot SET remaining = remaining - v_take WHERE id = l.id;
        INSERT INTO loyalty_lotuse (txn_id, lot_id, amount, returned) VALUES (p_txn, l.id, v_take, 0);
        v_left := v_left - v_take;
    END LOOP;
    IF v_left > 0 THEN
        RAISE EXCEPTION 'Wallet % has % points too few.', p_wallet, v_left USING ERRCODE = 'LY003';
    END IF;
END $$;

CREATE FUNCTION loyalty_first_origin(p_wallet bigint, p_at timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT lot.origin FROM loyalty_lot AS lot
    WHERE lot.wallet_id = p_wallet AND remaining > 0 AND available_at <= p_at AND (expires_at IS NULL OR expires_at > p_at)
    ORDER BY expires_at, id LIMIT 1
$$;

-- What is owed is repaid from open lots: points that come back repay as points that are earned do.
CREATE FUNCTION loyalty_repay(p_txn bigint, p_wallet bigint, p_at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE d record; l record; v_left bigint; v_take bigint;
BEGIN
    FOR d IN SELECT id, remaining FROM loyalty_debt AS debt
             WHERE debt.wallet_id = p_wallet AND debt.remaining > 0 ORDER BY id LOOP
        v_left := d.remaining;
        FOR l IN SELECT id, remaining FROM loyalty_lot AS lot
                 WHERE lot.wallet_id = p_wallet AND lot.remaining > 0 AND available_at <= p_at
                   AND (expires_at IS NULL OR expires_at > p_at)
                 ORDER BY expires_at, id LOOP
            EXIT WHEN v_left = 0;
            v_take := least(v_left, l.remaining);
            UPDATE loyalty_lot SET remaining = remaining - v_take WHERE id = l.id;
            INSERT INTO loyalty_lotuse (txn_id, lot_id, amount, returned) VALUES (p_txn, l.id, v_take, 0)
            ON CONFLICT (txn_id, lot_id) DO UPDATE SET amount = loyalty_lotuse.amount + EXCLUDED.amount;
            v_left := v_left - v_take;
        END LOOP;
        EXIT WHEN v_left = d.remaining;
        UPDATE loyalty_debt SET remaining = v_left WHERE id = d.id;
    END LOOP;
END $$;

-- Give back, for transaction p_txn, what p_of took: to the same lots with their old expiry; where that has passed or is
-- nearer than p_least_validity, a fresh lot of the same origin with that much time.
CREATE FUNCTION loyalty_give_back(p_txn bigint, p_of bigint, p_wallet bigint, p_at timestamptz, p_least_validity interval)
RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE u record;
BEGIN
    FOR u IN SELECT used.id, used.lot_id, used.amount - used.returned AS back, lot.expires_at, lot.origin, lot.earned_at
             FROM loyalty_lotuse AS used JOIN loyalty_lot AS lot ON lot.id = used.lot_id
             WHERE used.txn_id = p_of AND used.amount > used.returned ORDER BY used.id LOOP
        IF u.expires_at IS NULL OR u.expires_at >= p_at + p_least_validity THEN
            UPDATE loyalty_lotuse AS used SET returned = used.amount WHERE used.id = u.id;
            UPDATE loyalty_lot SET remaining = remaining + u.back WHERE id = u.lot_id;
        ELSE
            INSERT INTO loyalty_lot (wallet_id, txn_id, amount, remaining, earned_at, available_at, expires_at, origin)
            VALUES (p_wallet, p_txn, u.back, u.back, u.earned_at, p_at, p_at + p_least_validity, u.origin);
        END IF;
    END LOOP;
    PERFORM loyalty_repay(p_txn, p_wallet, p_at);
END $$;
"""

HOLD = """
CREATE FUNCTION loyalty_hold(p_key uuid, p_member bigint, p_currency smallint, p_amount bigint, p_reason text,
                             p_actor bigint, p_source_type text, p_source_id bigint, p_expires_at timestamptz,
                             p_at timestamptz, p_facts jsonb,
                             OUT hold_id bigint, OUT txn_id bigint, OUT outcome text, OUT available bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_wallet bigint; v_old jsonb;
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
        SELECT hold.id INTO hold_id FROM loyalty_hold AS hold WHERE hold.txn_id = txn_id;
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
CREATE FUNCTION loyalty_close_hold(p_key uuid, p_hold bigint, p_state text, p_reason text, p_actor bigint, p_at timestamptz,
                                   p_least_validity interval,
                                   OUT txn_id bigint, OUT created boolean, OUT outcome text, OUT amount bigint,
                                   OUT member_id bigint, OUT currency_id smallint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_hold record; v_txn record;
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
    UPDATE loyalty_hold AS hold SET state = p_state, closing_id = txn_id, closed_at = p_at WHERE hold.id = p_hold;
    created := true;
    outcome := p_state;
END $$;
"""

# Give back what a spending, or a confirmed hold, took.
UNSPEND = """
CREATE OR REPLACE FUNCTION loyalty_unspend(p_key uuid, p_txn bigint, p_reason text, p_actor bigint, p_at timestamptz,
                                p_least_validity interval, p_facts jsonb,
                                OUT txn_id bigint, OUT created boolean, OUT amount bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_entry record; v_spent record;
BEGIN
    SELECT txn.* INTO v_spent FROM loyalty_txn AS txn WHERE txn.id = p_txn AND txn.kind IN ('spend', 'hold');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Transaction % is no spending.', p_txn USING ERRCODE = 'LY002';
    END IF;
    SELECT entry.account, entry.currency_id, -entry.amount AS spent, wallet.member_id INTO v_entry
    FROM loyalty_entry AS entry JOIN loyalty_wallet AS wallet ON wallet.id = entry.account
    WHERE entry.txn_id = p_txn AND entry.account > 0;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Transaction % took nothing from a member.', p_txn USING ERRCODE = 'LY002';
    END IF;
    PERFORM loyalty_lock_wallets(ARRAY[v_entry.member_id]);
    SELECT txn.id INTO txn_id FROM loyalty_txn AS txn WHERE txn.reverses_id = p_txn OR txn.key = p_key;
    amount := v_entry.spent;
    IF txn_id IS NOT NULL THEN
        created := false;
        RETURN;
    END IF;
    IF v_spent.kind = 'hold'
       AND NOT EXISTS (SELECT 1 FROM loyalty_hold AS hold WHERE hold.txn_id = p_txn AND hold.state = 'confirmed') THEN
        RAISE EXCEPTION 'The hold of transaction % is still open.', p_txn USING ERRCODE = 'LY002';
    END IF;
    INSERT INTO loyalty_txn AS txn (key, kind, reason, origin, actor_id, source_type, source_id, reverses_id,
                                    effective_at, facts)
    VALUES (p_key, 'reverse', p_reason, v_spent.origin, p_actor, v_spent.source_type, v_spent.source_id, p_txn, p_at,
            p_facts)
    RETURNING txn.id INTO txn_id;
    INSERT INTO loyalty_entry (txn_id, account, currency_id, amount)
    VALUES (txn_id, v_entry.account, v_entry.currency_id, amount),
           (txn_id, loyalty_account('redeemed', v_entry.currency_id), v_entry.currency_id, -amount);
    UPDATE loyalty_wallet SET posted = posted + v_entry.spent WHERE id = v_entry.account;
    PERFORM loyalty_give_back(txn_id, p_txn, v_entry.account, p_at, p_least_validity);
    created := true;
END $$;
"""

UNDO = """
DROP FUNCTION loyalty_close_hold(uuid, bigint, text, text, bigint, timestamptz, interval);
DROP FUNCTION loyalty_hold(uuid, bigint, smallint, bigint, text, bigint, text, bigint, timestamptz, timestamptz, jsonb);
DROP FUNCTION loyalty_give_back(bigint, bigint, bigint, timestamptz, interval);
DROP FUNCTION loyalty_repay(bigint, bigint, timestamptz);
DROP FUNCTION loyalty_first_origin(bigint, timestamptz);
DROP FUNCTION loyalty_take(bigint, bigint, bigint, timestamptz);
DROP FUNCTION loyalty_available(bigint, timestamptz);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('loyalty', '0008_tier_benefits'),
    ]

    operations = [
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.BigIntegerField(verbose_name='amount')),
                ('state', models.CharField(choices=[('open', 'Reserved'), ('confirmed', 'Confirmed'), ('released', 'Given back')], default='open', max_length=10, verbose_name='state')),
                ('source_type', models.CharField(max_length=20, verbose_name='kind of source')),
                ('source_id', models.BigIntegerField(blank=True, null=True, verbose_name='source')),
                ('held_at', models.DateTimeField(verbose_name='reserved at')),
                ('expires_at', models.DateTimeField(verbose_name='reserved until')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed at')),
                ('closing', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='loyalty.txn', verbose_name='closed by')),
                ('txn', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='loyalty.txn', verbose_name='transaction')),
                ('wallet', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='loyalty.wallet', verbose_name='wallet')),
            ],
            options={
                'verbose_name': 'reserved points',
                'verbose_name_plural': 'reserved points',
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['wallet'], name='loyalty_hold_open'), models.Index(condition=models.Q(('state', 'open')), fields=['expires_at'], name='loyalty_hold_timed_out'), models.Index(fields=['source_type', 'source_id'], name='loyalty_hold_source')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='loyalty_hold_amount'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closing__isnull', True), ('state', 'open')), models.Q(('closed_at__isnull', False), ('closing__isnull', False), ('state__in', ['confirmed', 'released'])), _connector='OR'), name='loyalty_hold_closed_by')],
            },
        ),
        migrations.RunSQL(PARTS + HOLD + UNSPEND, UNDO),
    ]
