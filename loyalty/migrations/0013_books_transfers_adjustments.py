"""Gifts between members, corrections by hand, policies of a currency, conversion, and the seals of the books."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import outbox.ids
from django.conf import settings
from django.db import migrations, models

WORDS = """
UPDATE loyalty_currency SET expiry_policy = 'months' WHERE expiry_months >= 1;

CREATE OR REPLACE FUNCTION loyalty_account(p_kind text, p_currency smallint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT -(1000 * CASE p_kind WHEN 'issued' THEN 1 WHEN 'redeemed' THEN 2 WHEN 'expired' THEN 3 WHEN 'adjusted' THEN 4
                                WHEN 'held' THEN 5 WHEN 'written_off' THEN 6 WHEN 'converted' THEN 7 END + p_currency)::bigint
$$;

CREATE TRIGGER loyalty_booksday_append_only BEFORE UPDATE OR DELETE ON loyalty_booksday
    FOR EACH ROW EXECUTE FUNCTION loyalty_append_only();

-- As before; a currency that allows debts up to a limit allows them, too.
CREATE OR REPLACE FUNCTION loyalty_lock_wallets(p_members bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO loyalty_wallet (member_id, currency_id, posted, held, lifetime, allow_negative)
    SELECT member, currency.id, 0, 0, 0, currency.negative_policy <> 'write_off'
    FROM unnest(p_members) AS member CROSS JOIN loyalty_currency AS currency
    WHERE NOT EXISTS (SELECT 1 FROM loyalty_wallet AS wallet
                      WHERE wallet.member_id = member AND wallet.currency_id = currency.id)
    ORDER BY member, currency.id
    ON CONFLICT DO NOTHING;
    PERFORM 1 FROM loyalty_wallet WHERE member_id = ANY(p_members) ORDER BY id FOR UPDATE;
END $$;

-- How long points given back live at least is the currency's to say.
CREATE OR REPLACE FUNCTION loyalty_give_back(p_txn bigint, p_of bigint, p_wallet bigint, p_at timestamptz,
                                             p_least_validity interval)
RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE u record; v_least interval;
BEGIN
    SELECT make_interval(days => currency.least_validity_days) INTO v_least
    FROM loyalty_wallet AS wallet JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id
    WHERE wallet.id = p_wallet;
    v_least := coalesce(v_least, p_least_validity);
    FOR u IN SELECT used.id, used.lot_id, used.amount - used.returned AS back, lot.expires_at, lot.origin, lot.earned_at
             FROM loyalty_lotuse AS used JOIN loyalty_lot AS lot ON lot.id = used.lot_id
             WHERE used.txn_id = p_of AND used.amount > used.returned ORDER BY used.id LOOP
        IF u.expires_at IS NULL OR u.expires_at >= p_at + v_least THEN
            UPDATE loyalty_lotuse AS used SET returned = used.amount WHERE used.id = u.id;
            UPDATE loyalty_lot SET remaining = remaining + u.back WHERE id = u.lot_id;
        ELSE
            INSERT INTO loyalty_lot (wallet_id, txn_id, amount, remaining, earned_at, available_at, expires_at, origin)
            VALUES (p_wallet, p_txn, u.back, u.back, u.earned_at, p_at, p_at + v_least, u.origin);
        END IF;
    END LOOP;
    PERFORM loyalty_repay(p_txn, p_wallet, p_at);
END $$;

-- What the policy of the currency makes of p_missing: a debt (the answer), or nothing.
CREATE FUNCTION loyalty_owe(p_txn bigint, p_wallet bigint, p_currency smallint, p_missing bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_policy text; v_limit bigint; v_debt bigint := 0;
BEGIN
    IF p_missing = 0 THEN
        RETURN 0;
    END IF;
    SELECT negative_policy, debt_limit INTO v_policy, v_limit FROM loyalty_currency WHERE id = p_currency;
    IF v_policy = 'debt' THEN
        v_debt := p_missing;
    ELSIF v_policy = 'debt_limit' THEN
        v_debt := least(p_missing, greatest(0, v_limit - coalesce((
            SELECT sum(remaining) FROM loyalty_debt AS debt WHERE debt.wallet_id = p_wallet AND remaining > 0), 0)));
    END IF;
    IF v_debt > 0 THEN
        INSERT INTO loyalty_debt (wallet_id, txn_id, amount, remaining) VALUES (p_wallet, p_txn, v_debt, v_debt);
        UPDATE loyalty_wallet SET allow_negative = true WHERE id = p_wallet AND NOT allow_negative;
    END IF;
    RETURN v_debt;
END $$;
"""

# As before, with debts up to a limit; what went beyond the most that can be kept was lost already, and is not taken again;
# a key that was used for something else is refused by name.
CLAWBACK = """
CREATE OR REPLACE FUNCTION loyalty_clawback(p_key uuid, p_member bigint, p_currency smallint, p_amount bigint, p_reason text,
                                 p_origin text, p_actor bigint, p_source_type text, p_source_id bigint, p_rule bigint,
                                 p_reverses bigint, p_at timestamptz, p_facts jsonb,
                                 OUT txn_id bigint, OUT created boolean, OUT owed bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_wallet bigint; v_left bigint; v_take bigint; v_lost bigint := 0; l record; v_old jsonb;
BEGIN
    PERFORM loyalty_lock_wallets(ARRAY[p_member]);
    SELECT id INTO v_wallet FROM loyalty_wallet WHERE member_id = p_member AND currency_id = p_currency;
    owed := 0;
    SELECT txn.id,
           CASE WHEN txn.key = p_key THEN jsonb_build_object('kind', txn.kind, 'amount', leg.amount, 'reverses', txn.reverses_id) END
    INTO txn_id, v_old
    FROM loyalty_txn AS txn
    LEFT JOIN loyalty_entry AS leg ON leg.txn_id = txn.id AND leg.account = loyalty_account('issued', p_currency)
    WHERE txn.key = p_key OR (p_reverses IS NOT NULL AND txn.reverses_id = p_reverses)
    ORDER BY (txn.key = p_key) DESC LIMIT 1;
    IF txn_id IS NOT NULL THEN
        IF v_old IS NOT NULL AND v_old <> jsonb_build_object('kind', 'reverse', 'amount', p_amount, 'reverses', p_reverses) THEN
            RAISE EXCEPTION 'The key % is already used for other facts.', p_key USING ERRCODE = 'LY001';
        END IF;
        created := false;
        RETURN;
    END IF;
    INSERT INTO loyalty_txn AS txn (key, kind, reason, origin, actor_id, source_type, source_id, rule_id, reverses_id,
                                    effective_at, facts)
    VALUES (p_key, 'reverse', p_reason, p_origin, p_actor, p_source_type, p_source_id, p_rule, p_reverses, p_at, p_facts)
    RETURNING txn.id INTO txn_id;
    v_left := p_amount;
    IF EXISTS (SELECT 1 FROM loyalty_currency WHERE id = p_currency AND max_balance IS NOT NULL) THEN
        FOR l IN SELECT used.id, used.lot_id, used.amount - used.returned AS open
                 FROM loyalty_lot AS lot JOIN loyalty_txn AS cause ON cause.id = lot.txn_id
                 JOIN loyalty_lotuse AS used ON used.lot_id = lot.id AND used.amount > used.returned
                 JOIN loyalty_txn AS loss ON loss.id = used.txn_id AND loss.kind = 'expire' AND loss.reason = 'over_maximum'
                 WHERE lot.wallet_id = v_wallet
                   AND (cause.id = p_reverses OR cause.source_type = p_source_type AND cause.source_id = p_source_id
                                                 AND cause.rule_id IS NOT DISTINCT FROM p_rule)
                 ORDER BY used.id LOOP
            EXIT WHEN v_left = 0;
            v_take := least(v_left, l.open);
            UPDATE loyalty_lotuse SET returned = returned + v_take WHERE id = l.id;
            INSERT INTO loyalty_lotuse (txn_id, lot_id, amount, returned) VALUES (txn_id, l.lot_id, v_take, 0);
            v_lost := v_lost + v_take;
            v_left := v_left - v_take;
        END LOOP;
    END IF;
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
        INSERT INTO loyalty_lotuse (txn_id, lot_id, amount, returned) VALUES (txn_id, l.id, v_take, 0)
        ON CONFLICT (txn_id, lot_id) DO UPDATE SET amount = loyalty_lotuse.amount + EXCLUDED.amount;
        v_left := v_left - v_take;
    END LOOP;
    owed := loyalty_owe(txn_id, v_wallet, p_currency, v_left);
    v_left := v_left - owed;
    INSERT INTO loyalty_entry (txn_id, account, currency_id, amount)
    SELECT txn_id, leg.account, p_currency, leg.amount
    FROM (VALUES (v_wallet, -(p_amount - v_left - v_lost)),
                 (loyalty_account('issued', p_currency), p_amount),
                 (loyalty_account('written_off', p_currency), -v_left),
                 (loyalty_account('expired', p_currency), -v_lost)) AS leg (account, amount)
    WHERE leg.amount <> 0;
    UPDATE loyalty_wallet SET posted = posted - (p_amount - v_left - v_lost), lifetime = lifetime - p_amount
    WHERE id = v_wallet;
    created := true;
END $$;
"""

# From one member to another, lot by lot: what is given keeps its expiry and its origin.
TRANSFER = """
CREATE FUNCTION loyalty_transfer(p_key uuid, p_from bigint, p_to bigint, p_currency smallint, p_amount bigint,
                                 p_actor bigint, p_at timestamptz, p_facts jsonb,
                                 OUT txn_id bigint, OUT outcome text, OUT available bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_from bigint; v_to bigint; v_old jsonb;
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
    PERFORM loyalty_take(txn_id, v_from, p_amount, p_at);
    UPDATE loyalty_wallet SET posted = posted - p_amount WHERE id = v_from;
    INSERT INTO loyalty_lot (wallet_id, txn_id, amount, remaining, earned_at, available_at, expires_at, origin)
    SELECT v_to, txn_id, used.amount, used.amount, lot.earned_at, p_at, lot.expires_at, lot.origin
    FROM loyalty_lotuse AS used JOIN loyalty_lot AS lot ON lot.id = used.lot_id
    WHERE used.txn_id = txn_id ORDER BY used.id;
    UPDATE loyalty_wallet SET posted = posted + p_amount WHERE id = v_to;
    PERFORM loyalty_repay(txn_id, v_to, p_at);
    available := available - p_amount;
    outcome := 'created';
END $$;
"""

# By hand: p_amount is given, or taken when it is negative (available lots first, then those on their way). What is missing
# is refused, unless p_may_owe: then the currency's policy decides.
ADJUST = """
CREATE FUNCTION loyalty_adjust(p_key uuid, p_member bigint, p_currency smallint, p_amount bigint, p_reason text,
                               p_actor bigint, p_source_type text, p_source_id bigint, p_expires_at timestamptz,
                               p_at timestamptz, p_facts jsonb, p_may_owe boolean,
                               OUT txn_id bigint, OUT outcome text, OUT available bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_wallet bigint; v_left bigint; v_take bigint; l record; v_old jsonb;
BEGIN
    PERFORM loyalty_lock_wallets(ARRAY[p_member]);
    SELECT id INTO v_wallet FROM loyalty_wallet WHERE member_id = p_member AND currency_id = p_currency;
    SELECT txn.id, jsonb_build_object('kind', txn.kind, 'facts', txn.facts, 'amount', -leg.amount)
    INTO txn_id, v_old
    FROM loyalty_txn AS txn
    LEFT JOIN loyalty_entry AS leg ON leg.txn_id = txn.id AND leg.account = loyalty_account('adjusted', p_currency)
    WHERE txn.key = p_key;
    IF txn_id IS NOT NULL THEN
        IF v_old IS DISTINCT FROM jsonb_build_object('kind', 'adjust', 'facts', p_facts, 'amount', p_amount) THEN
            RAISE EXCEPTION 'The key % is already used for other facts.', p_key USING ERRCODE = 'LY001';
        END IF;
        outcome := 'replayed';
        RETURN;
    END IF;
    SELECT coalesce((SELECT sum(remaining) FROM loyalty_lot AS lot WHERE lot.wallet_id = v_wallet AND remaining > 0
                     AND (expires_at IS NULL OR expires_at > p_at)), 0)
         - coalesce((SELECT sum(remaining) FROM loyalty_debt AS debt WHERE debt.wallet_id = v_wallet AND remaining > 0), 0)
    INTO available;
    IF available < -p_amount AND NOT p_may_owe THEN
        outcome := 'insufficient';
        RETURN;
    END IF;
    INSERT INTO loyalty_txn AS txn (key, kind, reason, origin, actor_id, source_type, source_id, effective_at, facts)
    VALUES (p_key, 'adjust', p_reason, 'goodwill', p_actor, p_source_type, p_source_id, p_at, p_facts)
    RETURNING txn.id INTO txn_id;
    v_left := greatest(0, -p_amount);
    FOR l IN SELECT id, remaining FROM loyalty_lot AS lot
             WHERE v_left > 0 AND lot.wallet_id = v_wallet AND remaining > 0 AND (expires_at IS NULL OR expires_at > p_at)
             ORDER BY (available_at > p_at), expires_at, id LOOP
        EXIT WHEN v_left = 0;
        v_take := least(v_left, l.remaining);
        UPDATE loyalty_lot SET remaining = remaining - v_take WHERE id = l.id;
        INSERT INTO loyalty_lotuse (txn_id, lot_id, amount, returned) VALUES (txn_id, l.id, v_take, 0);
        v_left := v_left - v_take;
    END LOOP;
    v_left := v_left - loyalty_owe(txn_id, v_wallet, p_currency, v_left);
    INSERT INTO loyalty_entry (txn_id, account, currency_id, amount)
    SELECT txn_id, leg.account, p_currency, leg.amount
    FROM (VALUES (v_wallet, p_amount + v_left),
                 (loyalty_account('adjusted', p_currency), -p_amount),
                 (loyalty_account('written_off', p_currency), -v_left)) AS leg (account, amount)
    WHERE leg.amount <> 0;
    UPDATE loyalty_wallet SET posted = posted + p_amount + v_left, lifetime = lifetime + p_amount WHERE id = v_wallet;
    IF p_amount > 0 THEN
        INSERT INTO loyalty_lot (wallet_id, txn_id, amount, remaining, earned_at, available_at, expires_at, origin)
        VALUES (v_wallet, txn_id, p_amount, p_amount, p_at, p_at, p_expires_at, 'goodwill');
        PERFORM loyalty_repay(txn_id, v_wallet, p_at);
    END IF;
    outcome := 'created';
END $$;
"""

# From one currency to another of the same member, at a price that the caller worked out.
CONVERT = """
CREATE FUNCTION loyalty_convert(p_key uuid, p_member bigint, p_from smallint, p_taken bigint, p_to smallint, p_given bigint,
                                p_reason text, p_actor bigint, p_expires_at timestamptz, p_at timestamptz, p_facts jsonb,
                                OUT txn_id bigint, OUT outcome text, OUT available bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE v_from bigint; v_to bigint; v_old jsonb; v_origin text;
BEGIN
    PERFORM loyalty_lock_wallets(ARRAY[p_member]);
    SELECT id INTO v_from FROM loyalty_wallet WHERE member_id = p_member AND currency_id = p_from;
    SELECT id INTO v_to FROM loyalty_wallet WHERE member_id = p_member AND currency_id = p_to;
    SELECT txn.id, jsonb_build_object('kind', txn.kind, 'facts', txn.facts, 'taken', -taken.amount, 'given', given.amount)
    INTO txn_id, v_old
    FROM loyalty_txn AS txn
    LEFT JOIN loyalty_entry AS taken ON taken.txn_id = txn.id AND taken.account = v_from
    LEFT JOIN loyalty_entry AS given ON given.txn_id = txn.id AND given.account = v_to
    WHERE txn.key = p_key;
    IF txn_id IS NOT NULL THEN
        IF v_old IS DISTINCT FROM jsonb_build_object('kind', 'convert', 'facts', p_facts, 'taken', p_taken, 'given', p_given) THEN
            RAISE EXCEPTION 'The key % is already used for other facts.', p_key USING ERRCODE = 'LY001';
        END IF;
        outcome := 'replayed';
        RETURN;
    END IF;
    available := loyalty_available(v_from, p_at);
    IF available < p_taken THEN
        outcome := 'insufficient';
        RETURN;
    END IF;
    v_origin := loyalty_first_origin(v_from, p_at);
    INSERT INTO loyalty_txn AS txn (key, kind, reason, origin, actor_id, source_type, effective_at, facts)
    VALUES (p_key, 'convert', p_reason, v_origin, p_actor, 'convert', p_at, p_facts)
    RETURNING txn.id INTO txn_id;
    INSERT INTO loyalty_entry (txn_id, account, currency_id, amount)
    VALUES (txn_id, v_from, p_from, -p_taken), (txn_id, loyalty_account('converted', p_from), p_from, p_taken),
           (txn_id, v_to, p_to, p_given), (txn_id, loyalty_account('converted', p_to), p_to, -p_given);
    PERFORM loyalty_take(txn_id, v_from, p_taken, p_at);
    UPDATE loyalty_wallet SET posted = posted - p_taken WHERE id = v_from;
    INSERT INTO loyalty_lot (wallet_id, txn_id, amount, remaining, earned_at, available_at, expires_at, origin)
    VALUES (v_to, txn_id, p_given, p_given, p_at, p_at, p_expires_at, v_origin);
    UPDATE loyalty_wallet SET posted = posted + p_given WHERE id = v_to;
    PERFORM loyalty_repay(txn_id, v_to, p_at);
    available := available - p_taken;
    outcome := 'created';
END $$;
"""

# What the policies of a currency ask for after a posting; currencies without such a policy never come here.
AFTERWARDS = """
-- Let go what is beyond the most that can be kept, latest earned first. One transaction a wallet; one row back for each.
CREATE FUNCTION loyalty_trim(p_members bigint[], p_currency smallint, p_at timestamptz)
RETURNS TABLE (member_id bigint, txn_id bigint, amount bigint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE w record; l record; v_left bigint; v_take bigint; v_txn bigint;
BEGIN
    PERFORM loyalty_lock_wallets(p_members);
    FOR w IN SELECT wallet.id, wallet.member_id, wallet.posted + wallet.held - currency.max_balance AS over
             FROM loyalty_wallet AS wallet JOIN loyalty_currency AS currency ON currency.id = wallet.currency_id
             WHERE wallet.member_id = ANY(p_members) AND wallet.currency_id = p_currency
               AND wallet.posted + wallet.held > currency.max_balance ORDER BY wallet.id LOOP
        v_left := least(w.over, (SELECT coalesce(sum(remaining), 0) FROM loyalty_lot WHERE wallet_id = w.id));
        CONTINUE WHEN v_left <= 0;
        INSERT INTO loyalty_txn AS txn (key, kind, reason, origin, source_type, source_id, effective_at, facts)
        SELECT md5('maximum:' || w.id || ':' || max(entry.id))::uuid, 'expire', 'over_maximum',
               (SELECT lot.origin FROM loyalty_lot AS lot WHERE lot.wallet_id = w.id AND remaining > 0 ORDER BY id DESC LIMIT 1),
               'wallet', w.id, p_at, '{}'::jsonb
        FROM loyalty_entry AS entry WHERE entry.account = w.id
        RETURNING txn.id INTO v_txn;
        INSERT INTO loyalty_entry (txn_id, account, currency_id, amount)
        VALUES (v_txn, w.id, p_currency, -v_left), (v_txn, loyalty_account('expired', p_currency), p_currency, v_left);
        UPDATE loyalty_wallet SET posted = posted - v_left WHERE id = w.id;
        member_id := w.member_id; txn_id := v_txn; amount := v_left;
        FOR l IN SELECT id, remaining FROM loyalty_lot AS lot WHERE lot.wallet_id = w.id AND remaining > 0 ORDER BY id DESC LOOP
            EXIT WHEN v_left = 0;
            v_take := least(v_left, l.remaining);
            UPDATE loyalty_lot SET remaining = remaining - v_take WHERE id = l.id;
            INSERT INTO loyalty_lotuse (txn_id, lot_id, amount, returned) VALUES (v_txn, l.id, v_take, 0);
            v_left := v_left - v_take;
        END LOOP;
        RETURN NEXT;
    END LOOP;
END $$;

-- Points that live on by activity: the open lots of these members expire at p_until, if that is later than before.
CREATE FUNCTION loyalty_slide(p_members bigint[], p_currency smallint, p_at timestamptz, p_until timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM loyalty_lock_wallets(p_members);
    UPDATE loyalty_lot AS lot SET expires_at = p_until FROM loyalty_wallet AS wallet
    WHERE wallet.id = lot.wallet_id AND wallet.member_id = ANY(p_members) AND wallet.currency_id = p_currency
      AND lot.remaining > 0 AND lot.expires_at > p_at AND lot.expires_at < p_until;
END $$;
"""

UNDO = """
DROP FUNCTION loyalty_slide(bigint[], smallint, timestamptz, timestamptz);
DROP FUNCTION loyalty_trim(bigint[], smallint, timestamptz);
DROP FUNCTION loyalty_convert(uuid, bigint, smallint, bigint, smallint, bigint, text, bigint, timestamptz, timestamptz, jsonb);
DROP FUNCTION loyalty_adjust(uuid, bigint, smallint, bigint, text, bigint, text, bigint, timestamptz, timestamptz, jsonb,
                             boolean);
DROP FUNCTION loyalty_transfer(uuid, bigint, bigint, smallint, bigint, bigint, timestamptz, jsonb);
DROP FUNCTION loyalty_owe(bigint, bigint, smallint, bigint);
DROP TRIGGER loyalty_booksday_append_only ON loyalty_booksday;
"""


def make_finance(apps, schema_editor):
    """The second person of an adjustment is one of this group."""
    apps.get_model("auth", "Group").objects.get_or_create(name="Finance")


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('loyalty', '0012_quests'),
        ('members', '0005_rights_changes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Adjustment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=outbox.ids.new_id, editable=False, max_length=12, unique=True, verbose_name='public name')),
                ('cause', models.CharField(max_length=120, unique=True, verbose_name='cause')),
                ('amount', models.BigIntegerField(verbose_name='amount')),
                ('reason_code', models.CharField(choices=[('goodwill', 'With our apology'), ('correction', 'Correction of an error'), ('question', 'You asked about a line, and you were right'), ('promise', 'A promise of ours, kept'), ('contribution', 'Thanks for what you did for others'), ('migration', 'Points from another programme'), ('misuse', 'Points that were taken unfairly')], max_length=20, verbose_name='reason')),
                ('note', models.CharField(max_length=500, verbose_name='note for the staff')),
                ('state', models.CharField(choices=[('waiting', 'Waits for a second person'), ('posted', 'Posted'), ('declined', 'Declined')], max_length=10, verbose_name='state')),
                ('second_person', models.BooleanField(verbose_name='needs a second person')),
                ('proposed_at', models.DateTimeField(verbose_name='proposed at')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='decided at')),
                ('answer', models.CharField(blank=True, max_length=500, verbose_name='why not')),
            ],
            options={
                'verbose_name': 'adjustment',
                'verbose_name_plural': 'adjustments',
            },
        ),
        migrations.CreateModel(
            name='BooksDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='day')),
                ('txns', models.BigIntegerField(verbose_name='transactions')),
                ('root', models.CharField(max_length=64, verbose_name='root')),
                ('previous', models.CharField(blank=True, max_length=64, verbose_name='seal of the day before')),
                ('seal', models.CharField(max_length=64, verbose_name='seal')),
                ('sealed_at', models.DateTimeField(verbose_name='sealed at')),
            ],
            options={
                'verbose_name': 'day of the books',
                'verbose_name_plural': 'days of the books',
            },
        ),
        migrations.CreateModel(
            name='BooksProof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(verbose_name='asked at')),
                ('made_at', models.DateTimeField(null=True, verbose_name='made at')),
                ('seconds', models.FloatField(null=True, verbose_name='seconds')),
                ('txns', models.BigIntegerField(null=True, verbose_name='transactions')),
                ('entries', models.BigIntegerField(null=True, verbose_name='entries')),
                ('wallets', models.BigIntegerField(null=True, verbose_name='wallets')),
                ('lots', models.BigIntegerField(null=True, verbose_name='lots')),
                ('points', models.BigIntegerField(null=True, verbose_name='points with members')),
                ('clean', models.BooleanField(null=True, verbose_name='balances')),
                ('findings', models.JSONField(default=list, verbose_name='findings')),
            ],
            options={
                'verbose_name': 'proof of the books',
                'verbose_name_plural': 'proofs of the books',
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=outbox.ids.new_id, editable=False, max_length=12, unique=True, verbose_name='public name')),
                ('key', models.UUIDField(unique=True, verbose_name='key of the form')),
                ('amount', models.BigIntegerField(verbose_name='amount')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('sent_at', models.DateTimeField(verbose_name='sent at')),
            ],
            options={
                'verbose_name': 'gift of points',
                'verbose_name_plural': 'gifts of points',
            },
        ),
        migrations.AddField(
            model_name='currency',
            name='approval_above',
            field=models.PositiveIntegerField(default=5000, help_text='Somebody of the group “Finance”, and never the one who proposed it.', verbose_name='a second person approves adjustments above'),
        ),
        migrations.AddField(
            model_name='currency',
            name='debt_limit',
            field=models.BigIntegerField(blank=True, null=True, verbose_name='largest debt'),
        ),
        migrations.AddField(
            model_name='currency',
            name='expiry_dates',
            field=models.CharField(blank=True, help_text='Month and day, the last on which they can be used, for example: 06-30, 12-31', max_length=60, verbose_name='fixed days'),
        ),
        migrations.AddField(
            model_name='currency',
            name='expiry_policy',
            field=models.CharField(choices=[('none', 'They never expire'), ('months', 'Some months after they were earned'), ('fixed', 'On fixed days of the year'), ('sliding', 'Some months after the last time points were earned or spent')], default='none', max_length=8, verbose_name='when they expire'),
        ),
        migrations.AddField(
            model_name='currency',
            name='expiry_rounding',
            field=models.CharField(choices=[('month', 'the end of the month'), ('quarter', 'the end of the quarter'), ('year', 'the end of the year')], default='month', max_length=8, verbose_name='counted to'),
        ),
        migrations.AddField(
            model_name='currency',
            name='least_validity_days',
            field=models.PositiveSmallIntegerField(default=30, verbose_name='days that points given back live at least'),
        ),
        migrations.AddField(
            model_name='currency',
            name='max_balance',
            field=models.BigIntegerField(blank=True, help_text='What is earned beyond it is lost, and the statement says so. Empty: no limit.', null=True, verbose_name='most that can be kept'),
        ),
        migrations.AddField(
            model_name='currency',
            name='transfer_daily',
            field=models.PositiveIntegerField(default=500, verbose_name='most that a member may send in a day'),
        ),
        migrations.AddField(
            model_name='currency',
            name='transfer_trust',
            field=models.PositiveSmallIntegerField(default=2, verbose_name='level of trust needed to send'),
        ),
        migrations.AddField(
            model_name='currency',
            name='transferable',
            field=models.BooleanField(default=False, verbose_name='members may send them to each other'),
        ),
        migrations.AlterField(
            model_name='currency',
            name='expiry_months',
            field=models.PositiveSmallIntegerField(blank=True, help_text='With fixed days: the least number of months they live; empty for none.', null=True, verbose_name='months until they expire'),
        ),
        migrations.AlterField(
            model_name='currency',
            name='negative_policy',
            field=models.CharField(choices=[('debt', 'A debt that the next earnings repay'), ('write_off', 'Stop at zero'), ('debt_limit', 'A debt up to a limit; the rest is written off')], default='debt', max_length=12, verbose_name='when a refund takes more than there is'),
        ),
        migrations.AddIndex(
            model_name='txn',
            index=django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['created_at'], name='loyalty_txn_written', pages_per_range=32),
        ),
        migrations.AddConstraint(
            model_name='currency',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('expiry_policy__in', ['months', 'sliding']), _negated=True), ('expiry_months__gte', 1), _connector='OR'), name='loyalty_currency_months'),
        ),
        migrations.AddConstraint(
            model_name='currency',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('expiry_policy', 'fixed'), _negated=True), models.Q(('expiry_dates', ''), _negated=True), _connector='OR'), name='loyalty_currency_dates'),
        ),
        migrations.AddConstraint(
            model_name='currency',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('negative_policy', 'debt_limit'), _negated=True), ('debt_limit__gte', 1), _connector='OR'), name='loyalty_currency_debt_limit'),
        ),
        migrations.AddConstraint(
            model_name='currency',
            constraint=models.CheckConstraint(condition=models.Q(('max_balance__isnull', True), ('max_balance__gte', 1), _connector='OR'), name='loyalty_currency_max'),
        ),
        migrations.AddField(
            model_name='adjustment',
            name='currency',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='loyalty.currency', verbose_name='currency'),
        ),
        migrations.AddField(
            model_name='adjustment',
            name='decided_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='adjustment',
            name='member',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='member'),
        ),
        migrations.AddField(
            model_name='adjustment',
            name='proposed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by'),
        ),
        migrations.AddField(
            model_name='adjustment',
            name='txn',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='loyalty.txn', verbose_name='transaction'),
        ),
        migrations.AddField(
            model_name='booksproof',
            name='asked_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='currency',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='loyalty.currency', verbose_name='currency'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='receiver',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='to'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='sender',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='from'),
        ),
        migrations.AddField(
            model_name='transfer',
            name='txn',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='loyalty.txn', verbose_name='transaction'),
        ),
        migrations.AddIndex(
            model_name='adjustment',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['proposed_at'], name='loyalty_adjustment_waiting'),
        ),
        migrations.AddIndex(
            model_name='adjustment',
            index=models.Index(fields=['-proposed_at'], name='loyalty_adjustment_newest'),
        ),
        migrations.AddConstraint(
            model_name='adjustment',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='loyalty_adjustment_not_zero'),
        ),
        migrations.AddConstraint(
            model_name='adjustment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'posted'), ('txn__isnull', False)), models.Q(models.Q(('state', 'posted'), _negated=True), ('txn__isnull', True)), _connector='OR'), name='loyalty_adjustment_posted'),
        ),
        migrations.AddConstraint(
            model_name='adjustment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('second_person', True), ('state', 'posted'), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('proposed_by')), _negated=True), models.Q(('decided_by', models.F('member')), _negated=True)), _connector='OR'), name='loyalty_adjustment_two_people'),
        ),
        migrations.AddIndex(
            model_name='booksproof',
            index=models.Index(fields=['-asked_at'], name='loyalty_proof_newest'),
        ),
        migrations.AddConstraint(
            model_name='booksproof',
            constraint=models.UniqueConstraint(models.Value(1), condition=models.Q(('made_at__isnull', True)), name='loyalty_proof_asked_once'),
        ),
        migrations.AddIndex(
            model_name='transfer',
            index=models.Index(fields=['sender', '-sent_at'], name='loyalty_transfer_sent'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='loyalty_transfer_amount'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(('sender', models.F('receiver')), _negated=True), name='loyalty_transfer_to_another'),
        ),
        migrations.RunSQL(WORDS + CLAWBACK + TRANSFER + ADJUST + CONVERT + AFTERWARDS, UNDO),
        migrations.RunPython(make_finance, migrations.RunPython.noop),
    ]
