-- migrations: c2e92adecdc703fec1881fdd3f3a50c0f6df72642d3df5aaf763813f934dac0c
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

CREATE FUNCTION public.community_audit_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is append-only: % is refused.', TG_OP;
END $$;

CREATE FUNCTION public.community_people_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM members_note_rights((SELECT array_agg(DISTINCT member_id) FROM touched)) WHERE EXISTS (SELECT FROM touched);
    RETURN NULL;
END $$;

CREATE FUNCTION public.community_permissions_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO community_permissionversion AS held (id, version)
    VALUES (1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
    ON CONFLICT (id) DO UPDATE SET version = GREATEST(held.version + 1, excluded.version);
    RETURN NULL;
END $$;

CREATE FUNCTION public.community_person_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM members_note_rights(ARRAY[OLD.member_id]);
    RETURN NULL;
END $$;

CREATE FUNCTION public.community_rights_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM members_note_rights(NULL);
    RETURN NULL;
END $$;

CREATE FUNCTION public.community_topic_tags_follow() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.tag_ids = NEW.tag_ids THEN
        UPDATE community_topictag SET last_post_at = NEW.last_post_at WHERE topic_id = NEW.id;
    ELSE
        DELETE FROM community_topictag WHERE topic_id = NEW.id AND tag_id <> ALL (NEW.tag_ids);
        INSERT INTO community_topictag (topic_id, tag_id, last_post_at)
        SELECT DISTINCT NEW.id, tag, NEW.last_post_at FROM unnest(NEW.tag_ids) AS tag
        ON CONFLICT (topic_id, tag_id) DO UPDATE SET last_post_at = excluded.last_post_at;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.integrations_end_tokens() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM allauth_idp_oidc_token WHERE user_id = NEW.id;
    RETURN NULL;
END $$;

CREATE FUNCTION public.integrations_end_tokens_of_suspended() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM allauth_idp_oidc_token WHERE user_id IN (
        SELECT joined.user_id FROM joined JOIN auth_group AS grp ON grp.id = joined.group_id
        WHERE grp.name = 'order:suspended');
    RETURN NULL;
END $$;

CREATE FUNCTION public.loyalty_account(p_kind text, p_currency smallint) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT -(1000 * CASE p_kind WHEN 'issued' THEN 1 WHEN 'redeemed' THEN 2 WHEN 'expired' THEN 3 WHEN 'adjusted' THEN 4
                                WHEN 'held' THEN 5 WHEN 'written_off' THEN 6 WHEN 'converted' THEN 7 END + p_currency)::bigint
$$;

CREATE FUNCTION public.loyalty_adjust(p_key uuid, p_member bigint, p_currency smallint, p_amount bigint, p_reason text, p_actor bigint, p_source_type text, p_source_id bigint, p_expires_at timestamp with time zone, p_at timestamp with time zone, p_facts jsonb, p_may_owe boolean, OUT txn_id bigint, OUT outcome text, OUT available bigint) RETURNS record
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.loyalty_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'The ledger is append-only: % of % is refused.', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION public.loyalty_available(p_wallet bigint, p_at timestamp with time zone) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
    SELECT (coalesce((SELECT sum(remaining) FROM loyalty_lot AS lot WHERE lot.wallet_id = p_wallet AND remaining > 0
                      AND available_at <= p_at AND (expires_at IS NULL OR expires_at > p_at)), 0)
          - coalesce((SELECT sum(remaining) FROM loyalty_debt AS debt
                      WHERE debt.wallet_id = p_wallet AND remaining > 0), 0))::bigint
$$;

CREATE FUNCTION public.loyalty_award(p_key uuid, p_member bigint, p_currency smallint, p_policy text, p_amount bigint, p_kind text, p_reason text, p_origin text, p_actor bigint, p_source_type text, p_source_id bigint, p_rule bigint, p_effective timestamp with time zone, p_available timestamp with time zone, p_expires timestamp with time zone, p_facts jsonb, p_event jsonb, p_handlers text[], OUT txn_id bigint, OUT outcome text, OUT deliveries integer) RETURNS record
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.loyalty_begin_order(p_source text, p_external text, p_member bigint, p_lines integer, p_trigger text, p_from timestamp with time zone, p_to timestamp with time zone, OUT order_id bigint, OUT refunds_wait boolean, OUT has_first boolean, OUT new_id bigint, OUT line_ids bigint[], OUT rules_version text, OUT programme text, OUT tier_code text, OUT percent integer, OUT pending_days integer) RETURNS record
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.loyalty_clawback(p_key uuid, p_member bigint, p_currency smallint, p_amount bigint, p_reason text, p_origin text, p_actor bigint, p_source_type text, p_source_id bigint, p_rule bigint, p_reverses bigint, p_at timestamp with time zone, p_facts jsonb, OUT txn_id bigint, OUT created boolean, OUT owed bigint) RETURNS record
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.loyalty_close_hold(p_key uuid, p_hold bigint, p_state text, p_reason text, p_actor bigint, p_at timestamp with time zone, p_least_validity interval, OUT txn_id bigint, OUT created boolean, OUT outcome text, OUT amount bigint, OUT member_id bigint, OUT currency_id smallint) RETURNS record
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.loyalty_convert(p_key uuid, p_member bigint, p_from smallint, p_taken bigint, p_to smallint, p_given bigint, p_reason text, p_actor bigint, p_expires_at timestamp with time zone, p_at timestamp with time zone, p_facts jsonb, OUT txn_id bigint, OUT outcome text, OUT available bigint) RETURNS record
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.loyalty_earn(p_rows jsonb) RETURNS TABLE(nth bigint, txn_id bigint, wallet_id bigint, created boolean)
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
#variable_conflict use_column
DECLARE v_nths bigint[]; v_txns bigint[]; v_wallets bigint[]; v_owing bigint[]; r record;
BEGIN
    PERFORM loyalty_lock_wallets(ARRAY(
        SELECT DISTINCT (item->>'member')::bigint FROM jsonb_array_elements(p_rows) AS item ORDER BY 1));
    -- Each row brings the id of its transaction, so that nothing has to be found again: of equal keys the first one is
    -- written, and what is not written is left out of all that follows.
    WITH item AS MATERIALIZED (
        SELECT asked.*, nextval('loyalty_txn_id_seq') AS id,
               (SELECT wallet.id FROM loyalty_wallet AS wallet
                WHERE wallet.member_id = asked.member AND wallet.currency_id = asked.currency) AS wallet
        FROM ROWS FROM (jsonb_to_recordset(p_rows) AS (
            key uuid, member bigint, currency smallint, amount bigint, kind text, reason text, origin text, actor bigint,
            source_type text, source_id bigint, rule bigint, effective_at timestamptz, available_at timestamptz,
            expires_at timestamptz, facts jsonb)) WITH ORDINALITY
            AS asked (key, member, currency, amount, kind, reason, origin, actor, source_type, source_id, rule,
                      effective_at, available_at, expires_at, facts, nth)
    ), txns AS (
        INSERT INTO loyalty_txn (id, key, kind, reason, origin, actor_id, source_type, source_id, rule_id, effective_at, facts)
        SELECT id, key, kind, reason, origin, actor, source_type, source_id, rule, effective_at, facts FROM item
        ON CONFLICT (key) DO NOTHING RETURNING id
    ), made AS MATERIALIZED (
        SELECT item.* FROM item JOIN txns USING (id)
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
    SELECT array_agg(made.nth ORDER BY made.nth), array_agg(made.id ORDER BY made.nth),
           array_agg(made.wallet ORDER BY made.nth)
    INTO v_nths, v_txns, v_wallets FROM made;
    -- Debts are repaid first, oldest first.
    v_owing := ARRAY(SELECT DISTINCT debt.wallet_id FROM loyalty_debt AS debt
                     WHERE debt.wallet_id = ANY(v_wallets) AND debt.remaining > 0);
    IF cardinality(v_owing) > 0 THEN
        FOR r IN SELECT lot.id, lot.txn_id, lot.wallet_id, lot.amount
                 FROM unnest(v_txns) WITH ORDINALITY AS made (txn_id, place) JOIN loyalty_lot AS lot ON lot.txn_id = made.txn_id
                 WHERE lot.wallet_id = ANY(v_owing) ORDER BY made.place LOOP
            PERFORM loyalty_repay_from(r.txn_id, r.id, r.wallet_id, r.amount);
        END LOOP;
    END IF;
    IF coalesce(cardinality(v_nths), 0) = jsonb_array_length(p_rows) THEN
        RETURN QUERY SELECT made.nth, made.txn_id, made.wallet_id, true
                     FROM unnest(v_nths, v_txns, v_wallets) AS made (nth, txn_id, wallet_id) ORDER BY made.nth;
        RETURN;
    END IF;
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
    RETURN QUERY
    SELECT asked.nth, txn.id, wallet.id, made.nth IS NOT NULL
    FROM ROWS FROM (jsonb_to_recordset(p_rows) AS (key uuid, member bigint, currency smallint)) WITH ORDINALITY
        AS asked (key, member, currency, nth)
    JOIN loyalty_wallet AS wallet ON wallet.member_id = asked.member AND wallet.currency_id = asked.currency
    JOIN loyalty_txn AS txn ON txn.key = asked.key
    LEFT JOIN unnest(v_nths) AS made (nth) ON made.nth = asked.nth
    ORDER BY asked.nth;
END $$;

CREATE FUNCTION public.loyalty_entry_balanced() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
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

CREATE FUNCTION public.loyalty_expire(p_at timestamp with time zone, p_limit integer) RETURNS TABLE(member_id bigint, currency_id smallint, txn_id bigint, amount bigint)
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
#variable_conflict use_column
DECLARE v_chosen bigint[] := '{}'; v_wallets bigint[]; v_number integer := 0; v_more integer; w record;
        v_lots bigint[]; v_of bigint[]; v_currencies smallint[]; v_amounts bigint[]; v_txns bigint[];
BEGIN
    -- Whole wallets, those with the oldest points first, until their lots make a batch.
    FOR w IN SELECT lot.wallet_id FROM loyalty_lot AS lot
             WHERE lot.remaining > 0 AND lot.expires_at <= p_at ORDER BY lot.expires_at LIMIT p_limit LOOP
        CONTINUE WHEN w.wallet_id = ANY(v_chosen);
        SELECT count(*) INTO v_more FROM loyalty_lot AS lot
        WHERE lot.wallet_id = w.wallet_id AND lot.remaining > 0 AND lot.expires_at <= p_at;
        v_chosen := v_chosen || w.wallet_id;
        v_number := v_number + v_more;
        EXIT WHEN v_number >= p_limit;
    END LOOP;
    -- Nobody waits here: what a member uses at this moment comes with a later batch.
    v_wallets := ARRAY(SELECT wallet.id FROM loyalty_wallet AS wallet
                       WHERE wallet.id = ANY(v_chosen) ORDER BY wallet.id FOR UPDATE SKIP LOCKED);
    WITH due AS MATERIALIZED (
        SELECT lot.id, lot.wallet_id, lot.remaining, lot.origin, lot.expires_at, lot.currency, nextval('loyalty_txn_id_seq') AS txn
        FROM (SELECT lot.*, wallet.currency_id AS currency
              FROM loyalty_lot AS lot JOIN loyalty_wallet AS wallet ON wallet.id = lot.wallet_id
              WHERE lot.wallet_id = ANY(v_wallets) AND lot.remaining > 0 AND lot.expires_at <= p_at
              ORDER BY lot.expires_at, lot.id LIMIT p_limit) AS lot
    ), txns AS (
        INSERT INTO loyalty_txn (id, key, kind, reason, origin, source_type, source_id, effective_at, facts)
        SELECT due.txn, md5('expiry:' || due.id || ':' || to_char(due.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'))::uuid,
               'expire', 'expired', due.origin, 'lot', due.id, due.expires_at, '{}'::jsonb FROM due
    ), legs AS (
        INSERT INTO loyalty_entry (txn_id, account, currency_id, amount)
        SELECT due.txn, leg.account, due.currency, leg.amount FROM due,
        LATERAL (VALUES (due.wallet_id, -due.remaining), (loyalty_account('expired', due.currency), due.remaining))
            AS leg (account, amount)
    ), uses AS (
        INSERT INTO loyalty_lotuse (txn_id, lot_id, amount, returned) SELECT due.txn, due.id, due.remaining, 0 FROM due
    )
    SELECT array_agg(due.id), array_agg(due.wallet_id), array_agg(due.remaining), array_agg(due.txn)
    INTO v_lots, v_of, v_amounts, v_txns FROM due;
    UPDATE loyalty_lot AS lot SET remaining = 0 WHERE lot.id = ANY(v_lots);
    RETURN QUERY
    UPDATE loyalty_wallet AS wallet SET posted = posted - sums.total
    FROM (SELECT gone.wallet, sum(gone.amount)::bigint AS total, max(gone.txn) AS last_txn
          FROM unnest(v_of, v_amounts, v_txns) AS gone (wallet, amount, txn) GROUP BY gone.wallet) AS sums
    WHERE wallet.id = sums.wallet
    RETURNING wallet.member_id, wallet.currency_id, sums.last_txn, sums.total;
END $$;

CREATE FUNCTION public.loyalty_first_origin(p_wallet bigint, p_at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    SELECT lot.origin FROM loyalty_lot AS lot
    WHERE lot.wallet_id = p_wallet AND remaining > 0 AND available_at <= p_at AND (expires_at IS NULL OR expires_at > p_at)
    ORDER BY expires_at, id LIMIT 1
$$;

CREATE FUNCTION public.loyalty_give_back(p_txn bigint, p_of bigint, p_wallet bigint, p_at timestamp with time zone, p_least_validity interval) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.loyalty_hold(p_key uuid, p_member bigint, p_currency smallint, p_amount bigint, p_reason text, p_actor bigint, p_source_type text, p_source_id bigint, p_expires_at timestamp with time zone, p_at timestamp with time zone, p_facts jsonb, OUT hold_id bigint, OUT txn_id bigint, OUT outcome text, OUT available bigint) RETURNS record
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.loyalty_lock_wallets(p_members bigint[]) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
    IF (SELECT count(*) FROM loyalty_wallet WHERE member_id = ANY(p_members))
       < cardinality(p_members) * (SELECT count(*) FROM loyalty_currency) THEN
        INSERT INTO loyalty_wallet (member_id, currency_id, posted, held, lifetime, allow_negative)
        SELECT member, currency.id, 0, 0, 0, currency.negative_policy <> 'write_off'
        FROM unnest(p_members) AS member CROSS JOIN loyalty_currency AS currency
        WHERE NOT EXISTS (SELECT 1 FROM loyalty_wallet AS wallet
                          WHERE wallet.member_id = member AND wallet.currency_id = currency.id)
        ORDER BY member, currency.id
        ON CONFLICT DO NOTHING;
    END IF;
    PERFORM 1 FROM loyalty_wallet WHERE member_id = ANY(p_members) ORDER BY id FOR UPDATE;
END $$;

CREATE FUNCTION public.loyalty_open_claim(p_member bigint, p_key uuid, p_reward bigint, p_most integer, p_pieces bigint[], OUT known boolean, OUT slot integer, OUT taken boolean) RETURNS record
    LANGUAGE plpgsql
    AS $$
DECLARE v_piece bigint; v_taken bigint[] := '{}';
BEGIN
    PERFORM loyalty_lock_wallets(ARRAY[p_member]);
    taken := false;
    known := EXISTS (SELECT FROM loyalty_redemption AS claim WHERE claim.key = p_key);
    IF known THEN
        RETURN;
    END IF;
    SELECT min(free.number) INTO slot
    FROM (SELECT array_agg(claim.slot) AS used FROM loyalty_redemption AS claim
          WHERE claim.reward_id = p_reward AND claim.member_id = p_member AND claim.slot IS NOT NULL) AS mine,
         LATERAL generate_series(1, coalesce(cardinality(mine.used), 0) + 1) AS free (number)
    WHERE mine.used IS NULL OR free.number <> ALL (mine.used);
    IF slot > p_most THEN
        RETURN;
    END IF;
    FOREACH v_piece IN ARRAY p_pieces LOOP
        UPDATE loyalty_reward AS reward SET claimed = claimed + 1
        WHERE reward.id = v_piece AND (reward.stock IS NULL OR reward.claimed < reward.stock);
        IF NOT FOUND THEN
            UPDATE loyalty_reward AS reward SET claimed = claimed - 1 WHERE reward.id = ANY (v_taken);
            RETURN;
        END IF;
        v_taken := v_taken || v_piece;
    END LOOP;
    taken := cardinality(p_pieces) > 0;
END $$;

CREATE FUNCTION public.loyalty_open_order(p_source text, p_external text, p_member bigint, OUT order_id bigint, OUT refunds_wait boolean, OUT has_first boolean) RETURNS record
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.loyalty_owe(p_txn bigint, p_wallet bigint, p_currency smallint, p_missing bigint) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
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

CREATE TABLE public.loyalty_currency (
    id smallint NOT NULL,
    code character varying(20) NOT NULL,
    name character varying(60) NOT NULL,
    spendable boolean NOT NULL,
    qualifies_tier boolean NOT NULL,
    expiry_months smallint,
    negative_policy character varying(12) NOT NULL,
    approval_above integer NOT NULL,
    debt_limit bigint,
    expiry_dates character varying(60) NOT NULL,
    expiry_policy character varying(8) NOT NULL,
    expiry_rounding character varying(8) NOT NULL,
    least_validity_days smallint NOT NULL,
    max_balance bigint,
    transfer_daily integer NOT NULL,
    transfer_trust smallint NOT NULL,
    transferable boolean NOT NULL,
    approval_day_above integer,
    proof_above integer DEFAULT 300 NOT NULL,
    CONSTRAINT loyalty_currency_approval_above_check CHECK ((approval_above >= 0)),
    CONSTRAINT loyalty_currency_approval_day_above_check CHECK ((approval_day_above >= 0)),
    CONSTRAINT loyalty_currency_dates CHECK (((NOT ((expiry_policy)::text = 'fixed'::text)) OR (NOT ((expiry_dates)::text = ''::text)))),
    CONSTRAINT loyalty_currency_debt_limit CHECK (((NOT ((negative_policy)::text = 'debt_limit'::text)) OR (debt_limit >= 1))),
    CONSTRAINT loyalty_currency_expiry_months_check CHECK ((expiry_months >= 0)),
    CONSTRAINT loyalty_currency_least_validity_days_check CHECK ((least_validity_days >= 0)),
    CONSTRAINT loyalty_currency_max CHECK (((max_balance IS NULL) OR (max_balance >= 1))),
    CONSTRAINT loyalty_currency_months CHECK (((NOT ((expiry_policy)::text = ANY ((ARRAY['months'::character varying, 'sliding'::character varying])::text[]))) OR (expiry_months >= 1))),
    CONSTRAINT loyalty_currency_proof_above_check CHECK ((proof_above >= 0)),
    CONSTRAINT loyalty_currency_transfer_daily_check CHECK ((transfer_daily >= 0)),
    CONSTRAINT loyalty_currency_transfer_trust_check CHECK ((transfer_trust >= 0))
);

CREATE FUNCTION public.loyalty_policy(p_currency public.loyalty_currency) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    SELECT format('%s|%s|%s|%s|%s|%s', p_currency.expiry_policy, p_currency.expiry_months, p_currency.expiry_rounding,
                  p_currency.expiry_dates, p_currency.max_balance, p_currency.qualifies_tier)
$$;

CREATE FUNCTION public.loyalty_post(p_rows jsonb, p_known jsonb) RETURNS TABLE(nth bigint, txn_id bigint, created boolean, refused text)
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.loyalty_repay(p_txn bigint, p_wallet bigint, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.loyalty_repay_from(p_txn bigint, p_lot bigint, p_wallet bigint, p_amount bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.loyalty_rules_version(p_trigger text, p_from timestamp with time zone, p_to timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(encode(sha256(convert_to(string_agg(rule::text, E'\n' ORDER BY rule.id), 'UTF8')), 'hex'), '')
    FROM loyalty_earningrule AS rule
    WHERE rule.trigger = p_trigger AND rule.active AND rule.replaced_at IS NULL
      AND (rule.starts_at IS NULL OR rule.starts_at <= p_to) AND (rule.ends_at IS NULL OR rule.ends_at > p_from)
$$;

CREATE FUNCTION public.loyalty_slide(p_members bigint[], p_currency smallint, p_at timestamp with time zone, p_until timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM loyalty_lock_wallets(p_members);
    UPDATE loyalty_lot AS lot SET expires_at = p_until FROM loyalty_wallet AS wallet
    WHERE wallet.id = lot.wallet_id AND wallet.member_id = ANY(p_members) AND wallet.currency_id = p_currency
      AND lot.remaining > 0 AND lot.expires_at > p_at AND lot.expires_at < p_until;
END $$;

CREATE FUNCTION public.loyalty_spend(p_key uuid, p_member bigint, p_currency smallint, p_amount bigint, p_reason text, p_actor bigint, p_source_type text, p_source_id bigint, p_at timestamp with time zone, p_facts jsonb, OUT txn_id bigint, OUT outcome text, OUT available bigint) RETURNS record
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
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

CREATE FUNCTION public.loyalty_take(p_txn bigint, p_wallet bigint, p_amount bigint, p_at timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.loyalty_tiers_version() RETURNS text
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(encode(sha256(convert_to(
        string_agg(program::text || tier::text, E'\n' ORDER BY tier.id), 'UTF8')), 'hex'), '')
    FROM loyalty_tier AS tier JOIN loyalty_tierprogram AS program ON program.id = tier.program_id
    WHERE program.id = (SELECT min(first.id) FROM loyalty_tierprogram AS first)
$$;

CREATE FUNCTION public.loyalty_transfer(p_key uuid, p_from bigint, p_to bigint, p_currency smallint, p_amount bigint, p_actor bigint, p_at timestamp with time zone, p_facts jsonb, OUT txn_id bigint, OUT outcome text, OUT available bigint) RETURNS record
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.loyalty_trim(p_members bigint[], p_currency smallint, p_at timestamp with time zone) RETURNS TABLE(member_id bigint, txn_id bigint, amount bigint)
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.loyalty_unspend(p_key uuid, p_txn bigint, p_reason text, p_actor bigint, p_at timestamp with time zone, p_least_validity interval, p_facts jsonb, OUT txn_id bigint, OUT created boolean, OUT amount bigint) RETURNS record
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.members_account_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM members_note_rights(ARRAY[OLD.id]);
    RETURN NULL;
END $$;

CREATE FUNCTION public.members_groups_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM members_note_rights((SELECT array_agg(DISTINCT user_id) FROM touched)) WHERE EXISTS (SELECT FROM touched);
    RETURN NULL;
END $$;

CREATE FUNCTION public.members_note_rights(whom bigint[]) RETURNS void
    LANGUAGE sql
    AS $$
    INSERT INTO members_rightschange (member_id, session_key, transaction, made_at)
    SELECT one, '', pg_current_xact_id()::text::bigint, clock_timestamp()
    FROM unnest(coalesce(whom, ARRAY[NULL::bigint])) AS one
$$;

CREATE FUNCTION public.members_session_ended() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- One that ran out is found by the slower look; the nightly clearing of all of them is no news.
    INSERT INTO members_rightschange (member_id, session_key, transaction, made_at)
    SELECT NULL, session_key, pg_current_xact_id()::text::bigint, clock_timestamp()
    FROM ended WHERE expire_date > clock_timestamp();
    RETURN NULL;
END $$;

CREATE FUNCTION public.outbox_publish(p_events jsonb) RETURNS integer
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.outbox_publish_one(p_name text, p_payload jsonb, p_at timestamp with time zone, p_handlers text[]) RETURNS integer
    LANGUAGE plpgsql
    AS $$
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

CREATE TABLE public.account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE public.account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);

ALTER TABLE public.account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.allauth_idp_oidc_client (
    id character varying(100) NOT NULL,
    name character varying(100) NOT NULL,
    secret character varying(200) NOT NULL,
    scopes text NOT NULL,
    type character varying(20) NOT NULL,
    grant_types text NOT NULL,
    redirect_uris text NOT NULL,
    cors_origins text NOT NULL,
    response_types text NOT NULL,
    skip_consent boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    data jsonb,
    owner_id bigint,
    default_scopes text NOT NULL,
    allow_uri_wildcards boolean NOT NULL
);

CREATE TABLE public.allauth_idp_oidc_token (
    id bigint NOT NULL,
    type character varying(2) NOT NULL,
    hash character varying(255) NOT NULL,
    data jsonb,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    scopes text NOT NULL,
    client_id character varying(100),
    user_id bigint
);

ALTER TABLE public.allauth_idp_oidc_token ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.allauth_idp_oidc_token_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);

ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);

ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.campaigns_assignment (
    id bigint NOT NULL,
    arm character varying(10) NOT NULL,
    at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    campaign_id bigint NOT NULL,
    CONSTRAINT campaigns_arm CHECK (((arm)::text = ANY ((ARRAY['treated'::character varying, 'held_out'::character varying])::text[])))
);

ALTER TABLE public.campaigns_assignment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.campaigns_assignment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.campaigns_campaign (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    name character varying(100) NOT NULL,
    stages character varying(12)[] NOT NULL,
    holdout_percent smallint NOT NULL,
    draw_key character varying(40) NOT NULL,
    expected_percent smallint NOT NULL,
    outcome character varying(10) NOT NULL,
    window_days smallint NOT NULL,
    subject character varying(150) NOT NULL,
    body text NOT NULL,
    offer character varying(10) NOT NULL,
    offer_percent smallint NOT NULL,
    offer_amount bigint NOT NULL,
    offer_currency character varying(3) NOT NULL,
    offer_days smallint NOT NULL,
    keeps_quiet_hours boolean NOT NULL,
    state character varying(10) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    created_by_id bigint,
    started_by_id bigint,
    CONSTRAINT campaigns_campaign_expected_percent_check CHECK ((expected_percent >= 0)),
    CONSTRAINT campaigns_campaign_holdout_percent_check CHECK ((holdout_percent >= 0)),
    CONSTRAINT campaigns_campaign_offer_amount_check CHECK ((offer_amount >= 0)),
    CONSTRAINT campaigns_campaign_offer_days_check CHECK ((offer_days >= 0)),
    CONSTRAINT campaigns_campaign_offer_percent_check CHECK ((offer_percent >= 0)),
    CONSTRAINT campaigns_campaign_window_days_check CHECK ((window_days >= 0)),
    CONSTRAINT campaigns_expected CHECK (((expected_percent >= 1) AND (expected_percent <= 90))),
    CONSTRAINT campaigns_holdout CHECK ((holdout_percent <= 90)),
    CONSTRAINT campaigns_offer_complete CHECK ((((offer)::text = 'none'::text) OR (((offer)::text = 'percent'::text) AND (offer_days >= 1) AND ((offer_percent >= 1) AND (offer_percent <= 100))) OR (((offer)::text = 'amount'::text) AND (offer_amount >= 1) AND (offer_days >= 1) AND (NOT ((offer_currency)::text = ''::text))))),
    CONSTRAINT campaigns_started_unless_draft CHECK ((((started_at IS NULL) AND ((state)::text = 'draft'::text)) OR ((NOT ((state)::text = 'draft'::text)) AND (started_at IS NOT NULL)))),
    CONSTRAINT campaigns_window CHECK (((window_days >= 1) AND (window_days <= 365)))
);

ALTER TABLE public.campaigns_campaign ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.campaigns_campaign_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.care_case (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    subject character varying(120) NOT NULL,
    state character varying(8) NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    member_id bigint NOT NULL,
    cause character varying(60) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT care_case_closed_when CHECK ((((closed_at IS NOT NULL) AND ((state)::text = 'closed'::text)) OR ((NOT ((state)::text = 'closed'::text)) AND (closed_at IS NULL)))),
    CONSTRAINT care_case_state CHECK (((state)::text = ANY ((ARRAY['open'::character varying, 'answered'::character varying, 'closed'::character varying])::text[])))
);

ALTER TABLE public.care_case ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.care_case_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.care_caseword (
    id bigint NOT NULL,
    from_staff boolean NOT NULL,
    text text NOT NULL,
    at timestamp with time zone NOT NULL,
    author_id bigint,
    case_id bigint NOT NULL,
    CONSTRAINT care_word_says_something CHECK ((NOT (text = ''::text)))
);

ALTER TABLE public.care_caseword ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.care_caseword_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.cms_homepage (
    page_ptr_id integer NOT NULL,
    lead character varying(300) NOT NULL,
    body jsonb NOT NULL,
    side jsonb NOT NULL
);

CREATE TABLE public.cms_newsindexpage (
    page_ptr_id integer NOT NULL,
    lead character varying(300) NOT NULL
);

CREATE TABLE public.cms_newspage (
    page_ptr_id integer NOT NULL,
    lead character varying(300) NOT NULL,
    day date NOT NULL,
    body jsonb NOT NULL
);

CREATE TABLE public.cms_sitedocument (
    id bigint NOT NULL,
    title character varying(255) NOT NULL,
    file character varying(100) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    file_size bigint,
    file_hash character varying(40) NOT NULL,
    collection_id integer NOT NULL,
    uploaded_by_user_id bigint,
    CONSTRAINT cms_sitedocument_file_size_check CHECK ((file_size >= 0))
);

ALTER TABLE public.cms_sitedocument ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cms_sitedocument_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.cms_siteimage (
    id bigint NOT NULL,
    title character varying(255) NOT NULL,
    file character varying(100) NOT NULL,
    description character varying(255) NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    focal_point_x integer,
    focal_point_y integer,
    focal_point_width integer,
    focal_point_height integer,
    file_size integer,
    file_hash character varying(40) NOT NULL,
    alt_text character varying(200) NOT NULL,
    collection_id integer NOT NULL,
    uploaded_by_user_id bigint,
    CONSTRAINT cms_siteimage_file_size_check CHECK ((file_size >= 0)),
    CONSTRAINT cms_siteimage_focal_point_height_check CHECK ((focal_point_height >= 0)),
    CONSTRAINT cms_siteimage_focal_point_width_check CHECK ((focal_point_width >= 0)),
    CONSTRAINT cms_siteimage_focal_point_x_check CHECK ((focal_point_x >= 0)),
    CONSTRAINT cms_siteimage_focal_point_y_check CHECK ((focal_point_y >= 0))
);

ALTER TABLE public.cms_siteimage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cms_siteimage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.cms_sitepage (
    page_ptr_id integer NOT NULL,
    lead character varying(300) NOT NULL,
    body jsonb NOT NULL
);

CREATE TABLE public.cms_siterendition (
    id bigint NOT NULL,
    filter_spec character varying(255) NOT NULL,
    file character varying(100) NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    focal_point_key character varying(16) NOT NULL,
    image_id bigint NOT NULL
);

ALTER TABLE public.cms_siterendition ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cms_siterendition_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.cms_sitesettings (
    id bigint NOT NULL,
    tagline character varying(120) NOT NULL,
    contact_address character varying(254) NOT NULL,
    demo_notice character varying(200) NOT NULL,
    site_id integer NOT NULL
);

ALTER TABLE public.cms_sitesettings ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.cms_sitesettings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_activityday (
    id bigint NOT NULL,
    day date NOT NULL,
    topics_opened integer DEFAULT 0 NOT NULL,
    posts_read integer DEFAULT 0 NOT NULL,
    seconds integer DEFAULT 0 NOT NULL,
    member_id bigint NOT NULL,
    CONSTRAINT community_activityday_posts_read_check CHECK ((posts_read >= 0)),
    CONSTRAINT community_activityday_seconds_check CHECK ((seconds >= 0)),
    CONSTRAINT community_activityday_topics_opened_check CHECK ((topics_opened >= 0))
);

ALTER TABLE public.community_activityday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_activityday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_arrived (
    id bigint NOT NULL,
    source character varying(60) NOT NULL,
    kind character varying(10) NOT NULL,
    external_id character varying(120) NOT NULL,
    object_id bigint NOT NULL
);

ALTER TABLE public.community_arrived ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_arrived_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_attendance (
    id bigint NOT NULL,
    came_at timestamp with time zone NOT NULL,
    last_beat_at timestamp with time zone NOT NULL,
    present interval NOT NULL,
    attended_at timestamp with time zone,
    member_id bigint NOT NULL,
    session_id bigint NOT NULL,
    CONSTRAINT community_attendance_present CHECK ((present >= '00:00:00'::interval))
);

ALTER TABLE public.community_attendance ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_attendance_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_auditentry (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    act character varying(40) NOT NULL,
    target_kind character varying(30) NOT NULL,
    target bigint,
    board_number bigint,
    reason character varying(500) NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    about_id bigint,
    by_id bigint
);

ALTER TABLE public.community_auditentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_auditentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_badgeaward (
    id bigint NOT NULL,
    cause character varying(40) NOT NULL,
    note character varying(200) NOT NULL,
    worn boolean DEFAULT false NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    member_id bigint NOT NULL,
    post_id bigint,
    kind_id bigint NOT NULL
);

ALTER TABLE public.community_badgeaward ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_badgeaward_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_badgekind (
    id bigint NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(60) NOT NULL,
    description character varying(200) NOT NULL,
    motif character varying(20) NOT NULL,
    grade smallint NOT NULL,
    rule character varying(30) NOT NULL,
    threshold integer NOT NULL,
    repeatable boolean NOT NULL,
    taken_back boolean NOT NULL,
    active boolean DEFAULT true NOT NULL,
    "position" smallint NOT NULL,
    CONSTRAINT community_badge_by_hand_has_a_name CHECK (((NOT ((rule)::text = ''::text)) OR (NOT ((name)::text = ''::text)))),
    CONSTRAINT community_badge_grade CHECK (((grade >= 1) AND (grade <= 3))),
    CONSTRAINT community_badge_threshold CHECK ((threshold >= 1)),
    CONSTRAINT community_badgekind_grade_check CHECK ((grade >= 0)),
    CONSTRAINT community_badgekind_position_check CHECK (("position" >= 0)),
    CONSTRAINT community_badgekind_threshold_check CHECK ((threshold >= 0))
);

ALTER TABLE public.community_badgekind ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_badgekind_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_board (
    id bigint NOT NULL,
    depth smallint NOT NULL,
    name character varying(80) NOT NULL,
    slug character varying(80) NOT NULL,
    description character varying(300) NOT NULL,
    colour character varying(12) NOT NULL,
    icon character varying(30) NOT NULL,
    "position" smallint NOT NULL,
    kinds character varying(20)[] NOT NULL,
    archived boolean NOT NULL,
    topic_count integer NOT NULL,
    post_count integer NOT NULL,
    counted_at timestamp with time zone,
    parent_id bigint,
    auto_close_days smallint DEFAULT 0 NOT NULL,
    default_order character varying(10) DEFAULT 'latest'::character varying NOT NULL,
    least_tags smallint DEFAULT 0 NOT NULL,
    slow_seconds integer DEFAULT 0 NOT NULL,
    CONSTRAINT community_board_auto_close_days_check CHECK ((auto_close_days >= 0)),
    CONSTRAINT community_board_depth_check CHECK ((depth >= 0)),
    CONSTRAINT community_board_least_tags CHECK ((least_tags <= 5)),
    CONSTRAINT community_board_least_tags_check CHECK ((least_tags >= 0)),
    CONSTRAINT community_board_not_its_parent CHECK ((NOT ((parent_id = id) AND (parent_id IS NOT NULL)))),
    CONSTRAINT community_board_position_check CHECK (("position" >= 0)),
    CONSTRAINT community_board_post_count_check CHECK ((post_count >= 0)),
    CONSTRAINT community_board_root_depth CHECK ((((depth = 1) AND (parent_id IS NULL)) OR ((depth > 1) AND (parent_id IS NOT NULL)))),
    CONSTRAINT community_board_slow_seconds_check CHECK ((slow_seconds >= 0)),
    CONSTRAINT community_board_three_deep CHECK (((depth >= 1) AND (depth <= 3))),
    CONSTRAINT community_board_topic_count_check CHECK ((topic_count >= 0))
);

ALTER TABLE public.community_board ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_board_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_boardpermission (
    id bigint NOT NULL,
    audience character varying(10) NOT NULL,
    act character varying(10) NOT NULL,
    value character varying(5) NOT NULL,
    board_id bigint NOT NULL,
    group_id integer,
    CONSTRAINT community_permission_one_audience CHECK (((((audience)::text = 'group'::text) AND (group_id IS NOT NULL)) OR ((NOT ((audience)::text = 'group'::text)) AND (group_id IS NULL))))
);

ALTER TABLE public.community_boardpermission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_boardpermission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_bookmark (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    note character varying(300) NOT NULL,
    remind_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    message_id bigint,
    post_id bigint,
    topic_id bigint,
    CONSTRAINT community_bookmark_of_one_thing CHECK ((((message_id IS NULL) AND (post_id IS NULL) AND (topic_id IS NOT NULL)) OR ((message_id IS NULL) AND (post_id IS NOT NULL) AND (topic_id IS NULL)) OR ((message_id IS NOT NULL) AND (post_id IS NULL) AND (topic_id IS NULL))))
);

ALTER TABLE public.community_bookmark ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_bookmark_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_calendarfeed (
    id bigint NOT NULL,
    key character varying(43) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL
);

ALTER TABLE public.community_calendarfeed ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_calendarfeed_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_cardswanted (
    id bigint NOT NULL,
    fingerprint character varying(64) NOT NULL,
    tries smallint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    post_id bigint NOT NULL,
    CONSTRAINT community_cardswanted_tries_check CHECK ((tries >= 0))
);

ALTER TABLE public.community_cardswanted ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_cardswanted_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_draft (
    id bigint NOT NULL,
    key character varying(140) NOT NULL,
    raw text NOT NULL,
    meta jsonb NOT NULL,
    revision integer NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    CONSTRAINT community_draft_revision_check CHECK ((revision >= 0))
);

ALTER TABLE public.community_draft ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_draft_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_drop (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    source character varying(20) NOT NULL,
    prize character varying(60) NOT NULL,
    name character varying(120) NOT NULL,
    stock integer NOT NULL,
    claimed integer DEFAULT 0 NOT NULL,
    least_rank smallint NOT NULL,
    announced_at timestamp with time zone NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    changed_seq bigint NOT NULL,
    announced_by_id bigint,
    session_id bigint NOT NULL,
    CONSTRAINT community_drop_claimed CHECK ((claimed <= stock)),
    CONSTRAINT community_drop_claimed_check CHECK ((claimed >= 0)),
    CONSTRAINT community_drop_least_rank_check CHECK ((least_rank >= 0)),
    CONSTRAINT community_drop_stock CHECK (((stock >= 1) AND (stock <= 10000))),
    CONSTRAINT community_drop_stock_check CHECK ((stock >= 0)),
    CONSTRAINT community_drop_times CHECK (((ends_at > opens_at) AND (opens_at >= announced_at)))
);

ALTER TABLE public.community_drop ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_drop_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_dropclaim (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    number integer NOT NULL,
    at timestamp with time zone NOT NULL,
    drop_id bigint NOT NULL,
    member_id bigint NOT NULL,
    CONSTRAINT community_dropclaim_number_check CHECK ((number >= 0))
);

ALTER TABLE public.community_dropclaim ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_dropclaim_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_eventdetails (
    id bigint NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    time_zone character varying(60) NOT NULL,
    place character varying(200) NOT NULL,
    link character varying(500) NOT NULL,
    topic_id bigint NOT NULL,
    CONSTRAINT community_event_ends_after_start CHECK ((ends_at >= starts_at))
);

ALTER TABLE public.community_eventdetails ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_eventdetails_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_grouptrust (
    id bigint NOT NULL,
    level smallint NOT NULL,
    group_id integer NOT NULL,
    CONSTRAINT community_group_trust CHECK (((level >= 1) AND (level <= 4))),
    CONSTRAINT community_grouptrust_level_check CHECK ((level >= 0))
);

ALTER TABLE public.community_grouptrust ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_grouptrust_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_ideavote (
    id bigint NOT NULL,
    voted_at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    topic_id bigint NOT NULL
);

ALTER TABLE public.community_ideavote ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_ideavote_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_linkcard (
    id bigint NOT NULL,
    key character varying(64) NOT NULL,
    url text NOT NULL,
    title character varying(200) NOT NULL,
    description character varying(300) NOT NULL,
    site character varying(120) NOT NULL,
    problem character varying(40) NOT NULL,
    fetched_at timestamp with time zone NOT NULL,
    CONSTRAINT community_link_card_or_problem CHECK ((((title)::text = ''::text) OR ((problem)::text = ''::text)))
);

ALTER TABLE public.community_linkcard ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_linkcard_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_livesession (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    title character varying(80) NOT NULL,
    description text NOT NULL,
    cooked text NOT NULL,
    time_zone character varying(60) NOT NULL,
    capacity integer NOT NULL,
    audience character varying(10) DEFAULT 'members'::character varying NOT NULL,
    spectators_read boolean NOT NULL,
    age_minutes smallint NOT NULL,
    starts_itself boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    occurs_on date,
    differs boolean NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    state character varying(10) NOT NULL,
    doors_at timestamp with time zone,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    cancel_reason character varying(300) NOT NULL,
    seated integer DEFAULT 0 NOT NULL,
    last_seq bigint DEFAULT 0 NOT NULL,
    revision integer NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    summary text NOT NULL,
    summary_cooked text NOT NULL,
    recording_url character varying(500) NOT NULL,
    board_id bigint,
    created_by_id bigint,
    group_id integer,
    host_id bigint NOT NULL,
    picture_id bigint,
    room_id bigint NOT NULL,
    topic_id bigint,
    series_id bigint,
    reminded_day timestamp with time zone,
    reminded_soon timestamp with time zone,
    picture_alt character varying(200) DEFAULT ''::character varying NOT NULL,
    answers_from timestamp with time zone,
    CONSTRAINT community_livesession_age_minutes_check CHECK ((age_minutes >= 0)),
    CONSTRAINT community_livesession_capacity_check CHECK ((capacity >= 0)),
    CONSTRAINT community_livesession_revision_check CHECK ((revision >= 0)),
    CONSTRAINT community_livesession_seated_check CHECK ((seated >= 0)),
    CONSTRAINT community_session_age CHECK ((age_minutes <= 1440)),
    CONSTRAINT community_session_board CHECK (((((audience)::text = 'board'::text) AND (board_id IS NOT NULL)) OR ((NOT ((audience)::text = 'board'::text)) AND (board_id IS NULL)))),
    CONSTRAINT community_session_capacity CHECK ((capacity <= 100000)),
    CONSTRAINT community_session_ends_after_start CHECK (((ends_at > starts_at) AND (ends_at <= (starts_at + '1 day'::interval)))),
    CONSTRAINT community_session_group CHECK (((((audience)::text = 'group'::text) AND (group_id IS NOT NULL)) OR ((NOT ((audience)::text = 'group'::text)) AND (group_id IS NULL)))),
    CONSTRAINT community_session_in_order CHECK ((((doors_at IS NULL) OR (started_at IS NULL) OR (started_at >= doors_at)) AND ((started_at IS NULL) OR (ended_at IS NULL) OR (ended_at >= started_at)))),
    CONSTRAINT community_session_of_series CHECK ((((occurs_on IS NULL) AND (series_id IS NULL)) OR ((occurs_on IS NOT NULL) AND (series_id IS NOT NULL)))),
    CONSTRAINT community_session_seats CHECK (((capacity = 0) OR (seated <= capacity))),
    CONSTRAINT community_session_state CHECK ((((cancelled_at IS NULL) AND (doors_at IS NULL) AND (ended_at IS NULL) AND (started_at IS NULL) AND ((state)::text = 'scheduled'::text)) OR ((cancelled_at IS NULL) AND (doors_at IS NOT NULL) AND (ended_at IS NULL) AND (started_at IS NULL) AND ((state)::text = 'doors'::text)) OR ((cancelled_at IS NULL) AND (doors_at IS NOT NULL) AND (ended_at IS NULL) AND (started_at IS NOT NULL) AND ((state)::text = 'live'::text)) OR ((cancelled_at IS NULL) AND (doors_at IS NOT NULL) AND (ended_at IS NOT NULL) AND (started_at IS NOT NULL) AND ((state)::text = 'ended'::text)) OR ((cancelled_at IS NOT NULL) AND (ended_at IS NULL) AND (started_at IS NULL) AND ((state)::text = 'cancelled'::text))))
);

ALTER TABLE public.community_livesession ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_livesession_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_memberactivity (
    member_id bigint NOT NULL,
    trust smallint DEFAULT 0 NOT NULL,
    trust_since timestamp with time zone,
    locked_at timestamp with time zone,
    topics_opened integer DEFAULT 0 NOT NULL,
    posts_read integer DEFAULT 0 NOT NULL,
    seconds integer DEFAULT 0 NOT NULL,
    days_visited integer DEFAULT 0 NOT NULL,
    noted_at timestamp with time zone NOT NULL,
    locked_by_id bigint,
    CONSTRAINT community_memberactivity_days_visited_check CHECK ((days_visited >= 0)),
    CONSTRAINT community_memberactivity_posts_read_check CHECK ((posts_read >= 0)),
    CONSTRAINT community_memberactivity_seconds_check CHECK ((seconds >= 0)),
    CONSTRAINT community_memberactivity_topics_opened_check CHECK ((topics_opened >= 0)),
    CONSTRAINT community_memberactivity_trust_check CHECK ((trust >= 0)),
    CONSTRAINT community_trust_level CHECK ((trust <= 4)),
    CONSTRAINT community_trust_locked_by CHECK ((((locked_at IS NULL) AND (locked_by_id IS NULL)) OR ((locked_at IS NOT NULL) AND (locked_by_id IS NOT NULL))))
);

CREATE TABLE public.community_membership (
    id bigint NOT NULL,
    last_read_seq bigint NOT NULL,
    level character varying(10) NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    room_id bigint NOT NULL,
    hidden_at timestamp with time zone,
    invited_by_id bigint,
    muted_until timestamp with time zone,
    role character varying(10) DEFAULT 'member'::character varying NOT NULL,
    CONSTRAINT community_membership_read CHECK ((last_read_seq >= 0))
);

ALTER TABLE public.community_membership ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_membership_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_mention (
    id bigint NOT NULL,
    member_id bigint NOT NULL,
    post_id bigint NOT NULL
);

ALTER TABLE public.community_mention ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_mention_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_message (
    id bigint NOT NULL,
    seq bigint NOT NULL,
    changed_seq bigint NOT NULL,
    client_id character varying(64) NOT NULL,
    raw text NOT NULL,
    cooked text NOT NULL,
    cook_version smallint NOT NULL,
    text text NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    edited_at timestamp with time zone,
    removed_at timestamp with time zone,
    author_id bigint NOT NULL,
    removed_by_id bigint,
    room_id bigint NOT NULL,
    kind character varying(10) DEFAULT 'text'::character varying NOT NULL,
    last_reply_seq bigint DEFAULT 0 NOT NULL,
    line jsonb,
    parent_id bigint,
    pinned_at timestamp with time zone,
    pinned_by_id bigint,
    reaction_counts jsonb DEFAULT '{}'::jsonb NOT NULL,
    reply_count integer DEFAULT 0 NOT NULL,
    thread_id bigint,
    CONSTRAINT community_message_changed_after CHECK ((changed_seq >= seq)),
    CONSTRAINT community_message_cook_version_check CHECK ((cook_version >= 0)),
    CONSTRAINT community_message_removed_by CHECK (((removed_by_id IS NULL) OR (removed_at IS NOT NULL))),
    CONSTRAINT community_message_reply_count_check CHECK ((reply_count >= 0))
);

ALTER TABLE public.community_message ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_messagemention (
    id bigint NOT NULL,
    seq bigint NOT NULL,
    member_id bigint NOT NULL,
    message_id bigint NOT NULL,
    room_id bigint NOT NULL
);

ALTER TABLE public.community_messagemention ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_messagemention_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_messagereaction (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    message_id bigint NOT NULL
);

ALTER TABLE public.community_messagereaction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_messagereaction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_messagerevision (
    id bigint NOT NULL,
    raw text NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint NOT NULL,
    message_id bigint NOT NULL
);

ALTER TABLE public.community_messagerevision ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_messagerevision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_permissionversion (
    id smallint NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT community_one_permission_version CHECK ((id = 1)),
    CONSTRAINT community_permissionversion_id_check CHECK ((id >= 0))
);

CREATE TABLE public.community_personlevel (
    id bigint NOT NULL,
    level smallint NOT NULL,
    reason character varying(20) NOT NULL,
    until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    person_id bigint NOT NULL,
    CONSTRAINT community_person_ignored_or_followed CHECK ((level = ANY (ARRAY[0, 3]))),
    CONSTRAINT community_person_is_another CHECK ((NOT (member_id = person_id))),
    CONSTRAINT community_personlevel_level_check CHECK ((level >= 0))
);

ALTER TABLE public.community_personlevel ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_personlevel_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_placelevel (
    id bigint NOT NULL,
    level smallint NOT NULL,
    reason character varying(20) NOT NULL,
    until timestamp with time zone,
    board_id bigint,
    member_id bigint NOT NULL,
    tag_id bigint,
    CONSTRAINT community_level_of_one_place CHECK ((((board_id IS NOT NULL) AND (tag_id IS NULL)) OR ((board_id IS NULL) AND (tag_id IS NOT NULL)))),
    CONSTRAINT community_placelevel_level_check CHECK ((level >= 0))
);

ALTER TABLE public.community_placelevel ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_placelevel_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_placeread (
    id bigint NOT NULL,
    read_until timestamp with time zone,
    new_until timestamp with time zone,
    read_before timestamp with time zone,
    new_before timestamp with time zone,
    dismissed_at timestamp with time zone,
    board_id bigint,
    member_id bigint NOT NULL,
    tag_id bigint,
    CONSTRAINT community_read_of_one_place CHECK ((((board_id IS NOT NULL) AND (tag_id IS NULL)) OR ((board_id IS NULL) AND (tag_id IS NOT NULL))))
);

ALTER TABLE public.community_placeread ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_placeread_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_poll (
    id bigint NOT NULL,
    question character varying(200) NOT NULL,
    options character varying(120)[] NOT NULL,
    kind character varying(10) NOT NULL,
    "least" smallint NOT NULL,
    most smallint NOT NULL,
    results character varying(10) NOT NULL,
    anonymous boolean NOT NULL,
    least_trust smallint NOT NULL,
    closes_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    for_group_id integer,
    post_id bigint NOT NULL,
    CONSTRAINT community_poll_choices CHECK ((("least" >= 1) AND (most >= "least") AND (most <= 20))),
    CONSTRAINT community_poll_least_check CHECK (("least" >= 0)),
    CONSTRAINT community_poll_least_trust_check CHECK ((least_trust >= 0)),
    CONSTRAINT community_poll_most_check CHECK ((most >= 0)),
    CONSTRAINT community_poll_options CHECK (((
CASE
    WHEN (options IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(options, 1), 0)
END >= 2) AND (
CASE
    WHEN (options IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(options, 1), 0)
END <= 20))),
    CONSTRAINT community_poll_single_is_one CHECK (((NOT ((kind)::text = 'single'::text)) OR (("least" = 1) AND (most = 1)))),
    CONSTRAINT community_poll_trust CHECK ((least_trust <= 4))
);

ALTER TABLE public.community_poll ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_poll_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_pollvote (
    id bigint NOT NULL,
    choices smallint[] NOT NULL,
    voted_at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    poll_id bigint NOT NULL,
    CONSTRAINT community_ballot_says_something CHECK (((
CASE
    WHEN (choices IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(choices, 1), 0)
END >= 1) AND (
CASE
    WHEN (choices IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(choices, 1), 0)
END <= 20)))
);

ALTER TABLE public.community_pollvote ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_pollvote_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_post (
    id bigint NOT NULL,
    number integer,
    kind character varying(10) NOT NULL,
    state character varying(20) NOT NULL,
    raw text NOT NULL,
    cooked text NOT NULL,
    cook_version smallint NOT NULL,
    text text NOT NULL,
    mentions bigint[] NOT NULL,
    links text[] NOT NULL,
    revision integer NOT NULL,
    like_count integer NOT NULL,
    client_id character varying(40),
    changed_seq bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    edited_at timestamp with time zone,
    removed_at timestamp with time zone,
    author_id bigint NOT NULL,
    parent_id bigint,
    removed_by_id bigint,
    topic_id bigint NOT NULL,
    has_poll boolean DEFAULT false NOT NULL,
    reaction_counts jsonb DEFAULT '{}'::jsonb NOT NULL,
    wiki boolean DEFAULT false NOT NULL,
    line jsonb,
    CONSTRAINT community_line_says_what CHECK (((((kind)::text = 'line'::text) AND (line IS NOT NULL)) OR ((NOT ((kind)::text = 'line'::text)) AND (line IS NULL)))),
    CONSTRAINT community_post_cook_version_check CHECK ((cook_version >= 0)),
    CONSTRAINT community_post_like_count_check CHECK ((like_count >= 0)),
    CONSTRAINT community_post_number_check CHECK ((number >= 0)),
    CONSTRAINT community_post_numbered CHECK (((number IS NOT NULL) OR ((state)::text = ANY ((ARRAY['awaiting_review'::character varying, 'removed'::character varying])::text[])))),
    CONSTRAINT community_post_revision CHECK ((revision >= 1)),
    CONSTRAINT community_post_revision_check CHECK ((revision >= 0))
);

ALTER TABLE public.community_post ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_post_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_postredirect (
    id bigint NOT NULL,
    from_number integer NOT NULL,
    from_topic_id bigint NOT NULL,
    post_id bigint NOT NULL,
    CONSTRAINT community_postredirect_from_number_check CHECK ((from_number >= 0))
);

ALTER TABLE public.community_postredirect ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_postredirect_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_postrevision (
    id bigint NOT NULL,
    revision integer NOT NULL,
    raw text NOT NULL,
    title character varying(255) NOT NULL,
    reason character varying(200) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint NOT NULL,
    post_id bigint NOT NULL,
    client_id character varying(40),
    hidden_at timestamp with time zone,
    CONSTRAINT community_postrevision_revision_check CHECK ((revision >= 0))
);

ALTER TABLE public.community_postrevision ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_postrevision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_questionvote (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    question_id bigint NOT NULL
);

ALTER TABLE public.community_questionvote ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_questionvote_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_reaction (
    id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    post_id bigint NOT NULL
);

ALTER TABLE public.community_reaction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_reaction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_readingchoice (
    member_id bigint NOT NULL,
    own_topic smallint DEFAULT 3 NOT NULL,
    replied smallint DEFAULT 2 NOT NULL,
    read_long smallint DEFAULT 2 NOT NULL,
    shortcuts boolean DEFAULT true NOT NULL,
    nested boolean DEFAULT false NOT NULL,
    CONSTRAINT community_readingchoice_own_topic_check CHECK ((own_topic >= 0)),
    CONSTRAINT community_readingchoice_read_long_check CHECK ((read_long >= 0)),
    CONSTRAINT community_readingchoice_replied_check CHECK ((replied >= 0))
);

CREATE TABLE public.community_recooking (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    version smallint NOT NULL,
    last_id bigint NOT NULL,
    changed bigint NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT community_recooking_version_check CHECK ((version >= 0))
);

ALTER TABLE public.community_recooking ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_recooking_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_reviewflag (
    id bigint NOT NULL,
    reason character varying(15) NOT NULL,
    note character varying(500) NOT NULL,
    weight numeric(7,2) NOT NULL,
    trust smallint NOT NULL,
    staff boolean NOT NULL,
    act_now boolean NOT NULL,
    accuracy numeric(7,2) NOT NULL,
    verdict character varying(10) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint NOT NULL,
    item_id bigint NOT NULL,
    CONSTRAINT community_reviewflag_trust_check CHECK ((trust >= 0))
);

ALTER TABLE public.community_reviewflag ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_reviewflag_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_reviewitem (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    kind character varying(30) NOT NULL,
    target bigint NOT NULL,
    state character varying(10) NOT NULL,
    score numeric(9,2) NOT NULL,
    reasons jsonb NOT NULL,
    done jsonb NOT NULL,
    version integer NOT NULL,
    claimed_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    touched_at timestamp with time zone NOT NULL,
    reminded_at timestamp with time zone,
    decision character varying(30) NOT NULL,
    decision_reason character varying(500) NOT NULL,
    decided_at timestamp with time zone,
    undo jsonb,
    author_id bigint,
    board_id bigint,
    claimed_by_id bigint,
    decided_by_id bigint,
    topic_id bigint,
    CONSTRAINT community_review_decided CHECK ((((decided_at IS NULL) AND ((state)::text = 'pending'::text)) OR ((NOT ((state)::text = 'pending'::text)) AND (decided_at IS NOT NULL)))),
    CONSTRAINT community_reviewitem_version_check CHECK ((version >= 0))
);

ALTER TABLE public.community_reviewitem ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_reviewitem_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_room (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    kind character varying(10) NOT NULL,
    slug character varying(60) NOT NULL,
    name character varying(80) NOT NULL,
    description character varying(200) NOT NULL,
    status character varying(10) NOT NULL,
    slow_seconds smallint NOT NULL,
    "position" smallint NOT NULL,
    last_seq bigint NOT NULL,
    last_message_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    board_id bigint,
    created_by_id bigint,
    direct_key character varying(64),
    group_id integer,
    retention_days smallint,
    threads boolean DEFAULT true NOT NULL,
    topic character varying(200) DEFAULT ''::character varying NOT NULL,
    announced boolean DEFAULT false NOT NULL,
    rushed_at timestamp with time zone,
    CONSTRAINT community_room_board CHECK ((((board_id IS NOT NULL) AND ((kind)::text = 'board'::text)) OR ((kind)::text = 'session'::text) OR ((NOT ((kind)::text = 'board'::text)) AND (board_id IS NULL)))),
    CONSTRAINT community_room_direct CHECK ((((direct_key IS NOT NULL) AND ((kind)::text = 'direct'::text)) OR ((NOT ((kind)::text = 'direct'::text)) AND (direct_key IS NULL)))),
    CONSTRAINT community_room_group CHECK ((((group_id IS NOT NULL) AND ((kind)::text = 'group'::text)) OR ((kind)::text = 'session'::text) OR ((NOT ((kind)::text = 'group'::text)) AND (group_id IS NULL)))),
    CONSTRAINT community_room_position_check CHECK (("position" >= 0)),
    CONSTRAINT community_room_retention CHECK (((retention_days IS NULL) OR ((retention_days >= 1) AND (retention_days <= 3650)))),
    CONSTRAINT community_room_retention_days_check CHECK ((retention_days >= 0)),
    CONSTRAINT community_room_slow CHECK ((slow_seconds <= 3600)),
    CONSTRAINT community_room_slow_seconds_check CHECK ((slow_seconds >= 0))
);

ALTER TABLE public.community_room ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_room_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_roomreminder (
    id bigint NOT NULL,
    client_id character varying(64) NOT NULL,
    words character varying(300) NOT NULL,
    due_at timestamp with time zone NOT NULL,
    told_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    room_id bigint NOT NULL
);

ALTER TABLE public.community_roomreminder ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_roomreminder_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_rsvp (
    id bigint NOT NULL,
    answer character varying(10) NOT NULL,
    at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    session_id bigint NOT NULL
);

ALTER TABLE public.community_rsvp ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_rsvp_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_sanction (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    kind character varying(10) NOT NULL,
    reason character varying(500) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    ended_at timestamp with time zone,
    ended_how character varying(5) NOT NULL,
    objection text NOT NULL,
    objected_at timestamp with time zone,
    answer text NOT NULL,
    by_id bigint,
    ended_by_id bigint,
    item_id bigint,
    member_id bigint NOT NULL,
    CONSTRAINT community_sanction_ends_later CHECK (((ends_at IS NULL) OR (ends_at > starts_at))),
    CONSTRAINT community_sanction_has_a_reason CHECK ((NOT ((reason)::text = ''::text))),
    CONSTRAINT community_sanction_has_an_end CHECK (((by_id IS NULL) OR (ends_at IS NOT NULL)))
);

ALTER TABLE public.community_sanction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_sanction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_searchdocument (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    object_id bigint NOT NULL,
    is_topic boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    words tsvector NOT NULL,
    version smallint NOT NULL,
    author_id bigint,
    board_id bigint,
    room_id bigint,
    topic_id bigint,
    CONSTRAINT community_search_place CHECK ((((author_id IS NOT NULL) AND (board_id IS NOT NULL) AND ((kind)::text = 'post'::text) AND (topic_id IS NOT NULL)) OR ((author_id IS NOT NULL) AND (NOT is_topic) AND ((kind)::text = 'message'::text) AND (room_id IS NOT NULL)) OR ((NOT is_topic) AND ((kind)::text = ANY ((ARRAY['person'::character varying, 'tag'::character varying])::text[])) AND (room_id IS NULL) AND (topic_id IS NULL)))),
    CONSTRAINT community_searchdocument_version_check CHECK ((version >= 0))
);
ALTER TABLE ONLY public.community_searchdocument ALTER COLUMN words SET STATISTICS 1000;

ALTER TABLE public.community_searchdocument ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_searchdocument_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_seat (
    id bigint NOT NULL,
    state character varying(10) NOT NULL,
    priority integer NOT NULL,
    rsvp boolean NOT NULL,
    waiting_since timestamp with time zone NOT NULL,
    offer_until timestamp with time zone,
    last_seen_at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    session_id bigint NOT NULL,
    CONSTRAINT community_seat_offer CHECK ((((offer_until IS NOT NULL) AND ((state)::text = 'offered'::text)) OR ((NOT ((state)::text = 'offered'::text)) AND (offer_until IS NULL))))
);

ALTER TABLE public.community_seat ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_seat_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_seriesperson (
    id bigint NOT NULL,
    role character varying(10) NOT NULL,
    member_id bigint NOT NULL,
    series_id bigint NOT NULL
);

ALTER TABLE public.community_seriesperson ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_seriesperson_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_sessionperson (
    id bigint NOT NULL,
    role character varying(10) NOT NULL,
    member_id bigint NOT NULL,
    session_id bigint NOT NULL
);

ALTER TABLE public.community_sessionperson ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_sessionperson_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_sessionpoll (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    question character varying(200) NOT NULL,
    options character varying(120)[] NOT NULL,
    shown boolean NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    changed_seq bigint NOT NULL,
    asked_by_id bigint,
    session_id bigint NOT NULL,
    CONSTRAINT community_session_poll_options CHECK (((
CASE
    WHEN (options IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(options, 1), 0)
END >= 2) AND (
CASE
    WHEN (options IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(options, 1), 0)
END <= 10)))
);

ALTER TABLE public.community_sessionpoll ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_sessionpoll_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_sessionpollvote (
    id bigint NOT NULL,
    choice smallint NOT NULL,
    at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    poll_id bigint NOT NULL,
    CONSTRAINT community_session_poll_choice CHECK (((choice >= 0) AND (choice < 10)))
);

ALTER TABLE public.community_sessionpollvote ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_sessionpollvote_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_sessionquestion (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    client_id character varying(64) NOT NULL,
    text character varying(500) NOT NULL,
    state character varying(10) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    changed_seq bigint NOT NULL,
    author_id bigint NOT NULL,
    session_id bigint NOT NULL
);

ALTER TABLE public.community_sessionquestion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_sessionquestion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_sessionseries (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    title character varying(80) NOT NULL,
    description text NOT NULL,
    cooked text NOT NULL,
    time_zone character varying(60) NOT NULL,
    capacity integer NOT NULL,
    audience character varying(10) DEFAULT 'members'::character varying NOT NULL,
    spectators_read boolean NOT NULL,
    age_minutes smallint NOT NULL,
    starts_itself boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    starts_on date NOT NULL,
    starts_local time without time zone NOT NULL,
    weekdays smallint[] NOT NULL,
    minutes smallint NOT NULL,
    until date,
    free_days date[] NOT NULL,
    paused_at timestamp with time zone,
    board_id bigint,
    created_by_id bigint,
    group_id integer,
    host_id bigint NOT NULL,
    picture_id bigint,
    picture_alt character varying(200) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT community_session_series_age CHECK ((age_minutes <= 1440)),
    CONSTRAINT community_session_series_board CHECK (((((audience)::text = 'board'::text) AND (board_id IS NOT NULL)) OR ((NOT ((audience)::text = 'board'::text)) AND (board_id IS NULL)))),
    CONSTRAINT community_session_series_capacity CHECK ((capacity <= 100000)),
    CONSTRAINT community_session_series_days CHECK ((((
CASE
    WHEN (weekdays IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(weekdays, 1), 0)
END >= 1) AND (
CASE
    WHEN (weekdays IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(weekdays, 1), 0)
END <= 7)) AND (weekdays <@ ARRAY[(1)::smallint, (2)::smallint, (3)::smallint, (4)::smallint, (5)::smallint, (6)::smallint, (7)::smallint]))),
    CONSTRAINT community_session_series_group CHECK (((((audience)::text = 'group'::text) AND (group_id IS NOT NULL)) OR ((NOT ((audience)::text = 'group'::text)) AND (group_id IS NULL)))),
    CONSTRAINT community_session_series_minutes CHECK (((minutes >= 5) AND (minutes <= 1440))),
    CONSTRAINT community_session_series_until CHECK (((until IS NULL) OR (until >= starts_on))),
    CONSTRAINT community_sessionseries_age_minutes_check CHECK ((age_minutes >= 0)),
    CONSTRAINT community_sessionseries_capacity_check CHECK ((capacity >= 0)),
    CONSTRAINT community_sessionseries_minutes_check CHECK ((minutes >= 0))
);

ALTER TABLE public.community_sessionseries ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_sessionseries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_spending (
    id bigint NOT NULL,
    act character varying(20) NOT NULL,
    times timestamp with time zone[] NOT NULL,
    keys character varying(64)[] NOT NULL,
    quiet_until timestamp with time zone,
    member_id bigint NOT NULL
);

ALTER TABLE public.community_spending ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_spending_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_staffnote (
    id bigint NOT NULL,
    text character varying(1000) NOT NULL,
    at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    by_id bigint NOT NULL,
    member_id bigint NOT NULL
);

ALTER TABLE public.community_staffnote ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_staffnote_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_stage (
    id bigint NOT NULL,
    changed_seq bigint NOT NULL,
    now_text character varying(200) NOT NULL,
    notice character varying(300) NOT NULL,
    stream_url character varying(500) NOT NULL,
    peak integer NOT NULL,
    summary_at timestamp with time zone,
    now_picture_id bigint,
    session_id bigint NOT NULL,
    wound_up boolean DEFAULT false NOT NULL,
    CONSTRAINT community_stage_peak_check CHECK ((peak >= 0)),
    CONSTRAINT community_stage_stream_https CHECK ((((stream_url)::text = ''::text) OR ((stream_url)::text ~~ 'https://%'::text)))
);

ALTER TABLE public.community_stage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_stage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_tag (
    id bigint NOT NULL,
    name character varying(20) NOT NULL,
    folded character varying(60) NOT NULL,
    slug character varying(60) NOT NULL,
    description character varying(300) NOT NULL,
    staff_only boolean NOT NULL,
    topic_count integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by_id bigint,
    synonym_of_id bigint,
    group_id bigint,
    CONSTRAINT community_tag_not_its_synonym CHECK ((NOT ((synonym_of_id = id) AND (synonym_of_id IS NOT NULL)))),
    CONSTRAINT community_tag_topic_count_check CHECK ((topic_count >= 0))
);

ALTER TABLE public.community_tag ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_tag_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_taggroup (
    id bigint NOT NULL,
    name character varying(80) NOT NULL,
    description character varying(200) NOT NULL,
    "position" smallint NOT NULL,
    one_of boolean NOT NULL,
    least_trust smallint NOT NULL,
    for_group_id integer,
    CONSTRAINT community_tag_group_trust CHECK ((least_trust <= 4)),
    CONSTRAINT community_taggroup_least_trust_check CHECK ((least_trust >= 0)),
    CONSTRAINT community_taggroup_position_check CHECK (("position" >= 0))
);

ALTER TABLE public.community_taggroup ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_taggroup_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_threadreading (
    id bigint NOT NULL,
    last_read_seq bigint NOT NULL,
    muted boolean DEFAULT false NOT NULL,
    member_id bigint NOT NULL,
    thread_id bigint NOT NULL
);

ALTER TABLE public.community_threadreading ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_threadreading_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_topic (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    kind character varying(20) NOT NULL,
    title character varying(255) NOT NULL,
    slug character varying(120) NOT NULL,
    client_id character varying(40),
    state character varying(10) NOT NULL,
    pinned character varying(10) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone,
    highest_number integer NOT NULL,
    visible_posts integer NOT NULL,
    last_post_at timestamp with time zone NOT NULL,
    participants bigint[] NOT NULL,
    last_seq bigint NOT NULL,
    touched_at timestamp with time zone NOT NULL,
    accepted_post_id bigint,
    author_id bigint NOT NULL,
    board_id bigint NOT NULL,
    last_post_by_id bigint NOT NULL,
    removed_by_id bigint,
    closes_at timestamp with time zone,
    merged_into_id bigint,
    pinned_until timestamp with time zone,
    slow_seconds integer DEFAULT 0 NOT NULL,
    tag_ids bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    vote_count integer DEFAULT 0 NOT NULL,
    awaiting boolean DEFAULT false NOT NULL,
    closing character varying(10) DEFAULT ''::character varying NOT NULL,
    opens_at timestamp with time zone,
    progress character varying(10) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT community_answer_in_question CHECK (((accepted_post_id IS NULL) OR ((kind)::text = 'question'::text))),
    CONSTRAINT community_topic_awaiting_is_hidden CHECK (((NOT awaiting) OR (removed_at IS NOT NULL))),
    CONSTRAINT community_topic_counts CHECK ((visible_posts <= highest_number)),
    CONSTRAINT community_topic_highest_number_check CHECK ((highest_number >= 0)),
    CONSTRAINT community_topic_removed_by CHECK (((removed_by_id IS NULL) OR (removed_at IS NOT NULL))),
    CONSTRAINT community_topic_slow_seconds_check CHECK ((slow_seconds >= 0)),
    CONSTRAINT community_topic_visible_posts_check CHECK ((visible_posts >= 0)),
    CONSTRAINT community_topic_vote_count_check CHECK ((vote_count >= 0))
);

ALTER TABLE public.community_topic ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_topic_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_topicread (
    id bigint NOT NULL,
    last_read_number integer NOT NULL,
    visited_at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    topic_id bigint NOT NULL,
    level smallint,
    reason character varying(20) DEFAULT ''::character varying NOT NULL,
    seconds integer DEFAULT 0 NOT NULL,
    seen_above integer[] DEFAULT '{}'::integer[] NOT NULL,
    level_until timestamp with time zone,
    CONSTRAINT community_topicread_last_read_number_check CHECK ((last_read_number >= 0)),
    CONSTRAINT community_topicread_level_check CHECK ((level >= 0)),
    CONSTRAINT community_topicread_seconds_check CHECK ((seconds >= 0))
);

ALTER TABLE public.community_topicread ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_topicread_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_topictag (
    id bigint NOT NULL,
    last_post_at timestamp with time zone NOT NULL,
    tag_id bigint NOT NULL,
    topic_id bigint NOT NULL
);

ALTER TABLE public.community_topictag ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_topictag_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_toptopic (
    id bigint NOT NULL,
    period character varying(5) NOT NULL,
    score integer NOT NULL,
    topic_id bigint NOT NULL,
    CONSTRAINT community_toptopic_score_check CHECK ((score >= 0))
);

ALTER TABLE public.community_toptopic ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_toptopic_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_trustchange (
    id bigint NOT NULL,
    before smallint NOT NULL,
    after smallint NOT NULL,
    reason character varying(10) NOT NULL,
    note character varying(200) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    member_id bigint NOT NULL,
    CONSTRAINT community_trust_change CHECK (((before <= 4) AND (after <= 4) AND (NOT (before = after)))),
    CONSTRAINT community_trustchange_after_check CHECK ((after >= 0)),
    CONSTRAINT community_trustchange_before_check CHECK ((before >= 0))
);

ALTER TABLE public.community_trustchange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_trustchange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_upload (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    digest character varying(64) NOT NULL,
    name character varying(100) NOT NULL,
    small_name character varying(100) NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    bytes integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    offered_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    member_id bigint NOT NULL,
    CONSTRAINT community_upload_bytes_check CHECK ((bytes >= 0)),
    CONSTRAINT community_upload_height_check CHECK ((height >= 0)),
    CONSTRAINT community_upload_offered CHECK ((offered_at >= created_at)),
    CONSTRAINT community_upload_size CHECK (((bytes >= 1) AND (height >= 1) AND (width >= 1))),
    CONSTRAINT community_upload_width_check CHECK ((width >= 0))
);

ALTER TABLE public.community_upload ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_upload_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.community_wordrule (
    id bigint NOT NULL,
    phrase character varying(100) NOT NULL,
    act character varying(10) NOT NULL,
    places character varying(10)[] NOT NULL,
    with_what character varying(200) NOT NULL,
    note character varying(200) NOT NULL,
    active boolean NOT NULL,
    revision integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    by_id bigint NOT NULL,
    CONSTRAINT community_word_not_empty CHECK ((NOT ((phrase)::text = ''::text))),
    CONSTRAINT community_word_somewhere CHECK ((NOT (places = '{}'::character varying(10)[]))),
    CONSTRAINT community_word_with_what CHECK (((NOT ((act)::text = ANY ((ARRAY['link'::character varying, 'tag'::character varying])::text[]))) OR (NOT ((with_what)::text = ''::text)))),
    CONSTRAINT community_wordrule_revision_check CHECK ((revision >= 0))
);

ALTER TABLE public.community_wordrule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.community_wordrule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id bigint NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);

ALTER TABLE public.django_admin_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_admin_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);

ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);

ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);

CREATE TABLE public.insights_act (
    id bigint NOT NULL,
    stream character varying(1) NOT NULL,
    kind character varying(10) NOT NULL,
    source_id bigint NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    day date NOT NULL,
    stands boolean NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    CONSTRAINT insights_act_stream CHECK (((stream)::text = ANY ((ARRAY['C'::character varying, 'S'::character varying])::text[])))
);

ALTER TABLE public.insights_act ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_act_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.insights_memberstage (
    id bigint NOT NULL,
    stream character varying(6) NOT NULL,
    stage character varying(12) NOT NULL,
    since timestamp with time zone NOT NULL,
    reason character varying(12) NOT NULL,
    inputs jsonb NOT NULL,
    origin character varying(6) NOT NULL,
    member_id bigint NOT NULL,
    CONSTRAINT insights_stage_known CHECK (((stage)::text = ANY ((ARRAY['potential'::character varying, 'exploration'::character varying, 'formation'::character varying, 'stable'::character varying, 'decline'::character varying, 'lapsed'::character varying, 'recovered'::character varying])::text[]))),
    CONSTRAINT insights_stage_stream CHECK (((stream)::text = ANY ((ARRAY['C'::character varying, 'S'::character varying, 'member'::character varying])::text[])))
);

ALTER TABLE public.insights_memberstage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_memberstage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.insights_objection (
    member_id bigint NOT NULL,
    since timestamp with time zone NOT NULL
);

CREATE TABLE public.insights_stagechange (
    id bigint NOT NULL,
    stream character varying(6) NOT NULL,
    from_stage character varying(12) NOT NULL,
    to_stage character varying(12) NOT NULL,
    at timestamp with time zone NOT NULL,
    reason character varying(12) NOT NULL,
    inputs jsonb NOT NULL,
    origin character varying(6) NOT NULL,
    member_id bigint NOT NULL,
    CONSTRAINT insights_change_moves CHECK ((NOT ((from_stage)::text = (to_stage)::text)))
);

ALTER TABLE public.insights_stagechange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_stagechange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.insights_stagerun (
    id bigint NOT NULL,
    day date NOT NULL,
    at timestamp with time zone NOT NULL,
    cadence_commerce double precision NOT NULL,
    cadence_social double precision NOT NULL,
    changes integer NOT NULL,
    CONSTRAINT insights_run_positive CHECK (((cadence_commerce > (0.0)::double precision) AND (cadence_social > (0.0)::double precision))),
    CONSTRAINT insights_stagerun_changes_check CHECK ((changes >= 0))
);

ALTER TABLE public.insights_stagerun ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_stagerun_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.integrations_apikey (
    id bigint NOT NULL,
    name character varying(80) NOT NULL,
    public character varying(16) NOT NULL,
    secret_hash character varying(64) NOT NULL,
    scopes character varying(40)[] NOT NULL,
    allowed_addresses character varying(50)[] NOT NULL,
    sandbox boolean NOT NULL,
    asked_as character varying(64),
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    made_by_id bigint,
    sources character varying(60)[] NOT NULL,
    CONSTRAINT integrations_key_has_scope CHECK ((
CASE
    WHEN (scopes IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(scopes, 1), 0)
END > 0)),
    CONSTRAINT integrations_key_is_hashed CHECK (((secret_hash)::text ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE public.integrations_apikey ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_apikey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.integrations_idempotencyrecord (
    id bigint NOT NULL,
    owner character varying(40) NOT NULL,
    key character varying(255) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    status smallint,
    body text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT integrations_idempotencyrecord_status_check CHECK ((status >= 0))
);

ALTER TABLE public.integrations_idempotencyrecord ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_idempotencyrecord_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.integrations_inboundmessage (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    key character varying(64) NOT NULL,
    origin character varying(8) NOT NULL,
    topic character varying(60) NOT NULL,
    delivery_id character varying(120) NOT NULL,
    external_id character varying(120) NOT NULL,
    customer_hash character varying(64) NOT NULL,
    revision character varying(120) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    headers jsonb NOT NULL,
    raw bytea NOT NULL,
    raw_hash character varying(64) NOT NULL,
    raw_removed_at timestamp with time zone,
    received_at timestamp with time zone NOT NULL,
    verdict character varying(12) NOT NULL,
    problem character varying(40) NOT NULL,
    detail character varying(500) NOT NULL,
    contradicts boolean NOT NULL,
    missed boolean NOT NULL,
    points bigint NOT NULL,
    attempts integer NOT NULL,
    due_at timestamp with time zone NOT NULL,
    processed_at timestamp with time zone,
    shop_id bigint NOT NULL,
    CONSTRAINT integrations_inboundmessage_attempts_check CHECK ((attempts >= 0))
);

ALTER TABLE public.integrations_inboundmessage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_inboundmessage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.integrations_shop (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    kind character varying(20) NOT NULL,
    source character varying(60) NOT NULL,
    name character varying(80) NOT NULL,
    base_url character varying(300) NOT NULL,
    currency character varying(3) NOT NULL,
    state character varying(12) NOT NULL,
    secret bytea NOT NULL,
    old_secret bytea NOT NULL,
    old_secret_until timestamp with time zone,
    token bytea NOT NULL,
    keys jsonb NOT NULL,
    keys_asked_at timestamp with time zone,
    refused bigint NOT NULL,
    refused_at timestamp with time zone,
    asked_until timestamp with time zone,
    ask jsonb NOT NULL,
    ask_due_at timestamp with time zone,
    ask_problem character varying(120) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    made_by_id bigint,
    hooks jsonb NOT NULL,
    CONSTRAINT integrations_shop_currency CHECK (((currency)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT integrations_shop_refused_check CHECK ((refused >= 0)),
    CONSTRAINT integrations_shop_source CHECK (((source)::text ~ '^[a-z0-9][a-z0-9._-]{0,59}$'::text))
);

ALTER TABLE public.integrations_shop ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_shop_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.integrations_signinnonce (
    id bigint NOT NULL,
    nonce character varying(64) NOT NULL,
    browser character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    service_id bigint NOT NULL
);

ALTER TABLE public.integrations_signinnonce ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_signinnonce_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.integrations_signinservice (
    id bigint NOT NULL,
    slug character varying(40) NOT NULL,
    name character varying(40) NOT NULL,
    kind character varying(10) NOT NULL,
    source character varying(60) NOT NULL,
    url character varying(500) NOT NULL,
    client_id character varying(191) NOT NULL,
    secret bytea NOT NULL,
    number_claim character varying(60) NOT NULL,
    groups character varying(30)[] NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone NOT NULL,
    made_by_id bigint,
    CONSTRAINT integrations_signin_has_client CHECK ((((kind)::text = 'signed'::text) OR (NOT ((client_id)::text = ''::text))))
);

ALTER TABLE public.integrations_signinservice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_signinservice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.integrations_toldevent (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    source character varying(60) NOT NULL,
    external_id character varying(120) NOT NULL,
    name character varying(60) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    points bigint NOT NULL,
    credit bigint NOT NULL,
    refusals jsonb NOT NULL,
    member_id bigint NOT NULL
);

ALTER TABLE public.integrations_toldevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_toldevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.integrations_webhookattempt (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    status smallint,
    error character varying(40) NOT NULL,
    answer text NOT NULL,
    milliseconds integer NOT NULL,
    delivery_id bigint NOT NULL,
    CONSTRAINT integrations_webhookattempt_milliseconds_check CHECK ((milliseconds >= 0)),
    CONSTRAINT integrations_webhookattempt_status_check CHECK ((status >= 0))
);

ALTER TABLE public.integrations_webhookattempt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_webhookattempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.integrations_webhookdelivery (
    id bigint NOT NULL,
    public_id character varying(32) NOT NULL,
    event_id bigint,
    type character varying(80) NOT NULL,
    body text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    state character varying(10) NOT NULL,
    attempts smallint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    claimed_until timestamp with time zone,
    settled_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    endpoint_id bigint NOT NULL,
    CONSTRAINT integrations_webhook_settled CHECK ((((settled_at IS NULL) AND ((state)::text = 'due'::text)) OR ((NOT ((state)::text = 'due'::text)) AND (settled_at IS NOT NULL)))),
    CONSTRAINT integrations_webhookdelivery_attempts_check CHECK ((attempts >= 0))
);

ALTER TABLE public.integrations_webhookdelivery ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_webhookdelivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.integrations_webhookendpoint (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    name character varying(80) NOT NULL,
    url character varying(500) NOT NULL,
    secret bytea NOT NULL,
    old_secret bytea NOT NULL,
    old_secret_until timestamp with time zone,
    events character varying(80)[] NOT NULL,
    scopes character varying(20)[] NOT NULL,
    state character varying(10) NOT NULL,
    why_off character varying(10) NOT NULL,
    failures integer NOT NULL,
    failing_since timestamp with time zone,
    slow_until timestamp with time zone,
    last_success_at timestamp with time zone,
    replay_since timestamp with time zone,
    replay_until timestamp with time zone,
    replay_after bigint NOT NULL,
    asked_as character varying(64),
    created_at timestamp with time zone NOT NULL,
    owner_id bigint,
    CONSTRAINT integrations_endpoint_has_event CHECK ((
CASE
    WHEN (events IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(events, 1), 0)
END > 0)),
    CONSTRAINT integrations_endpoint_off_has_reason CHECK (((((state)::text = 'off'::text) AND (NOT ((why_off)::text = ''::text))) OR ((NOT ((state)::text = 'off'::text)) AND ((why_off)::text = ''::text)))),
    CONSTRAINT integrations_endpoint_replay_whole CHECK ((((replay_since IS NULL) AND (replay_until IS NULL)) OR ((replay_since IS NOT NULL) AND (replay_until IS NOT NULL)))),
    CONSTRAINT integrations_webhookendpoint_failures_check CHECK ((failures >= 0))
);

ALTER TABLE public.integrations_webhookendpoint ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.integrations_webhookendpoint_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_adjustment (
    id bigint NOT NULL,
    public_id character varying(12) NOT NULL,
    cause character varying(120) NOT NULL,
    amount bigint NOT NULL,
    reason_code character varying(20) NOT NULL,
    note character varying(500) NOT NULL,
    state character varying(10) NOT NULL,
    second_person boolean NOT NULL,
    proposed_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone,
    answer character varying(500) NOT NULL,
    currency_id smallint NOT NULL,
    decided_by_id bigint,
    member_id bigint NOT NULL,
    proposed_by_id bigint,
    txn_id bigint,
    because character varying(10) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT loyalty_adjustment_not_zero CHECK ((NOT (amount = 0))),
    CONSTRAINT loyalty_adjustment_posted CHECK (((((state)::text = 'posted'::text) AND (txn_id IS NOT NULL)) OR ((NOT ((state)::text = 'posted'::text)) AND (txn_id IS NULL)))),
    CONSTRAINT loyalty_adjustment_two_people CHECK (((NOT (second_person AND ((state)::text = 'posted'::text))) OR ((decided_by_id IS NOT NULL) AND (NOT ((decided_by_id = proposed_by_id) AND (decided_by_id IS NOT NULL) AND (proposed_by_id IS NOT NULL))) AND (NOT ((decided_by_id = member_id) AND (decided_by_id IS NOT NULL))))))
);

ALTER TABLE public.loyalty_adjustment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_adjustment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_birthdaygift (
    id bigint NOT NULL,
    day date NOT NULL,
    points integer NOT NULL,
    given_at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    reward_id bigint,
    tier_id bigint NOT NULL,
    CONSTRAINT loyalty_birthdaygift_points_check CHECK ((points >= 0))
);

ALTER TABLE public.loyalty_birthdaygift ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_birthdaygift_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_booksday (
    id bigint NOT NULL,
    day date NOT NULL,
    txns bigint NOT NULL,
    root character varying(64) NOT NULL,
    previous character varying(64) NOT NULL,
    seal character varying(64) NOT NULL,
    sealed_at timestamp with time zone NOT NULL
);

ALTER TABLE public.loyalty_booksday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_booksday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_booksproof (
    id bigint NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    made_at timestamp with time zone,
    seconds double precision,
    txns bigint,
    entries bigint,
    wallets bigint,
    lots bigint,
    points bigint,
    balanced boolean,
    findings jsonb NOT NULL,
    asked_by_id bigint
);

ALTER TABLE public.loyalty_booksproof ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_booksproof_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_checklistdismissal (
    member_id bigint NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.loyalty_coupon (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    code character varying(40) NOT NULL,
    cause character varying(120),
    state character varying(10) NOT NULL,
    percent smallint NOT NULL,
    amount bigint NOT NULL,
    currency character varying(3) NOT NULL,
    minimum_net bigint NOT NULL,
    issued_at timestamp with time zone,
    expires_at timestamp with time zone,
    used_at timestamp with time zone,
    member_id bigint,
    order_id bigint,
    pool_id bigint,
    CONSTRAINT loyalty_coupon_amount_check CHECK ((amount >= 0)),
    CONSTRAINT loyalty_coupon_held CHECK (((((state)::text = 'free'::text) AND (cause IS NULL) AND (member_id IS NULL) AND (pool_id IS NOT NULL)) OR (((state)::text = 'assigned'::text) AND (cause IS NOT NULL) AND (issued_at IS NOT NULL) AND (member_id IS NOT NULL)) OR ((state)::text = ANY ((ARRAY['used'::character varying, 'expired'::character varying, 'revoked'::character varying])::text[])))),
    CONSTRAINT loyalty_coupon_minimum_net_check CHECK ((minimum_net >= 0)),
    CONSTRAINT loyalty_coupon_percent CHECK ((percent <= 100)),
    CONSTRAINT loyalty_coupon_percent_check CHECK ((percent >= 0)),
    CONSTRAINT loyalty_coupon_used CHECK (((((state)::text = 'used'::text) AND (used_at IS NOT NULL)) OR ((NOT ((state)::text = 'used'::text)) AND (used_at IS NULL))))
);

ALTER TABLE public.loyalty_coupon ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_coupon_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_couponpool (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    name character varying(120) NOT NULL,
    percent smallint NOT NULL,
    amount bigint NOT NULL,
    currency character varying(3) NOT NULL,
    minimum_net bigint NOT NULL,
    valid_days integer NOT NULL,
    last_day timestamp with time zone,
    added integer NOT NULL,
    warned_at timestamp with time zone,
    CONSTRAINT loyalty_couponpool_added_check CHECK ((added >= 0)),
    CONSTRAINT loyalty_couponpool_amount_check CHECK ((amount >= 0)),
    CONSTRAINT loyalty_couponpool_minimum_net_check CHECK ((minimum_net >= 0)),
    CONSTRAINT loyalty_couponpool_percent_check CHECK ((percent >= 0)),
    CONSTRAINT loyalty_couponpool_valid_days_check CHECK ((valid_days >= 0)),
    CONSTRAINT loyalty_pool_percent CHECK ((percent <= 100))
);

ALTER TABLE public.loyalty_couponpool ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_couponpool_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_debt (
    id bigint NOT NULL,
    amount bigint NOT NULL,
    remaining bigint NOT NULL,
    txn_id bigint NOT NULL,
    wallet_id bigint NOT NULL,
    CONSTRAINT loyalty_debt_remaining CHECK (((remaining >= 0) AND (remaining <= amount) AND (amount > 0)))
);

ALTER TABLE public.loyalty_debt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_debt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_draftset (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    name character varying(120) NOT NULL,
    tiers jsonb,
    expiry jsonb,
    changes integer NOT NULL,
    made_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    published_at timestamp with time zone,
    made_by_id bigint,
    writers bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    waits_since timestamp with time zone,
    CONSTRAINT loyalty_draftset_changes_check CHECK ((changes >= 0))
);

ALTER TABLE public.loyalty_draftset ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_draftset_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_earningrule (
    id bigint NOT NULL,
    code character varying(40) NOT NULL,
    version integer NOT NULL,
    name character varying(120) NOT NULL,
    trigger character varying(40) NOT NULL,
    formula character varying(12) NOT NULL,
    points integer NOT NULL,
    credit integer NOT NULL,
    per_units integer NOT NULL,
    pending_days smallint NOT NULL,
    daily_cap integer,
    giver_cap integer,
    points_cap integer,
    starts_at timestamp with time zone,
    ends_at timestamp with time zone,
    active boolean NOT NULL,
    published_at timestamp with time zone NOT NULL,
    replaced_at timestamp with time zone,
    audience_groups character varying(150)[] DEFAULT '{}'::character varying(150)[] NOT NULL,
    audience_tiers character varying(60)[] DEFAULT '{}'::character varying(60)[] NOT NULL,
    budget bigint,
    categories character varying(120)[] DEFAULT '{}'::character varying(120)[] NOT NULL,
    conditions jsonb DEFAULT '{}'::jsonb NOT NULL,
    cooldown_minutes integer,
    lifetime_cap integer,
    lifetime_points integer,
    monthly_cap integer,
    monthly_points integer,
    note character varying(200) DEFAULT ''::character varying NOT NULL,
    percent integer DEFAULT 100 NOT NULL,
    priority smallint DEFAULT 0 NOT NULL,
    published_by_id bigint,
    rolling_cap integer,
    rolling_days smallint,
    skus character varying(120)[] DEFAULT '{}'::character varying(120)[] NOT NULL,
    stack character varying(40) DEFAULT ''::character varying NOT NULL,
    weekly_cap integer,
    weekly_points integer,
    CONSTRAINT loyalty_earningrule_budget_check CHECK ((budget >= 0)),
    CONSTRAINT loyalty_earningrule_cooldown_minutes_check CHECK ((cooldown_minutes >= 0)),
    CONSTRAINT loyalty_earningrule_credit_check CHECK ((credit >= 0)),
    CONSTRAINT loyalty_earningrule_daily_cap_check CHECK ((daily_cap >= 0)),
    CONSTRAINT loyalty_earningrule_giver_cap_check CHECK ((giver_cap >= 0)),
    CONSTRAINT loyalty_earningrule_lifetime_cap_check CHECK ((lifetime_cap >= 0)),
    CONSTRAINT loyalty_earningrule_lifetime_points_check CHECK ((lifetime_points >= 0)),
    CONSTRAINT loyalty_earningrule_monthly_cap_check CHECK ((monthly_cap >= 0)),
    CONSTRAINT loyalty_earningrule_monthly_points_check CHECK ((monthly_points >= 0)),
    CONSTRAINT loyalty_earningrule_pending_days_check CHECK ((pending_days >= 0)),
    CONSTRAINT loyalty_earningrule_per_units_check CHECK ((per_units >= 0)),
    CONSTRAINT loyalty_earningrule_percent_check CHECK ((percent >= 0)),
    CONSTRAINT loyalty_earningrule_points_cap_check CHECK ((points_cap >= 0)),
    CONSTRAINT loyalty_earningrule_points_check CHECK ((points >= 0)),
    CONSTRAINT loyalty_earningrule_rolling_cap_check CHECK ((rolling_cap >= 0)),
    CONSTRAINT loyalty_earningrule_rolling_days_check CHECK ((rolling_days >= 0)),
    CONSTRAINT loyalty_earningrule_version_check CHECK ((version >= 0)),
    CONSTRAINT loyalty_earningrule_weekly_cap_check CHECK ((weekly_cap >= 0)),
    CONSTRAINT loyalty_earningrule_weekly_points_check CHECK ((weekly_points >= 0)),
    CONSTRAINT loyalty_rule_ceiling CHECK ((percent <= 500)),
    CONSTRAINT loyalty_rule_rolling CHECK ((((rolling_cap IS NULL) AND (rolling_days IS NULL)) OR ((rolling_cap IS NOT NULL) AND (rolling_days > 0)))),
    CONSTRAINT loyalty_rule_time_box CHECK (((starts_at IS NULL) OR (ends_at IS NULL) OR (ends_at > starts_at))),
    CONSTRAINT loyalty_rule_units CHECK ((per_units > 0))
);

ALTER TABLE public.loyalty_earningrule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_earningrule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_entry (
    id bigint NOT NULL,
    account bigint NOT NULL,
    amount bigint NOT NULL,
    currency_id smallint NOT NULL,
    txn_id bigint NOT NULL,
    CONSTRAINT loyalty_entry_account CHECK ((NOT (account = 0))),
    CONSTRAINT loyalty_entry_not_zero CHECK ((NOT (amount = 0)))
);

ALTER TABLE public.loyalty_entry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_exchangerate (
    id bigint NOT NULL,
    day date NOT NULL,
    source character varying(3) NOT NULL,
    target character varying(3) NOT NULL,
    rate numeric(20,10) NOT NULL,
    CONSTRAINT loyalty_rate_currencies CHECK ((((source)::text ~ '^[A-Z]{3}$'::text) AND ((target)::text ~ '^[A-Z]{3}$'::text) AND (NOT ((source)::text = (target)::text)))),
    CONSTRAINT loyalty_rate_positive CHECK ((rate > (0)::numeric))
);

ALTER TABLE public.loyalty_exchangerate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_exchangerate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_gift (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    cause character varying(120) NOT NULL,
    token character varying(32),
    note character varying(300) NOT NULL,
    state character varying(10) NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    valid_until timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    giver_id bigint,
    member_id bigint,
    paid_id bigint,
    redemption_id bigint,
    reward_id bigint NOT NULL,
    CONSTRAINT loyalty_gift_claimed CHECK ((((member_id IS NOT NULL) AND (redemption_id IS NOT NULL) AND ((state)::text = 'claimed'::text)) OR ((NOT ((state)::text = 'claimed'::text)) AND (redemption_id IS NULL)))),
    CONSTRAINT loyalty_gift_for_somebody CHECK (((member_id IS NOT NULL) OR (token IS NOT NULL))),
    CONSTRAINT loyalty_gift_giver_paid CHECK ((((giver_id IS NULL) AND (paid_id IS NULL)) OR ((giver_id IS NOT NULL) AND (paid_id IS NOT NULL))))
);

ALTER TABLE public.loyalty_gift ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_gift_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_hold (
    id bigint NOT NULL,
    amount bigint NOT NULL,
    state character varying(10) NOT NULL,
    source_type character varying(20) NOT NULL,
    source_id bigint,
    held_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    closing_id bigint,
    txn_id bigint NOT NULL,
    wallet_id bigint NOT NULL,
    CONSTRAINT loyalty_hold_amount CHECK ((amount > 0)),
    CONSTRAINT loyalty_hold_closed_by CHECK ((((closed_at IS NULL) AND (closing_id IS NULL) AND ((state)::text = 'open'::text)) OR ((closed_at IS NOT NULL) AND (closing_id IS NOT NULL) AND ((state)::text = ANY ((ARRAY['confirmed'::character varying, 'released'::character varying])::text[])))))
);

ALTER TABLE public.loyalty_hold ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_hold_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_ladderdraw (
    member_id bigint NOT NULL,
    held_out boolean NOT NULL,
    percent smallint NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT loyalty_ladderdraw_percent_check CHECK ((percent >= 0))
);

CREATE TABLE public.loyalty_laddergift (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    state character varying(8) NOT NULL,
    granted_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    claimed_at timestamp with time zone,
    member_id bigint NOT NULL,
    rung_id bigint NOT NULL,
    CONSTRAINT loyalty_ladder_gift_claimed_at CHECK ((((claimed_at IS NULL) AND ((state)::text = 'waiting'::text)) OR ((claimed_at IS NOT NULL) AND ((state)::text = 'claimed'::text))))
);

ALTER TABLE public.loyalty_laddergift ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_laddergift_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_ladderrung (
    id bigint NOT NULL,
    level smallint NOT NULL,
    name character varying(120) NOT NULL,
    points integer NOT NULL,
    min_trust smallint NOT NULL,
    valid_days smallint NOT NULL,
    active boolean NOT NULL,
    badge_id bigint,
    reward_id bigint,
    CONSTRAINT loyalty_ladderrung_level_check CHECK ((level >= 0)),
    CONSTRAINT loyalty_ladderrung_min_trust_check CHECK ((min_trust >= 0)),
    CONSTRAINT loyalty_ladderrung_points_check CHECK ((points >= 0)),
    CONSTRAINT loyalty_ladderrung_valid_days_check CHECK ((valid_days >= 0)),
    CONSTRAINT loyalty_rung_days CHECK ((valid_days >= 1)),
    CONSTRAINT loyalty_rung_gives_something CHECK (((points > 0) OR (reward_id IS NOT NULL) OR (badge_id IS NOT NULL))),
    CONSTRAINT loyalty_rung_level CHECK ((level >= 2)),
    CONSTRAINT loyalty_rung_trust CHECK ((min_trust <= 4))
);

ALTER TABLE public.loyalty_ladderrung ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_ladderrung_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_levelsettings (
    id bigint NOT NULL,
    curve smallint NOT NULL,
    ladder_holdout smallint NOT NULL,
    CONSTRAINT loyalty_ladder_holdout_share CHECK ((ladder_holdout <= 50)),
    CONSTRAINT loyalty_level_curve CHECK ((curve >= 1)),
    CONSTRAINT loyalty_level_settings_one CHECK ((id = 1)),
    CONSTRAINT loyalty_levelsettings_curve_check CHECK ((curve >= 0)),
    CONSTRAINT loyalty_levelsettings_ladder_holdout_check CHECK ((ladder_holdout >= 0))
);

ALTER TABLE public.loyalty_levelsettings ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_levelsettings_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_levelstanding (
    member_id bigint NOT NULL,
    highest integer NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT loyalty_levelstanding_highest_check CHECK ((highest >= 0))
);

CREATE TABLE public.loyalty_lot (
    id bigint NOT NULL,
    amount bigint NOT NULL,
    remaining bigint NOT NULL,
    earned_at timestamp with time zone NOT NULL,
    available_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    origin character varying(10) NOT NULL,
    txn_id bigint NOT NULL,
    wallet_id bigint NOT NULL,
    CONSTRAINT loyalty_lot_remaining CHECK (((remaining >= 0) AND (remaining <= amount) AND (amount > 0)))
);

ALTER TABLE public.loyalty_lot ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_lot_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_lotuse (
    id bigint NOT NULL,
    amount bigint NOT NULL,
    returned bigint DEFAULT 0 NOT NULL,
    lot_id bigint NOT NULL,
    txn_id bigint NOT NULL,
    CONSTRAINT loyalty_lot_use_returned CHECK (((returned >= 0) AND (returned <= amount) AND (amount > 0)))
);

ALTER TABLE public.loyalty_lotuse ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_lotuse_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_merit (
    id bigint NOT NULL,
    rule_code character varying(40) NOT NULL,
    source_type character varying(20) NOT NULL,
    source_id bigint NOT NULL,
    standing boolean NOT NULL,
    changed_at timestamp with time zone,
    hidden boolean NOT NULL,
    hidden_at timestamp with time zone,
    adjustments integer NOT NULL,
    refusal character varying(40) NOT NULL,
    giver_id bigint,
    member_id bigint NOT NULL,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT loyalty_merit_adjustments_check CHECK ((adjustments >= 0))
);

ALTER TABLE public.loyalty_merit ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_merit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_order (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    source character varying(60) NOT NULL,
    external_id character varying(120) NOT NULL,
    email_hash character varying(64) NOT NULL,
    currency character varying(3) NOT NULL,
    state character varying(20) NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    paid_at timestamp with time zone,
    net bigint NOT NULL,
    refunded bigint NOT NULL,
    tax bigint NOT NULL,
    shipping bigint NOT NULL,
    discount bigint NOT NULL,
    paid_with_points bigint NOT NULL,
    revision character varying(120) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    told_refunds integer NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    is_first boolean NOT NULL,
    rules bigint[] NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    member_id bigint,
    context jsonb DEFAULT '{}'::jsonb NOT NULL,
    coupons_used smallint DEFAULT 0 NOT NULL,
    waits boolean DEFAULT false NOT NULL,
    CONSTRAINT loyalty_order_amounts CHECK (((net >= 0) AND (refunded >= 0) AND (tax >= 0) AND (shipping >= 0) AND (discount >= 0) AND (paid_with_points >= 0))),
    CONSTRAINT loyalty_order_coupons_used_check CHECK ((coupons_used >= 0)),
    CONSTRAINT loyalty_order_has_somebody CHECK (((member_id IS NOT NULL) OR (NOT ((email_hash)::text = ''::text)))),
    CONSTRAINT loyalty_order_told_refunds_check CHECK ((told_refunds >= 0))
);

ALTER TABLE public.loyalty_order ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_order_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_orderline (
    id bigint NOT NULL,
    external_id character varying(120) NOT NULL,
    "position" integer NOT NULL,
    sku character varying(120) NOT NULL,
    product character varying(255) NOT NULL,
    category character varying(120) NOT NULL,
    quantity bigint NOT NULL,
    net bigint NOT NULL,
    tax bigint NOT NULL,
    earns boolean NOT NULL,
    order_id bigint NOT NULL,
    CONSTRAINT loyalty_line_amounts CHECK (((net >= 0) AND (tax >= 0))),
    CONSTRAINT loyalty_orderline_position_check CHECK (("position" >= 0)),
    CONSTRAINT loyalty_orderline_quantity_check CHECK ((quantity >= 0))
);

ALTER TABLE public.loyalty_orderline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_orderline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_orderrevision (
    id bigint NOT NULL,
    revision character varying(120) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    body jsonb NOT NULL,
    reason character varying(40) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    order_id bigint NOT NULL
);

ALTER TABLE public.loyalty_orderrevision ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_orderrevision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_perkgrant (
    id bigint NOT NULL,
    gave boolean NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    until timestamp with time zone,
    ended_at timestamp with time zone,
    badge_id bigint,
    group_id integer,
    member_id bigint NOT NULL,
    redemption_id bigint NOT NULL,
    CONSTRAINT loyalty_perk_something CHECK (((badge_id IS NOT NULL) OR (group_id IS NOT NULL)))
);

ALTER TABLE public.loyalty_perkgrant ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_perkgrant_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_pointsquestion (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    words text NOT NULL,
    state character varying(10) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    answer text NOT NULL,
    amount bigint NOT NULL,
    answered_at timestamp with time zone,
    answered_by_id bigint,
    member_id bigint NOT NULL,
    txn_id bigint NOT NULL,
    CONSTRAINT loyalty_question_answered_when CHECK ((((answered_at IS NULL) AND ((state)::text = 'waiting'::text)) OR ((NOT ((state)::text = 'waiting'::text)) AND (answered_at IS NOT NULL)))),
    CONSTRAINT loyalty_question_says_something CHECK ((NOT (words = ''::text)))
);

ALTER TABLE public.loyalty_pointsquestion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_pointsquestion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_pointsvalue (
    id smallint NOT NULL,
    redemption_percent numeric(5,2) NOT NULL,
    point_value numeric(12,6),
    CONSTRAINT loyalty_points_value_once CHECK ((id = 1)),
    CONSTRAINT loyalty_points_value_percent CHECK (((redemption_percent >= (0)::numeric) AND (redemption_percent <= (100)::numeric))),
    CONSTRAINT loyalty_points_value_positive CHECK (((point_value IS NULL) OR (point_value > (0)::numeric)))
);

CREATE TABLE public.loyalty_programmecurrency (
    id smallint NOT NULL,
    code character varying(3) NOT NULL,
    CONSTRAINT loyalty_programme_currency_code CHECK (((code)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT loyalty_programme_currency_one CHECK ((id = 1))
);

CREATE TABLE public.loyalty_quest (
    id bigint NOT NULL,
    code character varying(40) NOT NULL,
    version integer NOT NULL,
    kind character varying(12) NOT NULL,
    name character varying(120) NOT NULL,
    about character varying(300) NOT NULL,
    audience character varying(12) NOT NULL,
    audience_days smallint NOT NULL,
    starts_at timestamp with time zone,
    ends_at timestamp with time zone,
    repeat character varying(8) NOT NULL,
    ordered boolean NOT NULL,
    points integer NOT NULL,
    credit integer NOT NULL,
    gift_days smallint NOT NULL,
    active boolean NOT NULL,
    "position" smallint NOT NULL,
    published_at timestamp with time zone NOT NULL,
    replaced_at timestamp with time zone,
    badge_id bigint,
    gift_id bigint,
    group_id integer,
    tier_id bigint,
    CONSTRAINT loyalty_quest_audience_days_check CHECK ((audience_days >= 0)),
    CONSTRAINT loyalty_quest_credit_check CHECK ((credit >= 0)),
    CONSTRAINT loyalty_quest_ends_after_start CHECK (((ends_at IS NULL) OR (starts_at IS NULL) OR (ends_at > starts_at))),
    CONSTRAINT loyalty_quest_gift_days_check CHECK ((gift_days >= 0)),
    CONSTRAINT loyalty_quest_names_group CHECK (((NOT ((audience)::text = 'group'::text)) OR (group_id IS NOT NULL))),
    CONSTRAINT loyalty_quest_names_tier CHECK (((NOT ((audience)::text = 'tier'::text)) OR (tier_id IS NOT NULL))),
    CONSTRAINT loyalty_quest_points_check CHECK ((points >= 0)),
    CONSTRAINT loyalty_quest_position_check CHECK (("position" >= 0)),
    CONSTRAINT loyalty_quest_some_days CHECK ((audience_days >= 1)),
    CONSTRAINT loyalty_quest_version_check CHECK ((version >= 0))
);

ALTER TABLE public.loyalty_quest ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_quest_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_questrun (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    code character varying(40) NOT NULL,
    period character varying(20) NOT NULL,
    state character varying(4) NOT NULL,
    begun_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    done_at timestamp with time zone,
    points integer NOT NULL,
    credit integer NOT NULL,
    member_id bigint NOT NULL,
    quest_id bigint NOT NULL,
    CONSTRAINT loyalty_quest_run_done_at CHECK ((((done_at IS NULL) AND ((state)::text = 'open'::text)) OR ((done_at IS NOT NULL) AND ((state)::text = 'done'::text)))),
    CONSTRAINT loyalty_questrun_credit_check CHECK ((credit >= 0)),
    CONSTRAINT loyalty_questrun_points_check CHECK ((points >= 0))
);

ALTER TABLE public.loyalty_questrun ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_questrun_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_queststep (
    id bigint NOT NULL,
    "position" smallint NOT NULL,
    event character varying(40) NOT NULL,
    filter jsonb NOT NULL,
    count smallint NOT NULL,
    distinct_by character varying(20) NOT NULL,
    name character varying(160) NOT NULL,
    quest_id bigint NOT NULL,
    CONSTRAINT loyalty_quest_step_count CHECK (((count >= 1) AND (count <= 1000))),
    CONSTRAINT loyalty_queststep_count_check CHECK ((count >= 0)),
    CONSTRAINT loyalty_queststep_position_check CHECK (("position" >= 0))
);

ALTER TABLE public.loyalty_queststep ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_queststep_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_questwithdrawal (
    subject character varying(40) NOT NULL,
    gone boolean NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.loyalty_redemption (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    key uuid NOT NULL,
    state character varying(10) NOT NULL,
    cost integer NOT NULL,
    slot integer,
    slot_limit integer,
    claimed_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    coupon_id bigint,
    member_id bigint NOT NULL,
    reward_id bigint NOT NULL,
    txn_id bigint,
    carrier character varying(60) NOT NULL,
    expires_at timestamp with time zone,
    fulfilled_at timestamp with time zone,
    sent_at timestamp with time zone,
    taken_by_id bigint,
    tracking character varying(80) NOT NULL,
    CONSTRAINT loyalty_redemption_cost_check CHECK ((cost >= 0)),
    CONSTRAINT loyalty_redemption_held_until CHECK (((NOT ((state)::text = 'held'::text)) OR (expires_at IS NOT NULL))),
    CONSTRAINT loyalty_redemption_paid_or_given CHECK ((((cost = 0) AND (txn_id IS NULL)) OR ((cost > 0) AND (txn_id IS NOT NULL)))),
    CONSTRAINT loyalty_redemption_slot_check CHECK ((slot >= 0)),
    CONSTRAINT loyalty_redemption_slot_limit_check CHECK ((slot_limit >= 0)),
    CONSTRAINT loyalty_redemption_undone_slot CHECK (((NOT ((state)::text = ANY ((ARRAY['cancelled'::character varying, 'expired'::character varying, 'returned'::character varying])::text[]))) OR (slot IS NULL))),
    CONSTRAINT loyalty_redemption_within_limit CHECK (((slot IS NULL) OR (slot_limit IS NULL) OR (slot <= slot_limit)))
);

ALTER TABLE public.loyalty_redemption ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_redemption_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_redemptionstep (
    id bigint NOT NULL,
    state character varying(10) NOT NULL,
    note character varying(300) NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    redemption_id bigint NOT NULL
);

ALTER TABLE public.loyalty_redemptionstep ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_redemptionstep_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_refund (
    id bigint NOT NULL,
    external_id character varying(120) NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    amount bigint NOT NULL,
    spread boolean NOT NULL,
    order_id bigint NOT NULL,
    CONSTRAINT loyalty_refund_amount CHECK ((amount >= 0))
);

ALTER TABLE public.loyalty_refund ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_refund_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_refundline (
    id bigint NOT NULL,
    quantity bigint NOT NULL,
    amount bigint NOT NULL,
    line_id bigint NOT NULL,
    refund_id bigint NOT NULL,
    CONSTRAINT loyalty_refund_line_amount CHECK ((amount >= 0)),
    CONSTRAINT loyalty_refundline_quantity_check CHECK ((quantity >= 0))
);

ALTER TABLE public.loyalty_refundline ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_refundline_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_refundnotice (
    id bigint NOT NULL,
    source character varying(60) NOT NULL,
    order_external_id character varying(120) NOT NULL,
    external_id character varying(120) NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    amount bigint NOT NULL,
    lines jsonb NOT NULL,
    received_at timestamp with time zone NOT NULL,
    CONSTRAINT loyalty_refund_notice_amount CHECK ((amount >= 0))
);

ALTER TABLE public.loyalty_refundnotice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_refundnotice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_reward (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    name character varying(120) NOT NULL,
    description text NOT NULL,
    kind character varying(20) NOT NULL,
    cost integer NOT NULL,
    unit_cost bigint NOT NULL,
    stock integer,
    claimed integer DEFAULT 0 NOT NULL,
    per_member integer,
    percent smallint NOT NULL,
    amount bigint NOT NULL,
    currency character varying(3) NOT NULL,
    valid_days integer NOT NULL,
    starts_at timestamp with time zone,
    ends_at timestamp with time zone,
    active boolean NOT NULL,
    "position" integer NOT NULL,
    min_tier_id bigint,
    badge_id bigint,
    category character varying(40) NOT NULL,
    early_access boolean NOT NULL,
    gift_days smallint NOT NULL,
    gives_id bigint,
    goal integer,
    group_id integer,
    how_to_use text NOT NULL,
    minimum_net bigint NOT NULL,
    perk_days smallint NOT NULL,
    picture character varying(100) NOT NULL,
    picture_alt character varying(200) NOT NULL,
    picture_small character varying(100) NOT NULL,
    return_days smallint NOT NULL,
    terms text NOT NULL,
    pool_id bigint,
    CONSTRAINT loyalty_reward_amount_check CHECK ((amount >= 0)),
    CONSTRAINT loyalty_reward_claimed_check CHECK ((claimed >= 0)),
    CONSTRAINT loyalty_reward_cost CHECK ((cost > 0)),
    CONSTRAINT loyalty_reward_cost_check CHECK ((cost >= 0)),
    CONSTRAINT loyalty_reward_gift_days_check CHECK ((gift_days >= 0)),
    CONSTRAINT loyalty_reward_goal_check CHECK ((goal >= 0)),
    CONSTRAINT loyalty_reward_minimum_net_check CHECK ((minimum_net >= 0)),
    CONSTRAINT loyalty_reward_per_member_check CHECK ((per_member >= 0)),
    CONSTRAINT loyalty_reward_percent CHECK ((percent <= 100)),
    CONSTRAINT loyalty_reward_percent_check CHECK ((percent >= 0)),
    CONSTRAINT loyalty_reward_perk_days_check CHECK ((perk_days >= 0)),
    CONSTRAINT loyalty_reward_position_check CHECK (("position" >= 0)),
    CONSTRAINT loyalty_reward_return_days_check CHECK ((return_days >= 0)),
    CONSTRAINT loyalty_reward_stock CHECK (((stock IS NULL) OR (claimed <= stock))),
    CONSTRAINT loyalty_reward_stock_check CHECK ((stock >= 0)),
    CONSTRAINT loyalty_reward_unit_cost_check CHECK ((unit_cost >= 0)),
    CONSTRAINT loyalty_reward_valid_days_check CHECK ((valid_days >= 0)),
    CONSTRAINT loyalty_reward_window CHECK (((ends_at IS NULL) OR (starts_at IS NULL) OR (ends_at > starts_at)))
);

CREATE TABLE public.loyalty_reward_groups (
    id bigint NOT NULL,
    reward_id bigint NOT NULL,
    group_id integer NOT NULL
);

ALTER TABLE public.loyalty_reward_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_reward_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.loyalty_reward ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_reward_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_rewardreserve (
    id bigint NOT NULL,
    cause character varying(120) NOT NULL,
    count integer NOT NULL,
    given integer NOT NULL,
    released integer NOT NULL,
    reserved_at timestamp with time zone NOT NULL,
    reward_id bigint NOT NULL,
    CONSTRAINT loyalty_reserve_count CHECK ((count > 0)),
    CONSTRAINT loyalty_reserve_within CHECK ((count >= (given + released))),
    CONSTRAINT loyalty_rewardreserve_count_check CHECK ((count >= 0)),
    CONSTRAINT loyalty_rewardreserve_given_check CHECK ((given >= 0)),
    CONSTRAINT loyalty_rewardreserve_released_check CHECK ((released >= 0))
);

ALTER TABLE public.loyalty_rewardreserve ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_rewardreserve_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_rhythmweek (
    id bigint NOT NULL,
    week date NOT NULL,
    act character varying(40) NOT NULL,
    member_id bigint NOT NULL
);

ALTER TABLE public.loyalty_rhythmweek ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_rhythmweek_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_rulebudget (
    id bigint NOT NULL,
    rule_code character varying(40) NOT NULL,
    points bigint NOT NULL,
    cap bigint NOT NULL,
    CONSTRAINT loyalty_budget_within_cap CHECK ((points <= cap)),
    CONSTRAINT loyalty_rulebudget_cap_check CHECK ((cap >= 0)),
    CONSTRAINT loyalty_rulebudget_points_check CHECK ((points >= 0))
);

ALTER TABLE public.loyalty_rulebudget ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_rulebudget_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_ruledraft (
    id bigint NOT NULL,
    code character varying(40) NOT NULL,
    base integer NOT NULL,
    "values" jsonb NOT NULL,
    draft_id bigint NOT NULL,
    CONSTRAINT loyalty_ruledraft_base_check CHECK ((base >= 0))
);

ALTER TABLE public.loyalty_ruledraft ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_ruledraft_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_rulehit (
    id bigint NOT NULL,
    rule_code character varying(40) NOT NULL,
    period character varying(60) NOT NULL,
    seq integer NOT NULL,
    cap integer NOT NULL,
    source_type character varying(20) NOT NULL,
    source_id bigint NOT NULL,
    member_id bigint NOT NULL,
    at timestamp with time zone,
    CONSTRAINT loyalty_hit_within_cap CHECK (((seq >= 1) AND (seq <= cap))),
    CONSTRAINT loyalty_rulehit_cap_check CHECK ((cap >= 0)),
    CONSTRAINT loyalty_rulehit_seq_check CHECK ((seq >= 0))
);

ALTER TABLE public.loyalty_rulehit ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_rulehit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_rulerefusal (
    id bigint NOT NULL,
    source_type character varying(20) NOT NULL,
    source_id bigint NOT NULL,
    code character varying(40) NOT NULL,
    detail jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    rule_id bigint NOT NULL
);

ALTER TABLE public.loyalty_rulerefusal ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_rulerefusal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_ruleusage (
    id bigint NOT NULL,
    rule_code character varying(40) NOT NULL,
    period character varying(60) NOT NULL,
    points bigint NOT NULL,
    cap bigint NOT NULL,
    member_id bigint NOT NULL,
    CONSTRAINT loyalty_ruleusage_cap_check CHECK ((cap >= 0)),
    CONSTRAINT loyalty_ruleusage_points_check CHECK ((points >= 0)),
    CONSTRAINT loyalty_usage_within_cap CHECK ((points <= cap))
);

ALTER TABLE public.loyalty_ruleusage ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_ruleusage_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_season (
    id bigint NOT NULL,
    public_id character varying(12) NOT NULL,
    name character varying(60) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    counts_purchases boolean NOT NULL,
    daily_cap integer NOT NULL,
    newcomer_days smallint NOT NULL,
    continues boolean NOT NULL,
    closed_at timestamp with time zone,
    counted_entry bigint DEFAULT 0 NOT NULL,
    counted_at timestamp with time zone,
    CONSTRAINT loyalty_season_cap CHECK ((daily_cap > 0)),
    CONSTRAINT loyalty_season_closed_late CHECK (((closed_at IS NULL) OR (closed_at >= ends_at))),
    CONSTRAINT loyalty_season_daily_cap_check CHECK ((daily_cap >= 0)),
    CONSTRAINT loyalty_season_ends_later CHECK ((ends_at > starts_at)),
    CONSTRAINT loyalty_season_newcomer_days_check CHECK ((newcomer_days >= 0))
);

ALTER TABLE public.loyalty_season ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_season_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_seasonchoice (
    member_id bigint NOT NULL,
    wish character varying(6) NOT NULL,
    changed_at timestamp with time zone NOT NULL
);

CREATE TABLE public.loyalty_seasonleague (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    board_id bigint,
    season_id bigint NOT NULL,
    CONSTRAINT loyalty_league_board CHECK ((((board_id IS NOT NULL) AND ((kind)::text = 'board'::text)) OR ((NOT ((kind)::text = 'board'::text)) AND (board_id IS NULL))))
);

ALTER TABLE public.loyalty_seasonleague ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_seasonleague_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_seasonplayer (
    id bigint NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    left_at timestamp with time zone,
    counted_at timestamp with time zone,
    member_id bigint NOT NULL,
    season_id bigint NOT NULL
);

ALTER TABLE public.loyalty_seasonplayer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_seasonplayer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_seasonprize (
    id bigint NOT NULL,
    league character varying(10) NOT NULL,
    first_rank integer NOT NULL,
    last_rank integer NOT NULL,
    points integer NOT NULL,
    badge_id bigint,
    reward_id bigint,
    season_id bigint NOT NULL,
    CONSTRAINT loyalty_prize_ranks CHECK (((first_rank >= 1) AND (last_rank >= first_rank))),
    CONSTRAINT loyalty_prize_something CHECK (((points > 0) OR (reward_id IS NOT NULL) OR (badge_id IS NOT NULL))),
    CONSTRAINT loyalty_seasonprize_first_rank_check CHECK ((first_rank >= 0)),
    CONSTRAINT loyalty_seasonprize_last_rank_check CHECK ((last_rank >= 0)),
    CONSTRAINT loyalty_seasonprize_points_check CHECK ((points >= 0))
);

ALTER TABLE public.loyalty_seasonprize ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_seasonprize_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_seasonresult (
    id bigint NOT NULL,
    rank integer NOT NULL,
    score bigint NOT NULL,
    rewarded_at timestamp with time zone,
    league_id bigint NOT NULL,
    member_id bigint NOT NULL,
    CONSTRAINT loyalty_seasonresult_rank_check CHECK ((rank >= 0))
);

ALTER TABLE public.loyalty_seasonresult ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_seasonresult_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_seasonscore (
    id bigint NOT NULL,
    score bigint NOT NULL,
    league_id bigint NOT NULL,
    member_id bigint NOT NULL,
    CONSTRAINT loyalty_score_positive CHECK ((score > 0))
);

ALTER TABLE public.loyalty_seasonscore ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_seasonscore_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_shippingaddress (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    lines character varying(300) NOT NULL,
    postcode character varying(16) NOT NULL,
    city character varying(100) NOT NULL,
    region character varying(100) NOT NULL,
    country character varying(60) NOT NULL,
    phone character varying(30) NOT NULL,
    given_at timestamp with time zone NOT NULL,
    redemption_id bigint NOT NULL
);

ALTER TABLE public.loyalty_shippingaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_shippingaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_stepprogress (
    id bigint NOT NULL,
    source character varying(80) NOT NULL,
    subject character varying(40) NOT NULL,
    "distinct" character varying(60) NOT NULL,
    stands boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    run_id bigint NOT NULL,
    step_id bigint NOT NULL
);

ALTER TABLE public.loyalty_stepprogress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_stepprogress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_tier (
    id bigint NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(60) NOT NULL,
    rank smallint NOT NULL,
    threshold bigint NOT NULL,
    keep_threshold bigint,
    benefits text NOT NULL,
    program_id bigint NOT NULL,
    birthday_points integer DEFAULT 0 NOT NULL,
    birthday_reward_id bigint,
    by_invitation boolean DEFAULT false NOT NULL,
    early_hours smallint DEFAULT 0 NOT NULL,
    gift_days smallint DEFAULT 30 NOT NULL,
    lifetime_threshold bigint,
    multiplier_percent smallint DEFAULT 100 NOT NULL,
    pending_days smallint,
    service_promise character varying(200) NOT NULL,
    welcome_reward_id bigint,
    CONSTRAINT loyalty_tier_birthday_points_check CHECK ((birthday_points >= 0)),
    CONSTRAINT loyalty_tier_early CHECK ((early_hours <= 720)),
    CONSTRAINT loyalty_tier_early_hours_check CHECK ((early_hours >= 0)),
    CONSTRAINT loyalty_tier_gift_days CHECK (((gift_days >= 1) AND (gift_days <= 366))),
    CONSTRAINT loyalty_tier_gift_days_check CHECK ((gift_days >= 0)),
    CONSTRAINT loyalty_tier_keep_below_reach CHECK (((keep_threshold IS NULL) OR (keep_threshold <= threshold))),
    CONSTRAINT loyalty_tier_keep_threshold_check CHECK ((keep_threshold >= 0)),
    CONSTRAINT loyalty_tier_lifetime_threshold_check CHECK ((lifetime_threshold >= 0)),
    CONSTRAINT loyalty_tier_lowest_open CHECK (((rank > 0) OR (NOT by_invitation))),
    CONSTRAINT loyalty_tier_multiplier CHECK (((multiplier_percent >= 100) AND (multiplier_percent <= 500))),
    CONSTRAINT loyalty_tier_multiplier_percent_check CHECK ((multiplier_percent >= 0)),
    CONSTRAINT loyalty_tier_pending_days_check CHECK ((pending_days >= 0)),
    CONSTRAINT loyalty_tier_rank_check CHECK ((rank >= 0)),
    CONSTRAINT loyalty_tier_threshold_check CHECK ((threshold >= 0))
);

ALTER TABLE public.loyalty_tier ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_tier_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_tierinvitation (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    reason character varying(200) NOT NULL,
    invited_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    end_reason character varying(200) NOT NULL,
    ended_by_id bigint,
    invited_by_id bigint,
    member_id bigint NOT NULL,
    tier_id bigint NOT NULL,
    CONSTRAINT loyalty_tier_invited_for_a_time CHECK ((ends_at > invited_at))
);

ALTER TABLE public.loyalty_tierinvitation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_tierinvitation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_tiermembership (
    id bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone,
    basis bigint NOT NULL,
    grace_until timestamp with time zone,
    member_id bigint NOT NULL,
    tier_id bigint NOT NULL,
    ground character varying(10) NOT NULL,
    next_review timestamp with time zone,
    secured_until timestamp with time zone
);

ALTER TABLE public.loyalty_tiermembership ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_tiermembership_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_tierprogram (
    id bigint NOT NULL,
    code character varying(40) NOT NULL,
    name character varying(120) NOT NULL,
    window_days integer NOT NULL,
    grace_days integer NOT NULL,
    basis character varying(8) NOT NULL,
    down character varying(8) NOT NULL,
    reviewed_at timestamp with time zone,
    spend_currency character varying(3) NOT NULL,
    "window" character varying(12) NOT NULL,
    CONSTRAINT loyalty_program_currency CHECK ((((basis)::text = 'credit'::text) OR ((spend_currency)::text ~ '^[A-Z]{3}$'::text))),
    CONSTRAINT loyalty_program_grace CHECK ((grace_days <= 366)),
    CONSTRAINT loyalty_program_window CHECK (((window_days >= 1) AND (window_days <= 3660))),
    CONSTRAINT loyalty_tierprogram_grace_days_check CHECK ((grace_days >= 0)),
    CONSTRAINT loyalty_tierprogram_window_days_check CHECK ((window_days >= 0))
);

ALTER TABLE public.loyalty_tierprogram ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_tierprogram_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_transfer (
    id bigint NOT NULL,
    public_id character varying(12) NOT NULL,
    key uuid NOT NULL,
    amount bigint NOT NULL,
    note character varying(200) NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    currency_id smallint NOT NULL,
    receiver_id bigint NOT NULL,
    sender_id bigint NOT NULL,
    txn_id bigint NOT NULL,
    CONSTRAINT loyalty_transfer_amount CHECK ((amount > 0)),
    CONSTRAINT loyalty_transfer_to_another CHECK ((NOT (sender_id = receiver_id)))
);

ALTER TABLE public.loyalty_transfer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_transfer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_trial (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    changes integer NOT NULL,
    since timestamp with time zone NOT NULL,
    until timestamp with time zone NOT NULL,
    state character varying(10) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    turn integer NOT NULL,
    seen_at timestamp with time zone,
    done bigint NOT NULL,
    total bigint NOT NULL,
    finished_at timestamp with time zone,
    result jsonb,
    asked_by_id bigint,
    draft_id bigint,
    CONSTRAINT loyalty_trial_changes_check CHECK ((changes >= 0)),
    CONSTRAINT loyalty_trial_done_check CHECK ((done >= 0)),
    CONSTRAINT loyalty_trial_done_has_result CHECK (((NOT ((state)::text = 'done'::text)) OR ((finished_at IS NOT NULL) AND (result IS NOT NULL)))),
    CONSTRAINT loyalty_trial_period CHECK ((until > since)),
    CONSTRAINT loyalty_trial_total_check CHECK ((total >= 0)),
    CONSTRAINT loyalty_trial_turn_check CHECK ((turn >= 0))
);

ALTER TABLE public.loyalty_trial ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_trial_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_trialdecision (
    id bigint NOT NULL,
    rule_id bigint NOT NULL,
    trial_id bigint NOT NULL
);

ALTER TABLE public.loyalty_trialdecision ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_trialdecision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_txn (
    id bigint NOT NULL,
    key uuid NOT NULL,
    kind character varying(10) NOT NULL,
    reason character varying(60) NOT NULL,
    origin character varying(10) NOT NULL,
    source_type character varying(20) NOT NULL,
    source_id bigint,
    effective_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    facts jsonb NOT NULL,
    actor_id bigint,
    reverses_id bigint,
    rule_id bigint
);

ALTER TABLE public.loyalty_txn ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_txn_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.loyalty_wallet (
    id bigint NOT NULL,
    posted bigint DEFAULT 0 NOT NULL,
    held bigint DEFAULT 0 NOT NULL,
    lifetime bigint DEFAULT 0 NOT NULL,
    allow_negative boolean DEFAULT false NOT NULL,
    currency_id smallint NOT NULL,
    member_id bigint NOT NULL,
    CONSTRAINT loyalty_wallet_held CHECK ((held >= 0)),
    CONSTRAINT loyalty_wallet_not_negative CHECK (((posted >= 0) OR allow_negative))
);

ALTER TABLE public.loyalty_wallet ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.loyalty_wallet_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.members_accountchange (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    told character varying(254) NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    stopped_at timestamp with time zone,
    member_id bigint NOT NULL
);

ALTER TABLE public.members_accountchange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.members_accountchange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.members_birthday (
    member_id bigint NOT NULL,
    month smallint NOT NULL,
    day smallint NOT NULL,
    given_at timestamp with time zone NOT NULL,
    CONSTRAINT members_birthday_day_check CHECK ((day >= 0)),
    CONSTRAINT members_birthday_exists CHECK (((((day >= 1) AND (day <= 31)) AND (month = ANY (ARRAY[1, 3, 5, 7, 8, 10, 12]))) OR (((day >= 1) AND (day <= 30)) AND (month = ANY (ARRAY[4, 6, 9, 11]))) OR (((day >= 1) AND (day <= 29)) AND (month = 2)))),
    CONSTRAINT members_birthday_month_check CHECK ((month >= 0))
);

CREATE TABLE public.members_groupprofile (
    id bigint NOT NULL,
    name character varying(60) NOT NULL,
    slug character varying(30) NOT NULL,
    description character varying(500) NOT NULL,
    visible boolean DEFAULT false NOT NULL,
    joining character varying(10) NOT NULL,
    mentionable boolean DEFAULT false NOT NULL,
    group_id integer NOT NULL,
    owner_id bigint
);

ALTER TABLE public.members_groupprofile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.members_groupprofile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.members_grouprequest (
    id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    group_id bigint NOT NULL,
    member_id bigint NOT NULL
);

ALTER TABLE public.members_grouprequest ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.members_grouprequest_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.members_identity (
    id bigint NOT NULL,
    source character varying(60) NOT NULL,
    external_id character varying(120) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL
);

ALTER TABLE public.members_identity ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.members_identity_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.members_openness (
    member_id bigint NOT NULL,
    listed boolean DEFAULT true NOT NULL,
    last_seen boolean DEFAULT false NOT NULL,
    here boolean DEFAULT true NOT NULL
);

CREATE TABLE public.members_rightschange (
    id bigint NOT NULL,
    member_id bigint,
    session_key character varying(40) NOT NULL,
    transaction bigint NOT NULL,
    made_at timestamp with time zone NOT NULL
);

ALTER TABLE public.members_rightschange ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.members_rightschange_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.members_signintries (
    id bigint NOT NULL,
    key character varying(64) NOT NULL,
    since timestamp with time zone NOT NULL,
    count integer NOT NULL,
    CONSTRAINT members_signintries_count_check CHECK ((count >= 0))
);

ALTER TABLE public.members_signintries ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.members_signintries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.members_user (
    id bigint NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    first_name character varying(150) NOT NULL,
    last_name character varying(150) NOT NULL,
    email character varying(254) NOT NULL,
    is_staff boolean NOT NULL,
    is_active boolean NOT NULL,
    date_joined timestamp with time zone NOT NULL,
    username character varying(30) NOT NULL,
    public_id character varying(16) NOT NULL,
    display_name character varying(60) NOT NULL,
    bio character varying(500) NOT NULL,
    avatar character varying(100) NOT NULL,
    language character varying(10) NOT NULL,
    time_zone character varying(50) NOT NULL,
    imported boolean NOT NULL,
    last_seen_at timestamp with time zone,
    erased_at timestamp with time zone
);

CREATE TABLE public.members_user_groups (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    group_id integer NOT NULL
);

ALTER TABLE public.members_user_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.members_user_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.members_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.members_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.members_user_user_permissions (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.members_user_user_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.members_user_user_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_consent (
    id bigint NOT NULL,
    channel character varying(10) NOT NULL,
    purpose character varying(20) NOT NULL,
    state character varying(10) NOT NULL,
    source character varying(40) NOT NULL,
    text_version character varying(40) NOT NULL,
    evidence jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    by_id bigint,
    member_id bigint NOT NULL,
    delivery_id bigint
);

ALTER TABLE public.messaging_consent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_consent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_delivery (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    kind character varying(60) NOT NULL,
    cause character varying(160) NOT NULL,
    campaign_key character varying(60) NOT NULL,
    step smallint NOT NULL,
    channel character varying(10) NOT NULL,
    purpose character varying(20) NOT NULL,
    priority smallint NOT NULL,
    keeps_quiet_hours boolean NOT NULL,
    state character varying(16) NOT NULL,
    reason character varying(60) NOT NULL,
    queued_at timestamp with time zone NOT NULL,
    not_before timestamp with time zone NOT NULL,
    expires_at timestamp with time zone,
    lease_until timestamp with time zone,
    attempts smallint NOT NULL,
    content_hash character varying(64) NOT NULL,
    server_answer character varying(300) NOT NULL,
    sent_at timestamp with time zone,
    member_id bigint NOT NULL,
    urgent boolean DEFAULT false NOT NULL,
    CONSTRAINT messaging_delivery_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT messaging_delivery_priority_check CHECK ((priority >= 0)),
    CONSTRAINT messaging_delivery_step_check CHECK ((step >= 0)),
    CONSTRAINT messaging_held_has_lease CHECK (((NOT ((state)::text = ANY ((ARRAY['claimed'::character varying, 'handing_over'::character varying])::text[]))) OR (lease_until IS NOT NULL))),
    CONSTRAINT messaging_priority CHECK (((priority >= 1) AND (priority <= 9))),
    CONSTRAINT messaging_reason_unless_sent CHECK ((((state)::text = 'sent'::text) OR (NOT ((reason)::text = ''::text)))),
    CONSTRAINT messaging_sent_has_time CHECK (((NOT ((state)::text = ANY ((ARRAY['sent'::character varying, 'sent?'::character varying])::text[]))) OR (sent_at IS NOT NULL)))
);

ALTER TABLE public.messaging_delivery ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_mailpause (
    member_id bigint NOT NULL,
    until timestamp with time zone NOT NULL
);

CREATE TABLE public.messaging_messagingsettings (
    id smallint NOT NULL,
    quiet_from time without time zone NOT NULL,
    quiet_to time without time zone NOT NULL,
    marketing_per_day smallint NOT NULL,
    marketing_per_week smallint NOT NULL,
    mail_delay smallint DEFAULT 10 NOT NULL,
    week_units smallint DEFAULT 12 NOT NULL,
    CONSTRAINT messaging_day_within_week CHECK ((marketing_per_day <= marketing_per_week)),
    CONSTRAINT messaging_messagingsettings_id_check CHECK ((id >= 0)),
    CONSTRAINT messaging_messagingsettings_mail_delay_check CHECK ((mail_delay >= 0)),
    CONSTRAINT messaging_messagingsettings_marketing_per_day_check CHECK ((marketing_per_day >= 0)),
    CONSTRAINT messaging_messagingsettings_marketing_per_week_check CHECK ((marketing_per_week >= 0)),
    CONSTRAINT messaging_messagingsettings_week_units_check CHECK ((week_units >= 0)),
    CONSTRAINT messaging_one_settings_row CHECK ((id = 1))
);

CREATE TABLE public.messaging_notice (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    kind character varying(40) NOT NULL,
    cause character varying(160) NOT NULL,
    merge_key character varying(160) NOT NULL,
    data jsonb NOT NULL,
    by_ids bigint[] NOT NULL,
    count integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone,
    read_at timestamp with time zone,
    member_id bigint NOT NULL,
    in_site boolean DEFAULT true NOT NULL,
    mail_id bigint,
    mail_at timestamp with time zone,
    push_id bigint,
    push_at timestamp with time zone,
    urgent boolean DEFAULT false NOT NULL,
    CONSTRAINT messaging_notice_count_check CHECK ((count >= 0)),
    CONSTRAINT messaging_notice_counts CHECK ((count >= 1))
);

ALTER TABLE public.messaging_notice ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_notice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_noticesettings (
    member_id bigint NOT NULL,
    choices jsonb NOT NULL,
    quiet_from time without time zone,
    quiet_to time without time zone,
    digest character varying(10) NOT NULL,
    digest_hour smallint NOT NULL,
    digest_day smallint NOT NULL,
    digest_always boolean NOT NULL,
    push_words boolean NOT NULL,
    CONSTRAINT messaging_digest_day CHECK (((digest_day >= 1) AND (digest_day <= 7))),
    CONSTRAINT messaging_digest_hour CHECK ((digest_hour <= 23)),
    CONSTRAINT messaging_noticesettings_digest_day_check CHECK ((digest_day >= 0)),
    CONSTRAINT messaging_noticesettings_digest_hour_check CHECK ((digest_hour >= 0)),
    CONSTRAINT messaging_quiet_both_ends CHECK ((((quiet_from IS NULL) AND (quiet_to IS NULL)) OR ((quiet_from IS NOT NULL) AND (quiet_to IS NOT NULL))))
);

CREATE TABLE public.messaging_pushsubscription (
    id bigint NOT NULL,
    public_id character varying(16) NOT NULL,
    endpoint text NOT NULL,
    endpoint_hash character varying(64) NOT NULL,
    p256dh character varying(100) NOT NULL,
    auth character varying(40) NOT NULL,
    label character varying(60) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_success_at timestamp with time zone,
    failures smallint NOT NULL,
    member_id bigint NOT NULL,
    CONSTRAINT messaging_pushsubscription_failures_check CHECK ((failures >= 0))
);

ALTER TABLE public.messaging_pushsubscription ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_pushsubscription_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.messaging_suppression (
    id bigint NOT NULL,
    address_hash character varying(64) NOT NULL,
    channel character varying(10) NOT NULL,
    reason character varying(20) NOT NULL,
    until timestamp with time zone,
    at timestamp with time zone NOT NULL
);

ALTER TABLE public.messaging_suppression ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.messaging_suppression_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.mfa_authenticator (
    id bigint NOT NULL,
    type character varying(20) NOT NULL,
    data jsonb NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);

ALTER TABLE public.mfa_authenticator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mfa_authenticator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.outbox_eventdelivery (
    id bigint NOT NULL,
    handler character varying(160) NOT NULL,
    attempts smallint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    parked_at timestamp with time zone,
    last_error text NOT NULL,
    event_id bigint NOT NULL,
    CONSTRAINT outbox_done_or_parked CHECK (((done_at IS NULL) OR (parked_at IS NULL))),
    CONSTRAINT outbox_eventdelivery_attempts_check CHECK ((attempts >= 0))
);

ALTER TABLE public.outbox_eventdelivery ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.outbox_eventdelivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.outbox_heartbeat (
    name character varying(40) NOT NULL,
    seen_at timestamp with time zone NOT NULL
);

CREATE TABLE public.outbox_listening (
    id bigint NOT NULL,
    handler character varying(160) NOT NULL,
    name character varying(80) NOT NULL
);

ALTER TABLE public.outbox_listening ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.outbox_listening_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.outbox_storedevent (
    id bigint NOT NULL,
    uid uuid NOT NULL,
    name character varying(80) NOT NULL,
    payload jsonb NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    stored_at timestamp with time zone NOT NULL
);

ALTER TABLE public.outbox_storedevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.outbox_storedevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.referrals_program (
    id bigint NOT NULL,
    code character varying(50) NOT NULL,
    name character varying(80) NOT NULL,
    inviter_points integer NOT NULL,
    friend_points integer NOT NULL,
    hold_days smallint NOT NULL,
    least_account_days smallint NOT NULL,
    daily_limit smallint NOT NULL,
    is_open boolean NOT NULL,
    CONSTRAINT referrals_hold_within_a_year CHECK ((hold_days <= 365)),
    CONSTRAINT referrals_points_sane CHECK (((friend_points <= 100000) AND (inviter_points <= 100000))),
    CONSTRAINT referrals_program_daily_limit_check CHECK ((daily_limit >= 0)),
    CONSTRAINT referrals_program_friend_points_check CHECK ((friend_points >= 0)),
    CONSTRAINT referrals_program_hold_days_check CHECK ((hold_days >= 0)),
    CONSTRAINT referrals_program_inviter_points_check CHECK ((inviter_points >= 0)),
    CONSTRAINT referrals_program_least_account_days_check CHECK ((least_account_days >= 0))
);

ALTER TABLE public.referrals_program ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referrals_program_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.referrals_referral (
    id bigint NOT NULL,
    state character varying(12) NOT NULL,
    reason character varying(20) NOT NULL,
    claimed_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    qualified_at timestamp with time zone,
    due_at timestamp with time zone,
    closed_at timestamp with time zone,
    friend_id bigint NOT NULL,
    inviter_id bigint NOT NULL,
    order_id bigint,
    program_id bigint NOT NULL,
    link_id bigint,
    CONSTRAINT referrals_closed_has_time CHECK ((((closed_at IS NOT NULL) AND ((state)::text = ANY ((ARRAY['rewarded'::character varying, 'voided'::character varying])::text[]))) OR ((closed_at IS NULL) AND ((state)::text = ANY ((ARRAY['in_progress'::character varying, 'pending'::character varying])::text[]))))),
    CONSTRAINT referrals_not_oneself CHECK ((NOT (inviter_id = friend_id))),
    CONSTRAINT referrals_paid_for_an_order CHECK (((NOT ((state)::text = ANY ((ARRAY['pending'::character varying, 'rewarded'::character varying])::text[]))) OR ((due_at IS NOT NULL) AND (order_id IS NOT NULL) AND (qualified_at IS NOT NULL)))),
    CONSTRAINT referrals_void_has_reason CHECK (((((state)::text = 'voided'::text) AND (NOT ((reason)::text = ''::text))) OR ((NOT ((state)::text = 'voided'::text)) AND ((reason)::text = ''::text))))
);

ALTER TABLE public.referrals_referral ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referrals_referral_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.referrals_sharelink (
    id bigint NOT NULL,
    code character varying(16) NOT NULL,
    target character varying(200) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    member_id bigint NOT NULL,
    CONSTRAINT referrals_target_is_ours CHECK ((((target)::text = ''::text) OR ((target)::text ~ '^/([^/\\]|$)'::text)))
);

ALTER TABLE public.referrals_sharelink ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.referrals_sharelink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.simple_translation_simpletranslation (
    id integer NOT NULL
);

ALTER TABLE public.simple_translation_simpletranslation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.simple_translation_simpletranslation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.socialaccount_socialaccount (
    id integer NOT NULL,
    provider character varying(200) NOT NULL,
    uid character varying(191) NOT NULL,
    last_login timestamp with time zone NOT NULL,
    date_joined timestamp with time zone NOT NULL,
    extra_data jsonb NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE public.socialaccount_socialaccount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.socialaccount_socialaccount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.socialaccount_socialapp (
    id integer NOT NULL,
    provider character varying(30) NOT NULL,
    name character varying(40) NOT NULL,
    client_id character varying(191) NOT NULL,
    secret character varying(191) NOT NULL,
    key character varying(191) NOT NULL,
    provider_id character varying(200) NOT NULL,
    settings jsonb NOT NULL
);

ALTER TABLE public.socialaccount_socialapp ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.socialaccount_socialapp_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.socialaccount_socialtoken (
    id integer NOT NULL,
    token text NOT NULL,
    token_secret text NOT NULL,
    expires_at timestamp with time zone,
    account_id integer NOT NULL,
    app_id integer
);

ALTER TABLE public.socialaccount_socialtoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.socialaccount_socialtoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.taggit_tag (
    id integer NOT NULL,
    name character varying(100) NOT NULL,
    slug character varying(100) NOT NULL
);

ALTER TABLE public.taggit_tag ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.taggit_tag_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.taggit_taggeditem (
    id integer NOT NULL,
    object_id integer NOT NULL,
    content_type_id integer NOT NULL,
    tag_id integer NOT NULL
);

ALTER TABLE public.taggit_taggeditem ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.taggit_taggeditem_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.usersessions_usersession (
    id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ip inet NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    session_key character varying(40) NOT NULL,
    user_agent character varying(200) NOT NULL,
    data jsonb NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE public.usersessions_usersession ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usersessions_usersession_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailadmin_admin (
    id integer NOT NULL
);

ALTER TABLE public.wagtailadmin_admin ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailadmin_admin_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailadmin_editingsession (
    id integer NOT NULL,
    object_id character varying(255) NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    content_type_id integer NOT NULL,
    user_id bigint NOT NULL,
    is_editing boolean NOT NULL
);

ALTER TABLE public.wagtailadmin_editingsession ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailadmin_editingsession_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailadmin_formstate (
    id integer NOT NULL,
    data text NOT NULL,
    object_id character varying(255) NOT NULL,
    parent_object_id character varying(255) NOT NULL,
    last_updated_at timestamp with time zone NOT NULL,
    content_type_id integer NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE public.wagtailadmin_formstate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailadmin_formstate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_apitoken (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    key_hash character varying(64) NOT NULL,
    prefix character varying(16) NOT NULL,
    created timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    user_id bigint NOT NULL
);

ALTER TABLE public.wagtailcore_apitoken ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_apitoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_collection (
    id integer NOT NULL,
    path character varying(255) NOT NULL COLLATE pg_catalog."C",
    depth integer NOT NULL,
    numchild integer NOT NULL,
    name character varying(255) NOT NULL,
    CONSTRAINT wagtailcore_collection_depth_check CHECK ((depth >= 0)),
    CONSTRAINT wagtailcore_collection_numchild_check CHECK ((numchild >= 0))
);

ALTER TABLE public.wagtailcore_collection ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_collection_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_collectionviewrestriction (
    id integer NOT NULL,
    restriction_type character varying(20) NOT NULL,
    password character varying(255) NOT NULL,
    collection_id integer NOT NULL
);

CREATE TABLE public.wagtailcore_collectionviewrestriction_groups (
    id bigint NOT NULL,
    collectionviewrestriction_id integer CONSTRAINT wagtailcore_collectionviewr_collectionviewrestriction__not_null NOT NULL,
    group_id integer NOT NULL
);

ALTER TABLE public.wagtailcore_collectionviewrestriction_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_collectionviewrestriction_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.wagtailcore_collectionviewrestriction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_collectionviewrestriction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_comment (
    id integer NOT NULL,
    text text NOT NULL,
    contentpath text NOT NULL,
    "position" text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    page_id integer NOT NULL,
    resolved_by_id bigint,
    revision_created_id integer,
    user_id bigint NOT NULL
);

ALTER TABLE public.wagtailcore_comment ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_comment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_commentreply (
    id integer NOT NULL,
    text text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    comment_id integer NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE public.wagtailcore_commentreply ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_commentreply_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_groupapprovaltask (
    task_ptr_id integer NOT NULL
);

CREATE TABLE public.wagtailcore_groupapprovaltask_groups (
    id bigint NOT NULL,
    groupapprovaltask_id integer CONSTRAINT wagtailcore_groupapprovaltask_gro_groupapprovaltask_id_not_null NOT NULL,
    group_id integer NOT NULL
);

ALTER TABLE public.wagtailcore_groupapprovaltask_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_groupapprovaltask_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_groupcollectionpermission (
    id integer NOT NULL,
    collection_id integer NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.wagtailcore_groupcollectionpermission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_groupcollectionpermission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_grouppagepermission (
    id integer NOT NULL,
    group_id integer NOT NULL,
    page_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.wagtailcore_grouppagepermission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_grouppagepermission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_groupsitepermission (
    id integer NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL,
    site_id integer NOT NULL
);

ALTER TABLE public.wagtailcore_groupsitepermission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_groupsitepermission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_locale (
    id integer NOT NULL,
    language_code character varying(100) NOT NULL
);

ALTER TABLE public.wagtailcore_locale ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_locale_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_modellogentry (
    id integer NOT NULL,
    label text NOT NULL,
    action character varying(255) NOT NULL,
    data jsonb CONSTRAINT wagtailcore_modellogentry_data_json_not_null NOT NULL,
    "timestamp" timestamp with time zone NOT NULL,
    content_changed boolean NOT NULL,
    deleted boolean NOT NULL,
    object_id character varying(255) NOT NULL,
    content_type_id integer,
    user_id bigint,
    uuid uuid,
    revision_id integer
);

ALTER TABLE public.wagtailcore_modellogentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_modellogentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_page (
    id integer NOT NULL,
    path character varying(255) NOT NULL COLLATE pg_catalog."C",
    depth integer NOT NULL,
    numchild integer NOT NULL,
    title character varying(255) NOT NULL,
    slug character varying(255) NOT NULL,
    live boolean NOT NULL,
    has_unpublished_changes boolean NOT NULL,
    url_path text NOT NULL,
    seo_title character varying(255) NOT NULL,
    show_in_menus boolean NOT NULL,
    search_description text NOT NULL,
    go_live_at timestamp with time zone,
    expire_at timestamp with time zone,
    expired boolean NOT NULL,
    content_type_id integer NOT NULL,
    owner_id bigint,
    locked boolean NOT NULL,
    latest_revision_created_at timestamp with time zone,
    first_published_at timestamp with time zone,
    live_revision_id integer,
    last_published_at timestamp with time zone,
    draft_title character varying(255) NOT NULL,
    locked_at timestamp with time zone,
    locked_by_id bigint,
    translation_key uuid NOT NULL,
    locale_id integer NOT NULL,
    alias_of_id integer,
    latest_revision_id integer,
    CONSTRAINT wagtailcore_page_depth_check CHECK ((depth >= 0)),
    CONSTRAINT wagtailcore_page_numchild_check CHECK ((numchild >= 0))
);

ALTER TABLE public.wagtailcore_page ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_page_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_pagelogentry (
    id integer NOT NULL,
    label text NOT NULL,
    action character varying(255) NOT NULL,
    data jsonb CONSTRAINT wagtailcore_pagelogentry_data_json_not_null NOT NULL,
    "timestamp" timestamp with time zone NOT NULL,
    content_changed boolean NOT NULL,
    deleted boolean NOT NULL,
    content_type_id integer,
    page_id integer NOT NULL,
    revision_id integer,
    user_id bigint,
    uuid uuid
);

ALTER TABLE public.wagtailcore_pagelogentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_pagelogentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_revision (
    id integer CONSTRAINT wagtailcore_pagerevision_id_not_null NOT NULL,
    created_at timestamp with time zone CONSTRAINT wagtailcore_pagerevision_created_at_not_null NOT NULL,
    content jsonb CONSTRAINT wagtailcore_pagerevision_content_json_not_null NOT NULL,
    approved_go_live_at timestamp with time zone,
    object_id character varying(255) CONSTRAINT wagtailcore_pagerevision_page_id_not_null NOT NULL,
    user_id bigint,
    content_type_id integer NOT NULL,
    base_content_type_id integer NOT NULL,
    object_str text NOT NULL
);

ALTER TABLE public.wagtailcore_revision ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_pagerevision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_pagesubscription (
    id integer NOT NULL,
    comment_notifications boolean NOT NULL,
    page_id integer NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE public.wagtailcore_pagesubscription ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_pagesubscription_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_pageviewrestriction (
    id integer NOT NULL,
    password character varying(255) NOT NULL,
    page_id integer NOT NULL,
    restriction_type character varying(20) NOT NULL
);

CREATE TABLE public.wagtailcore_pageviewrestriction_groups (
    id bigint NOT NULL,
    pageviewrestriction_id integer CONSTRAINT wagtailcore_pageviewrestriction_pageviewrestriction_id_not_null NOT NULL,
    group_id integer NOT NULL
);

ALTER TABLE public.wagtailcore_pageviewrestriction_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_pageviewrestriction_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE public.wagtailcore_pageviewrestriction ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_pageviewrestriction_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_referenceindex (
    id integer NOT NULL,
    object_id character varying(255) NOT NULL,
    to_object_id character varying(255) NOT NULL,
    model_path text NOT NULL,
    content_path text NOT NULL,
    content_path_hash uuid NOT NULL,
    base_content_type_id integer NOT NULL,
    content_type_id integer NOT NULL,
    to_content_type_id integer NOT NULL
);

ALTER TABLE public.wagtailcore_referenceindex ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_referenceindex_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_site (
    id integer NOT NULL,
    hostname character varying(255) NOT NULL,
    port integer NOT NULL,
    is_default_site boolean NOT NULL,
    root_page_id integer NOT NULL,
    site_name character varying(255) NOT NULL
);

ALTER TABLE public.wagtailcore_site ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_site_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_task (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    active boolean NOT NULL,
    content_type_id integer NOT NULL
);

ALTER TABLE public.wagtailcore_task ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_task_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_taskstate (
    id integer NOT NULL,
    status character varying(50) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    content_type_id integer NOT NULL,
    revision_id integer CONSTRAINT wagtailcore_taskstate_page_revision_id_not_null NOT NULL,
    task_id integer NOT NULL,
    workflow_state_id integer NOT NULL,
    finished_by_id bigint,
    comment text NOT NULL
);

ALTER TABLE public.wagtailcore_taskstate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_taskstate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_uploadedfile (
    id integer NOT NULL,
    file character varying(200) NOT NULL,
    for_content_type_id integer,
    uploaded_by_user_id bigint
);

ALTER TABLE public.wagtailcore_uploadedfile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_uploadedfile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_workflow (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    active boolean NOT NULL
);

ALTER TABLE public.wagtailcore_workflow ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_workflow_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_workflowcontenttype (
    content_type_id integer NOT NULL,
    workflow_id integer NOT NULL
);

CREATE TABLE public.wagtailcore_workflowpage (
    page_id integer NOT NULL,
    workflow_id integer NOT NULL
);

CREATE TABLE public.wagtailcore_workflowstate (
    id integer NOT NULL,
    status character varying(50) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    current_task_state_id integer,
    object_id character varying(255) CONSTRAINT wagtailcore_workflowstate_page_id_not_null NOT NULL,
    requested_by_id bigint,
    workflow_id integer NOT NULL,
    content_type_id integer NOT NULL,
    base_content_type_id integer NOT NULL
);

ALTER TABLE public.wagtailcore_workflowstate ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_workflowstate_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailcore_workflowtask (
    id integer NOT NULL,
    sort_order integer,
    task_id integer NOT NULL,
    workflow_id integer NOT NULL
);

ALTER TABLE public.wagtailcore_workflowtask ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailcore_workflowtask_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtaildocs_document (
    id integer NOT NULL,
    title character varying(255) NOT NULL,
    file character varying(100) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    uploaded_by_user_id bigint,
    collection_id integer NOT NULL,
    file_size bigint,
    file_hash character varying(40) NOT NULL,
    CONSTRAINT wagtaildocs_document_file_size_check CHECK ((file_size >= 0))
);

ALTER TABLE public.wagtaildocs_document ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtaildocs_document_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailembeds_embed (
    id integer NOT NULL,
    url text NOT NULL,
    max_width smallint,
    type character varying(10) NOT NULL,
    html text NOT NULL,
    title text NOT NULL,
    author_name text NOT NULL,
    provider_name text NOT NULL,
    thumbnail_url text NOT NULL,
    width integer,
    height integer,
    last_updated timestamp with time zone NOT NULL,
    hash character varying(32) NOT NULL,
    cache_until timestamp with time zone
);

ALTER TABLE public.wagtailembeds_embed ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailembeds_embed_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailimages_image (
    id integer NOT NULL,
    title character varying(255) NOT NULL,
    file character varying(100) NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    focal_point_x integer,
    focal_point_y integer,
    focal_point_width integer,
    focal_point_height integer,
    uploaded_by_user_id bigint,
    file_size integer,
    collection_id integer NOT NULL,
    file_hash character varying(40) NOT NULL,
    description character varying(255) NOT NULL,
    CONSTRAINT wagtailimages_image_file_size_check CHECK ((file_size >= 0)),
    CONSTRAINT wagtailimages_image_focal_point_height_check CHECK ((focal_point_height >= 0)),
    CONSTRAINT wagtailimages_image_focal_point_width_check CHECK ((focal_point_width >= 0)),
    CONSTRAINT wagtailimages_image_focal_point_x_check CHECK ((focal_point_x >= 0)),
    CONSTRAINT wagtailimages_image_focal_point_y_check CHECK ((focal_point_y >= 0))
);

ALTER TABLE public.wagtailimages_image ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailimages_image_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailimages_rendition (
    id integer NOT NULL,
    file character varying(100) NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    focal_point_key character varying(16) NOT NULL,
    filter_spec character varying(255) NOT NULL,
    image_id integer NOT NULL
);

ALTER TABLE public.wagtailimages_rendition ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailimages_rendition_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailredirects_redirect (
    id integer NOT NULL,
    old_path character varying(255) NOT NULL,
    is_permanent boolean NOT NULL,
    redirect_link character varying(255) NOT NULL,
    redirect_page_id integer,
    site_id integer,
    automatically_created boolean NOT NULL,
    created_at timestamp with time zone,
    redirect_page_route_path character varying(255) NOT NULL
);

ALTER TABLE public.wagtailredirects_redirect ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailredirects_redirect_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailsearch_indexentry (
    id integer NOT NULL,
    object_id character varying(50) NOT NULL,
    title_norm double precision NOT NULL,
    content_type_id integer NOT NULL,
    autocomplete tsvector NOT NULL,
    title tsvector NOT NULL,
    body tsvector NOT NULL,
    title_text text NOT NULL,
    body_text text NOT NULL
);

ALTER TABLE public.wagtailsearch_indexentry ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailsearch_indexentry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.wagtailusers_userprofile (
    id integer NOT NULL,
    submitted_notifications boolean NOT NULL,
    approved_notifications boolean NOT NULL,
    rejected_notifications boolean NOT NULL,
    user_id bigint NOT NULL,
    preferred_language character varying(10) NOT NULL,
    current_time_zone character varying(40) NOT NULL,
    avatar character varying(100) NOT NULL,
    updated_comments_notifications boolean CONSTRAINT wagtailusers_userprofile_updated_comments_notification_not_null NOT NULL,
    dismissibles jsonb NOT NULL,
    theme character varying(40) NOT NULL,
    density character varying(40) NOT NULL,
    contrast character varying(40) NOT NULL,
    keyboard_shortcuts boolean NOT NULL
);

ALTER TABLE public.wagtailusers_userprofile ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.wagtailusers_userprofile_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

INSERT INTO public.auth_group VALUES
	(1, 'Moderators'),
	(2, 'Editors'),
	(3, 'Community managers'),
	(4, 'trust:1'),
	(5, 'trust:2'),
	(6, 'trust:3'),
	(7, 'trust:4'),
	(8, 'order:silenced'),
	(9, 'order:suspended'),
	(10, 'Finance');

INSERT INTO public.auth_group_permissions VALUES
	(1, 1, 1),
	(2, 1, 2),
	(3, 1, 3),
	(4, 2, 1),
	(5, 2, 2),
	(6, 2, 3),
	(7, 1, 4),
	(8, 2, 4),
	(9, 1, 5),
	(10, 2, 5),
	(11, 1, 8),
	(12, 1, 6),
	(13, 1, 7),
	(14, 2, 8),
	(15, 2, 6),
	(16, 2, 7),
	(17, 1, 9),
	(18, 2, 9);

INSERT INTO public.auth_permission VALUES
	(1, 'Can add image', 2, 'add_image'),
	(2, 'Can change image', 2, 'change_image'),
	(3, 'Can delete image', 2, 'delete_image'),
	(4, 'Can access Wagtail admin', 3, 'access_admin'),
	(5, 'Can choose image', 2, 'choose_image'),
	(6, 'Can add document', 4, 'add_document'),
	(7, 'Can change document', 4, 'change_document'),
	(8, 'Can delete document', 4, 'delete_document'),
	(9, 'Can choose document', 4, 'choose_document'),
	(10, 'Can add locale', 6, 'add_locale'),
	(11, 'Can change locale', 6, 'change_locale'),
	(12, 'Can delete locale', 6, 'delete_locale'),
	(13, 'Can view locale', 6, 'view_locale'),
	(14, 'Can add site', 7, 'add_site'),
	(15, 'Can change site', 7, 'change_site'),
	(16, 'Can delete site', 7, 'delete_site'),
	(17, 'Can view site', 7, 'view_site'),
	(18, 'Can add group site permission', 8, 'add_groupsitepermission'),
	(19, 'Can change group site permission', 8, 'change_groupsitepermission'),
	(20, 'Can delete group site permission', 8, 'delete_groupsitepermission'),
	(21, 'Can view group site permission', 8, 'view_groupsitepermission'),
	(22, 'Can add API token', 9, 'add_apitoken'),
	(23, 'Can change API token', 9, 'change_apitoken'),
	(24, 'Can delete API token', 9, 'delete_apitoken'),
	(25, 'Can view API token', 9, 'view_apitoken'),
	(26, 'Can add model log entry', 10, 'add_modellogentry'),
	(27, 'Can change model log entry', 10, 'change_modellogentry'),
	(28, 'Can delete model log entry', 10, 'delete_modellogentry'),
	(29, 'Can view model log entry', 10, 'view_modellogentry'),
	(30, 'Can add revision', 11, 'add_revision'),
	(31, 'Can change revision', 11, 'change_revision'),
	(32, 'Can delete revision', 11, 'delete_revision'),
	(33, 'Can view revision', 11, 'view_revision'),
	(34, 'Can add collection view restriction', 12, 'add_collectionviewrestriction'),
	(35, 'Can change collection view restriction', 12, 'change_collectionviewrestriction'),
	(36, 'Can delete collection view restriction', 12, 'delete_collectionviewrestriction'),
	(37, 'Can view collection view restriction', 12, 'view_collectionviewrestriction'),
	(38, 'Can add collection', 13, 'add_collection'),
	(39, 'Can change collection', 13, 'change_collection'),
	(40, 'Can delete collection', 13, 'delete_collection'),
	(41, 'Can view collection', 13, 'view_collection'),
	(42, 'Can add group collection permission', 14, 'add_groupcollectionpermission'),
	(43, 'Can change group collection permission', 14, 'change_groupcollectionpermission'),
	(44, 'Can delete group collection permission', 14, 'delete_groupcollectionpermission'),
	(45, 'Can view group collection permission', 14, 'view_groupcollectionpermission'),
	(46, 'Can add uploaded file', 15, 'add_uploadedfile'),
	(47, 'Can change uploaded file', 15, 'change_uploadedfile'),
	(48, 'Can delete uploaded file', 15, 'delete_uploadedfile'),
	(49, 'Can view uploaded file', 15, 'view_uploadedfile'),
	(50, 'Can add workflow content type', 16, 'add_workflowcontenttype'),
	(51, 'Can change workflow content type', 16, 'change_workflowcontenttype'),
	(52, 'Can delete workflow content type', 16, 'delete_workflowcontenttype'),
	(53, 'Can view workflow content type', 16, 'view_workflowcontenttype'),
	(54, 'Can add Workflow state', 17, 'add_workflowstate'),
	(55, 'Can change Workflow state', 17, 'change_workflowstate'),
	(56, 'Can delete Workflow state', 17, 'delete_workflowstate'),
	(57, 'Can view Workflow state', 17, 'view_workflowstate'),
	(58, 'Can add workflow', 18, 'add_workflow'),
	(59, 'Can change workflow', 18, 'change_workflow'),
	(60, 'Can delete workflow', 18, 'delete_workflow'),
	(61, 'Can view workflow', 18, 'view_workflow'),
	(62, 'Can add workflow task order', 19, 'add_workflowtask'),
	(63, 'Can change workflow task order', 19, 'change_workflowtask'),
	(64, 'Can delete workflow task order', 19, 'delete_workflowtask'),
	(65, 'Can view workflow task order', 19, 'view_workflowtask'),
	(66, 'Can add task', 20, 'add_task'),
	(67, 'Can change task', 20, 'change_task'),
	(68, 'Can delete task', 20, 'delete_task'),
	(69, 'Can view task', 20, 'view_task'),
	(70, 'Can add Group approval task', 5, 'add_groupapprovaltask'),
	(71, 'Can change Group approval task', 5, 'change_groupapprovaltask'),
	(72, 'Can delete Group approval task', 5, 'delete_groupapprovaltask'),
	(73, 'Can view Group approval task', 5, 'view_groupapprovaltask'),
	(74, 'Can add Task state', 21, 'add_taskstate'),
	(75, 'Can change Task state', 21, 'change_taskstate'),
	(76, 'Can delete Task state', 21, 'delete_taskstate'),
	(77, 'Can view Task state', 21, 'view_taskstate'),
	(78, 'Can add page', 1, 'add_page'),
	(79, 'Can change page', 1, 'change_page'),
	(80, 'Can delete page', 1, 'delete_page'),
	(81, 'Can view page', 1, 'view_page'),
	(82, 'Delete pages with children', 1, 'bulk_delete_page'),
	(83, 'Lock/unlock pages you''ve locked', 1, 'lock_page'),
	(84, 'Publish any page', 1, 'publish_page'),
	(85, 'Unlock any page', 1, 'unlock_page'),
	(86, 'Can add group page permission', 22, 'add_grouppagepermission'),
	(87, 'Can change group page permission', 22, 'change_grouppagepermission'),
	(88, 'Can delete group page permission', 22, 'delete_grouppagepermission'),
	(89, 'Can view group page permission', 22, 'view_grouppagepermission'),
	(90, 'Can add page view restriction', 23, 'add_pageviewrestriction'),
	(91, 'Can change page view restriction', 23, 'change_pageviewrestriction'),
	(92, 'Can delete page view restriction', 23, 'delete_pageviewrestriction'),
	(93, 'Can view page view restriction', 23, 'view_pageviewrestriction'),
	(94, 'Can add workflow page', 24, 'add_workflowpage'),
	(95, 'Can change workflow page', 24, 'change_workflowpage'),
	(96, 'Can delete workflow page', 24, 'delete_workflowpage'),
	(97, 'Can view workflow page', 24, 'view_workflowpage'),
	(98, 'Can add page log entry', 25, 'add_pagelogentry'),
	(99, 'Can change page log entry', 25, 'change_pagelogentry'),
	(100, 'Can delete page log entry', 25, 'delete_pagelogentry'),
	(101, 'Can view page log entry', 25, 'view_pagelogentry'),
	(102, 'Can add comment', 26, 'add_comment'),
	(103, 'Can change comment', 26, 'change_comment'),
	(104, 'Can delete comment', 26, 'delete_comment'),
	(105, 'Can view comment', 26, 'view_comment'),
	(106, 'Can add comment reply', 27, 'add_commentreply'),
	(107, 'Can change comment reply', 27, 'change_commentreply'),
	(108, 'Can delete comment reply', 27, 'delete_commentreply'),
	(109, 'Can view comment reply', 27, 'view_commentreply'),
	(110, 'Can add page subscription', 28, 'add_pagesubscription'),
	(111, 'Can change page subscription', 28, 'change_pagesubscription'),
	(112, 'Can delete page subscription', 28, 'delete_pagesubscription'),
	(113, 'Can view page subscription', 28, 'view_pagesubscription'),
	(114, 'Can add reference index', 29, 'add_referenceindex'),
	(115, 'Can change reference index', 29, 'change_referenceindex'),
	(116, 'Can delete reference index', 29, 'delete_referenceindex'),
	(117, 'Can view reference index', 29, 'view_referenceindex'),
	(118, 'Can add document', 30, 'add_sitedocument'),
	(119, 'Can change document', 30, 'change_sitedocument'),
	(120, 'Can delete document', 30, 'delete_sitedocument'),
	(121, 'Can view document', 30, 'view_sitedocument'),
	(122, 'Can add site image', 31, 'add_siteimage'),
	(123, 'Can change site image', 31, 'change_siteimage'),
	(124, 'Can delete site image', 31, 'delete_siteimage'),
	(125, 'Can view site image', 31, 'view_siteimage'),
	(126, 'Can add site rendition', 32, 'add_siterendition'),
	(127, 'Can change site rendition', 32, 'change_siterendition'),
	(128, 'Can delete site rendition', 32, 'delete_siterendition'),
	(129, 'Can view site rendition', 32, 'view_siterendition'),
	(130, 'Can add home page', 33, 'add_homepage'),
	(131, 'Can change home page', 33, 'change_homepage'),
	(132, 'Can delete home page', 33, 'delete_homepage'),
	(133, 'Can view home page', 33, 'view_homepage'),
	(134, 'Can add list of news', 34, 'add_newsindexpage'),
	(135, 'Can change list of news', 34, 'change_newsindexpage'),
	(136, 'Can delete list of news', 34, 'delete_newsindexpage'),
	(137, 'Can view list of news', 34, 'view_newsindexpage'),
	(138, 'Can add news', 35, 'add_newspage'),
	(139, 'Can change news', 35, 'change_newspage'),
	(140, 'Can delete news', 35, 'delete_newspage'),
	(141, 'Can view news', 35, 'view_newspage'),
	(142, 'Can add page', 36, 'add_sitepage'),
	(143, 'Can change page', 36, 'change_sitepage'),
	(144, 'Can delete page', 36, 'delete_sitepage'),
	(145, 'Can view page', 36, 'view_sitepage'),
	(146, 'Can add site settings', 37, 'add_sitesettings'),
	(147, 'Can change site settings', 37, 'change_sitesettings'),
	(148, 'Can delete site settings', 37, 'delete_sitesettings'),
	(149, 'Can view site settings', 37, 'view_sitesettings'),
	(150, 'Can add idempotency record', 38, 'add_idempotencyrecord'),
	(151, 'Can change idempotency record', 38, 'change_idempotencyrecord'),
	(152, 'Can delete idempotency record', 38, 'delete_idempotencyrecord'),
	(153, 'Can view idempotency record', 38, 'view_idempotencyrecord'),
	(154, 'Can add API key', 39, 'add_apikey'),
	(155, 'Can change API key', 39, 'change_apikey'),
	(156, 'Can delete API key', 39, 'delete_apikey'),
	(157, 'Can view API key', 39, 'view_apikey'),
	(158, 'Can add shop', 40, 'add_shop'),
	(159, 'Can change shop', 40, 'change_shop'),
	(160, 'Can delete shop', 40, 'delete_shop'),
	(161, 'Can view shop', 40, 'view_shop'),
	(162, 'Can add message of a shop', 41, 'add_inboundmessage'),
	(163, 'Can change message of a shop', 41, 'change_inboundmessage'),
	(164, 'Can delete message of a shop', 41, 'delete_inboundmessage'),
	(165, 'Can view message of a shop', 41, 'view_inboundmessage'),
	(166, 'Can add webhook endpoint', 42, 'add_webhookendpoint'),
	(167, 'Can change webhook endpoint', 42, 'change_webhookendpoint'),
	(168, 'Can delete webhook endpoint', 42, 'delete_webhookendpoint'),
	(169, 'Can view webhook endpoint', 42, 'view_webhookendpoint'),
	(170, 'Can add webhook delivery', 43, 'add_webhookdelivery'),
	(171, 'Can change webhook delivery', 43, 'change_webhookdelivery'),
	(172, 'Can delete webhook delivery', 43, 'delete_webhookdelivery'),
	(173, 'Can view webhook delivery', 43, 'view_webhookdelivery'),
	(174, 'Can add webhook attempt', 44, 'add_webhookattempt'),
	(175, 'Can change webhook attempt', 44, 'change_webhookattempt'),
	(176, 'Can delete webhook attempt', 44, 'delete_webhookattempt'),
	(177, 'Can view webhook attempt', 44, 'view_webhookattempt'),
	(178, 'Can add sign-in service', 45, 'add_signinservice'),
	(179, 'Can change sign-in service', 45, 'change_signinservice'),
	(180, 'Can delete sign-in service', 45, 'delete_signinservice'),
	(181, 'Can view sign-in service', 45, 'view_signinservice'),
	(182, 'Can add sign-in question', 46, 'add_signinnonce'),
	(183, 'Can change sign-in question', 46, 'change_signinnonce'),
	(184, 'Can delete sign-in question', 46, 'delete_signinnonce'),
	(185, 'Can view sign-in question', 46, 'view_signinnonce'),
	(186, 'Can add told event', 47, 'add_toldevent'),
	(187, 'Can change told event', 47, 'change_toldevent'),
	(188, 'Can delete told event', 47, 'delete_toldevent'),
	(189, 'Can view told event', 47, 'view_toldevent'),
	(190, 'Can add campaign', 48, 'add_campaign'),
	(191, 'Can change campaign', 48, 'change_campaign'),
	(192, 'Can delete campaign', 48, 'delete_campaign'),
	(193, 'Can view campaign', 48, 'view_campaign'),
	(194, 'Can add assignment', 49, 'add_assignment'),
	(195, 'Can change assignment', 49, 'change_assignment'),
	(196, 'Can delete assignment', 49, 'delete_assignment'),
	(197, 'Can view assignment', 49, 'view_assignment'),
	(198, 'Can add case', 50, 'add_case'),
	(199, 'Can change case', 50, 'change_case'),
	(200, 'Can delete case', 50, 'delete_case'),
	(201, 'Can view case', 50, 'view_case'),
	(202, 'Can add word', 51, 'add_caseword'),
	(203, 'Can change word', 51, 'change_caseword'),
	(204, 'Can delete word', 51, 'delete_caseword'),
	(205, 'Can view word', 51, 'view_caseword'),
	(206, 'Can add objection to scoring', 52, 'add_objection'),
	(207, 'Can change objection to scoring', 52, 'change_objection'),
	(208, 'Can delete objection to scoring', 52, 'delete_objection'),
	(209, 'Can view objection to scoring', 52, 'view_objection'),
	(210, 'Can add nightly look', 53, 'add_stagerun'),
	(211, 'Can change nightly look', 53, 'change_stagerun'),
	(212, 'Can delete nightly look', 53, 'delete_stagerun'),
	(213, 'Can view nightly look', 53, 'view_stagerun'),
	(214, 'Can add act', 54, 'add_act'),
	(215, 'Can change act', 54, 'change_act'),
	(216, 'Can delete act', 54, 'delete_act'),
	(217, 'Can view act', 54, 'view_act'),
	(218, 'Can add stage', 55, 'add_memberstage'),
	(219, 'Can change stage', 55, 'change_memberstage'),
	(220, 'Can delete stage', 55, 'delete_memberstage'),
	(221, 'Can view stage', 55, 'view_memberstage'),
	(222, 'Can add change of stage', 56, 'add_stagechange'),
	(223, 'Can change change of stage', 56, 'change_stagechange'),
	(224, 'Can delete change of stage', 56, 'delete_stagechange'),
	(225, 'Can view change of stage', 56, 'view_stagechange'),
	(226, 'Can add invitation programme', 57, 'add_program'),
	(227, 'Can change invitation programme', 57, 'change_program'),
	(228, 'Can delete invitation programme', 57, 'delete_program'),
	(229, 'Can view invitation programme', 57, 'view_program'),
	(230, 'Can add share link', 58, 'add_sharelink'),
	(231, 'Can change share link', 58, 'change_sharelink'),
	(232, 'Can delete share link', 58, 'delete_sharelink'),
	(233, 'Can view share link', 58, 'view_sharelink'),
	(234, 'Can add invitation', 59, 'add_referral'),
	(235, 'Can change invitation', 59, 'change_referral'),
	(236, 'Can delete invitation', 59, 'delete_referral'),
	(237, 'Can view invitation', 59, 'view_referral'),
	(238, 'Can add currency', 60, 'add_currency'),
	(239, 'Can change currency', 60, 'change_currency'),
	(240, 'Can delete currency', 60, 'delete_currency'),
	(241, 'Can view currency', 60, 'view_currency'),
	(242, 'Can add lot', 61, 'add_lot'),
	(243, 'Can change lot', 61, 'change_lot'),
	(244, 'Can delete lot', 61, 'delete_lot'),
	(245, 'Can view lot', 61, 'view_lot'),
	(246, 'Can add tier', 62, 'add_tier'),
	(247, 'Can change tier', 62, 'change_tier'),
	(248, 'Can delete tier', 62, 'delete_tier'),
	(249, 'Can view tier', 62, 'view_tier'),
	(250, 'Can add tier programme', 63, 'add_tierprogram'),
	(251, 'Can change tier programme', 63, 'change_tierprogram'),
	(252, 'Can delete tier programme', 63, 'delete_tierprogram'),
	(253, 'Can view tier programme', 63, 'view_tierprogram'),
	(254, 'Can add earning rule', 64, 'add_earningrule'),
	(255, 'Can change earning rule', 64, 'change_earningrule'),
	(256, 'Can delete earning rule', 64, 'delete_earningrule'),
	(257, 'Can view earning rule', 64, 'view_earningrule'),
	(258, 'Can add order', 65, 'add_order'),
	(259, 'Can change order', 65, 'change_order'),
	(260, 'Can delete order', 65, 'delete_order'),
	(261, 'Can view order', 65, 'view_order'),
	(262, 'Can add coupon', 66, 'add_coupon'),
	(263, 'Can change coupon', 66, 'change_coupon'),
	(264, 'Can delete coupon', 66, 'delete_coupon'),
	(265, 'Can view coupon', 66, 'view_coupon'),
	(266, 'Can add order line', 67, 'add_orderline'),
	(267, 'Can change order line', 67, 'change_orderline'),
	(268, 'Can delete order line', 67, 'delete_orderline'),
	(269, 'Can view order line', 67, 'view_orderline'),
	(270, 'Can add order revision', 68, 'add_orderrevision'),
	(271, 'Can change order revision', 68, 'change_orderrevision'),
	(272, 'Can delete order revision', 68, 'delete_orderrevision'),
	(273, 'Can view order revision', 68, 'view_orderrevision'),
	(274, 'Can add refund', 69, 'add_refund'),
	(275, 'Can change refund', 69, 'change_refund'),
	(276, 'Can delete refund', 69, 'delete_refund'),
	(277, 'Can view refund', 69, 'view_refund'),
	(278, 'Can add refunded line', 70, 'add_refundline'),
	(279, 'Can change refunded line', 70, 'change_refundline'),
	(280, 'Can delete refunded line', 70, 'delete_refundline'),
	(281, 'Can view refunded line', 70, 'view_refundline'),
	(282, 'Can add refund notice', 71, 'add_refundnotice'),
	(283, 'Can change refund notice', 71, 'change_refundnotice'),
	(284, 'Can delete refund notice', 71, 'delete_refundnotice'),
	(285, 'Can view refund notice', 71, 'view_refundnotice'),
	(286, 'Can add rule hit', 72, 'add_rulehit'),
	(287, 'Can change rule hit', 72, 'change_rulehit'),
	(288, 'Can delete rule hit', 72, 'delete_rulehit'),
	(289, 'Can view rule hit', 72, 'view_rulehit'),
	(290, 'Can add rule usage', 73, 'add_ruleusage'),
	(291, 'Can change rule usage', 73, 'change_ruleusage'),
	(292, 'Can delete rule usage', 73, 'delete_ruleusage'),
	(293, 'Can view rule usage', 73, 'view_ruleusage'),
	(294, 'Can add reward', 74, 'add_reward'),
	(295, 'Can change reward', 74, 'change_reward'),
	(296, 'Can delete reward', 74, 'delete_reward'),
	(297, 'Can view reward', 74, 'view_reward'),
	(298, 'Can add tier membership', 75, 'add_tiermembership'),
	(299, 'Can change tier membership', 75, 'change_tiermembership'),
	(300, 'Can delete tier membership', 75, 'delete_tiermembership'),
	(301, 'Can view tier membership', 75, 'view_tiermembership'),
	(302, 'Can add transaction', 76, 'add_txn'),
	(303, 'Can change transaction', 76, 'change_txn'),
	(304, 'Can delete transaction', 76, 'delete_txn'),
	(305, 'Can view transaction', 76, 'view_txn'),
	(306, 'Can add redemption', 77, 'add_redemption'),
	(307, 'Can change redemption', 77, 'change_redemption'),
	(308, 'Can delete redemption', 77, 'delete_redemption'),
	(309, 'Can view redemption', 77, 'view_redemption'),
	(310, 'Can add use of a lot', 78, 'add_lotuse'),
	(311, 'Can change use of a lot', 78, 'change_lotuse'),
	(312, 'Can delete use of a lot', 78, 'delete_lotuse'),
	(313, 'Can view use of a lot', 78, 'view_lotuse'),
	(314, 'Can add entry', 79, 'add_entry'),
	(315, 'Can change entry', 79, 'change_entry'),
	(316, 'Can delete entry', 79, 'delete_entry'),
	(317, 'Can view entry', 79, 'view_entry'),
	(318, 'Can add wallet', 80, 'add_wallet'),
	(319, 'Can change wallet', 80, 'change_wallet'),
	(320, 'Can delete wallet', 80, 'delete_wallet'),
	(321, 'Can view wallet', 80, 'view_wallet'),
	(322, 'Can add debt', 81, 'add_debt'),
	(323, 'Can change debt', 81, 'change_debt'),
	(324, 'Can delete debt', 81, 'delete_debt'),
	(325, 'Can view debt', 81, 'view_debt'),
	(326, 'Can add merit', 82, 'add_merit'),
	(327, 'Can change merit', 82, 'change_merit'),
	(328, 'Can delete merit', 82, 'delete_merit'),
	(329, 'Can view merit', 82, 'view_merit'),
	(330, 'Can add pieces put aside', 83, 'add_rewardreserve'),
	(331, 'Can change pieces put aside', 83, 'change_rewardreserve'),
	(332, 'Can delete pieces put aside', 83, 'delete_rewardreserve'),
	(333, 'Can view pieces put aside', 83, 'view_rewardreserve'),
	(334, 'Can add list of codes', 84, 'add_couponpool'),
	(335, 'Can change list of codes', 84, 'change_couponpool'),
	(336, 'Can delete list of codes', 84, 'delete_couponpool'),
	(337, 'Can view list of codes', 84, 'view_couponpool'),
	(338, 'Can add gift', 85, 'add_gift'),
	(339, 'Can change gift', 85, 'change_gift'),
	(340, 'Can delete gift', 85, 'delete_gift'),
	(341, 'Can view gift', 85, 'view_gift'),
	(342, 'Can add perk of a member', 86, 'add_perkgrant'),
	(343, 'Can change perk of a member', 86, 'change_perkgrant'),
	(344, 'Can delete perk of a member', 86, 'delete_perkgrant'),
	(345, 'Can view perk of a member', 86, 'view_perkgrant'),
	(346, 'Can add step of a redemption', 87, 'add_redemptionstep'),
	(347, 'Can change step of a redemption', 87, 'change_redemptionstep'),
	(348, 'Can delete step of a redemption', 87, 'delete_redemptionstep'),
	(349, 'Can view step of a redemption', 87, 'view_redemptionstep'),
	(350, 'Can add shipping address', 88, 'add_shippingaddress'),
	(351, 'Can change shipping address', 88, 'change_shippingaddress'),
	(352, 'Can delete shipping address', 88, 'delete_shippingaddress'),
	(353, 'Can view shipping address', 88, 'view_shippingaddress'),
	(354, 'Can add birthday gift', 89, 'add_birthdaygift'),
	(355, 'Can change birthday gift', 89, 'change_birthdaygift'),
	(356, 'Can delete birthday gift', 89, 'delete_birthdaygift'),
	(357, 'Can view birthday gift', 89, 'view_birthdaygift'),
	(358, 'Can add invitation into a tier', 90, 'add_tierinvitation'),
	(359, 'Can change invitation into a tier', 90, 'change_tierinvitation'),
	(360, 'Can delete invitation into a tier', 90, 'delete_tierinvitation'),
	(361, 'Can view invitation into a tier', 90, 'view_tierinvitation'),
	(362, 'Can add reserved points', 91, 'add_hold'),
	(363, 'Can change reserved points', 91, 'change_hold'),
	(364, 'Can delete reserved points', 91, 'delete_hold'),
	(365, 'Can view reserved points', 91, 'view_hold'),
	(366, 'Can add exchange rate', 92, 'add_exchangerate'),
	(367, 'Can change exchange rate', 92, 'change_exchangerate'),
	(368, 'Can delete exchange rate', 92, 'delete_exchangerate'),
	(369, 'Can view exchange rate', 92, 'view_exchangerate'),
	(370, 'Can add question about points', 93, 'add_pointsquestion'),
	(371, 'Can change question about points', 93, 'change_pointsquestion'),
	(372, 'Can delete question about points', 93, 'delete_pointsquestion'),
	(373, 'Can view question about points', 93, 'view_pointsquestion'),
	(374, 'Can add currency of the programme', 94, 'add_programmecurrency'),
	(375, 'Can change currency of the programme', 94, 'change_programmecurrency'),
	(376, 'Can delete currency of the programme', 94, 'delete_programmecurrency'),
	(377, 'Can view currency of the programme', 94, 'view_programmecurrency'),
	(378, 'Can add rule budget', 95, 'add_rulebudget'),
	(379, 'Can change rule budget', 95, 'change_rulebudget'),
	(380, 'Can delete rule budget', 95, 'delete_rulebudget'),
	(381, 'Can view rule budget', 95, 'view_rulebudget'),
	(382, 'Can add refusal of a rule', 96, 'add_rulerefusal'),
	(383, 'Can change refusal of a rule', 96, 'change_rulerefusal'),
	(384, 'Can delete refusal of a rule', 96, 'delete_rulerefusal'),
	(385, 'Can view refusal of a rule', 96, 'view_rulerefusal'),
	(386, 'Can add season', 97, 'add_season'),
	(387, 'Can change season', 97, 'change_season'),
	(388, 'Can delete season', 97, 'delete_season'),
	(389, 'Can view season', 97, 'view_season'),
	(390, 'Can add wish about seasons', 98, 'add_seasonchoice'),
	(391, 'Can change wish about seasons', 98, 'change_seasonchoice'),
	(392, 'Can delete wish about seasons', 98, 'delete_seasonchoice'),
	(393, 'Can view wish about seasons', 98, 'view_seasonchoice'),
	(394, 'Can add table of a season', 99, 'add_seasonleague'),
	(395, 'Can change table of a season', 99, 'change_seasonleague'),
	(396, 'Can delete table of a season', 99, 'delete_seasonleague'),
	(397, 'Can view table of a season', 99, 'view_seasonleague'),
	(398, 'Can add member in a season', 100, 'add_seasonplayer'),
	(399, 'Can change member in a season', 100, 'change_seasonplayer'),
	(400, 'Can delete member in a season', 100, 'delete_seasonplayer'),
	(401, 'Can view member in a season', 100, 'view_seasonplayer'),
	(402, 'Can add prize', 101, 'add_seasonprize'),
	(403, 'Can change prize', 101, 'change_seasonprize'),
	(404, 'Can delete prize', 101, 'delete_seasonprize'),
	(405, 'Can view prize', 101, 'view_seasonprize'),
	(406, 'Can add result', 102, 'add_seasonresult'),
	(407, 'Can change result', 102, 'change_seasonresult'),
	(408, 'Can delete result', 102, 'delete_seasonresult'),
	(409, 'Can view result', 102, 'view_seasonresult'),
	(410, 'Can add score', 103, 'add_seasonscore'),
	(411, 'Can change score', 103, 'change_seasonscore'),
	(412, 'Can delete score', 103, 'delete_seasonscore'),
	(413, 'Can view score', 103, 'view_seasonscore'),
	(414, 'Can add dismissed checklist', 104, 'add_checklistdismissal'),
	(415, 'Can change dismissed checklist', 104, 'change_checklistdismissal'),
	(416, 'Can delete dismissed checklist', 104, 'delete_checklistdismissal'),
	(417, 'Can view dismissed checklist', 104, 'view_checklistdismissal'),
	(418, 'Can add level of a member', 105, 'add_levelstanding'),
	(419, 'Can change level of a member', 105, 'change_levelstanding'),
	(420, 'Can delete level of a member', 105, 'delete_levelstanding'),
	(421, 'Can view level of a member', 105, 'view_levelstanding'),
	(422, 'Can add withdrawn subject', 106, 'add_questwithdrawal'),
	(423, 'Can change withdrawn subject', 106, 'change_questwithdrawal'),
	(424, 'Can delete withdrawn subject', 106, 'delete_questwithdrawal'),
	(425, 'Can view withdrawn subject', 106, 'view_questwithdrawal'),
	(426, 'Can add rung of the gift ladder', 107, 'add_ladderrung'),
	(427, 'Can change rung of the gift ladder', 107, 'change_ladderrung'),
	(428, 'Can delete rung of the gift ladder', 107, 'delete_ladderrung'),
	(429, 'Can view rung of the gift ladder', 107, 'view_ladderrung'),
	(430, 'Can add gift of the ladder', 108, 'add_laddergift'),
	(431, 'Can change gift of the ladder', 108, 'change_laddergift'),
	(432, 'Can delete gift of the ladder', 108, 'delete_laddergift'),
	(433, 'Can view gift of the ladder', 108, 'view_laddergift'),
	(434, 'Can add settings of levels', 109, 'add_levelsettings'),
	(435, 'Can change settings of levels', 109, 'change_levelsettings'),
	(436, 'Can delete settings of levels', 109, 'delete_levelsettings'),
	(437, 'Can view settings of levels', 109, 'view_levelsettings'),
	(438, 'Can add quest', 110, 'add_quest'),
	(439, 'Can change quest', 110, 'change_quest'),
	(440, 'Can delete quest', 110, 'delete_quest'),
	(441, 'Can view quest', 110, 'view_quest'),
	(442, 'Can add run of a quest', 111, 'add_questrun'),
	(443, 'Can change run of a quest', 111, 'change_questrun'),
	(444, 'Can delete run of a quest', 111, 'delete_questrun'),
	(445, 'Can view run of a quest', 111, 'view_questrun'),
	(446, 'Can add step of a quest', 112, 'add_queststep'),
	(447, 'Can change step of a quest', 112, 'change_queststep'),
	(448, 'Can delete step of a quest', 112, 'delete_queststep'),
	(449, 'Can view step of a quest', 112, 'view_queststep'),
	(450, 'Can add week of a rhythm', 113, 'add_rhythmweek'),
	(451, 'Can change week of a rhythm', 113, 'change_rhythmweek'),
	(452, 'Can delete week of a rhythm', 113, 'delete_rhythmweek'),
	(453, 'Can view week of a rhythm', 113, 'view_rhythmweek'),
	(454, 'Can add progress of a step', 114, 'add_stepprogress'),
	(455, 'Can change progress of a step', 114, 'change_stepprogress'),
	(456, 'Can delete progress of a step', 114, 'delete_stepprogress'),
	(457, 'Can view progress of a step', 114, 'view_stepprogress'),
	(458, 'Can add adjustment', 115, 'add_adjustment'),
	(459, 'Can change adjustment', 115, 'change_adjustment'),
	(460, 'Can delete adjustment', 115, 'delete_adjustment'),
	(461, 'Can view adjustment', 115, 'view_adjustment'),
	(462, 'Can add day of the books', 116, 'add_booksday'),
	(463, 'Can change day of the books', 116, 'change_booksday'),
	(464, 'Can delete day of the books', 116, 'delete_booksday'),
	(465, 'Can view day of the books', 116, 'view_booksday'),
	(466, 'Can add proof of the books', 117, 'add_booksproof'),
	(467, 'Can change proof of the books', 117, 'change_booksproof'),
	(468, 'Can delete proof of the books', 117, 'delete_booksproof'),
	(469, 'Can view proof of the books', 117, 'view_booksproof'),
	(470, 'Can add gift of points', 118, 'add_transfer'),
	(471, 'Can change gift of points', 118, 'change_transfer'),
	(472, 'Can delete gift of points', 118, 'delete_transfer'),
	(473, 'Can view gift of points', 118, 'view_transfer'),
	(474, 'Can add draw of the ladder', 119, 'add_ladderdraw'),
	(475, 'Can change draw of the ladder', 119, 'change_ladderdraw'),
	(476, 'Can delete draw of the ladder', 119, 'delete_ladderdraw'),
	(477, 'Can view draw of the ladder', 119, 'view_ladderdraw'),
	(478, 'Can add draft of rules', 120, 'add_draftset'),
	(479, 'Can change draft of rules', 120, 'change_draftset'),
	(480, 'Can delete draft of rules', 120, 'delete_draftset'),
	(481, 'Can view draft of rules', 120, 'view_draftset'),
	(482, 'Can add worth of points', 121, 'add_pointsvalue'),
	(483, 'Can change worth of points', 121, 'change_pointsvalue'),
	(484, 'Can delete worth of points', 121, 'delete_pointsvalue'),
	(485, 'Can view worth of points', 121, 'view_pointsvalue'),
	(486, 'Can add rule of a draft', 122, 'add_ruledraft'),
	(487, 'Can change rule of a draft', 122, 'change_ruledraft'),
	(488, 'Can delete rule of a draft', 122, 'delete_ruledraft'),
	(489, 'Can view rule of a draft', 122, 'view_ruledraft'),
	(490, 'Can add trial of rules', 123, 'add_trial'),
	(491, 'Can change trial of rules', 123, 'change_trial'),
	(492, 'Can delete trial of rules', 123, 'delete_trial'),
	(493, 'Can view trial of rules', 123, 'view_trial'),
	(494, 'Can add decision on a trial', 124, 'add_trialdecision'),
	(495, 'Can change decision on a trial', 124, 'change_trialdecision'),
	(496, 'Can delete decision on a trial', 124, 'delete_trialdecision'),
	(497, 'Can view decision on a trial', 124, 'view_trialdecision'),
	(498, 'Can add board', 125, 'add_board'),
	(499, 'Can change board', 125, 'change_board'),
	(500, 'Can delete board', 125, 'delete_board'),
	(501, 'Can view board', 125, 'view_board'),
	(502, 'Can add permission', 126, 'add_boardpermission'),
	(503, 'Can change permission', 126, 'change_boardpermission'),
	(504, 'Can delete permission', 126, 'delete_boardpermission'),
	(505, 'Can view permission', 126, 'view_boardpermission'),
	(506, 'Can add permission version', 127, 'add_permissionversion'),
	(507, 'Can change permission version', 127, 'change_permissionversion'),
	(508, 'Can delete permission version', 127, 'delete_permissionversion'),
	(509, 'Can view permission version', 127, 'view_permissionversion'),
	(510, 'Can add post', 128, 'add_post'),
	(511, 'Can change post', 128, 'change_post'),
	(512, 'Can delete post', 128, 'delete_post'),
	(513, 'Can view post', 128, 'view_post'),
	(514, 'Can add revision of a post', 129, 'add_postrevision'),
	(515, 'Can change revision of a post', 129, 'change_postrevision'),
	(516, 'Can delete revision of a post', 129, 'delete_postrevision'),
	(517, 'Can view revision of a post', 129, 'view_postrevision'),
	(518, 'Can add reaction', 130, 'add_reaction'),
	(519, 'Can change reaction', 130, 'change_reaction'),
	(520, 'Can delete reaction', 130, 'delete_reaction'),
	(521, 'Can view reaction', 130, 'view_reaction'),
	(522, 'Can add topic', 131, 'add_topic'),
	(523, 'Can change topic', 131, 'change_topic'),
	(524, 'Can delete topic', 131, 'delete_topic'),
	(525, 'Can view topic', 131, 'view_topic'),
	(526, 'Can add read pointer', 132, 'add_topicread'),
	(527, 'Can change read pointer', 132, 'change_topicread'),
	(528, 'Can delete read pointer', 132, 'delete_topicread'),
	(529, 'Can view read pointer', 132, 'view_topicread'),
	(530, 'Can add message', 133, 'add_message'),
	(531, 'Can change message', 133, 'change_message'),
	(532, 'Can delete message', 133, 'delete_message'),
	(533, 'Can view message', 133, 'view_message'),
	(534, 'Can add revision of a message', 134, 'add_messagerevision'),
	(535, 'Can change revision of a message', 134, 'change_messagerevision'),
	(536, 'Can delete revision of a message', 134, 'delete_messagerevision'),
	(537, 'Can view revision of a message', 134, 'view_messagerevision'),
	(538, 'Can add chat room', 135, 'add_room'),
	(539, 'Can change chat room', 135, 'change_room'),
	(540, 'Can delete chat room', 135, 'delete_room'),
	(541, 'Can view chat room', 135, 'view_room'),
	(542, 'Can add membership of a room', 136, 'add_membership'),
	(543, 'Can change membership of a room', 136, 'change_membership'),
	(544, 'Can delete membership of a room', 136, 'delete_membership'),
	(545, 'Can view membership of a room', 136, 'view_membership'),
	(546, 'Can add search document', 137, 'add_searchdocument'),
	(547, 'Can change search document', 137, 'change_searchdocument'),
	(548, 'Can delete search document', 137, 'delete_searchdocument'),
	(549, 'Can view search document', 137, 'view_searchdocument'),
	(550, 'Can add date of an event', 138, 'add_eventdetails'),
	(551, 'Can change date of an event', 138, 'change_eventdetails'),
	(552, 'Can delete date of an event', 138, 'delete_eventdetails'),
	(553, 'Can view date of an event', 138, 'view_eventdetails'),
	(554, 'Can add vote for an idea', 139, 'add_ideavote'),
	(555, 'Can change vote for an idea', 139, 'change_ideavote'),
	(556, 'Can delete vote for an idea', 139, 'delete_ideavote'),
	(557, 'Can view vote for an idea', 139, 'view_ideavote'),
	(558, 'Can add poll', 140, 'add_poll'),
	(559, 'Can change poll', 140, 'change_poll'),
	(560, 'Can delete poll', 140, 'delete_poll'),
	(561, 'Can view poll', 140, 'view_poll'),
	(562, 'Can add ballot', 141, 'add_pollvote'),
	(563, 'Can change ballot', 141, 'change_pollvote'),
	(564, 'Can delete ballot', 141, 'delete_pollvote'),
	(565, 'Can view ballot', 141, 'view_pollvote'),
	(566, 'Can add old address of a post', 142, 'add_postredirect'),
	(567, 'Can change old address of a post', 142, 'change_postredirect'),
	(568, 'Can delete old address of a post', 142, 'delete_postredirect'),
	(569, 'Can view old address of a post', 142, 'view_postredirect'),
	(570, 'Can add tag', 143, 'add_tag'),
	(571, 'Can change tag', 143, 'change_tag'),
	(572, 'Can delete tag', 143, 'delete_tag'),
	(573, 'Can view tag', 143, 'view_tag'),
	(574, 'Can add group of tags', 144, 'add_taggroup'),
	(575, 'Can change group of tags', 144, 'change_taggroup'),
	(576, 'Can delete group of tags', 144, 'delete_taggroup'),
	(577, 'Can view group of tags', 144, 'view_taggroup'),
	(578, 'Can add tag of a topic', 145, 'add_topictag'),
	(579, 'Can change tag of a topic', 145, 'change_topictag'),
	(580, 'Can delete tag of a topic', 145, 'delete_topictag'),
	(581, 'Can view tag of a topic', 145, 'view_topictag'),
	(582, 'Can add item of the review queue', 146, 'add_reviewitem'),
	(583, 'Can change item of the review queue', 146, 'change_reviewitem'),
	(584, 'Can delete item of the review queue', 146, 'delete_reviewitem'),
	(585, 'Can view item of the review queue', 146, 'view_reviewitem'),
	(586, 'Can add flag', 147, 'add_reviewflag'),
	(587, 'Can change flag', 147, 'change_reviewflag'),
	(588, 'Can delete flag', 147, 'delete_reviewflag'),
	(589, 'Can view flag', 147, 'view_reviewflag'),
	(590, 'Can add sanction', 148, 'add_sanction'),
	(591, 'Can change sanction', 148, 'change_sanction'),
	(592, 'Can delete sanction', 148, 'delete_sanction'),
	(593, 'Can view sanction', 148, 'view_sanction'),
	(594, 'Can add staff note', 149, 'add_staffnote'),
	(595, 'Can change staff note', 149, 'change_staffnote'),
	(596, 'Can delete staff note', 149, 'delete_staffnote'),
	(597, 'Can view staff note', 149, 'view_staffnote'),
	(598, 'Can add word rule', 150, 'add_wordrule'),
	(599, 'Can change word rule', 150, 'change_wordrule'),
	(600, 'Can delete word rule', 150, 'delete_wordrule'),
	(601, 'Can view word rule', 150, 'view_wordrule'),
	(602, 'Can add entry of the audit log', 151, 'add_auditentry'),
	(603, 'Can change entry of the audit log', 151, 'change_auditentry'),
	(604, 'Can delete entry of the audit log', 151, 'delete_auditentry'),
	(605, 'Can view entry of the audit log', 151, 'view_auditentry'),
	(606, 'Can add day of a member', 152, 'add_activityday'),
	(607, 'Can change day of a member', 152, 'change_activityday'),
	(608, 'Can delete day of a member', 152, 'delete_activityday'),
	(609, 'Can view day of a member', 152, 'view_activityday'),
	(610, 'Can add level of trust of a group', 153, 'add_grouptrust'),
	(611, 'Can change level of trust of a group', 153, 'change_grouptrust'),
	(612, 'Can delete level of trust of a group', 153, 'delete_grouptrust'),
	(613, 'Can view level of trust of a group', 153, 'view_grouptrust'),
	(614, 'Can add activity of a member', 154, 'add_memberactivity'),
	(615, 'Can change activity of a member', 154, 'change_memberactivity'),
	(616, 'Can delete activity of a member', 154, 'delete_memberactivity'),
	(617, 'Can view activity of a member', 154, 'view_memberactivity'),
	(618, 'Can add pace of a member', 155, 'add_spending'),
	(619, 'Can change pace of a member', 155, 'change_spending'),
	(620, 'Can delete pace of a member', 155, 'delete_spending'),
	(621, 'Can view pace of a member', 155, 'view_spending'),
	(622, 'Can add change of trust', 156, 'add_trustchange'),
	(623, 'Can change change of trust', 156, 'change_trustchange'),
	(624, 'Can delete change of trust', 156, 'delete_trustchange'),
	(625, 'Can view change of trust', 156, 'view_trustchange'),
	(626, 'Can add bookmark', 157, 'add_bookmark'),
	(627, 'Can change bookmark', 157, 'change_bookmark'),
	(628, 'Can delete bookmark', 157, 'delete_bookmark'),
	(629, 'Can view bookmark', 157, 'view_bookmark'),
	(630, 'Can add level of a person', 158, 'add_personlevel'),
	(631, 'Can change level of a person', 158, 'change_personlevel'),
	(632, 'Can delete level of a person', 158, 'delete_personlevel'),
	(633, 'Can view level of a person', 158, 'view_personlevel'),
	(634, 'Can add level of a place', 159, 'add_placelevel'),
	(635, 'Can change level of a place', 159, 'change_placelevel'),
	(636, 'Can delete level of a place', 159, 'delete_placelevel'),
	(637, 'Can view level of a place', 159, 'view_placelevel'),
	(638, 'Can add place marked read', 160, 'add_placeread'),
	(639, 'Can change place marked read', 160, 'change_placeread'),
	(640, 'Can delete place marked read', 160, 'delete_placeread'),
	(641, 'Can view place marked read', 160, 'view_placeread'),
	(642, 'Can add choice of reading', 161, 'add_readingchoice'),
	(643, 'Can change choice of reading', 161, 'change_readingchoice'),
	(644, 'Can delete choice of reading', 161, 'delete_readingchoice'),
	(645, 'Can view choice of reading', 161, 'view_readingchoice'),
	(646, 'Can add top topic', 162, 'add_toptopic'),
	(647, 'Can change top topic', 162, 'change_toptopic'),
	(648, 'Can delete top topic', 162, 'delete_toptopic'),
	(649, 'Can view top topic', 162, 'view_toptopic'),
	(650, 'Can add link card', 163, 'add_linkcard'),
	(651, 'Can change link card', 163, 'change_linkcard'),
	(652, 'Can delete link card', 163, 'delete_linkcard'),
	(653, 'Can view link card', 163, 'view_linkcard'),
	(654, 'Can add cooking again', 164, 'add_recooking'),
	(655, 'Can change cooking again', 164, 'change_recooking'),
	(656, 'Can delete cooking again', 164, 'delete_recooking'),
	(657, 'Can view cooking again', 164, 'view_recooking'),
	(658, 'Can add post that wants cards', 165, 'add_cardswanted'),
	(659, 'Can change post that wants cards', 165, 'change_cardswanted'),
	(660, 'Can delete post that wants cards', 165, 'delete_cardswanted'),
	(661, 'Can view post that wants cards', 165, 'view_cardswanted'),
	(662, 'Can add mention', 166, 'add_mention'),
	(663, 'Can change mention', 166, 'change_mention'),
	(664, 'Can delete mention', 166, 'delete_mention'),
	(665, 'Can view mention', 166, 'view_mention'),
	(666, 'Can add arrival', 167, 'add_arrived'),
	(667, 'Can change arrival', 167, 'change_arrived'),
	(668, 'Can delete arrival', 167, 'delete_arrived'),
	(669, 'Can view arrival', 167, 'view_arrived'),
	(670, 'Can add draft', 168, 'add_draft'),
	(671, 'Can change draft', 168, 'change_draft'),
	(672, 'Can delete draft', 168, 'delete_draft'),
	(673, 'Can view draft', 168, 'view_draft'),
	(674, 'Can add picture in a text', 169, 'add_upload'),
	(675, 'Can change picture in a text', 169, 'change_upload'),
	(676, 'Can delete picture in a text', 169, 'delete_upload'),
	(677, 'Can view picture in a text', 169, 'view_upload'),
	(678, 'Can add badge', 170, 'add_badgekind'),
	(679, 'Can change badge', 170, 'change_badgekind'),
	(680, 'Can delete badge', 170, 'delete_badgekind'),
	(681, 'Can view badge', 170, 'view_badgekind'),
	(682, 'Can add badge of a member', 171, 'add_badgeaward'),
	(683, 'Can change badge of a member', 171, 'change_badgeaward'),
	(684, 'Can delete badge of a member', 171, 'delete_badgeaward'),
	(685, 'Can view badge of a member', 171, 'view_badgeaward'),
	(686, 'Can add mention in a message', 172, 'add_messagemention'),
	(687, 'Can change mention in a message', 172, 'change_messagemention'),
	(688, 'Can delete mention in a message', 172, 'delete_messagemention'),
	(689, 'Can view mention in a message', 172, 'view_messagemention'),
	(690, 'Can add reaction to a message', 173, 'add_messagereaction'),
	(691, 'Can change reaction to a message', 173, 'change_messagereaction'),
	(692, 'Can delete reaction to a message', 173, 'delete_messagereaction'),
	(693, 'Can view reaction to a message', 173, 'view_messagereaction'),
	(694, 'Can add reader of a thread', 174, 'add_threadreading'),
	(695, 'Can change reader of a thread', 174, 'change_threadreading'),
	(696, 'Can delete reader of a thread', 174, 'delete_threadreading'),
	(697, 'Can view reader of a thread', 174, 'view_threadreading'),
	(795, 'Can change member', 199, 'change_user'),
	(698, 'Can add calendar address', 175, 'add_calendarfeed'),
	(699, 'Can change calendar address', 175, 'change_calendarfeed'),
	(700, 'Can delete calendar address', 175, 'delete_calendarfeed'),
	(701, 'Can view calendar address', 175, 'view_calendarfeed'),
	(702, 'Can add series of live sessions', 176, 'add_sessionseries'),
	(703, 'Can change series of live sessions', 176, 'change_sessionseries'),
	(704, 'Can delete series of live sessions', 176, 'delete_sessionseries'),
	(705, 'Can view series of live sessions', 176, 'view_sessionseries'),
	(706, 'Can add person of a series', 177, 'add_seriesperson'),
	(707, 'Can change person of a series', 177, 'change_seriesperson'),
	(708, 'Can delete person of a series', 177, 'delete_seriesperson'),
	(709, 'Can view person of a series', 177, 'view_seriesperson'),
	(710, 'Can add live session', 178, 'add_livesession'),
	(711, 'Can change live session', 178, 'change_livesession'),
	(712, 'Can delete live session', 178, 'delete_livesession'),
	(713, 'Can view live session', 178, 'view_livesession'),
	(714, 'Can add answer to an invitation', 179, 'add_rsvp'),
	(715, 'Can change answer to an invitation', 179, 'change_rsvp'),
	(716, 'Can delete answer to an invitation', 179, 'delete_rsvp'),
	(717, 'Can view answer to an invitation', 179, 'view_rsvp'),
	(718, 'Can add person of a live session', 180, 'add_sessionperson'),
	(719, 'Can change person of a live session', 180, 'change_sessionperson'),
	(720, 'Can delete person of a live session', 180, 'delete_sessionperson'),
	(721, 'Can view person of a live session', 180, 'view_sessionperson'),
	(722, 'Can add drop', 181, 'add_drop'),
	(723, 'Can change drop', 181, 'change_drop'),
	(724, 'Can delete drop', 181, 'delete_drop'),
	(725, 'Can view drop', 181, 'view_drop'),
	(726, 'Can add claim of a drop', 182, 'add_dropclaim'),
	(727, 'Can change claim of a drop', 182, 'change_dropclaim'),
	(728, 'Can delete claim of a drop', 182, 'delete_dropclaim'),
	(729, 'Can view claim of a drop', 182, 'view_dropclaim'),
	(730, 'Can add seat', 183, 'add_seat'),
	(731, 'Can change seat', 183, 'change_seat'),
	(732, 'Can delete seat', 183, 'delete_seat'),
	(733, 'Can view seat', 183, 'view_seat'),
	(734, 'Can add poll in a session', 184, 'add_sessionpoll'),
	(735, 'Can change poll in a session', 184, 'change_sessionpoll'),
	(736, 'Can delete poll in a session', 184, 'delete_sessionpoll'),
	(737, 'Can view poll in a session', 184, 'view_sessionpoll'),
	(738, 'Can add vote in a poll of a session', 185, 'add_sessionpollvote'),
	(739, 'Can change vote in a poll of a session', 185, 'change_sessionpollvote'),
	(740, 'Can delete vote in a poll of a session', 185, 'delete_sessionpollvote'),
	(741, 'Can view vote in a poll of a session', 185, 'view_sessionpollvote'),
	(742, 'Can add question in a session', 186, 'add_sessionquestion'),
	(743, 'Can change question in a session', 186, 'change_sessionquestion'),
	(744, 'Can delete question in a session', 186, 'delete_sessionquestion'),
	(745, 'Can view question in a session', 186, 'view_sessionquestion'),
	(746, 'Can add vote for a question', 187, 'add_questionvote'),
	(747, 'Can change vote for a question', 187, 'change_questionvote'),
	(748, 'Can delete vote for a question', 187, 'delete_questionvote'),
	(749, 'Can view vote for a question', 187, 'view_questionvote'),
	(750, 'Can add stage of a live session', 188, 'add_stage'),
	(751, 'Can change stage of a live session', 188, 'change_stage'),
	(752, 'Can delete stage of a live session', 188, 'delete_stage'),
	(753, 'Can view stage of a live session', 188, 'view_stage'),
	(754, 'Can add attendance', 189, 'add_attendance'),
	(755, 'Can change attendance', 189, 'change_attendance'),
	(756, 'Can delete attendance', 189, 'delete_attendance'),
	(757, 'Can view attendance', 189, 'view_attendance'),
	(758, 'Can add reminder in a room', 190, 'add_roomreminder'),
	(759, 'Can change reminder in a room', 190, 'change_roomreminder'),
	(760, 'Can delete reminder in a room', 190, 'delete_roomreminder'),
	(761, 'Can view reminder in a room', 190, 'view_roomreminder'),
	(762, 'Can add pause', 191, 'add_mailpause'),
	(763, 'Can change pause', 191, 'change_mailpause'),
	(764, 'Can delete pause', 191, 'delete_mailpause'),
	(765, 'Can view pause', 191, 'view_mailpause'),
	(766, 'Can add message', 192, 'add_delivery'),
	(767, 'Can change message', 192, 'change_delivery'),
	(768, 'Can delete message', 192, 'delete_delivery'),
	(769, 'Can view message', 192, 'view_delivery'),
	(770, 'Can add consent', 193, 'add_consent'),
	(771, 'Can change consent', 193, 'change_consent'),
	(772, 'Can delete consent', 193, 'delete_consent'),
	(773, 'Can view consent', 193, 'view_consent'),
	(774, 'Can add mail limits', 194, 'add_messagingsettings'),
	(775, 'Can change mail limits', 194, 'change_messagingsettings'),
	(776, 'Can delete mail limits', 194, 'delete_messagingsettings'),
	(777, 'Can view mail limits', 194, 'view_messagingsettings'),
	(778, 'Can add suppressed address', 195, 'add_suppression'),
	(779, 'Can change suppressed address', 195, 'change_suppression'),
	(780, 'Can delete suppressed address', 195, 'delete_suppression'),
	(781, 'Can view suppressed address', 195, 'view_suppression'),
	(782, 'Can add notice', 196, 'add_notice'),
	(783, 'Can change notice', 196, 'change_notice'),
	(784, 'Can delete notice', 196, 'delete_notice'),
	(785, 'Can view notice', 196, 'view_notice'),
	(786, 'Can add choices of notices', 197, 'add_noticesettings'),
	(787, 'Can change choices of notices', 197, 'change_noticesettings'),
	(788, 'Can delete choices of notices', 197, 'delete_noticesettings'),
	(789, 'Can view choices of notices', 197, 'view_noticesettings'),
	(790, 'Can add device that is rung', 198, 'add_pushsubscription'),
	(791, 'Can change device that is rung', 198, 'change_pushsubscription'),
	(792, 'Can delete device that is rung', 198, 'delete_pushsubscription'),
	(793, 'Can view device that is rung', 198, 'view_pushsubscription'),
	(794, 'Can add member', 199, 'add_user'),
	(796, 'Can delete member', 199, 'delete_user'),
	(797, 'Can view member', 199, 'view_user'),
	(798, 'Can add identity', 200, 'add_identity'),
	(799, 'Can change identity', 200, 'change_identity'),
	(800, 'Can delete identity', 200, 'delete_identity'),
	(801, 'Can view identity', 200, 'view_identity'),
	(802, 'Can add tries to sign in', 201, 'add_signintries'),
	(803, 'Can change tries to sign in', 201, 'change_signintries'),
	(804, 'Can delete tries to sign in', 201, 'delete_signintries'),
	(805, 'Can view tries to sign in', 201, 'view_signintries'),
	(806, 'Can add group of members', 202, 'add_groupprofile'),
	(807, 'Can change group of members', 202, 'change_groupprofile'),
	(808, 'Can delete group of members', 202, 'delete_groupprofile'),
	(809, 'Can view group of members', 202, 'view_groupprofile'),
	(810, 'Can add request to join a group', 203, 'add_grouprequest'),
	(811, 'Can change request to join a group', 203, 'change_grouprequest'),
	(812, 'Can delete request to join a group', 203, 'delete_grouprequest'),
	(813, 'Can view request to join a group', 203, 'view_grouprequest'),
	(814, 'Can add openness of a member', 204, 'add_openness'),
	(815, 'Can change openness of a member', 204, 'change_openness'),
	(816, 'Can delete openness of a member', 204, 'delete_openness'),
	(817, 'Can view openness of a member', 204, 'view_openness'),
	(818, 'Can add change of rights', 205, 'add_rightschange'),
	(819, 'Can change change of rights', 205, 'change_rightschange'),
	(820, 'Can delete change of rights', 205, 'delete_rightschange'),
	(821, 'Can view change of rights', 205, 'view_rightschange'),
	(822, 'Can add birthday', 206, 'add_birthday'),
	(823, 'Can change birthday', 206, 'change_birthday'),
	(824, 'Can delete birthday', 206, 'delete_birthday'),
	(825, 'Can view birthday', 206, 'view_birthday'),
	(826, 'Can add change of an account', 207, 'add_accountchange'),
	(827, 'Can change change of an account', 207, 'change_accountchange'),
	(828, 'Can delete change of an account', 207, 'delete_accountchange'),
	(829, 'Can view change of an account', 207, 'view_accountchange'),
	(830, 'Can add heartbeat', 208, 'add_heartbeat'),
	(831, 'Can change heartbeat', 208, 'change_heartbeat'),
	(832, 'Can delete heartbeat', 208, 'delete_heartbeat'),
	(833, 'Can view heartbeat', 208, 'view_heartbeat'),
	(834, 'Can add event', 209, 'add_storedevent'),
	(835, 'Can change event', 209, 'change_storedevent'),
	(836, 'Can delete event', 209, 'delete_storedevent'),
	(837, 'Can view event', 209, 'view_storedevent'),
	(838, 'Can add event delivery', 210, 'add_eventdelivery'),
	(839, 'Can change event delivery', 210, 'change_eventdelivery'),
	(840, 'Can delete event delivery', 210, 'delete_eventdelivery'),
	(841, 'Can view event delivery', 210, 'view_eventdelivery'),
	(842, 'Can add chosen event', 211, 'add_listening'),
	(843, 'Can change chosen event', 211, 'change_listening'),
	(844, 'Can delete chosen event', 211, 'delete_listening'),
	(845, 'Can view chosen event', 211, 'view_listening'),
	(846, 'Can add email address', 212, 'add_emailaddress'),
	(847, 'Can change email address', 212, 'change_emailaddress'),
	(848, 'Can delete email address', 212, 'delete_emailaddress'),
	(849, 'Can view email address', 212, 'view_emailaddress'),
	(850, 'Can add email confirmation', 213, 'add_emailconfirmation'),
	(851, 'Can change email confirmation', 213, 'change_emailconfirmation'),
	(852, 'Can delete email confirmation', 213, 'delete_emailconfirmation'),
	(853, 'Can view email confirmation', 213, 'view_emailconfirmation'),
	(854, 'Can add authenticator', 214, 'add_authenticator'),
	(855, 'Can change authenticator', 214, 'change_authenticator'),
	(856, 'Can delete authenticator', 214, 'delete_authenticator'),
	(857, 'Can view authenticator', 214, 'view_authenticator'),
	(858, 'Can add user session', 215, 'add_usersession'),
	(859, 'Can change user session', 215, 'change_usersession'),
	(860, 'Can delete user session', 215, 'delete_usersession'),
	(861, 'Can view user session', 215, 'view_usersession'),
	(862, 'Can add social account', 216, 'add_socialaccount'),
	(863, 'Can change social account', 216, 'change_socialaccount'),
	(864, 'Can delete social account', 216, 'delete_socialaccount'),
	(865, 'Can view social account', 216, 'view_socialaccount'),
	(866, 'Can add social application', 217, 'add_socialapp'),
	(867, 'Can change social application', 217, 'change_socialapp'),
	(868, 'Can delete social application', 217, 'delete_socialapp'),
	(869, 'Can view social application', 217, 'view_socialapp'),
	(870, 'Can add social application token', 218, 'add_socialtoken'),
	(871, 'Can change social application token', 218, 'change_socialtoken'),
	(872, 'Can delete social application token', 218, 'delete_socialtoken'),
	(873, 'Can view social application token', 218, 'view_socialtoken'),
	(874, 'Can add client', 219, 'add_client'),
	(875, 'Can change client', 219, 'change_client'),
	(876, 'Can delete client', 219, 'delete_client'),
	(877, 'Can view client', 219, 'view_client'),
	(878, 'Can add token', 220, 'add_token'),
	(879, 'Can change token', 220, 'change_token'),
	(880, 'Can delete token', 220, 'delete_token'),
	(881, 'Can view token', 220, 'view_token'),
	(882, 'Can submit translations', 221, 'submit_translation'),
	(883, 'Can add redirect', 222, 'add_redirect'),
	(884, 'Can change redirect', 222, 'change_redirect'),
	(885, 'Can delete redirect', 222, 'delete_redirect'),
	(886, 'Can view redirect', 222, 'view_redirect'),
	(887, 'Can add embed', 223, 'add_embed'),
	(888, 'Can change embed', 223, 'change_embed'),
	(889, 'Can delete embed', 223, 'delete_embed'),
	(890, 'Can view embed', 223, 'view_embed'),
	(891, 'Can add user profile', 224, 'add_userprofile'),
	(892, 'Can change user profile', 224, 'change_userprofile'),
	(893, 'Can delete user profile', 224, 'delete_userprofile'),
	(894, 'Can view user profile', 224, 'view_userprofile'),
	(895, 'Can view document', 4, 'view_document'),
	(896, 'Can view image', 2, 'view_image'),
	(897, 'Can add rendition', 225, 'add_rendition'),
	(898, 'Can change rendition', 225, 'change_rendition'),
	(899, 'Can delete rendition', 225, 'delete_rendition'),
	(900, 'Can view rendition', 225, 'view_rendition'),
	(901, 'Can add index entry', 226, 'add_indexentry'),
	(902, 'Can change index entry', 226, 'change_indexentry'),
	(903, 'Can delete index entry', 226, 'delete_indexentry'),
	(904, 'Can view index entry', 226, 'view_indexentry'),
	(905, 'Can add editing session', 227, 'add_editingsession'),
	(906, 'Can change editing session', 227, 'change_editingsession'),
	(907, 'Can delete editing session', 227, 'delete_editingsession'),
	(908, 'Can view editing session', 227, 'view_editingsession'),
	(909, 'Can add form state', 228, 'add_formstate'),
	(910, 'Can change form state', 228, 'change_formstate'),
	(911, 'Can delete form state', 228, 'delete_formstate'),
	(912, 'Can view form state', 228, 'view_formstate'),
	(913, 'Can add tag', 229, 'add_tag'),
	(914, 'Can change tag', 229, 'change_tag'),
	(915, 'Can delete tag', 229, 'delete_tag'),
	(916, 'Can view tag', 229, 'view_tag'),
	(917, 'Can add tagged item', 230, 'add_taggeditem'),
	(918, 'Can change tagged item', 230, 'change_taggeditem'),
	(919, 'Can delete tagged item', 230, 'delete_taggeditem'),
	(920, 'Can view tagged item', 230, 'view_taggeditem'),
	(921, 'Can add log entry', 231, 'add_logentry'),
	(922, 'Can change log entry', 231, 'change_logentry'),
	(923, 'Can delete log entry', 231, 'delete_logentry'),
	(924, 'Can view log entry', 231, 'view_logentry'),
	(925, 'Can add permission', 232, 'add_permission'),
	(926, 'Can change permission', 232, 'change_permission'),
	(927, 'Can delete permission', 232, 'delete_permission'),
	(928, 'Can view permission', 232, 'view_permission'),
	(929, 'Can add group', 233, 'add_group'),
	(930, 'Can change group', 233, 'change_group'),
	(931, 'Can delete group', 233, 'delete_group'),
	(932, 'Can view group', 233, 'view_group'),
	(933, 'Can add content type', 234, 'add_contenttype'),
	(934, 'Can change content type', 234, 'change_contenttype'),
	(935, 'Can delete content type', 234, 'delete_contenttype'),
	(936, 'Can view content type', 234, 'view_contenttype'),
	(937, 'Can add session', 235, 'add_session'),
	(938, 'Can change session', 235, 'change_session'),
	(939, 'Can delete session', 235, 'delete_session'),
	(940, 'Can view session', 235, 'view_session');

INSERT INTO public.community_badgekind VALUES
	(1, 'first-good-cup', '', '', 'cup', 1, 'answers', 1, false, true, true, 10),
	(2, 'steady-pourer', '', '', 'pot', 2, 'answers', 10, false, true, true, 20),
	(3, 'tea-master', '', '', 'kettle', 3, 'answers', 50, false, true, true, 30),
	(4, 'good-company', '', '', 'blossom', 1, 'liked_by', 10, false, false, true, 40),
	(5, 'every-tables-friend', '', '', 'plum', 3, 'liked_by', 50, false, false, true, 50),
	(6, 'open-door', '', '', 'gate', 1, 'welcomed', 3, false, false, true, 60),
	(7, 'keeper-of-the-door', '', '', 'lantern', 2, 'welcomed', 25, false, false, true, 70),
	(8, 'many-tables', '', '', 'mountain', 2, 'boards', 5, false, false, true, 80),
	(9, 'late-lamp', '', '', 'lamp', 2, 'late_answer', 1, true, true, true, 90),
	(10, 'worth-asking', '', '', 'spring', 1, 'good_question', 1, true, false, true, 100),
	(11, 'grateful-guest', '', '', 'bow', 1, 'thanked', 3, false, false, true, 110),
	(12, 'words-to-keep', '', '', 'scroll', 2, 'liked_post', 10, true, false, true, 120),
	(13, 'heard', '', '', 'bell', 2, 'idea_done', 1, true, true, true, 130),
	(14, 'good-listener', '', '', 'leaf', 1, 'read_days', 30, false, false, true, 140),
	(15, 'four-seasons', '', '', 'moon', 1, 'years', 1, false, false, true, 150),
	(16, 'three-springs', '', '', 'bamboo', 2, 'years', 3, false, false, true, 160),
	(17, 'old-friend', '', '', 'crane', 3, 'years', 5, false, false, true, 170),
	(18, 'warm-kettle', '', '', 'boat', 1, 'came_back', 1, false, false, true, 180),
	(19, 'ten-steps', 'Ten steps', 'Came ten steps into the house.', 'blossom', 1, '', 1, false, false, true, 100),
	(20, 'fifteen-steps', 'Fifteen steps', 'Came fifteen steps into the house, and stayed for the talk.', 'bamboo', 2, '', 1, false, false, true, 100);

INSERT INTO public.django_content_type VALUES
	(1, 'wagtailcore', 'page'),
	(2, 'wagtailimages', 'image'),
	(3, 'wagtailadmin', 'admin'),
	(4, 'wagtaildocs', 'document'),
	(5, 'wagtailcore', 'groupapprovaltask'),
	(6, 'wagtailcore', 'locale'),
	(7, 'wagtailcore', 'site'),
	(8, 'wagtailcore', 'groupsitepermission'),
	(9, 'wagtailcore', 'apitoken'),
	(10, 'wagtailcore', 'modellogentry'),
	(11, 'wagtailcore', 'revision'),
	(12, 'wagtailcore', 'collectionviewrestriction'),
	(13, 'wagtailcore', 'collection'),
	(14, 'wagtailcore', 'groupcollectionpermission'),
	(15, 'wagtailcore', 'uploadedfile'),
	(16, 'wagtailcore', 'workflowcontenttype'),
	(17, 'wagtailcore', 'workflowstate'),
	(18, 'wagtailcore', 'workflow'),
	(19, 'wagtailcore', 'workflowtask'),
	(20, 'wagtailcore', 'task'),
	(21, 'wagtailcore', 'taskstate'),
	(22, 'wagtailcore', 'grouppagepermission'),
	(23, 'wagtailcore', 'pageviewrestriction'),
	(24, 'wagtailcore', 'workflowpage'),
	(25, 'wagtailcore', 'pagelogentry'),
	(26, 'wagtailcore', 'comment'),
	(27, 'wagtailcore', 'commentreply'),
	(28, 'wagtailcore', 'pagesubscription'),
	(29, 'wagtailcore', 'referenceindex'),
	(30, 'cms', 'sitedocument'),
	(31, 'cms', 'siteimage'),
	(32, 'cms', 'siterendition'),
	(33, 'cms', 'homepage'),
	(34, 'cms', 'newsindexpage'),
	(35, 'cms', 'newspage'),
	(36, 'cms', 'sitepage'),
	(37, 'cms', 'sitesettings'),
	(38, 'integrations', 'idempotencyrecord'),
	(39, 'integrations', 'apikey'),
	(40, 'integrations', 'shop'),
	(41, 'integrations', 'inboundmessage'),
	(42, 'integrations', 'webhookendpoint'),
	(43, 'integrations', 'webhookdelivery'),
	(44, 'integrations', 'webhookattempt'),
	(45, 'integrations', 'signinservice'),
	(46, 'integrations', 'signinnonce'),
	(47, 'integrations', 'toldevent'),
	(48, 'campaigns', 'campaign'),
	(49, 'campaigns', 'assignment'),
	(50, 'care', 'case'),
	(51, 'care', 'caseword'),
	(52, 'insights', 'objection'),
	(53, 'insights', 'stagerun'),
	(54, 'insights', 'act'),
	(55, 'insights', 'memberstage'),
	(56, 'insights', 'stagechange'),
	(57, 'referrals', 'program'),
	(58, 'referrals', 'sharelink'),
	(59, 'referrals', 'referral'),
	(60, 'loyalty', 'currency'),
	(61, 'loyalty', 'lot'),
	(62, 'loyalty', 'tier'),
	(63, 'loyalty', 'tierprogram'),
	(64, 'loyalty', 'earningrule'),
	(65, 'loyalty', 'order'),
	(66, 'loyalty', 'coupon'),
	(67, 'loyalty', 'orderline'),
	(68, 'loyalty', 'orderrevision'),
	(69, 'loyalty', 'refund'),
	(70, 'loyalty', 'refundline'),
	(71, 'loyalty', 'refundnotice'),
	(72, 'loyalty', 'rulehit'),
	(73, 'loyalty', 'ruleusage'),
	(74, 'loyalty', 'reward'),
	(75, 'loyalty', 'tiermembership'),
	(76, 'loyalty', 'txn'),
	(77, 'loyalty', 'redemption'),
	(78, 'loyalty', 'lotuse'),
	(79, 'loyalty', 'entry'),
	(80, 'loyalty', 'wallet'),
	(81, 'loyalty', 'debt'),
	(82, 'loyalty', 'merit'),
	(83, 'loyalty', 'rewardreserve'),
	(84, 'loyalty', 'couponpool'),
	(85, 'loyalty', 'gift'),
	(86, 'loyalty', 'perkgrant'),
	(87, 'loyalty', 'redemptionstep'),
	(88, 'loyalty', 'shippingaddress'),
	(89, 'loyalty', 'birthdaygift'),
	(90, 'loyalty', 'tierinvitation'),
	(91, 'loyalty', 'hold'),
	(92, 'loyalty', 'exchangerate'),
	(93, 'loyalty', 'pointsquestion'),
	(94, 'loyalty', 'programmecurrency'),
	(95, 'loyalty', 'rulebudget'),
	(96, 'loyalty', 'rulerefusal'),
	(97, 'loyalty', 'season'),
	(98, 'loyalty', 'seasonchoice'),
	(99, 'loyalty', 'seasonleague'),
	(100, 'loyalty', 'seasonplayer'),
	(101, 'loyalty', 'seasonprize'),
	(102, 'loyalty', 'seasonresult'),
	(103, 'loyalty', 'seasonscore'),
	(104, 'loyalty', 'checklistdismissal'),
	(105, 'loyalty', 'levelstanding'),
	(106, 'loyalty', 'questwithdrawal'),
	(107, 'loyalty', 'ladderrung'),
	(108, 'loyalty', 'laddergift'),
	(109, 'loyalty', 'levelsettings'),
	(110, 'loyalty', 'quest'),
	(111, 'loyalty', 'questrun'),
	(112, 'loyalty', 'queststep'),
	(113, 'loyalty', 'rhythmweek'),
	(114, 'loyalty', 'stepprogress'),
	(115, 'loyalty', 'adjustment'),
	(116, 'loyalty', 'booksday'),
	(117, 'loyalty', 'booksproof'),
	(118, 'loyalty', 'transfer'),
	(119, 'loyalty', 'ladderdraw'),
	(120, 'loyalty', 'draftset'),
	(121, 'loyalty', 'pointsvalue'),
	(122, 'loyalty', 'ruledraft'),
	(123, 'loyalty', 'trial'),
	(124, 'loyalty', 'trialdecision'),
	(125, 'community', 'board'),
	(126, 'community', 'boardpermission'),
	(127, 'community', 'permissionversion'),
	(128, 'community', 'post'),
	(129, 'community', 'postrevision'),
	(130, 'community', 'reaction'),
	(131, 'community', 'topic'),
	(132, 'community', 'topicread'),
	(133, 'community', 'message'),
	(134, 'community', 'messagerevision'),
	(135, 'community', 'room'),
	(136, 'community', 'membership'),
	(137, 'community', 'searchdocument'),
	(138, 'community', 'eventdetails'),
	(139, 'community', 'ideavote'),
	(140, 'community', 'poll'),
	(141, 'community', 'pollvote'),
	(142, 'community', 'postredirect'),
	(143, 'community', 'tag'),
	(144, 'community', 'taggroup'),
	(145, 'community', 'topictag'),
	(146, 'community', 'reviewitem'),
	(147, 'community', 'reviewflag'),
	(148, 'community', 'sanction'),
	(149, 'community', 'staffnote'),
	(150, 'community', 'wordrule'),
	(151, 'community', 'auditentry'),
	(152, 'community', 'activityday'),
	(153, 'community', 'grouptrust'),
	(154, 'community', 'memberactivity'),
	(155, 'community', 'spending'),
	(156, 'community', 'trustchange'),
	(157, 'community', 'bookmark'),
	(158, 'community', 'personlevel'),
	(159, 'community', 'placelevel'),
	(160, 'community', 'placeread'),
	(161, 'community', 'readingchoice'),
	(162, 'community', 'toptopic'),
	(163, 'community', 'linkcard'),
	(164, 'community', 'recooking'),
	(165, 'community', 'cardswanted'),
	(166, 'community', 'mention'),
	(167, 'community', 'arrived'),
	(168, 'community', 'draft'),
	(169, 'community', 'upload'),
	(170, 'community', 'badgekind'),
	(171, 'community', 'badgeaward'),
	(172, 'community', 'messagemention'),
	(173, 'community', 'messagereaction'),
	(174, 'community', 'threadreading'),
	(175, 'community', 'calendarfeed'),
	(176, 'community', 'sessionseries'),
	(177, 'community', 'seriesperson'),
	(178, 'community', 'livesession'),
	(179, 'community', 'rsvp'),
	(180, 'community', 'sessionperson'),
	(181, 'community', 'drop'),
	(182, 'community', 'dropclaim'),
	(183, 'community', 'seat'),
	(184, 'community', 'sessionpoll'),
	(185, 'community', 'sessionpollvote'),
	(186, 'community', 'sessionquestion'),
	(187, 'community', 'questionvote'),
	(188, 'community', 'stage'),
	(189, 'community', 'attendance'),
	(190, 'community', 'roomreminder'),
	(191, 'messaging', 'mailpause'),
	(192, 'messaging', 'delivery'),
	(193, 'messaging', 'consent'),
	(194, 'messaging', 'messagingsettings'),
	(195, 'messaging', 'suppression'),
	(196, 'messaging', 'notice'),
	(197, 'messaging', 'noticesettings'),
	(198, 'messaging', 'pushsubscription'),
	(199, 'members', 'user'),
	(200, 'members', 'identity'),
	(201, 'members', 'signintries'),
	(202, 'members', 'groupprofile'),
	(203, 'members', 'grouprequest'),
	(204, 'members', 'openness'),
	(205, 'members', 'rightschange'),
	(206, 'members', 'birthday'),
	(207, 'members', 'accountchange'),
	(208, 'outbox', 'heartbeat'),
	(209, 'outbox', 'storedevent'),
	(210, 'outbox', 'eventdelivery'),
	(211, 'outbox', 'listening'),
	(212, 'account', 'emailaddress'),
	(213, 'account', 'emailconfirmation'),
	(214, 'mfa', 'authenticator'),
	(215, 'usersessions', 'usersession'),
	(216, 'socialaccount', 'socialaccount'),
	(217, 'socialaccount', 'socialapp'),
	(218, 'socialaccount', 'socialtoken'),
	(219, 'allauth_idp_oidc', 'client'),
	(220, 'allauth_idp_oidc', 'token'),
	(221, 'simple_translation', 'simpletranslation'),
	(222, 'wagtailredirects', 'redirect'),
	(223, 'wagtailembeds', 'embed'),
	(224, 'wagtailusers', 'userprofile'),
	(225, 'wagtailimages', 'rendition'),
	(226, 'wagtailsearch', 'indexentry'),
	(227, 'wagtailadmin', 'editingsession'),
	(228, 'wagtailadmin', 'formstate'),
	(229, 'taggit', 'tag'),
	(230, 'taggit', 'taggeditem'),
	(231, 'admin', 'logentry'),
	(232, 'auth', 'permission'),
	(233, 'auth', 'group'),
	(234, 'contenttypes', 'contenttype'),
	(235, 'sessions', 'session');

INSERT INTO public.django_migrations VALUES
	(1, 'contenttypes', '0001_initial', now()),
	(2, 'contenttypes', '0002_remove_content_type_name', now()),
	(3, 'auth', '0001_initial', now()),
	(4, 'auth', '0002_alter_permission_name_max_length', now()),
	(5, 'auth', '0003_alter_user_email_max_length', now()),
	(6, 'auth', '0004_alter_user_username_opts', now()),
	(7, 'auth', '0005_alter_user_last_login_null', now()),
	(8, 'auth', '0006_require_contenttypes_0002', now()),
	(9, 'auth', '0007_alter_validators_add_error_messages', now()),
	(10, 'auth', '0008_alter_user_username_max_length', now()),
	(11, 'auth', '0009_alter_user_last_name_max_length', now()),
	(12, 'auth', '0010_alter_group_name_max_length', now()),
	(13, 'auth', '0011_update_proxy_permissions', now()),
	(14, 'auth', '0012_alter_user_first_name_max_length', now()),
	(15, 'members', '0001_initial', now()),
	(16, 'account', '0001_initial', now()),
	(17, 'account', '0002_email_max_length', now()),
	(18, 'account', '0003_alter_emailaddress_create_unique_verified_email', now()),
	(19, 'account', '0004_alter_emailaddress_drop_unique_email', now()),
	(20, 'account', '0005_emailaddress_idx_upper_email', now()),
	(21, 'account', '0006_emailaddress_lower', now()),
	(22, 'account', '0007_emailaddress_idx_email', now()),
	(23, 'account', '0008_emailaddress_unique_primary_email_fixup', now()),
	(24, 'account', '0009_emailaddress_unique_primary_email', now()),
	(25, 'admin', '0001_initial', now()),
	(26, 'admin', '0002_logentry_remove_auto_add', now()),
	(27, 'admin', '0003_logentry_add_action_flag_choices', now()),
	(28, 'allauth_idp_oidc', '0001_initial', now()),
	(29, 'allauth_idp_oidc', '0002_client_default_scopes', now()),
	(30, 'allauth_idp_oidc', '0003_client_allow_uri_wildcards', now()),
	(31, 'campaigns', '0001_initial', now()),
	(32, 'care', '0001_initial', now()),
	(33, 'care', '0002_points_cases', now()),
	(34, 'wagtailcore', '0001_initial', now()),
	(35, 'wagtailcore', '0002_initial_data', now()),
	(36, 'wagtailcore', '0003_add_uniqueness_constraint_on_group_page_permission', now()),
	(37, 'wagtailcore', '0004_page_locked', now()),
	(38, 'wagtailcore', '0005_add_page_lock_permission_to_moderators', now()),
	(39, 'wagtailcore', '0006_add_lock_page_permission', now()),
	(40, 'wagtailcore', '0007_page_latest_revision_created_at', now()),
	(41, 'wagtailcore', '0008_populate_latest_revision_created_at', now()),
	(42, 'wagtailcore', '0009_remove_auto_now_add_from_pagerevision_created_at', now()),
	(43, 'wagtailcore', '0010_change_page_owner_to_null_on_delete', now()),
	(44, 'wagtailcore', '0011_page_first_published_at', now()),
	(45, 'wagtailcore', '0012_extend_page_slug_field', now()),
	(46, 'wagtailcore', '0013_update_golive_expire_help_text', now()),
	(47, 'wagtailcore', '0014_add_verbose_name', now()),
	(48, 'wagtailcore', '0015_add_more_verbose_names', now()),
	(49, 'wagtailcore', '0016_change_page_url_path_to_text_field', now()),
	(50, 'wagtailcore', '0017_change_edit_page_permission_description', now()),
	(51, 'wagtailcore', '0018_pagerevision_submitted_for_moderation_index', now()),
	(52, 'wagtailcore', '0019_verbose_names_cleanup', now()),
	(53, 'wagtailcore', '0020_add_index_on_page_first_published_at', now()),
	(54, 'wagtailcore', '0021_capitalizeverbose', now()),
	(55, 'wagtailcore', '0022_add_site_name', now()),
	(56, 'wagtailcore', '0023_alter_page_revision_on_delete_behaviour', now()),
	(57, 'wagtailcore', '0024_collection', now()),
	(58, 'wagtailcore', '0025_collection_initial_data', now()),
	(59, 'wagtailcore', '0026_group_collection_permission', now()),
	(60, 'taggit', '0001_initial', now()),
	(61, 'wagtailimages', '0001_initial', now()),
	(62, 'wagtailimages', '0002_initial_data', now()),
	(63, 'wagtailimages', '0003_fix_focal_point_fields', now()),
	(64, 'wagtailimages', '0004_make_focal_point_key_not_nullable', now()),
	(65, 'wagtailimages', '0005_make_filter_spec_unique', now()),
	(66, 'wagtailimages', '0006_add_verbose_names', now()),
	(67, 'wagtailimages', '0007_image_file_size', now()),
	(68, 'wagtailimages', '0008_image_created_at_index', now()),
	(69, 'wagtailimages', '0009_capitalizeverbose', now()),
	(70, 'wagtailimages', '0010_change_on_delete_behaviour', now()),
	(71, 'wagtailimages', '0011_image_collection', now()),
	(72, 'wagtailimages', '0012_copy_image_permissions_to_collections', now()),
	(73, 'wagtailimages', '0013_make_rendition_upload_callable', now()),
	(74, 'wagtailimages', '0014_add_filter_spec_field', now()),
	(75, 'wagtailimages', '0015_fill_filter_spec_field', now()),
	(76, 'wagtailimages', '0016_deprecate_rendition_filter_relation', now()),
	(77, 'wagtailimages', '0017_reduce_focal_point_key_max_length', now()),
	(78, 'wagtailimages', '0018_remove_rendition_filter', now()),
	(79, 'wagtailimages', '0019_delete_filter', now()),
	(80, 'wagtailimages', '0020_add-verbose-name', now()),
	(81, 'wagtailimages', '0021_image_file_hash', now()),
	(82, 'wagtailimages', '0022_uploadedimage', now()),
	(83, 'wagtailadmin', '0001_create_admin_access_permissions', now()),
	(84, 'wagtailimages', '0023_add_choose_permissions', now()),
	(85, 'wagtailimages', '0024_index_image_file_hash', now()),
	(86, 'wagtailimages', '0025_alter_image_file_alter_rendition_file', now()),
	(87, 'wagtailimages', '0026_delete_uploadedimage', now()),
	(88, 'wagtailimages', '0027_image_description', now()),
	(89, 'wagtaildocs', '0001_initial', now()),
	(90, 'wagtaildocs', '0002_initial_data', now()),
	(91, 'wagtaildocs', '0003_add_verbose_names', now()),
	(92, 'wagtaildocs', '0004_capitalizeverbose', now()),
	(93, 'wagtaildocs', '0005_document_collection', now()),
	(94, 'wagtaildocs', '0006_copy_document_permissions_to_collections', now()),
	(95, 'wagtaildocs', '0005_alter_uploaded_by_user_on_delete_action', now()),
	(96, 'wagtaildocs', '0007_merge', now()),
	(97, 'wagtaildocs', '0008_document_file_size', now()),
	(98, 'wagtaildocs', '0009_document_verbose_name_plural', now()),
	(99, 'wagtaildocs', '0010_document_file_hash', now()),
	(100, 'wagtaildocs', '0011_add_choose_permissions', now()),
	(101, 'wagtaildocs', '0012_uploadeddocument', now()),
	(102, 'wagtaildocs', '0013_delete_uploadeddocument', now()),
	(103, 'wagtaildocs', '0014_alter_document_file_size', now()),
	(104, 'wagtailcore', '0027_fix_collection_path_collation', now()),
	(105, 'wagtailcore', '0024_alter_page_content_type_on_delete_behaviour', now()),
	(106, 'wagtailcore', '0028_merge', now()),
	(107, 'wagtailcore', '0029_unicode_slugfield_dj19', now()),
	(108, 'wagtailcore', '0030_index_on_pagerevision_created_at', now()),
	(109, 'wagtailcore', '0031_add_page_view_restriction_types', now()),
	(110, 'wagtailcore', '0032_add_bulk_delete_page_permission', now()),
	(111, 'wagtailcore', '0033_remove_golive_expiry_help_text', now()),
	(112, 'wagtailcore', '0034_page_live_revision', now()),
	(113, 'wagtailcore', '0035_page_last_published_at', now()),
	(114, 'wagtailcore', '0036_populate_page_last_published_at', now()),
	(115, 'wagtailcore', '0037_set_page_owner_editable', now()),
	(116, 'wagtailcore', '0038_make_first_published_at_editable', now()),
	(117, 'wagtailcore', '0039_collectionviewrestriction', now()),
	(118, 'wagtailcore', '0040_page_draft_title', now()),
	(119, 'wagtailcore', '0041_group_collection_permissions_verbose_name_plural', now()),
	(120, 'wagtailcore', '0042_index_on_pagerevision_approved_go_live_at', now()),
	(121, 'wagtailcore', '0043_lock_fields', now()),
	(122, 'wagtailcore', '0044_add_unlock_grouppagepermission', now()),
	(123, 'wagtailcore', '0045_assign_unlock_grouppagepermission', now()),
	(124, 'wagtailcore', '0046_site_name_remove_null', now()),
	(125, 'wagtailcore', '0047_add_workflow_models', now()),
	(126, 'wagtailcore', '0048_add_default_workflows', now()),
	(127, 'wagtailcore', '0049_taskstate_finished_by', now()),
	(128, 'wagtailcore', '0050_workflow_rejected_to_needs_changes', now()),
	(129, 'wagtailcore', '0051_taskstate_comment', now()),
	(130, 'wagtailcore', '0052_pagelogentry', now()),
	(131, 'wagtailcore', '0053_locale_model', now()),
	(132, 'wagtailcore', '0054_initial_locale', now()),
	(133, 'wagtailcore', '0055_page_locale_fields', now()),
	(134, 'wagtailcore', '0056_page_locale_fields_populate', now()),
	(135, 'wagtailcore', '0057_page_locale_fields_notnull', now()),
	(136, 'wagtailcore', '0058_page_alias_of', now()),
	(137, 'wagtailcore', '0059_apply_collection_ordering', now()),
	(138, 'wagtailcore', '0060_fix_workflow_unique_constraint', now()),
	(139, 'wagtailcore', '0061_change_promote_tab_helpt_text_and_verbose_names', now()),
	(140, 'wagtailcore', '0062_comment_models_and_pagesubscription', now()),
	(141, 'wagtailcore', '0063_modellogentry', now()),
	(142, 'wagtailcore', '0064_log_timestamp_indexes', now()),
	(143, 'wagtailcore', '0065_log_entry_uuid', now()),
	(144, 'wagtailcore', '0066_collection_management_permissions', now()),
	(145, 'wagtailcore', '0067_alter_pagerevision_content_json', now()),
	(146, 'wagtailcore', '0068_log_entry_empty_object', now()),
	(147, 'wagtailcore', '0069_log_entry_jsonfield', now()),
	(148, 'wagtailcore', '0070_rename_pagerevision_revision', now()),
	(149, 'wagtailcore', '0071_populate_revision_content_type', now()),
	(150, 'wagtailcore', '0072_alter_revision_content_type_notnull', now()),
	(151, 'wagtailcore', '0073_page_latest_revision', now()),
	(152, 'wagtailcore', '0074_revision_object_str', now()),
	(153, 'wagtailcore', '0075_populate_latest_revision_and_revision_object_str', now()),
	(154, 'wagtailcore', '0076_modellogentry_revision', now()),
	(155, 'wagtailcore', '0077_alter_revision_user', now()),
	(156, 'wagtailcore', '0078_referenceindex', now()),
	(157, 'wagtailcore', '0079_rename_taskstate_page_revision', now()),
	(158, 'wagtailcore', '0080_generic_workflowstate', now()),
	(159, 'wagtailcore', '0081_populate_workflowstate_content_type', now()),
	(160, 'wagtailcore', '0082_alter_workflowstate_content_type_notnull', now()),
	(161, 'wagtailcore', '0083_workflowcontenttype', now()),
	(162, 'wagtailcore', '0084_add_default_page_permissions', now()),
	(163, 'wagtailcore', '0085_add_grouppagepermission_permission', now()),
	(164, 'wagtailcore', '0086_populate_grouppagepermission_permission', now()),
	(165, 'wagtailcore', '0087_alter_grouppagepermission_unique_together_and_more', now()),
	(166, 'wagtailcore', '0088_fix_log_entry_json_timestamps', now()),
	(167, 'wagtailcore', '0089_log_entry_data_json_null_to_object', now()),
	(168, 'wagtailcore', '0090_remove_grouppagepermission_permission_type', now()),
	(169, 'wagtailcore', '0091_remove_revision_submitted_for_moderation', now()),
	(170, 'wagtailcore', '0092_alter_collectionviewrestriction_password_and_more', now()),
	(171, 'wagtailcore', '0093_uploadedfile', now()),
	(172, 'wagtailcore', '0094_alter_page_locale', now()),
	(173, 'wagtailcore', '0095_groupsitepermission', now()),
	(174, 'wagtailcore', '0096_referenceindex_referenceindex_source_object_and_more', now()),
	(175, 'wagtailcore', '0097_baselogentry_uuid_action_timestamp_indexes', now()),
	(176, 'wagtailcore', '0098_apitoken', now()),
	(177, 'members', '0002_groups', now()),
	(178, 'taggit', '0002_auto_20150616_2121', now()),
	(179, 'taggit', '0003_taggeditem_add_unique_index', now()),
	(180, 'taggit', '0004_alter_taggeditem_content_type_alter_taggeditem_tag', now()),
	(181, 'taggit', '0005_auto_20220424_2025', now()),
	(182, 'taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx', now()),
	(183, 'cms', '0001_initial', now()),
	(184, 'cms', '0002_homepage_newsindexpage_newspage_sitepage_and_more', now()),
	(185, 'cms', '0003_moderators_keep_the_talk', now()),
	(186, 'cms', '0004_next_session', now()),
	(187, 'sessions', '0001_initial', now()),
	(188, 'members', '0003_tries', now()),
	(189, 'members', '0004_openness_and_groups', now()),
	(190, 'members', '0005_rights_changes', now()),
	(191, 'community', '0001_initial', now()),
	(192, 'community', '0002_rooms', now()),
	(193, 'community', '0003_forum', now()),
	(194, 'community', '0004_search', now()),
	(195, 'community', '0005_structure', now()),
	(196, 'community', '0006_order', now()),
	(197, 'community', '0007_trust', now()),
	(198, 'community', '0008_reading', now()),
	(199, 'community', '0009_topicpage', now()),
	(200, 'community', '0010_trust_marks', now()),
	(201, 'community', '0011_cooking', now()),
	(202, 'community', '0012_mentions', now()),
	(203, 'community', '0013_arrivals', now()),
	(204, 'community', '0014_search_latest', now()),
	(205, 'community', '0015_composer', now()),
	(206, 'community', '0016_badges', now()),
	(207, 'community', '0017_board_orders', now()),
	(208, 'community', '0018_rooms', now()),
	(209, 'community', '0019_sessions', now()),
	(210, 'community', '0020_announced_rooms', now()),
	(211, 'community', '0021_stage', now()),
	(212, 'community', '0022_room_reminders', now()),
	(213, 'community', '0023_rights_notes', now()),
	(214, 'community', '0024_session_reminders', now()),
	(215, 'community', '0025_stage_wound_up', now()),
	(216, 'community', '0026_session_rights_notes', now()),
	(217, 'community', '0027_session_pictures', now()),
	(218, 'community', '0028_session_answers', now()),
	(219, 'community', '0029_sent_out', now()),
	(220, 'community', '0030_slow_mode_by_itself', now()),
	(221, 'insights', '0001_initial', now()),
	(222, 'members', '0006_birthday', now()),
	(223, 'integrations', '0001_initial', now()),
	(224, 'integrations', '0002_shops', now()),
	(225, 'integrations', '0003_webhooks', now()),
	(226, 'integrations', '0004_signing_in', now()),
	(227, 'integrations', '0005_told_events', now()),
	(228, 'integrations', '0006_key_sources', now()),
	(229, 'integrations', '0007_tokens_end', now()),
	(230, 'integrations', '0008_shop_hooks', now()),
	(231, 'outbox', '0001_initial', now()),
	(232, 'outbox', '0002_listening', now()),
	(233, 'outbox', '0003_publishing', now()),
	(234, 'loyalty', '0001_initial', now()),
	(235, 'loyalty', '0002_ledger', now()),
	(236, 'loyalty', '0003_programme', now()),
	(237, 'loyalty', '0004_plans', now()),
	(238, 'loyalty', '0005_gifts', now()),
	(239, 'loyalty', '0006_attendance_rule', now()),
	(240, 'loyalty', '0007_tiers_above', now()),
	(241, 'loyalty', '0008_rewards_widened', now()),
	(242, 'loyalty', '0008_tier_benefits', now()),
	(243, 'loyalty', '0009_holds', now()),
	(244, 'loyalty', '0010_rules', now()),
	(245, 'loyalty', '0011_seasons', now()),
	(246, 'loyalty', '0012_quests', now()),
	(247, 'loyalty', '0013_books_transfers_adjustments', now()),
	(248, 'loyalty', '0014_first_quests', now()),
	(249, 'loyalty', '0015_names_of_holds', now()),
	(250, 'loyalty', '0016_books_balanced', now()),
	(251, 'loyalty', '0017_what_if', now()),
	(252, 'loyalty', '0018_awards_in_one_call', now()),
	(253, 'loyalty', '0019_limits_of_a_day', now()),
	(254, 'loyalty', '0020_ahead_of_time', now()),
	(255, 'loyalty', '0021_proof_above', now()),
	(256, 'loyalty', '0022_crowds_and_nights', now()),
	(257, 'loyalty', '0023_claims_open_at_once', now()),
	(258, 'loyalty', '0024_draft_writers', now()),
	(259, 'loyalty', '0025_kept_by_version', now()),
	(260, 'loyalty', '0026_lines_from_the_index', now()),
	(261, 'loyalty', '0027_drafts_that_wait', now()),
	(262, 'members', '0007_changes_of_accounts', now()),
	(263, 'messaging', '0001_initial', now()),
	(264, 'messaging', '0002_notices', now()),
	(265, 'messaging', '0003_choices', now()),
	(266, 'mfa', '0001_initial', now()),
	(267, 'mfa', '0002_authenticator_timestamps', now()),
	(268, 'mfa', '0003_authenticator_type_uniq', now()),
	(269, 'outbox', '0004_events_that_nobody_wants', now()),
	(270, 'referrals', '0001_initial', now()),
	(271, 'referrals', '0002_program', now()),
	(272, 'simple_translation', '0001_initial', now()),
	(273, 'socialaccount', '0001_initial', now()),
	(274, 'socialaccount', '0002_token_max_lengths', now()),
	(275, 'socialaccount', '0003_extra_data_default_dict', now()),
	(276, 'socialaccount', '0004_app_provider_id_settings', now()),
	(277, 'socialaccount', '0005_socialtoken_nullable_app', now()),
	(278, 'socialaccount', '0006_alter_socialaccount_extra_data', now()),
	(279, 'usersessions', '0001_initial', now()),
	(280, 'wagtailadmin', '0002_admin', now()),
	(281, 'wagtailadmin', '0003_admin_managed', now()),
	(282, 'wagtailadmin', '0004_editingsession', now()),
	(283, 'wagtailadmin', '0005_editingsession_is_editing', now()),
	(284, 'wagtailadmin', '0006_formstate', now()),
	(285, 'wagtailembeds', '0001_initial', now()),
	(286, 'wagtailembeds', '0002_add_verbose_names', now()),
	(287, 'wagtailembeds', '0003_capitalizeverbose', now()),
	(288, 'wagtailembeds', '0004_embed_verbose_name_plural', now()),
	(289, 'wagtailembeds', '0005_specify_thumbnail_url_max_length', now()),
	(290, 'wagtailembeds', '0006_add_embed_hash', now()),
	(291, 'wagtailembeds', '0007_populate_hash', now()),
	(292, 'wagtailembeds', '0008_allow_long_urls', now()),
	(293, 'wagtailembeds', '0009_embed_cache_until', now()),
	(294, 'wagtailredirects', '0001_initial', now()),
	(295, 'wagtailredirects', '0002_add_verbose_names', now()),
	(296, 'wagtailredirects', '0003_make_site_field_editable', now()),
	(297, 'wagtailredirects', '0004_set_unique_on_path_and_site', now()),
	(298, 'wagtailredirects', '0005_capitalizeverbose', now()),
	(299, 'wagtailredirects', '0006_redirect_increase_max_length', now()),
	(300, 'wagtailredirects', '0007_add_autocreate_fields', now()),
	(301, 'wagtailredirects', '0008_add_verbose_name_plural', now()),
	(302, 'wagtailsearch', '0001_initial', now()),
	(303, 'wagtailsearch', '0002_add_verbose_names', now()),
	(304, 'wagtailsearch', '0003_remove_editors_pick', now()),
	(305, 'wagtailsearch', '0004_querydailyhits_verbose_name_plural', now()),
	(306, 'wagtailsearch', '0005_create_indexentry', now()),
	(307, 'wagtailsearch', '0006_customise_indexentry', now()),
	(308, 'wagtailsearch', '0007_delete_editorspick', now()),
	(309, 'wagtailsearch', '0008_remove_query_and_querydailyhits_models', now()),
	(310, 'wagtailsearch', '0009_remove_ngram_autocomplete', now()),
	(311, 'wagtailsearch', '0010_add_text_fields', now()),
	(312, 'wagtailusers', '0001_initial', now()),
	(313, 'wagtailusers', '0002_add_verbose_name_on_userprofile', now()),
	(314, 'wagtailusers', '0003_add_verbose_names', now()),
	(315, 'wagtailusers', '0004_capitalizeverbose', now()),
	(316, 'wagtailusers', '0005_make_related_name_wagtail_specific', now()),
	(317, 'wagtailusers', '0006_userprofile_prefered_language', now()),
	(318, 'wagtailusers', '0007_userprofile_current_time_zone', now()),
	(319, 'wagtailusers', '0008_userprofile_avatar', now()),
	(320, 'wagtailusers', '0009_userprofile_verbose_name_plural', now()),
	(321, 'wagtailusers', '0010_userprofile_updated_comments_notifications', now()),
	(322, 'wagtailusers', '0011_userprofile_dismissibles', now()),
	(323, 'wagtailusers', '0012_userprofile_theme', now()),
	(324, 'wagtailusers', '0013_userprofile_density', now()),
	(325, 'wagtailusers', '0014_userprofile_contrast', now()),
	(326, 'wagtailusers', '0015_userprofile_keyboard_shortcuts', now()),
	(327, 'wagtailimages', '0001_squashed_0021', now()),
	(328, 'wagtailcore', '0001_squashed_0016_change_page_url_path_to_text_field', now());

INSERT INTO public.loyalty_currency VALUES
	(2, 'credit', 'Tier credit', false, true, NULL, 'debt', 5000, NULL, '', 'none', 'month', 30, NULL, 500, 2, false, NULL, 300),
	(1, 'points', 'Points', true, false, 12, 'debt', 5000, NULL, '', 'months', 'month', 30, NULL, 500, 2, false, NULL, 300);

INSERT INTO public.loyalty_earningrule VALUES
	(1, 'purchase', 1, 'Purchases', 'order.paid', 'per_unit', 1, 1, 1, 14, NULL, NULL, NULL, NULL, NULL, true, now(), NULL, '{}', '{}', NULL, '{}', '{}', NULL, NULL, NULL, NULL, NULL, '', 100, 0, NULL, NULL, NULL, '{}', '', NULL, NULL),
	(2, 'accepted-answer', 1, 'Your answer is accepted', 'answer.accepted', 'fixed', 25, 25, 1, 2, 5, 3, NULL, NULL, NULL, true, now(), NULL, '{}', '{}', NULL, '{}', '{}', NULL, NULL, NULL, NULL, NULL, '', 100, 0, NULL, NULL, NULL, '{}', '', NULL, NULL),
	(3, 'liked-post', 1, 'Somebody likes your post', 'reaction.added', 'fixed', 2, 0, 1, 2, 20, 3, NULL, NULL, NULL, true, now(), NULL, '{}', '{}', NULL, '{}', '{}', NULL, NULL, NULL, NULL, NULL, '', 100, 0, NULL, NULL, NULL, '{}', '', NULL, NULL),
	(4, 'live-session', 1, 'You were at a live session', 'session.attended', 'fixed', 10, 5, 1, 0, 1, NULL, NULL, NULL, NULL, true, now(), NULL, '{}', '{}', NULL, '{}', '{}', NULL, NULL, NULL, NULL, NULL, '', 100, 0, NULL, NULL, NULL, '{}', '', NULL, NULL);

INSERT INTO public.loyalty_ladderrung VALUES
	(1, 10, 'A flair and 50 points', 50, 0, 30, true, 19, NULL),
	(2, 15, 'A badge frame and 100 points', 100, 1, 30, true, 20, NULL),
	(3, 20, 'A gift of 200 points', 200, 1, 30, true, NULL, NULL),
	(4, 30, 'A tenth off your next order', 0, 1, 30, true, NULL, 1);

INSERT INTO public.loyalty_levelsettings VALUES
	(1, 1, 0);

INSERT INTO public.loyalty_quest VALUES
	(1, 'first-name', 1, 'newcomer', 'A name and an address', 'So that others know whom they talk with, and we can reach you.', 'newcomers', 60, NULL, NULL, 'never', false, 10, 10, 30, true, 10, now(), NULL, NULL, NULL, NULL, NULL),
	(2, 'first-picture', 1, 'newcomer', 'A face and three interests', 'A picture is a handshake; interests bring you what you like to read.', 'newcomers', 60, NULL, NULL, 'never', false, 10, 10, 30, true, 20, now(), NULL, NULL, NULL, NULL, NULL),
	(3, 'first-guide', 1, 'newcomer', 'How we are with each other', 'The house guide is short. It is why the talk here stays kind.', 'newcomers', 60, NULL, NULL, 'never', false, 5, 5, 30, true, 30, now(), NULL, NULL, NULL, NULL, NULL),
	(4, 'first-hello', 1, 'newcomer', 'Say hello', 'Tell us who you are and what brought you here. Somebody will answer.', 'newcomers', 60, NULL, NULL, 'never', false, 20, 20, 30, true, 40, now(), NULL, NULL, NULL, NULL, NULL),
	(5, 'first-echo', 1, 'newcomer', 'Somebody is glad', 'Ask or answer something that one of the regulars likes.', 'newcomers', 60, NULL, NULL, 'never', false, 25, 25, 30, true, 50, now(), NULL, NULL, NULL, NULL, NULL),
	(6, 'first-session', 1, 'newcomer', 'Sit down with us', 'In a live session you meet the others, not only their words.', 'newcomers', 60, NULL, NULL, 'never', false, 20, 20, 30, true, 60, now(), NULL, NULL, NULL, NULL, NULL),
	(7, 'first-follow', 1, 'newcomer', 'Your first three', 'Follow people or boards, and you hear when they have something to say.', 'newcomers', 60, NULL, NULL, 'never', false, 10, 10, 30, true, 70, now(), NULL, NULL, NULL, NULL, NULL),
	(8, 'day-good-word', 1, 'daily', 'A good word', 'Somebody found what you wrote today worth a sign.', 'everybody', 60, NULL, NULL, 'daily', false, 5, 2, 30, true, 80, now(), NULL, NULL, NULL, NULL, NULL),
	(9, 'day-thanks', 1, 'daily', 'Say who helped', 'Whoever answered you learns that it helped, and the next one who asks finds it.', 'everybody', 60, NULL, NULL, 'daily', false, 3, 1, 30, true, 90, now(), NULL, NULL, NULL, NULL, NULL),
	(10, 'week-three-people', 1, 'weekly', 'Three people were glad', 'Not three likes: three different people.', 'everybody', 60, NULL, NULL, 'weekly', false, 20, 10, 30, true, 100, now(), NULL, NULL, NULL, NULL, NULL),
	(11, 'week-help-and-meet', 1, 'weekly', 'Help once, meet once', 'An answer that solved something, and an hour together.', 'everybody', 60, NULL, NULL, 'weekly', false, 25, 15, 30, true, 110, now(), NULL, NULL, NULL, NULL, NULL),
	(12, 'mentor-two-newcomers', 1, 'mentor', 'Two newcomers found their feet', 'You answered people who were new here, and they said that it helped.', 'group', 60, NULL, NULL, 'weekly', false, 30, 15, 30, true, 120, now(), NULL, NULL, NULL, 5, NULL),
	(13, 'welcome-back', 1, 'come_back', 'Good to see you again', 'No hurry. Say a word when you like; the others will be glad.', 'returning', 60, NULL, NULL, 'never', false, 30, 15, 30, true, 130, now(), NULL, NULL, NULL, NULL, NULL);

INSERT INTO public.loyalty_queststep VALUES
	(1, 1, 'profile.email', '{}', 1, '', 'Confirm your e-mail address', 1),
	(2, 2, 'profile.name', '{}', 1, '', 'Choose the name that others read', 1),
	(3, 1, 'profile.picture', '{}', 1, '', 'Add a picture', 2),
	(4, 2, 'followed', '{"kind": ["board", "tag"]}', 3, 'target', 'Follow three tags or boards that interest you', 2),
	(5, 1, 'guide.read', '{}', 1, '', 'Read the house guide', 3),
	(6, 1, 'topic.started', '{}', 1, '', 'Start a topic and introduce yourself', 4),
	(7, 1, 'reaction.received', '{"trust": 1}', 1, '', 'A regular likes what you wrote', 5),
	(8, 1, 'session.attended', '{}', 1, '', 'Be at a live session', 6),
	(9, 1, 'followed', '{"kind": ["board", "person"]}', 3, 'target', 'Follow three people or boards', 7),
	(10, 1, 'reaction.received', '{"trust": 1}', 1, '', 'A regular likes something you wrote', 8),
	(11, 1, 'answer.thanked', '{}', 1, 'person', 'Mark the answer that solved your question', 9),
	(12, 1, 'reaction.received', '{"trust": 1}', 3, 'person', 'Three regulars like what you wrote', 10),
	(13, 1, 'answer.accepted', '{}', 1, '', 'An answer of yours is accepted', 11),
	(14, 2, 'session.attended', '{}', 1, '', 'Be at a live session', 11),
	(15, 1, 'answer.accepted', '{"newcomer": true}', 2, 'person', 'Two different newcomers accept an answer of yours', 12),
	(16, 1, 'post.published', '{}', 1, '', 'Write something, short or long', 13),
	(17, 2, 'reaction.received', '{"trust": 1}', 1, '', 'A regular is glad about it', 13);

INSERT INTO public.loyalty_reward VALUES
	(1, left(translate(gen_random_uuid()::text, '0189-', 'wxyz'), 12), 'A tenth off your next order', 'A code for the shop. It takes 10 percent off one order.', 'generated_code', 100, 0, NULL, 0, NULL, 10, 0, '', 90, NULL, NULL, true, 1, NULL, NULL, '', true, 14, NULL, NULL, NULL, '', 0, 30, '', '', '', 0, '', NULL),
	(2, left(translate(gen_random_uuid()::text, '0189-', 'wxyz'), 12), 'Question to the founders', 'Ask us anything. We answer in person, in the forum or by mail, as you like.', 'promise', 250, 0, NULL, 0, 1, 0, 0, '', 90, NULL, NULL, true, 2, NULL, NULL, '', true, 14, NULL, NULL, NULL, '', 0, 30, '', '', '', 0, '', NULL);

INSERT INTO public.loyalty_tier VALUES
	(1, 'friend', 'Friend', 0, 0, NULL, 'Points for what you do here', 1, 20, NULL, false, 0, 30, NULL, 100, NULL, '', NULL),
	(2, 'good-friend', 'Good friend', 1, 500, NULL, 'Rewards kept for good friends
A badge beside your name', 1, 50, NULL, false, 24, 30, NULL, 100, NULL, '', NULL),
	(3, 'old-friend', 'Old friend', 2, 2000, NULL, 'Everything good friends have
First choice when something is scarce', 1, 100, NULL, false, 48, 30, NULL, 100, NULL, '', NULL);

INSERT INTO public.loyalty_tierprogram VALUES
	(1, 'friends', 'Old friends', 365, 30, 'credit', 'one', NULL, '', 'rolling');

INSERT INTO public.referrals_program VALUES
	(1, 'invite', 'Invite a friend', 200, 200, 14, 3, 10, true);

INSERT INTO public.wagtailcore_collection VALUES
	(1, '0001', 1, 0, 'Root');

INSERT INTO public.wagtailcore_groupapprovaltask VALUES
	(1);

INSERT INTO public.wagtailcore_groupapprovaltask_groups VALUES
	(2, 1, 3);

INSERT INTO public.wagtailcore_groupcollectionpermission VALUES
	(2, 1, 2, 1),
	(4, 1, 2, 2),
	(6, 1, 2, 5),
	(8, 1, 2, 6),
	(10, 1, 2, 7),
	(12, 1, 2, 9);

INSERT INTO public.wagtailcore_grouppagepermission VALUES
	(4, 2, 1, 78),
	(5, 2, 1, 79);

INSERT INTO public.wagtailcore_locale VALUES
	(1, 'en');

INSERT INTO public.wagtailcore_page VALUES
	(1, '0001', 1, 1, 'Root', 'root', true, false, '/', '', false, '', NULL, NULL, false, 1, NULL, false, NULL, NULL, NULL, NULL, 'Root', NULL, NULL, gen_random_uuid(), 1, NULL, NULL),
	(2, '00010001', 2, 0, 'Welcome to your new Wagtail site!', 'home', true, false, '/home/', '', false, '', NULL, NULL, false, 1, NULL, false, NULL, NULL, NULL, NULL, 'Welcome to your new Wagtail site!', NULL, NULL, gen_random_uuid(), 1, NULL, NULL);

INSERT INTO public.wagtailcore_site VALUES
	(1, 'localhost', 80, true, 2, '');

INSERT INTO public.wagtailcore_task VALUES
	(1, 'Moderators approval', true, 5);

INSERT INTO public.wagtailcore_workflow VALUES
	(1, 'Moderators approval', true);

INSERT INTO public.wagtailcore_workflowpage VALUES
	(1, 1);

INSERT INTO public.wagtailcore_workflowtask VALUES
	(1, 0, 1, 1);

SELECT pg_catalog.setval('public.account_emailaddress_id_seq', 1, false);

SELECT pg_catalog.setval('public.account_emailconfirmation_id_seq', 1, false);

SELECT pg_catalog.setval('public.allauth_idp_oidc_token_id_seq', 1, false);

SELECT pg_catalog.setval('public.auth_group_id_seq', 10, true);

SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 18, true);

SELECT pg_catalog.setval('public.auth_permission_id_seq', 940, true);

SELECT pg_catalog.setval('public.campaigns_assignment_id_seq', 1, false);

SELECT pg_catalog.setval('public.campaigns_campaign_id_seq', 1, false);

SELECT pg_catalog.setval('public.care_case_id_seq', 1, false);

SELECT pg_catalog.setval('public.care_caseword_id_seq', 1, false);

SELECT pg_catalog.setval('public.cms_sitedocument_id_seq', 1, false);

SELECT pg_catalog.setval('public.cms_siteimage_id_seq', 1, false);

SELECT pg_catalog.setval('public.cms_siterendition_id_seq', 1, false);

SELECT pg_catalog.setval('public.cms_sitesettings_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_activityday_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_arrived_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_attendance_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_auditentry_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_badgeaward_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_badgekind_id_seq', 20, true);

SELECT pg_catalog.setval('public.community_board_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_boardpermission_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_bookmark_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_calendarfeed_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_cardswanted_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_draft_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_drop_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_dropclaim_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_eventdetails_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_grouptrust_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_ideavote_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_linkcard_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_livesession_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_membership_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_mention_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_message_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_messagemention_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_messagereaction_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_messagerevision_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_personlevel_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_placelevel_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_placeread_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_poll_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_pollvote_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_post_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_postredirect_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_postrevision_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_questionvote_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_reaction_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_recooking_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_reviewflag_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_reviewitem_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_room_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_roomreminder_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_rsvp_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_sanction_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_searchdocument_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_seat_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_seriesperson_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_sessionperson_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_sessionpoll_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_sessionpollvote_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_sessionquestion_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_sessionseries_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_spending_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_staffnote_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_stage_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_tag_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_taggroup_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_threadreading_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_topic_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_topicread_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_topictag_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_toptopic_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_trustchange_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_upload_id_seq', 1, false);

SELECT pg_catalog.setval('public.community_wordrule_id_seq', 1, false);

SELECT pg_catalog.setval('public.django_admin_log_id_seq', 1, false);

SELECT pg_catalog.setval('public.django_content_type_id_seq', 235, true);

SELECT pg_catalog.setval('public.django_migrations_id_seq', 328, true);

SELECT pg_catalog.setval('public.insights_act_id_seq', 1, false);

SELECT pg_catalog.setval('public.insights_memberstage_id_seq', 1, false);

SELECT pg_catalog.setval('public.insights_stagechange_id_seq', 1, false);

SELECT pg_catalog.setval('public.insights_stagerun_id_seq', 1, false);

SELECT pg_catalog.setval('public.integrations_apikey_id_seq', 1, false);

SELECT pg_catalog.setval('public.integrations_idempotencyrecord_id_seq', 1, false);

SELECT pg_catalog.setval('public.integrations_inboundmessage_id_seq', 1, false);

SELECT pg_catalog.setval('public.integrations_shop_id_seq', 1, false);

SELECT pg_catalog.setval('public.integrations_signinnonce_id_seq', 1, false);

SELECT pg_catalog.setval('public.integrations_signinservice_id_seq', 1, false);

SELECT pg_catalog.setval('public.integrations_toldevent_id_seq', 1, false);

SELECT pg_catalog.setval('public.integrations_webhookattempt_id_seq', 1, false);

SELECT pg_catalog.setval('public.integrations_webhookdelivery_id_seq', 1, false);

SELECT pg_catalog.setval('public.integrations_webhookendpoint_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_adjustment_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_birthdaygift_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_booksday_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_booksproof_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_coupon_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_couponpool_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_debt_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_draftset_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_earningrule_id_seq', 4, true);

SELECT pg_catalog.setval('public.loyalty_entry_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_exchangerate_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_gift_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_hold_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_laddergift_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_ladderrung_id_seq', 4, true);

SELECT pg_catalog.setval('public.loyalty_levelsettings_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_lot_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_lotuse_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_merit_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_order_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_orderline_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_orderrevision_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_perkgrant_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_pointsquestion_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_quest_id_seq', 13, true);

SELECT pg_catalog.setval('public.loyalty_questrun_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_queststep_id_seq', 17, true);

SELECT pg_catalog.setval('public.loyalty_redemption_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_redemptionstep_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_refund_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_refundline_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_refundnotice_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_reward_groups_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_reward_id_seq', 2, true);

SELECT pg_catalog.setval('public.loyalty_rewardreserve_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_rhythmweek_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_rulebudget_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_ruledraft_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_rulehit_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_rulerefusal_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_ruleusage_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_season_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_seasonleague_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_seasonplayer_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_seasonprize_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_seasonresult_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_seasonscore_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_shippingaddress_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_stepprogress_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_tier_id_seq', 3, true);

SELECT pg_catalog.setval('public.loyalty_tierinvitation_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_tiermembership_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_tierprogram_id_seq', 1, true);

SELECT pg_catalog.setval('public.loyalty_transfer_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_trial_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_trialdecision_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_txn_id_seq', 1, false);

SELECT pg_catalog.setval('public.loyalty_wallet_id_seq', 1, false);

SELECT pg_catalog.setval('public.members_accountchange_id_seq', 1, false);

SELECT pg_catalog.setval('public.members_groupprofile_id_seq', 1, false);

SELECT pg_catalog.setval('public.members_grouprequest_id_seq', 1, false);

SELECT pg_catalog.setval('public.members_identity_id_seq', 1, false);

SELECT pg_catalog.setval('public.members_rightschange_id_seq', 1, false);

SELECT pg_catalog.setval('public.members_signintries_id_seq', 1, false);

SELECT pg_catalog.setval('public.members_user_groups_id_seq', 1, false);

SELECT pg_catalog.setval('public.members_user_id_seq', 1, false);

SELECT pg_catalog.setval('public.members_user_user_permissions_id_seq', 1, false);

SELECT pg_catalog.setval('public.messaging_consent_id_seq', 1, false);

SELECT pg_catalog.setval('public.messaging_delivery_id_seq', 1, false);

SELECT pg_catalog.setval('public.messaging_notice_id_seq', 1, false);

SELECT pg_catalog.setval('public.messaging_pushsubscription_id_seq', 1, false);

SELECT pg_catalog.setval('public.messaging_suppression_id_seq', 1, false);

SELECT pg_catalog.setval('public.mfa_authenticator_id_seq', 1, false);

SELECT pg_catalog.setval('public.outbox_eventdelivery_id_seq', 1, false);

SELECT pg_catalog.setval('public.outbox_listening_id_seq', 1, false);

SELECT pg_catalog.setval('public.outbox_storedevent_id_seq', 1, false);

SELECT pg_catalog.setval('public.referrals_program_id_seq', 1, true);

SELECT pg_catalog.setval('public.referrals_referral_id_seq', 1, false);

SELECT pg_catalog.setval('public.referrals_sharelink_id_seq', 1, false);

SELECT pg_catalog.setval('public.simple_translation_simpletranslation_id_seq', 1, false);

SELECT pg_catalog.setval('public.socialaccount_socialaccount_id_seq', 1, false);

SELECT pg_catalog.setval('public.socialaccount_socialapp_id_seq', 1, false);

SELECT pg_catalog.setval('public.socialaccount_socialtoken_id_seq', 1, false);

SELECT pg_catalog.setval('public.taggit_tag_id_seq', 1, false);

SELECT pg_catalog.setval('public.taggit_taggeditem_id_seq', 1, false);

SELECT pg_catalog.setval('public.usersessions_usersession_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailadmin_admin_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailadmin_editingsession_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailadmin_formstate_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailcore_apitoken_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailcore_collection_id_seq', 1, true);

SELECT pg_catalog.setval('public.wagtailcore_collectionviewrestriction_groups_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailcore_collectionviewrestriction_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailcore_comment_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailcore_commentreply_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailcore_groupapprovaltask_groups_id_seq', 2, true);

SELECT pg_catalog.setval('public.wagtailcore_groupcollectionpermission_id_seq', 12, true);

SELECT pg_catalog.setval('public.wagtailcore_grouppagepermission_id_seq', 7, true);

SELECT pg_catalog.setval('public.wagtailcore_groupsitepermission_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailcore_locale_id_seq', 1, true);

SELECT pg_catalog.setval('public.wagtailcore_modellogentry_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailcore_page_id_seq', 2, true);

SELECT pg_catalog.setval('public.wagtailcore_pagelogentry_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailcore_pagerevision_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailcore_pagesubscription_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailcore_pageviewrestriction_groups_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailcore_pageviewrestriction_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailcore_referenceindex_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailcore_site_id_seq', 1, true);

SELECT pg_catalog.setval('public.wagtailcore_task_id_seq', 1, true);

SELECT pg_catalog.setval('public.wagtailcore_taskstate_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailcore_uploadedfile_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailcore_workflow_id_seq', 1, true);

SELECT pg_catalog.setval('public.wagtailcore_workflowstate_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailcore_workflowtask_id_seq', 1, true);

SELECT pg_catalog.setval('public.wagtaildocs_document_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailembeds_embed_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailimages_image_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailimages_rendition_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailredirects_redirect_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailsearch_indexentry_id_seq', 1, false);

SELECT pg_catalog.setval('public.wagtailusers_userprofile_id_seq', 1, false);

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.allauth_idp_oidc_client
    ADD CONSTRAINT allauth_idp_oidc_client_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.allauth_idp_oidc_token
    ADD CONSTRAINT allauth_idp_oidc_token_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.allauth_idp_oidc_token
    ADD CONSTRAINT allauth_idp_oidc_token_type_hash_cca00f1c_uniq UNIQUE (type, hash);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.campaigns_assignment
    ADD CONSTRAINT campaigns_assigned_once UNIQUE (campaign_id, member_id);

ALTER TABLE ONLY public.campaigns_assignment
    ADD CONSTRAINT campaigns_assignment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.campaigns_campaign
    ADD CONSTRAINT campaigns_campaign_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.campaigns_campaign
    ADD CONSTRAINT campaigns_campaign_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.care_case
    ADD CONSTRAINT care_case_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.care_case
    ADD CONSTRAINT care_case_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.care_caseword
    ADD CONSTRAINT care_caseword_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cms_homepage
    ADD CONSTRAINT cms_homepage_pkey PRIMARY KEY (page_ptr_id);

ALTER TABLE ONLY public.cms_newsindexpage
    ADD CONSTRAINT cms_newsindexpage_pkey PRIMARY KEY (page_ptr_id);

ALTER TABLE ONLY public.cms_newspage
    ADD CONSTRAINT cms_newspage_pkey PRIMARY KEY (page_ptr_id);

ALTER TABLE ONLY public.cms_siterendition
    ADD CONSTRAINT cms_rendition_once UNIQUE (image_id, filter_spec, focal_point_key);

ALTER TABLE ONLY public.cms_sitedocument
    ADD CONSTRAINT cms_sitedocument_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cms_siteimage
    ADD CONSTRAINT cms_siteimage_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cms_sitepage
    ADD CONSTRAINT cms_sitepage_pkey PRIMARY KEY (page_ptr_id);

ALTER TABLE ONLY public.cms_siterendition
    ADD CONSTRAINT cms_siterendition_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cms_sitesettings
    ADD CONSTRAINT cms_sitesettings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.cms_sitesettings
    ADD CONSTRAINT cms_sitesettings_site_id_key UNIQUE (site_id);

ALTER TABLE ONLY public.community_activityday
    ADD CONSTRAINT community_activity_day_once UNIQUE (member_id, day);

ALTER TABLE ONLY public.community_activityday
    ADD CONSTRAINT community_activityday_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_arrived
    ADD CONSTRAINT community_arrived_once UNIQUE (source, kind, external_id);

ALTER TABLE ONLY public.community_arrived
    ADD CONSTRAINT community_arrived_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_attendance
    ADD CONSTRAINT community_attendance_once UNIQUE (session_id, member_id);

ALTER TABLE ONLY public.community_attendance
    ADD CONSTRAINT community_attendance_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_auditentry
    ADD CONSTRAINT community_auditentry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_badgeaward
    ADD CONSTRAINT community_badge_once UNIQUE (kind_id, member_id, cause);

ALTER TABLE ONLY public.community_badgeaward
    ADD CONSTRAINT community_badgeaward_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_badgekind
    ADD CONSTRAINT community_badgekind_code_key UNIQUE (code);

ALTER TABLE ONLY public.community_badgekind
    ADD CONSTRAINT community_badgekind_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_pollvote
    ADD CONSTRAINT community_ballot_once UNIQUE (poll_id, member_id);

ALTER TABLE ONLY public.community_placelevel
    ADD CONSTRAINT community_board_level_once UNIQUE (member_id, board_id);

ALTER TABLE ONLY public.community_board
    ADD CONSTRAINT community_board_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_placeread
    ADD CONSTRAINT community_board_read_once UNIQUE (member_id, board_id);

ALTER TABLE ONLY public.community_board
    ADD CONSTRAINT community_board_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.community_boardpermission
    ADD CONSTRAINT community_boardpermission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_bookmark
    ADD CONSTRAINT community_bookmark_message_once UNIQUE (member_id, message_id);

ALTER TABLE ONLY public.community_bookmark
    ADD CONSTRAINT community_bookmark_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_bookmark
    ADD CONSTRAINT community_bookmark_post_once UNIQUE (member_id, post_id);

ALTER TABLE ONLY public.community_bookmark
    ADD CONSTRAINT community_bookmark_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.community_bookmark
    ADD CONSTRAINT community_bookmark_topic_once UNIQUE (member_id, topic_id);

ALTER TABLE ONLY public.community_calendarfeed
    ADD CONSTRAINT community_calendarfeed_key_key UNIQUE (key);

ALTER TABLE ONLY public.community_calendarfeed
    ADD CONSTRAINT community_calendarfeed_member_id_key UNIQUE (member_id);

ALTER TABLE ONLY public.community_calendarfeed
    ADD CONSTRAINT community_calendarfeed_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_cardswanted
    ADD CONSTRAINT community_cardswanted_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_cardswanted
    ADD CONSTRAINT community_cardswanted_post_id_key UNIQUE (post_id);

ALTER TABLE ONLY public.community_draft
    ADD CONSTRAINT community_draft_once UNIQUE (member_id, key);

ALTER TABLE ONLY public.community_draft
    ADD CONSTRAINT community_draft_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_drop
    ADD CONSTRAINT community_drop_change_once UNIQUE (session_id, changed_seq);

ALTER TABLE ONLY public.community_dropclaim
    ADD CONSTRAINT community_drop_claim_number UNIQUE (drop_id, number);

ALTER TABLE ONLY public.community_dropclaim
    ADD CONSTRAINT community_drop_claim_once UNIQUE (drop_id, member_id);

ALTER TABLE ONLY public.community_drop
    ADD CONSTRAINT community_drop_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_drop
    ADD CONSTRAINT community_drop_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.community_dropclaim
    ADD CONSTRAINT community_dropclaim_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_dropclaim
    ADD CONSTRAINT community_dropclaim_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.community_eventdetails
    ADD CONSTRAINT community_eventdetails_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_eventdetails
    ADD CONSTRAINT community_eventdetails_topic_id_key UNIQUE (topic_id);

ALTER TABLE ONLY public.community_reviewflag
    ADD CONSTRAINT community_flag_once UNIQUE (item_id, by_id);

ALTER TABLE ONLY public.community_grouptrust
    ADD CONSTRAINT community_grouptrust_group_id_key UNIQUE (group_id);

ALTER TABLE ONLY public.community_grouptrust
    ADD CONSTRAINT community_grouptrust_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_ideavote
    ADD CONSTRAINT community_idea_vote_once UNIQUE (topic_id, member_id);

ALTER TABLE ONLY public.community_ideavote
    ADD CONSTRAINT community_ideavote_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_postrevision
    ADD CONSTRAINT community_joined_form_once UNIQUE (by_id, client_id);

ALTER TABLE ONLY public.community_linkcard
    ADD CONSTRAINT community_linkcard_key_key UNIQUE (key);

ALTER TABLE ONLY public.community_linkcard
    ADD CONSTRAINT community_linkcard_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_livesession
    ADD CONSTRAINT community_livesession_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_livesession
    ADD CONSTRAINT community_livesession_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.community_livesession
    ADD CONSTRAINT community_livesession_room_id_key UNIQUE (room_id);

ALTER TABLE ONLY public.community_memberactivity
    ADD CONSTRAINT community_memberactivity_pkey PRIMARY KEY (member_id);

ALTER TABLE ONLY public.community_membership
    ADD CONSTRAINT community_membership_once UNIQUE (member_id, room_id);

ALTER TABLE ONLY public.community_membership
    ADD CONSTRAINT community_membership_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_mention
    ADD CONSTRAINT community_mention_once UNIQUE (post_id, member_id);

ALTER TABLE ONLY public.community_mention
    ADD CONSTRAINT community_mention_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_message
    ADD CONSTRAINT community_message_change_once UNIQUE (room_id, changed_seq);

ALTER TABLE ONLY public.community_messagemention
    ADD CONSTRAINT community_message_mention_once UNIQUE (member_id, room_id, seq);

ALTER TABLE ONLY public.community_message
    ADD CONSTRAINT community_message_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_message
    ADD CONSTRAINT community_message_place_once UNIQUE (room_id, seq);

ALTER TABLE ONLY public.community_messagereaction
    ADD CONSTRAINT community_message_reaction_once UNIQUE (message_id, member_id);

ALTER TABLE ONLY public.community_message
    ADD CONSTRAINT community_message_sent_once UNIQUE (room_id, author_id, client_id);

ALTER TABLE ONLY public.community_messagemention
    ADD CONSTRAINT community_messagemention_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_messagereaction
    ADD CONSTRAINT community_messagereaction_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_messagerevision
    ADD CONSTRAINT community_messagerevision_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_boardpermission
    ADD CONSTRAINT community_permission_once UNIQUE NULLS NOT DISTINCT (board_id, audience, group_id, act);

ALTER TABLE ONLY public.community_permissionversion
    ADD CONSTRAINT community_permissionversion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_personlevel
    ADD CONSTRAINT community_person_level_once UNIQUE (member_id, person_id);

ALTER TABLE ONLY public.community_personlevel
    ADD CONSTRAINT community_personlevel_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_placelevel
    ADD CONSTRAINT community_placelevel_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_placeread
    ADD CONSTRAINT community_placeread_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_poll
    ADD CONSTRAINT community_poll_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_poll
    ADD CONSTRAINT community_poll_post_id_key UNIQUE (post_id);

ALTER TABLE ONLY public.community_pollvote
    ADD CONSTRAINT community_pollvote_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_post
    ADD CONSTRAINT community_post_form_once UNIQUE (author_id, client_id);

ALTER TABLE ONLY public.community_post
    ADD CONSTRAINT community_post_number_once UNIQUE (topic_id, number);

ALTER TABLE ONLY public.community_post
    ADD CONSTRAINT community_post_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_postredirect
    ADD CONSTRAINT community_postredirect_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_postrevision
    ADD CONSTRAINT community_postrevision_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_sessionquestion
    ADD CONSTRAINT community_question_change_once UNIQUE (session_id, changed_seq);

ALTER TABLE ONLY public.community_sessionquestion
    ADD CONSTRAINT community_question_once UNIQUE (session_id, author_id, client_id);

ALTER TABLE ONLY public.community_questionvote
    ADD CONSTRAINT community_question_vote_once UNIQUE (question_id, member_id);

ALTER TABLE ONLY public.community_questionvote
    ADD CONSTRAINT community_questionvote_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_reaction
    ADD CONSTRAINT community_reaction_once UNIQUE (post_id, member_id);

ALTER TABLE ONLY public.community_reaction
    ADD CONSTRAINT community_reaction_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_readingchoice
    ADD CONSTRAINT community_readingchoice_pkey PRIMARY KEY (member_id);

ALTER TABLE ONLY public.community_recooking
    ADD CONSTRAINT community_recooking_once UNIQUE (kind, version);

ALTER TABLE ONLY public.community_recooking
    ADD CONSTRAINT community_recooking_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_postredirect
    ADD CONSTRAINT community_redirect_once UNIQUE (from_topic_id, from_number);

ALTER TABLE ONLY public.community_reviewflag
    ADD CONSTRAINT community_reviewflag_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_reviewitem
    ADD CONSTRAINT community_reviewitem_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_reviewitem
    ADD CONSTRAINT community_reviewitem_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.community_postrevision
    ADD CONSTRAINT community_revision_once UNIQUE (post_id, revision);

ALTER TABLE ONLY public.community_room
    ADD CONSTRAINT community_room_direct_key_key UNIQUE (direct_key);

ALTER TABLE ONLY public.community_room
    ADD CONSTRAINT community_room_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_room
    ADD CONSTRAINT community_room_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.community_roomreminder
    ADD CONSTRAINT community_room_reminder_once UNIQUE (member_id, room_id, client_id);

ALTER TABLE ONLY public.community_room
    ADD CONSTRAINT community_room_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.community_roomreminder
    ADD CONSTRAINT community_roomreminder_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_rsvp
    ADD CONSTRAINT community_rsvp_once UNIQUE (session_id, member_id);

ALTER TABLE ONLY public.community_rsvp
    ADD CONSTRAINT community_rsvp_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_sanction
    ADD CONSTRAINT community_sanction_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_sanction
    ADD CONSTRAINT community_sanction_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.community_searchdocument
    ADD CONSTRAINT community_search_once UNIQUE (kind, object_id);

ALTER TABLE ONLY public.community_searchdocument
    ADD CONSTRAINT community_searchdocument_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_seat
    ADD CONSTRAINT community_seat_once UNIQUE (session_id, member_id);

ALTER TABLE ONLY public.community_seat
    ADD CONSTRAINT community_seat_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_seriesperson
    ADD CONSTRAINT community_series_person_once UNIQUE (series_id, member_id);

ALTER TABLE ONLY public.community_seriesperson
    ADD CONSTRAINT community_seriesperson_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_livesession
    ADD CONSTRAINT community_session_day_once UNIQUE (series_id, occurs_on);

ALTER TABLE ONLY public.community_sessionperson
    ADD CONSTRAINT community_session_person_once UNIQUE (session_id, member_id);

ALTER TABLE ONLY public.community_sessionpoll
    ADD CONSTRAINT community_session_poll_change_once UNIQUE (session_id, changed_seq);

ALTER TABLE ONLY public.community_sessionpollvote
    ADD CONSTRAINT community_session_poll_vote_once UNIQUE (poll_id, member_id);

ALTER TABLE ONLY public.community_sessionperson
    ADD CONSTRAINT community_sessionperson_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_sessionpoll
    ADD CONSTRAINT community_sessionpoll_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_sessionpoll
    ADD CONSTRAINT community_sessionpoll_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.community_sessionpollvote
    ADD CONSTRAINT community_sessionpollvote_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_sessionquestion
    ADD CONSTRAINT community_sessionquestion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_sessionquestion
    ADD CONSTRAINT community_sessionquestion_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.community_sessionseries
    ADD CONSTRAINT community_sessionseries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_sessionseries
    ADD CONSTRAINT community_sessionseries_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.community_spending
    ADD CONSTRAINT community_spending_once UNIQUE (member_id, act);

ALTER TABLE ONLY public.community_spending
    ADD CONSTRAINT community_spending_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_staffnote
    ADD CONSTRAINT community_staffnote_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_stage
    ADD CONSTRAINT community_stage_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_stage
    ADD CONSTRAINT community_stage_session_id_key UNIQUE (session_id);

ALTER TABLE ONLY public.community_tag
    ADD CONSTRAINT community_tag_folded_key UNIQUE (folded);

ALTER TABLE ONLY public.community_placelevel
    ADD CONSTRAINT community_tag_level_once UNIQUE (member_id, tag_id);

ALTER TABLE ONLY public.community_tag
    ADD CONSTRAINT community_tag_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_placeread
    ADD CONSTRAINT community_tag_read_once UNIQUE (member_id, tag_id);

ALTER TABLE ONLY public.community_tag
    ADD CONSTRAINT community_tag_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.community_taggroup
    ADD CONSTRAINT community_taggroup_name_key UNIQUE (name);

ALTER TABLE ONLY public.community_taggroup
    ADD CONSTRAINT community_taggroup_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_threadreading
    ADD CONSTRAINT community_thread_reading_once UNIQUE (member_id, thread_id);

ALTER TABLE ONLY public.community_threadreading
    ADD CONSTRAINT community_threadreading_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_toptopic
    ADD CONSTRAINT community_top_topic_once UNIQUE (period, topic_id);

ALTER TABLE ONLY public.community_topic
    ADD CONSTRAINT community_topic_form_once UNIQUE (author_id, client_id);

ALTER TABLE ONLY public.community_topic
    ADD CONSTRAINT community_topic_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_topic
    ADD CONSTRAINT community_topic_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.community_topicread
    ADD CONSTRAINT community_topic_read_once UNIQUE (member_id, topic_id);

ALTER TABLE ONLY public.community_topictag
    ADD CONSTRAINT community_topic_tag_once UNIQUE (topic_id, tag_id);

ALTER TABLE ONLY public.community_topicread
    ADD CONSTRAINT community_topicread_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_topictag
    ADD CONSTRAINT community_topictag_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_toptopic
    ADD CONSTRAINT community_toptopic_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_trustchange
    ADD CONSTRAINT community_trustchange_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_upload
    ADD CONSTRAINT community_upload_name_key UNIQUE (name);

ALTER TABLE ONLY public.community_upload
    ADD CONSTRAINT community_upload_once UNIQUE (member_id, digest);

ALTER TABLE ONLY public.community_upload
    ADD CONSTRAINT community_upload_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.community_upload
    ADD CONSTRAINT community_upload_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.community_wordrule
    ADD CONSTRAINT community_wordrule_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);

ALTER TABLE ONLY public.insights_act
    ADD CONSTRAINT insights_act_once UNIQUE (kind, source_id);

ALTER TABLE ONLY public.insights_act
    ADD CONSTRAINT insights_act_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.insights_memberstage
    ADD CONSTRAINT insights_memberstage_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.insights_objection
    ADD CONSTRAINT insights_objection_pkey PRIMARY KEY (member_id);

ALTER TABLE ONLY public.insights_memberstage
    ADD CONSTRAINT insights_stage_once UNIQUE (member_id, stream);

ALTER TABLE ONLY public.insights_stagechange
    ADD CONSTRAINT insights_stagechange_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.insights_stagerun
    ADD CONSTRAINT insights_stagerun_day_key UNIQUE (day);

ALTER TABLE ONLY public.insights_stagerun
    ADD CONSTRAINT insights_stagerun_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_apikey
    ADD CONSTRAINT integrations_apikey_asked_as_key UNIQUE (asked_as);

ALTER TABLE ONLY public.integrations_apikey
    ADD CONSTRAINT integrations_apikey_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_apikey
    ADD CONSTRAINT integrations_apikey_public_key UNIQUE (public);

ALTER TABLE ONLY public.integrations_toldevent
    ADD CONSTRAINT integrations_event_once UNIQUE (source, external_id);

ALTER TABLE ONLY public.integrations_idempotencyrecord
    ADD CONSTRAINT integrations_idempotency_once UNIQUE (owner, key);

ALTER TABLE ONLY public.integrations_idempotencyrecord
    ADD CONSTRAINT integrations_idempotencyrecord_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_inboundmessage
    ADD CONSTRAINT integrations_inboundmessage_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_inboundmessage
    ADD CONSTRAINT integrations_inboundmessage_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.integrations_inboundmessage
    ADD CONSTRAINT integrations_message_once UNIQUE (shop_id, key);

ALTER TABLE ONLY public.integrations_shop
    ADD CONSTRAINT integrations_shop_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_shop
    ADD CONSTRAINT integrations_shop_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.integrations_shop
    ADD CONSTRAINT integrations_shop_source_key UNIQUE (source);

ALTER TABLE ONLY public.integrations_signinnonce
    ADD CONSTRAINT integrations_signinnonce_nonce_key UNIQUE (nonce);

ALTER TABLE ONLY public.integrations_signinnonce
    ADD CONSTRAINT integrations_signinnonce_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_signinservice
    ADD CONSTRAINT integrations_signinservice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_signinservice
    ADD CONSTRAINT integrations_signinservice_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.integrations_toldevent
    ADD CONSTRAINT integrations_toldevent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_toldevent
    ADD CONSTRAINT integrations_toldevent_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.integrations_webhookdelivery
    ADD CONSTRAINT integrations_webhook_once UNIQUE (endpoint_id, event_id);

ALTER TABLE ONLY public.integrations_webhookattempt
    ADD CONSTRAINT integrations_webhookattempt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_webhookdelivery
    ADD CONSTRAINT integrations_webhookdelivery_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_webhookdelivery
    ADD CONSTRAINT integrations_webhookdelivery_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.integrations_webhookendpoint
    ADD CONSTRAINT integrations_webhookendpoint_asked_as_key UNIQUE (asked_as);

ALTER TABLE ONLY public.integrations_webhookendpoint
    ADD CONSTRAINT integrations_webhookendpoint_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.integrations_webhookendpoint
    ADD CONSTRAINT integrations_webhookendpoint_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.loyalty_adjustment
    ADD CONSTRAINT loyalty_adjustment_cause_key UNIQUE (cause);

ALTER TABLE ONLY public.loyalty_adjustment
    ADD CONSTRAINT loyalty_adjustment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_adjustment
    ADD CONSTRAINT loyalty_adjustment_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.loyalty_adjustment
    ADD CONSTRAINT loyalty_adjustment_txn_id_key UNIQUE (txn_id);

ALTER TABLE ONLY public.loyalty_birthdaygift
    ADD CONSTRAINT loyalty_birthday_once UNIQUE (member_id, day);

ALTER TABLE ONLY public.loyalty_birthdaygift
    ADD CONSTRAINT loyalty_birthdaygift_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_booksday
    ADD CONSTRAINT loyalty_booksday_day_key UNIQUE (day);

ALTER TABLE ONLY public.loyalty_booksday
    ADD CONSTRAINT loyalty_booksday_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_booksproof
    ADD CONSTRAINT loyalty_booksproof_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_checklistdismissal
    ADD CONSTRAINT loyalty_checklistdismissal_pkey PRIMARY KEY (member_id);

ALTER TABLE ONLY public.loyalty_coupon
    ADD CONSTRAINT loyalty_coupon_cause_key UNIQUE (cause);

ALTER TABLE ONLY public.loyalty_coupon
    ADD CONSTRAINT loyalty_coupon_code_key UNIQUE (code);

ALTER TABLE ONLY public.loyalty_coupon
    ADD CONSTRAINT loyalty_coupon_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_coupon
    ADD CONSTRAINT loyalty_coupon_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.loyalty_couponpool
    ADD CONSTRAINT loyalty_couponpool_name_key UNIQUE (name);

ALTER TABLE ONLY public.loyalty_couponpool
    ADD CONSTRAINT loyalty_couponpool_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_couponpool
    ADD CONSTRAINT loyalty_couponpool_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.loyalty_currency
    ADD CONSTRAINT loyalty_currency_code_key UNIQUE (code);

ALTER TABLE ONLY public.loyalty_currency
    ADD CONSTRAINT loyalty_currency_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_debt
    ADD CONSTRAINT loyalty_debt_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_ruledraft
    ADD CONSTRAINT loyalty_draft_rule_once UNIQUE (draft_id, code);

ALTER TABLE ONLY public.loyalty_draftset
    ADD CONSTRAINT loyalty_draftset_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_draftset
    ADD CONSTRAINT loyalty_draftset_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.loyalty_earningrule
    ADD CONSTRAINT loyalty_earningrule_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_entry
    ADD CONSTRAINT loyalty_entry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_exchangerate
    ADD CONSTRAINT loyalty_exchangerate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_gift
    ADD CONSTRAINT loyalty_gift_cause_key UNIQUE (cause);

ALTER TABLE ONLY public.loyalty_gift
    ADD CONSTRAINT loyalty_gift_paid_id_key UNIQUE (paid_id);

ALTER TABLE ONLY public.loyalty_gift
    ADD CONSTRAINT loyalty_gift_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_gift
    ADD CONSTRAINT loyalty_gift_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.loyalty_gift
    ADD CONSTRAINT loyalty_gift_redemption_id_key UNIQUE (redemption_id);

ALTER TABLE ONLY public.loyalty_gift
    ADD CONSTRAINT loyalty_gift_token_key UNIQUE (token);

ALTER TABLE ONLY public.loyalty_rulehit
    ADD CONSTRAINT loyalty_hit_slot UNIQUE (rule_code, member_id, period, seq);

ALTER TABLE ONLY public.loyalty_hold
    ADD CONSTRAINT loyalty_hold_closing_id_key UNIQUE (closing_id);

ALTER TABLE ONLY public.loyalty_hold
    ADD CONSTRAINT loyalty_hold_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_hold
    ADD CONSTRAINT loyalty_hold_txn_id_key UNIQUE (txn_id);

ALTER TABLE ONLY public.loyalty_laddergift
    ADD CONSTRAINT loyalty_ladder_gift_once UNIQUE (member_id, rung_id);

ALTER TABLE ONLY public.loyalty_ladderdraw
    ADD CONSTRAINT loyalty_ladderdraw_pkey PRIMARY KEY (member_id);

ALTER TABLE ONLY public.loyalty_laddergift
    ADD CONSTRAINT loyalty_laddergift_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_laddergift
    ADD CONSTRAINT loyalty_laddergift_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.loyalty_ladderrung
    ADD CONSTRAINT loyalty_ladderrung_level_key UNIQUE (level);

ALTER TABLE ONLY public.loyalty_ladderrung
    ADD CONSTRAINT loyalty_ladderrung_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_seasonleague
    ADD CONSTRAINT loyalty_league_once UNIQUE NULLS NOT DISTINCT (season_id, kind, board_id);

ALTER TABLE ONLY public.loyalty_levelsettings
    ADD CONSTRAINT loyalty_levelsettings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_levelstanding
    ADD CONSTRAINT loyalty_levelstanding_pkey PRIMARY KEY (member_id);

ALTER TABLE ONLY public.loyalty_orderline
    ADD CONSTRAINT loyalty_line_once UNIQUE (order_id, external_id);

ALTER TABLE ONLY public.loyalty_lot
    ADD CONSTRAINT loyalty_lot_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_lotuse
    ADD CONSTRAINT loyalty_lot_use_once UNIQUE (txn_id, lot_id);

ALTER TABLE ONLY public.loyalty_lotuse
    ADD CONSTRAINT loyalty_lotuse_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_merit
    ADD CONSTRAINT loyalty_merit_once UNIQUE (rule_code, source_type, source_id, member_id);

ALTER TABLE ONLY public.loyalty_merit
    ADD CONSTRAINT loyalty_merit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_order
    ADD CONSTRAINT loyalty_order_once UNIQUE (source, external_id);

ALTER TABLE ONLY public.loyalty_order
    ADD CONSTRAINT loyalty_order_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_order
    ADD CONSTRAINT loyalty_order_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.loyalty_orderrevision
    ADD CONSTRAINT loyalty_order_revision_once UNIQUE (order_id, revision, fingerprint);

ALTER TABLE ONLY public.loyalty_orderline
    ADD CONSTRAINT loyalty_orderline_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_orderrevision
    ADD CONSTRAINT loyalty_orderrevision_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_perkgrant
    ADD CONSTRAINT loyalty_perkgrant_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_perkgrant
    ADD CONSTRAINT loyalty_perkgrant_redemption_id_key UNIQUE (redemption_id);

ALTER TABLE ONLY public.loyalty_seasonplayer
    ADD CONSTRAINT loyalty_player_once UNIQUE (season_id, member_id);

ALTER TABLE ONLY public.loyalty_pointsquestion
    ADD CONSTRAINT loyalty_pointsquestion_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_pointsquestion
    ADD CONSTRAINT loyalty_pointsquestion_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.loyalty_pointsvalue
    ADD CONSTRAINT loyalty_pointsvalue_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_programmecurrency
    ADD CONSTRAINT loyalty_programmecurrency_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_quest
    ADD CONSTRAINT loyalty_quest_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_questrun
    ADD CONSTRAINT loyalty_quest_run_once UNIQUE (member_id, code, period);

ALTER TABLE ONLY public.loyalty_stepprogress
    ADD CONSTRAINT loyalty_quest_source_once UNIQUE (run_id, step_id, source);

ALTER TABLE ONLY public.loyalty_queststep
    ADD CONSTRAINT loyalty_quest_step_place UNIQUE (quest_id, "position");

ALTER TABLE ONLY public.loyalty_quest
    ADD CONSTRAINT loyalty_quest_version_once UNIQUE (code, version);

ALTER TABLE ONLY public.loyalty_questrun
    ADD CONSTRAINT loyalty_questrun_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_questrun
    ADD CONSTRAINT loyalty_questrun_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.loyalty_queststep
    ADD CONSTRAINT loyalty_queststep_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_questwithdrawal
    ADD CONSTRAINT loyalty_questwithdrawal_pkey PRIMARY KEY (subject);

ALTER TABLE ONLY public.loyalty_exchangerate
    ADD CONSTRAINT loyalty_rate_once UNIQUE (source, target, day);

ALTER TABLE ONLY public.loyalty_redemption
    ADD CONSTRAINT loyalty_redemption_coupon_id_key UNIQUE (coupon_id);

ALTER TABLE ONLY public.loyalty_redemption
    ADD CONSTRAINT loyalty_redemption_key_key UNIQUE (key);

ALTER TABLE ONLY public.loyalty_redemption
    ADD CONSTRAINT loyalty_redemption_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_redemption
    ADD CONSTRAINT loyalty_redemption_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.loyalty_redemption
    ADD CONSTRAINT loyalty_redemption_slot UNIQUE (reward_id, member_id, slot);

ALTER TABLE ONLY public.loyalty_redemption
    ADD CONSTRAINT loyalty_redemption_txn_id_key UNIQUE (txn_id);

ALTER TABLE ONLY public.loyalty_redemptionstep
    ADD CONSTRAINT loyalty_redemptionstep_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_refundline
    ADD CONSTRAINT loyalty_refund_line_once UNIQUE (refund_id, line_id);

ALTER TABLE ONLY public.loyalty_refundnotice
    ADD CONSTRAINT loyalty_refund_notice_once UNIQUE (source, order_external_id, external_id);

ALTER TABLE ONLY public.loyalty_refund
    ADD CONSTRAINT loyalty_refund_once UNIQUE (order_id, external_id);

ALTER TABLE ONLY public.loyalty_refund
    ADD CONSTRAINT loyalty_refund_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_refundline
    ADD CONSTRAINT loyalty_refundline_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_refundnotice
    ADD CONSTRAINT loyalty_refundnotice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_rulerefusal
    ADD CONSTRAINT loyalty_refusal_once UNIQUE (member_id, source_type, source_id, rule_id);

ALTER TABLE ONLY public.loyalty_seasonresult
    ADD CONSTRAINT loyalty_result_once UNIQUE (league_id, member_id);

ALTER TABLE ONLY public.loyalty_reward_groups
    ADD CONSTRAINT loyalty_reward_groups_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_reward_groups
    ADD CONSTRAINT loyalty_reward_groups_reward_id_group_id_310203f6_uniq UNIQUE (reward_id, group_id);

ALTER TABLE ONLY public.loyalty_reward
    ADD CONSTRAINT loyalty_reward_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_reward
    ADD CONSTRAINT loyalty_reward_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.loyalty_rewardreserve
    ADD CONSTRAINT loyalty_rewardreserve_cause_key UNIQUE (cause);

ALTER TABLE ONLY public.loyalty_rewardreserve
    ADD CONSTRAINT loyalty_rewardreserve_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_rhythmweek
    ADD CONSTRAINT loyalty_rhythm_week_once UNIQUE (member_id, week);

ALTER TABLE ONLY public.loyalty_rhythmweek
    ADD CONSTRAINT loyalty_rhythmweek_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_earningrule
    ADD CONSTRAINT loyalty_rule_version_once UNIQUE (code, version);

ALTER TABLE ONLY public.loyalty_rulebudget
    ADD CONSTRAINT loyalty_rulebudget_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_rulebudget
    ADD CONSTRAINT loyalty_rulebudget_rule_code_key UNIQUE (rule_code);

ALTER TABLE ONLY public.loyalty_ruledraft
    ADD CONSTRAINT loyalty_ruledraft_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_rulehit
    ADD CONSTRAINT loyalty_rulehit_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_rulerefusal
    ADD CONSTRAINT loyalty_rulerefusal_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_ruleusage
    ADD CONSTRAINT loyalty_ruleusage_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_seasonscore
    ADD CONSTRAINT loyalty_score_once UNIQUE (league_id, member_id);

ALTER TABLE ONLY public.loyalty_season
    ADD CONSTRAINT loyalty_season_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_season
    ADD CONSTRAINT loyalty_season_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.loyalty_season
    ADD CONSTRAINT loyalty_season_start_once UNIQUE (starts_at);

ALTER TABLE ONLY public.loyalty_seasonchoice
    ADD CONSTRAINT loyalty_seasonchoice_pkey PRIMARY KEY (member_id);

ALTER TABLE ONLY public.loyalty_seasonleague
    ADD CONSTRAINT loyalty_seasonleague_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_seasonplayer
    ADD CONSTRAINT loyalty_seasonplayer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_seasonprize
    ADD CONSTRAINT loyalty_seasonprize_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_seasonresult
    ADD CONSTRAINT loyalty_seasonresult_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_seasonscore
    ADD CONSTRAINT loyalty_seasonscore_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_shippingaddress
    ADD CONSTRAINT loyalty_shippingaddress_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_shippingaddress
    ADD CONSTRAINT loyalty_shippingaddress_redemption_id_key UNIQUE (redemption_id);

ALTER TABLE ONLY public.loyalty_stepprogress
    ADD CONSTRAINT loyalty_stepprogress_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_tier
    ADD CONSTRAINT loyalty_tier_code_key UNIQUE (code);

ALTER TABLE ONLY public.loyalty_tier
    ADD CONSTRAINT loyalty_tier_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_tier
    ADD CONSTRAINT loyalty_tier_rank_once UNIQUE (program_id, rank);

ALTER TABLE ONLY public.loyalty_tierinvitation
    ADD CONSTRAINT loyalty_tierinvitation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_tierinvitation
    ADD CONSTRAINT loyalty_tierinvitation_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.loyalty_tiermembership
    ADD CONSTRAINT loyalty_tiermembership_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_tierprogram
    ADD CONSTRAINT loyalty_tierprogram_code_key UNIQUE (code);

ALTER TABLE ONLY public.loyalty_tierprogram
    ADD CONSTRAINT loyalty_tierprogram_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_transfer
    ADD CONSTRAINT loyalty_transfer_key_key UNIQUE (key);

ALTER TABLE ONLY public.loyalty_transfer
    ADD CONSTRAINT loyalty_transfer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_transfer
    ADD CONSTRAINT loyalty_transfer_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.loyalty_transfer
    ADD CONSTRAINT loyalty_transfer_txn_id_key UNIQUE (txn_id);

ALTER TABLE ONLY public.loyalty_trial
    ADD CONSTRAINT loyalty_trial_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_trial
    ADD CONSTRAINT loyalty_trial_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.loyalty_trialdecision
    ADD CONSTRAINT loyalty_trialdecision_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_trialdecision
    ADD CONSTRAINT loyalty_trialdecision_rule_id_key UNIQUE (rule_id);

ALTER TABLE ONLY public.loyalty_txn
    ADD CONSTRAINT loyalty_txn_key_key UNIQUE (key);

ALTER TABLE ONLY public.loyalty_txn
    ADD CONSTRAINT loyalty_txn_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.loyalty_ruleusage
    ADD CONSTRAINT loyalty_usage_once UNIQUE (rule_code, member_id, period);

ALTER TABLE ONLY public.loyalty_wallet
    ADD CONSTRAINT loyalty_wallet_once UNIQUE (member_id, currency_id);

ALTER TABLE ONLY public.loyalty_wallet
    ADD CONSTRAINT loyalty_wallet_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.members_accountchange
    ADD CONSTRAINT members_accountchange_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.members_birthday
    ADD CONSTRAINT members_birthday_pkey PRIMARY KEY (member_id);

ALTER TABLE ONLY public.members_grouprequest
    ADD CONSTRAINT members_group_asked_once UNIQUE (group_id, member_id);

ALTER TABLE ONLY public.members_groupprofile
    ADD CONSTRAINT members_groupprofile_group_id_key UNIQUE (group_id);

ALTER TABLE ONLY public.members_groupprofile
    ADD CONSTRAINT members_groupprofile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.members_groupprofile
    ADD CONSTRAINT members_groupprofile_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.members_grouprequest
    ADD CONSTRAINT members_grouprequest_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.members_identity
    ADD CONSTRAINT members_identity_once UNIQUE (source, external_id);

ALTER TABLE ONLY public.members_identity
    ADD CONSTRAINT members_identity_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.members_openness
    ADD CONSTRAINT members_openness_pkey PRIMARY KEY (member_id);

ALTER TABLE ONLY public.members_rightschange
    ADD CONSTRAINT members_rightschange_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.members_signintries
    ADD CONSTRAINT members_signintries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.members_signintries
    ADD CONSTRAINT members_tries_once_a_span UNIQUE (key, since);

ALTER TABLE ONLY public.members_user_groups
    ADD CONSTRAINT members_user_groups_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.members_user_groups
    ADD CONSTRAINT members_user_groups_user_id_group_id_e4658dba_uniq UNIQUE (user_id, group_id);

ALTER TABLE ONLY public.members_user
    ADD CONSTRAINT members_user_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.members_user
    ADD CONSTRAINT members_user_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.members_user_user_permissions
    ADD CONSTRAINT members_user_user_permis_user_id_permission_id_290733df_uniq UNIQUE (user_id, permission_id);

ALTER TABLE ONLY public.members_user_user_permissions
    ADD CONSTRAINT members_user_user_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.members_user
    ADD CONSTRAINT members_user_username_key UNIQUE (username);

ALTER TABLE ONLY public.messaging_delivery
    ADD CONSTRAINT messaging_cause_once UNIQUE (cause, member_id, channel);

ALTER TABLE ONLY public.messaging_consent
    ADD CONSTRAINT messaging_consent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_delivery
    ADD CONSTRAINT messaging_delivery_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_delivery
    ADD CONSTRAINT messaging_delivery_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.messaging_mailpause
    ADD CONSTRAINT messaging_mailpause_pkey PRIMARY KEY (member_id);

ALTER TABLE ONLY public.messaging_messagingsettings
    ADD CONSTRAINT messaging_messagingsettings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_notice
    ADD CONSTRAINT messaging_notice_once UNIQUE (member_id, cause);

ALTER TABLE ONLY public.messaging_notice
    ADD CONSTRAINT messaging_notice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_notice
    ADD CONSTRAINT messaging_notice_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.messaging_noticesettings
    ADD CONSTRAINT messaging_noticesettings_pkey PRIMARY KEY (member_id);

ALTER TABLE ONLY public.messaging_pushsubscription
    ADD CONSTRAINT messaging_pushsubscription_endpoint_hash_key UNIQUE (endpoint_hash);

ALTER TABLE ONLY public.messaging_pushsubscription
    ADD CONSTRAINT messaging_pushsubscription_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.messaging_pushsubscription
    ADD CONSTRAINT messaging_pushsubscription_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY public.messaging_suppression
    ADD CONSTRAINT messaging_suppressed_once UNIQUE (address_hash, channel, reason);

ALTER TABLE ONLY public.messaging_suppression
    ADD CONSTRAINT messaging_suppression_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outbox_eventdelivery
    ADD CONSTRAINT outbox_eventdelivery_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outbox_heartbeat
    ADD CONSTRAINT outbox_heartbeat_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.outbox_listening
    ADD CONSTRAINT outbox_listening_once UNIQUE (name, handler);

ALTER TABLE ONLY public.outbox_listening
    ADD CONSTRAINT outbox_listening_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outbox_eventdelivery
    ADD CONSTRAINT outbox_one_delivery_per_subscriber UNIQUE (event_id, handler);

ALTER TABLE ONLY public.outbox_storedevent
    ADD CONSTRAINT outbox_storedevent_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.outbox_storedevent
    ADD CONSTRAINT outbox_storedevent_uid_key UNIQUE (uid);

ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_friend_once UNIQUE (program_id, friend_id);

ALTER TABLE ONLY public.referrals_sharelink
    ADD CONSTRAINT referrals_one_link_a_target UNIQUE (member_id, target);

ALTER TABLE ONLY public.referrals_program
    ADD CONSTRAINT referrals_program_code_key UNIQUE (code);

ALTER TABLE ONLY public.referrals_program
    ADD CONSTRAINT referrals_program_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.referrals_sharelink
    ADD CONSTRAINT referrals_sharelink_code_key UNIQUE (code);

ALTER TABLE ONLY public.referrals_sharelink
    ADD CONSTRAINT referrals_sharelink_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.simple_translation_simpletranslation
    ADD CONSTRAINT simple_translation_simpletranslation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.socialaccount_socialaccount
    ADD CONSTRAINT socialaccount_socialaccount_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.socialaccount_socialaccount
    ADD CONSTRAINT socialaccount_socialaccount_provider_uid_fc810c6e_uniq UNIQUE (provider, uid);

ALTER TABLE ONLY public.socialaccount_socialapp
    ADD CONSTRAINT socialaccount_socialapp_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_socialtoken_app_id_account_id_fca4e0ac_uniq UNIQUE (app_id, account_id);

ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_socialtoken_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.taggit_tag
    ADD CONSTRAINT taggit_tag_name_key UNIQUE (name);

ALTER TABLE ONLY public.taggit_tag
    ADD CONSTRAINT taggit_tag_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.taggit_tag
    ADD CONSTRAINT taggit_tag_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.taggit_taggeditem
    ADD CONSTRAINT taggit_taggeditem_content_type_id_object_id_tag_id_4bb97a8e_uni UNIQUE (content_type_id, object_id, tag_id);

ALTER TABLE ONLY public.taggit_taggeditem
    ADD CONSTRAINT taggit_taggeditem_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_grouppagepermission
    ADD CONSTRAINT unique_permission UNIQUE (group_id, page_id, permission_id);

ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_session_key_key UNIQUE (session_key);

ALTER TABLE ONLY public.wagtailadmin_admin
    ADD CONSTRAINT wagtailadmin_admin_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailadmin_editingsession
    ADD CONSTRAINT wagtailadmin_editingsession_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailadmin_formstate
    ADD CONSTRAINT wagtailadmin_formstate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_apitoken
    ADD CONSTRAINT wagtailcore_apitoken_key_hash_key UNIQUE (key_hash);

ALTER TABLE ONLY public.wagtailcore_apitoken
    ADD CONSTRAINT wagtailcore_apitoken_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_collection
    ADD CONSTRAINT wagtailcore_collection_path_key UNIQUE (path);

ALTER TABLE ONLY public.wagtailcore_collection
    ADD CONSTRAINT wagtailcore_collection_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_collectionviewrestriction_groups
    ADD CONSTRAINT wagtailcore_collectionvi_collectionviewrestrictio_988995ae_uniq UNIQUE (collectionviewrestriction_id, group_id);

ALTER TABLE ONLY public.wagtailcore_collectionviewrestriction_groups
    ADD CONSTRAINT wagtailcore_collectionviewrestriction_groups_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_collectionviewrestriction
    ADD CONSTRAINT wagtailcore_collectionviewrestriction_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_comment
    ADD CONSTRAINT wagtailcore_comment_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_commentreply
    ADD CONSTRAINT wagtailcore_commentreply_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_groupapprovaltask_groups
    ADD CONSTRAINT wagtailcore_groupapprova_groupapprovaltask_id_gro_bb5ee7eb_uniq UNIQUE (groupapprovaltask_id, group_id);

ALTER TABLE ONLY public.wagtailcore_groupapprovaltask_groups
    ADD CONSTRAINT wagtailcore_groupapprovaltask_groups_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_groupapprovaltask
    ADD CONSTRAINT wagtailcore_groupapprovaltask_pkey PRIMARY KEY (task_ptr_id);

ALTER TABLE ONLY public.wagtailcore_groupcollectionpermission
    ADD CONSTRAINT wagtailcore_groupcollect_group_id_collection_id_p_a21cefe9_uniq UNIQUE (group_id, collection_id, permission_id);

ALTER TABLE ONLY public.wagtailcore_groupcollectionpermission
    ADD CONSTRAINT wagtailcore_groupcollectionpermission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_grouppagepermission
    ADD CONSTRAINT wagtailcore_grouppagepermission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_groupsitepermission
    ADD CONSTRAINT wagtailcore_groupsiteper_group_id_site_id_permiss_a58ee30d_uniq UNIQUE (group_id, site_id, permission_id);

ALTER TABLE ONLY public.wagtailcore_groupsitepermission
    ADD CONSTRAINT wagtailcore_groupsitepermission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_locale
    ADD CONSTRAINT wagtailcore_locale_language_code_key UNIQUE (language_code);

ALTER TABLE ONLY public.wagtailcore_locale
    ADD CONSTRAINT wagtailcore_locale_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_modellogentry
    ADD CONSTRAINT wagtailcore_modellogentry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_page
    ADD CONSTRAINT wagtailcore_page_path_key UNIQUE (path);

ALTER TABLE ONLY public.wagtailcore_page
    ADD CONSTRAINT wagtailcore_page_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_page
    ADD CONSTRAINT wagtailcore_page_translation_key_locale_id_9b041bad_uniq UNIQUE (translation_key, locale_id);

ALTER TABLE ONLY public.wagtailcore_pagelogentry
    ADD CONSTRAINT wagtailcore_pagelogentry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_revision
    ADD CONSTRAINT wagtailcore_pagerevision_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_pagesubscription
    ADD CONSTRAINT wagtailcore_pagesubscription_page_id_user_id_0cef73ed_uniq UNIQUE (page_id, user_id);

ALTER TABLE ONLY public.wagtailcore_pagesubscription
    ADD CONSTRAINT wagtailcore_pagesubscription_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_pageviewrestriction_groups
    ADD CONSTRAINT wagtailcore_pageviewrest_pageviewrestriction_id_g_d23f80bb_uniq UNIQUE (pageviewrestriction_id, group_id);

ALTER TABLE ONLY public.wagtailcore_pageviewrestriction_groups
    ADD CONSTRAINT wagtailcore_pageviewrestriction_groups_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_pageviewrestriction
    ADD CONSTRAINT wagtailcore_pageviewrestriction_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_referenceindex
    ADD CONSTRAINT wagtailcore_referenceind_base_content_type_id_obj_9e6ccd6a_uniq UNIQUE (base_content_type_id, object_id, to_content_type_id, to_object_id, content_path_hash);

ALTER TABLE ONLY public.wagtailcore_referenceindex
    ADD CONSTRAINT wagtailcore_referenceindex_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_site
    ADD CONSTRAINT wagtailcore_site_hostname_port_2c626d70_uniq UNIQUE (hostname, port);

ALTER TABLE ONLY public.wagtailcore_site
    ADD CONSTRAINT wagtailcore_site_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_task
    ADD CONSTRAINT wagtailcore_task_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_taskstate
    ADD CONSTRAINT wagtailcore_taskstate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_uploadedfile
    ADD CONSTRAINT wagtailcore_uploadedfile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_workflow
    ADD CONSTRAINT wagtailcore_workflow_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_workflowcontenttype
    ADD CONSTRAINT wagtailcore_workflowcontenttype_pkey PRIMARY KEY (content_type_id);

ALTER TABLE ONLY public.wagtailcore_workflowpage
    ADD CONSTRAINT wagtailcore_workflowpage_pkey PRIMARY KEY (page_id);

ALTER TABLE ONLY public.wagtailcore_workflowstate
    ADD CONSTRAINT wagtailcore_workflowstate_current_task_state_id_key UNIQUE (current_task_state_id);

ALTER TABLE ONLY public.wagtailcore_workflowstate
    ADD CONSTRAINT wagtailcore_workflowstate_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_workflowtask
    ADD CONSTRAINT wagtailcore_workflowtask_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailcore_workflowtask
    ADD CONSTRAINT wagtailcore_workflowtask_workflow_id_task_id_4ec7a62b_uniq UNIQUE (workflow_id, task_id);

ALTER TABLE ONLY public.wagtaildocs_document
    ADD CONSTRAINT wagtaildocs_document_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailembeds_embed
    ADD CONSTRAINT wagtailembeds_embed_hash_c9bd8c9a_uniq UNIQUE (hash);

ALTER TABLE ONLY public.wagtailembeds_embed
    ADD CONSTRAINT wagtailembeds_embed_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailimages_image
    ADD CONSTRAINT wagtailimages_image_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailimages_rendition
    ADD CONSTRAINT wagtailimages_rendition_image_id_filter_spec_foc_323c8fe0_uniq UNIQUE (image_id, filter_spec, focal_point_key);

ALTER TABLE ONLY public.wagtailimages_rendition
    ADD CONSTRAINT wagtailimages_rendition_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailredirects_redirect
    ADD CONSTRAINT wagtailredirects_redirect_old_path_site_id_783622d7_uniq UNIQUE (old_path, site_id);

ALTER TABLE ONLY public.wagtailredirects_redirect
    ADD CONSTRAINT wagtailredirects_redirect_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailsearch_indexentry
    ADD CONSTRAINT wagtailsearch_indexentry_content_type_id_object_i_bcd7ba73_uniq UNIQUE (content_type_id, object_id);

ALTER TABLE ONLY public.wagtailsearch_indexentry
    ADD CONSTRAINT wagtailsearch_indexentry_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailusers_userprofile
    ADD CONSTRAINT wagtailusers_userprofile_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.wagtailusers_userprofile
    ADD CONSTRAINT wagtailusers_userprofile_user_id_key UNIQUE (user_id);

CREATE INDEX account_emailaddress_email_03be32b2 ON public.account_emailaddress USING btree (email);

CREATE INDEX account_emailaddress_email_03be32b2_like ON public.account_emailaddress USING btree (email varchar_pattern_ops);

CREATE INDEX account_emailaddress_user_id_2c513194 ON public.account_emailaddress USING btree (user_id);

CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON public.account_emailconfirmation USING btree (email_address_id);

CREATE INDEX account_emailconfirmation_key_f43612bd_like ON public.account_emailconfirmation USING btree (key varchar_pattern_ops);

CREATE INDEX allauth_idp_oidc_client_id_973c9a60_like ON public.allauth_idp_oidc_client USING btree (id varchar_pattern_ops);

CREATE INDEX allauth_idp_oidc_client_owner_id_1f1eb0f1 ON public.allauth_idp_oidc_client USING btree (owner_id);

CREATE INDEX allauth_idp_oidc_token_client_id_cad2cd57 ON public.allauth_idp_oidc_token USING btree (client_id);

CREATE INDEX allauth_idp_oidc_token_client_id_cad2cd57_like ON public.allauth_idp_oidc_token USING btree (client_id varchar_pattern_ops);

CREATE INDEX allauth_idp_oidc_token_expires_at_f6e6261a ON public.allauth_idp_oidc_token USING btree (expires_at);

CREATE INDEX allauth_idp_oidc_token_user_id_3e9a005f ON public.allauth_idp_oidc_token USING btree (user_id);

CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);

CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);

CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);

CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);

CREATE INDEX base_content_object_idx ON public.wagtailcore_revision USING btree (base_content_type_id, object_id);

CREATE INDEX campaigns_arms ON public.campaigns_assignment USING btree (campaign_id, arm);

CREATE INDEX campaigns_assignment_campaign_id_a1cc2569 ON public.campaigns_assignment USING btree (campaign_id);

CREATE INDEX campaigns_assignment_member_id_e8e77c99 ON public.campaigns_assignment USING btree (member_id);

CREATE INDEX campaigns_campaign_created_by_id_11fada74 ON public.campaigns_campaign USING btree (created_by_id);

CREATE INDEX campaigns_campaign_public_id_60b463dd_like ON public.campaigns_campaign USING btree (public_id varchar_pattern_ops);

CREATE INDEX campaigns_campaign_started_by_id_443f289c ON public.campaigns_campaign USING btree (started_by_id);

CREATE INDEX campaigns_state ON public.campaigns_campaign USING btree (state, created_at DESC);

CREATE UNIQUE INDEX care_case_cause_once ON public.care_case USING btree (cause) WHERE (NOT ((cause)::text = ''::text));

CREATE INDEX care_case_member_id_9ffb5eba ON public.care_case USING btree (member_id);

CREATE INDEX care_case_public_id_8b274505_like ON public.care_case USING btree (public_id varchar_pattern_ops);

CREATE INDEX care_case_waiting ON public.care_case USING btree (state, changed_at);

CREATE INDEX care_caseword_author_id_6f8b886c ON public.care_caseword USING btree (author_id);

CREATE INDEX care_caseword_case_id_ced4a58a ON public.care_caseword USING btree (case_id);

CREATE INDEX cms_sitedocument_collection_id_143afeef ON public.cms_sitedocument USING btree (collection_id);

CREATE INDEX cms_sitedocument_uploaded_by_user_id_160813eb ON public.cms_sitedocument USING btree (uploaded_by_user_id);

CREATE INDEX cms_siteimage_collection_id_c10c0aca ON public.cms_siteimage USING btree (collection_id);

CREATE INDEX cms_siteimage_created_at_63d9ed8e ON public.cms_siteimage USING btree (created_at);

CREATE INDEX cms_siteimage_file_hash_a4cb9c91 ON public.cms_siteimage USING btree (file_hash);

CREATE INDEX cms_siteimage_file_hash_a4cb9c91_like ON public.cms_siteimage USING btree (file_hash varchar_pattern_ops);

CREATE INDEX cms_siteimage_uploaded_by_user_id_0ced016f ON public.cms_siteimage USING btree (uploaded_by_user_id);

CREATE INDEX cms_siterendition_filter_spec_da06e0a2 ON public.cms_siterendition USING btree (filter_spec);

CREATE INDEX cms_siterendition_filter_spec_da06e0a2_like ON public.cms_siterendition USING btree (filter_spec varchar_pattern_ops);

CREATE INDEX cms_siterendition_image_id_2ee66576 ON public.cms_siterendition USING btree (image_id);

CREATE INDEX community_activity_day_old ON public.community_activityday USING btree (day);

CREATE INDEX community_activityday_member_id_2a41617c ON public.community_activityday USING btree (member_id);

CREATE INDEX community_arrived_address ON public.community_arrived USING btree (kind, external_id);

CREATE INDEX community_attendance_member_id_3032fc94 ON public.community_attendance USING btree (member_id);

CREATE INDEX community_audit_about ON public.community_auditentry USING btree (about_id, at DESC);

CREATE INDEX community_audit_by ON public.community_auditentry USING btree (by_id, at DESC);

CREATE INDEX community_audit_newest ON public.community_auditentry USING btree (at DESC, id DESC);

CREATE INDEX community_audit_target ON public.community_auditentry USING btree (target_kind, target);

CREATE INDEX community_auditentry_about_id_b6e26ea0 ON public.community_auditentry USING btree (about_id);

CREATE INDEX community_auditentry_by_id_e36ba8c0 ON public.community_auditentry USING btree (by_id);

CREATE INDEX community_badge_holders ON public.community_badgeaward USING btree (kind_id, at DESC, id DESC);

CREATE UNIQUE INDEX community_badge_worn_one ON public.community_badgeaward USING btree (member_id) WHERE worn;

CREATE INDEX community_badgeaward_by_id_8eed5f72 ON public.community_badgeaward USING btree (by_id);

CREATE INDEX community_badgeaward_kind_id_b4154378 ON public.community_badgeaward USING btree (kind_id);

CREATE INDEX community_badgeaward_member_id_6aa9485e ON public.community_badgeaward USING btree (member_id);

CREATE INDEX community_badgeaward_post_id_68664ee9 ON public.community_badgeaward USING btree (post_id);

CREATE INDEX community_badgekind_code_c2412cb5_like ON public.community_badgekind USING btree (code varchar_pattern_ops);

CREATE INDEX community_badges_of_member ON public.community_badgeaward USING btree (member_id, at DESC, id DESC);

CREATE INDEX community_ballot_member ON public.community_pollvote USING btree (member_id, voted_at DESC);

CREATE INDEX community_board_parent_id_11bfce5c ON public.community_board USING btree (parent_id);

CREATE INDEX community_board_slug_7f9c97ed_like ON public.community_board USING btree (slug varchar_pattern_ops);

CREATE INDEX community_board_watchers ON public.community_placelevel USING btree (board_id, member_id) WHERE (level >= 3);

CREATE INDEX community_boardpermission_board_id_0d343c2b ON public.community_boardpermission USING btree (board_id);

CREATE INDEX community_boardpermission_group_id_6c2107e5 ON public.community_boardpermission USING btree (group_id);

CREATE INDEX community_bookmark_due ON public.community_bookmark USING btree (remind_at) WHERE (remind_at IS NOT NULL);

CREATE INDEX community_bookmark_member_id_24ac8b54 ON public.community_bookmark USING btree (member_id);

CREATE INDEX community_bookmark_message_id_7c9656c7 ON public.community_bookmark USING btree (message_id);

CREATE INDEX community_bookmark_newest ON public.community_bookmark USING btree (member_id, id DESC);

CREATE INDEX community_bookmark_post_id_162c847e ON public.community_bookmark USING btree (post_id);

CREATE INDEX community_bookmark_public_id_d86ab62a_like ON public.community_bookmark USING btree (public_id varchar_pattern_ops);

CREATE INDEX community_bookmark_topic_id_efa8b1a9 ON public.community_bookmark USING btree (topic_id);

CREATE INDEX community_calendarfeed_key_8b899d35_like ON public.community_calendarfeed USING btree (key varchar_pattern_ops);

CREATE INDEX community_cards_wanted_due ON public.community_cardswanted USING btree (due_at);

CREATE INDEX community_draft_member_id_0a9c6c25 ON public.community_draft USING btree (member_id);

CREATE INDEX community_draft_saved ON public.community_draft USING btree (saved_at);

CREATE INDEX community_drop_announced_by_id_dcdfd90e ON public.community_drop USING btree (announced_by_id);

CREATE INDEX community_drop_open ON public.community_drop USING btree (ends_at) WHERE (closed_at IS NULL);

CREATE INDEX community_drop_public_id_8d0e8e7b_like ON public.community_drop USING btree (public_id varchar_pattern_ops);

CREATE INDEX community_dropclaim_member_id_97433faa ON public.community_dropclaim USING btree (member_id);

CREATE INDEX community_dropclaim_public_id_8d144a74_like ON public.community_dropclaim USING btree (public_id varchar_pattern_ops);

CREATE INDEX community_event_starts ON public.community_eventdetails USING btree (starts_at);

CREATE INDEX community_flag_accuracy ON public.community_reviewflag USING btree (by_id, verdict);

CREATE INDEX community_flag_by ON public.community_reviewflag USING btree (by_id, at DESC);

CREATE INDEX community_idea_vote_member ON public.community_ideavote USING btree (member_id, voted_at DESC);

CREATE INDEX community_ideavote_member_id_1ae555b2 ON public.community_ideavote USING btree (member_id);

CREATE INDEX community_ideavote_topic_id_9922f80c ON public.community_ideavote USING btree (topic_id);

CREATE INDEX community_linkcard_key_1fcc9db2_like ON public.community_linkcard USING btree (key varchar_pattern_ops);

CREATE INDEX community_livesession_board_id_c94852ea ON public.community_livesession USING btree (board_id);

CREATE INDEX community_livesession_created_by_id_509114da ON public.community_livesession USING btree (created_by_id);

CREATE INDEX community_livesession_group_id_27ad85d1 ON public.community_livesession USING btree (group_id);

CREATE INDEX community_livesession_host_id_d71a441c ON public.community_livesession USING btree (host_id);

CREATE INDEX community_livesession_picture_id_f39e3d40 ON public.community_livesession USING btree (picture_id);

CREATE INDEX community_livesession_public_id_0df283c2_like ON public.community_livesession USING btree (public_id varchar_pattern_ops);

CREATE INDEX community_livesession_series_id_1904a3d9 ON public.community_livesession USING btree (series_id);

CREATE INDEX community_livesession_topic_id_bd8b5e39 ON public.community_livesession USING btree (topic_id);

CREATE INDEX community_memberactivity_locked_by_id_2cbce1cb ON public.community_memberactivity USING btree (locked_by_id);

CREATE INDEX community_membership_invited_by_id_8c15309c ON public.community_membership USING btree (invited_by_id);

CREATE INDEX community_membership_member_id_6f762146 ON public.community_membership USING btree (member_id);

CREATE INDEX community_membership_room_id_dcb3197d ON public.community_membership USING btree (room_id);

CREATE INDEX community_mention_member_id_9954a03a ON public.community_mention USING btree (member_id);

CREATE INDEX community_mention_of_member ON public.community_mention USING btree (member_id, post_id DESC);

CREATE INDEX community_mention_post_id_90d63bdc ON public.community_mention USING btree (post_id);

CREATE INDEX community_message_author ON public.community_message USING btree (author_id, sent_at DESC);

CREATE INDEX community_message_author_id_5bba703a ON public.community_message USING btree (author_id);

CREATE INDEX community_message_days ON public.community_message USING btree (room_id, sent_at);

CREATE INDEX community_message_main ON public.community_message USING btree (room_id, seq DESC) WHERE (thread_id IS NULL);

CREATE INDEX community_message_parent_id_e15cdf0e ON public.community_message USING btree (parent_id);

CREATE INDEX community_message_pinned_by_id_7dcb0147 ON public.community_message USING btree (pinned_by_id);

CREATE INDEX community_message_pins ON public.community_message USING btree (room_id, pinned_at DESC) WHERE (pinned_at IS NOT NULL);

CREATE INDEX community_message_removed_by_id_db634be8 ON public.community_message USING btree (removed_by_id);

CREATE INDEX community_message_room_id_d8b5bf16 ON public.community_message USING btree (room_id);

CREATE INDEX community_message_thread ON public.community_message USING btree (thread_id, seq) WHERE (thread_id IS NOT NULL);

CREATE INDEX community_message_thread_id_8e09b196 ON public.community_message USING btree (thread_id);

CREATE INDEX community_messagemention_member_id_337e1068 ON public.community_messagemention USING btree (member_id);

CREATE INDEX community_messagemention_message_id_ada67a6c ON public.community_messagemention USING btree (message_id);

CREATE INDEX community_messagemention_room_id_e696f4cc ON public.community_messagemention USING btree (room_id);

CREATE INDEX community_messagereaction_member_id_0fde7f14 ON public.community_messagereaction USING btree (member_id);

CREATE INDEX community_messagereaction_message_id_efce9bad ON public.community_messagereaction USING btree (message_id);

CREATE INDEX community_messagerevision_by_id_dea83ad5 ON public.community_messagerevision USING btree (by_id);

CREATE INDEX community_messagerevision_message_id_ebe6b19b ON public.community_messagerevision USING btree (message_id);

CREATE INDEX community_note_member ON public.community_staffnote USING btree (member_id, at DESC);

CREATE INDEX community_person_levels ON public.community_personlevel USING btree (person_id, level, member_id);

CREATE INDEX community_personlevel_member_id_71fde2ae ON public.community_personlevel USING btree (member_id);

CREATE INDEX community_personlevel_person_id_1cbafad3 ON public.community_personlevel USING btree (person_id);

CREATE INDEX community_placelevel_board_id_b620faff ON public.community_placelevel USING btree (board_id);

CREATE INDEX community_placelevel_member_id_d127d959 ON public.community_placelevel USING btree (member_id);

CREATE INDEX community_placelevel_tag_id_97aa5e46 ON public.community_placelevel USING btree (tag_id);

CREATE INDEX community_placeread_board_id_064409b9 ON public.community_placeread USING btree (board_id);

CREATE INDEX community_placeread_member_id_bc9c79e7 ON public.community_placeread USING btree (member_id);

CREATE INDEX community_placeread_tag_id_dbf42de3 ON public.community_placeread USING btree (tag_id);

CREATE INDEX community_poll_for_group_id_1683c7da ON public.community_poll USING btree (for_group_id);

CREATE INDEX community_pollvote_member_id_de8a14a9 ON public.community_pollvote USING btree (member_id);

CREATE INDEX community_pollvote_poll_id_d10833bf ON public.community_pollvote USING btree (poll_id);

CREATE INDEX community_post_author ON public.community_post USING btree (author_id, created_at DESC);

CREATE INDEX community_post_author_id_a6c5f564 ON public.community_post USING btree (author_id);

CREATE INDEX community_post_changed ON public.community_post USING btree (topic_id, changed_seq);

CREATE INDEX community_post_created ON public.community_post USING btree (created_at);

CREATE INDEX community_post_parent ON public.community_post USING btree (parent_id) WHERE (parent_id IS NOT NULL);

CREATE INDEX community_post_parent_id_5fc1e1c0 ON public.community_post USING btree (parent_id);

CREATE INDEX community_post_removed_by_id_64e9a6a1 ON public.community_post USING btree (removed_by_id);

CREATE INDEX community_post_topic_id_35a99c08 ON public.community_post USING btree (topic_id);

CREATE INDEX community_postredirect_from_topic_id_ac345780 ON public.community_postredirect USING btree (from_topic_id);

CREATE INDEX community_postredirect_post_id_5705d846 ON public.community_postredirect USING btree (post_id);

CREATE INDEX community_postrevision_by_id_bc0b3fba ON public.community_postrevision USING btree (by_id);

CREATE INDEX community_postrevision_post_id_3583dc55 ON public.community_postrevision USING btree (post_id);

CREATE INDEX community_questionvote_member_id_b8247dd3 ON public.community_questionvote USING btree (member_id);

CREATE INDEX community_reaction_member ON public.community_reaction USING btree (member_id, created_at DESC);

CREATE INDEX community_reaction_member_id_64da21b3 ON public.community_reaction USING btree (member_id);

CREATE INDEX community_reaction_post_id_d280acb9 ON public.community_reaction USING btree (post_id);

CREATE INDEX community_read_unsettled ON public.community_placeread USING btree (dismissed_at) WHERE (dismissed_at IS NOT NULL);

CREATE INDEX community_review_author ON public.community_reviewitem USING btree (author_id, created_at DESC);

CREATE INDEX community_review_decisions ON public.community_reviewitem USING btree (decided_at DESC) WHERE (NOT ((state)::text = 'pending'::text));

CREATE UNIQUE INDEX community_review_one_open ON public.community_reviewitem USING btree (kind, target) WHERE ((state)::text = 'pending'::text);

CREATE INDEX community_review_queue ON public.community_reviewitem USING btree (score DESC, created_at) WHERE ((state)::text = 'pending'::text);

CREATE INDEX community_review_target ON public.community_reviewitem USING btree (kind, target, decided_at DESC);

CREATE INDEX community_review_waiting ON public.community_reviewitem USING btree (created_at) WHERE ((state)::text = 'pending'::text);

CREATE INDEX community_reviewflag_by_id_936c4b0f ON public.community_reviewflag USING btree (by_id);

CREATE INDEX community_reviewflag_item_id_acd3ea24 ON public.community_reviewflag USING btree (item_id);

CREATE INDEX community_reviewitem_author_id_4d6fabf3 ON public.community_reviewitem USING btree (author_id);

CREATE INDEX community_reviewitem_board_id_b6a85f2b ON public.community_reviewitem USING btree (board_id);

CREATE INDEX community_reviewitem_claimed_by_id_c77773b6 ON public.community_reviewitem USING btree (claimed_by_id);

CREATE INDEX community_reviewitem_decided_by_id_684bbd0d ON public.community_reviewitem USING btree (decided_by_id);

CREATE INDEX community_reviewitem_public_id_42f497ea_like ON public.community_reviewitem USING btree (public_id varchar_pattern_ops);

CREATE INDEX community_reviewitem_topic_id_3474ad2b ON public.community_reviewitem USING btree (topic_id);

CREATE INDEX community_room_board_id_c8d33281 ON public.community_room USING btree (board_id);

CREATE INDEX community_room_created_by_id_3c6c5929 ON public.community_room USING btree (created_by_id);

CREATE INDEX community_room_direct_key_122182ba_like ON public.community_room USING btree (direct_key varchar_pattern_ops);

CREATE INDEX community_room_group_id_dfe62a1f ON public.community_room USING btree (group_id);

CREATE INDEX community_room_public_id_e3ef0fbb_like ON public.community_room USING btree (public_id varchar_pattern_ops);

CREATE INDEX community_room_reminder_due ON public.community_roomreminder USING btree (due_at) WHERE (told_at IS NULL);

CREATE INDEX community_room_rushed ON public.community_room USING btree (rushed_at) WHERE (rushed_at IS NOT NULL);

CREATE INDEX community_room_slug_d99548a7_like ON public.community_room USING btree (slug varchar_pattern_ops);

CREATE INDEX community_roomreminder_member_id_3286aade ON public.community_roomreminder USING btree (member_id);

CREATE INDEX community_roomreminder_room_id_5a1c741d ON public.community_roomreminder USING btree (room_id);

CREATE INDEX community_rsvp_member ON public.community_rsvp USING btree (member_id, at DESC);

CREATE INDEX community_rsvp_member_id_f8d0a74f ON public.community_rsvp USING btree (member_id);

CREATE INDEX community_rsvp_session_id_163aa8fa ON public.community_rsvp USING btree (session_id);

CREATE INDEX community_sanction_by_id_ed567951 ON public.community_sanction USING btree (by_id);

CREATE INDEX community_sanction_due ON public.community_sanction USING btree (ends_at) WHERE (ended_at IS NULL);

CREATE INDEX community_sanction_ended_by_id_40ded33e ON public.community_sanction USING btree (ended_by_id);

CREATE INDEX community_sanction_item_id_12ae0d73 ON public.community_sanction USING btree (item_id);

CREATE INDEX community_sanction_member ON public.community_sanction USING btree (member_id, starts_at DESC);

CREATE INDEX community_sanction_member_id_ee5677fa ON public.community_sanction USING btree (member_id);

CREATE UNIQUE INDEX community_sanction_one_open ON public.community_sanction USING btree (member_id, kind) WHERE (ended_at IS NULL);

CREATE INDEX community_sanction_public_id_e65ad5da_like ON public.community_sanction USING btree (public_id varchar_pattern_ops);

CREATE INDEX community_search_author ON public.community_searchdocument USING btree (author_id, at DESC) WHERE ((kind)::text = ANY ((ARRAY['post'::character varying, 'message'::character varying])::text[]));

CREATE INDEX community_search_board ON public.community_searchdocument USING btree (board_id, at DESC) WHERE ((kind)::text = 'post'::text);

CREATE INDEX community_search_latest ON public.community_searchdocument USING btree (at DESC) WHERE ((kind)::text = 'message'::text);

CREATE INDEX community_search_messages ON public.community_searchdocument USING gin (words) WITH (fastupdate=off) WHERE ((kind)::text = 'message'::text);

CREATE INDEX community_search_names ON public.community_searchdocument USING gin (words) WITH (fastupdate=off) WHERE ((kind)::text = ANY ((ARRAY['person'::character varying, 'tag'::character varying])::text[]));

CREATE INDEX community_search_newest ON public.community_searchdocument USING btree (at DESC, id DESC) WHERE ((kind)::text = 'post'::text);

CREATE INDEX community_search_posts ON public.community_searchdocument USING gin (words) WITH (fastupdate=off) WHERE ((kind)::text = 'post'::text);

CREATE INDEX community_search_room ON public.community_searchdocument USING btree (room_id, at DESC) WHERE ((kind)::text = 'message'::text);

CREATE INDEX community_search_titles ON public.community_searchdocument USING gin (words) WITH (fastupdate=off) WHERE is_topic;

CREATE INDEX community_searchdocument_topic_id_212f2a02 ON public.community_searchdocument USING btree (topic_id);

CREATE INDEX community_seat_line ON public.community_seat USING btree (session_id, state, priority DESC, rsvp DESC, waiting_since, id) WHERE ((state)::text = ANY ((ARRAY['waiting'::character varying, 'offered'::character varying, 'seated'::character varying])::text[]));

CREATE INDEX community_seat_member_id_22b49f2b ON public.community_seat USING btree (member_id);

CREATE INDEX community_seriesperson_member_id_dd87fd3e ON public.community_seriesperson USING btree (member_id);

CREATE INDEX community_seriesperson_series_id_03d214f7 ON public.community_seriesperson USING btree (series_id);

CREATE UNIQUE INDEX community_session_hour_once ON public.community_livesession USING btree (series_id, starts_at) WHERE (NOT ((state)::text = 'cancelled'::text));

CREATE INDEX community_session_open ON public.community_livesession USING btree (starts_at, ends_at) WHERE ((state)::text = ANY ((ARRAY['scheduled'::character varying, 'doors'::character varying, 'live'::character varying])::text[]));

CREATE INDEX community_session_starts ON public.community_livesession USING btree (starts_at);

CREATE INDEX community_sessionperson_member_id_7927b38d ON public.community_sessionperson USING btree (member_id);

CREATE INDEX community_sessionperson_session_id_49bb1fdb ON public.community_sessionperson USING btree (session_id);

CREATE INDEX community_sessionpoll_asked_by_id_194b5f18 ON public.community_sessionpoll USING btree (asked_by_id);

CREATE INDEX community_sessionpoll_public_id_d04e12b7_like ON public.community_sessionpoll USING btree (public_id varchar_pattern_ops);

CREATE INDEX community_sessionpollvote_member_id_01bcf9d4 ON public.community_sessionpollvote USING btree (member_id);

CREATE INDEX community_sessionquestion_author_id_62a29b17 ON public.community_sessionquestion USING btree (author_id);

CREATE INDEX community_sessionquestion_public_id_e3be45fc_like ON public.community_sessionquestion USING btree (public_id varchar_pattern_ops);

CREATE INDEX community_sessionseries_board_id_9dc1f934 ON public.community_sessionseries USING btree (board_id);

CREATE INDEX community_sessionseries_created_by_id_5efafd34 ON public.community_sessionseries USING btree (created_by_id);

CREATE INDEX community_sessionseries_group_id_611e1d62 ON public.community_sessionseries USING btree (group_id);

CREATE INDEX community_sessionseries_host_id_1159d073 ON public.community_sessionseries USING btree (host_id);

CREATE INDEX community_sessionseries_picture_id_a1bc9946 ON public.community_sessionseries USING btree (picture_id);

CREATE INDEX community_sessionseries_public_id_7e0c0a53_like ON public.community_sessionseries USING btree (public_id varchar_pattern_ops);

CREATE INDEX community_spending_member_id_ee89f691 ON public.community_spending USING btree (member_id);

CREATE INDEX community_staffnote_by_id_61b7f1f1 ON public.community_staffnote USING btree (by_id);

CREATE INDEX community_staffnote_member_id_46237694 ON public.community_staffnote USING btree (member_id);

CREATE INDEX community_stage_now_picture_id_2a9d0a1e ON public.community_stage USING btree (now_picture_id);

CREATE INDEX community_tag_begins ON public.community_tag USING btree (folded varchar_pattern_ops);

CREATE INDEX community_tag_created_by_id_e86c0ff2 ON public.community_tag USING btree (created_by_id);

CREATE INDEX community_tag_folded_bc11160c_like ON public.community_tag USING btree (folded varchar_pattern_ops);

CREATE INDEX community_tag_group_id_e73d19f1 ON public.community_tag USING btree (group_id);

CREATE INDEX community_tag_newest ON public.community_topictag USING btree (tag_id, last_post_at DESC, topic_id DESC);

CREATE INDEX community_tag_slug_45a89ef0_like ON public.community_tag USING btree (slug varchar_pattern_ops);

CREATE INDEX community_tag_synonym_of_id_17c88359 ON public.community_tag USING btree (synonym_of_id);

CREATE INDEX community_tag_watchers ON public.community_placelevel USING btree (tag_id, member_id) WHERE (level >= 3);

CREATE INDEX community_taggroup_for_group_id_67c2b16e ON public.community_taggroup USING btree (for_group_id);

CREATE INDEX community_taggroup_name_e435cb08_like ON public.community_taggroup USING btree (name varchar_pattern_ops);

CREATE INDEX community_threadreading_member_id_598def68 ON public.community_threadreading USING btree (member_id);

CREATE INDEX community_threadreading_thread_id_e3d6bf49 ON public.community_threadreading USING btree (thread_id);

CREATE INDEX community_top_topic_order ON public.community_toptopic USING btree (period, score DESC, topic_id DESC);

CREATE INDEX community_topic_accepted_post_id_2d8a00b5 ON public.community_topic USING btree (accepted_post_id);

CREATE INDEX community_topic_author ON public.community_topic USING btree (author_id, id DESC);

CREATE INDEX community_topic_author_id_a14b61bf ON public.community_topic USING btree (author_id);

CREATE INDEX community_topic_board_begun ON public.community_topic USING btree (board_id, created_at DESC, id DESC) WHERE (removed_at IS NULL);

CREATE INDEX community_topic_board_id_98f9b5c9 ON public.community_topic USING btree (board_id);

CREATE INDEX community_topic_board_newest ON public.community_topic USING btree (board_id, last_post_at DESC, id DESC) WHERE (removed_at IS NULL);

CREATE INDEX community_topic_board_votes ON public.community_topic USING btree (board_id, vote_count DESC, id DESC) WHERE (removed_at IS NULL);

CREATE INDEX community_topic_closes ON public.community_topic USING btree (closes_at) WHERE (closes_at IS NOT NULL);

CREATE INDEX community_topic_followed ON public.community_topicread USING btree (member_id) WHERE (level >= 2);

CREATE INDEX community_topic_ideas ON public.community_topic USING btree (board_id, vote_count DESC, id DESC) WHERE (((kind)::text = 'idea'::text) AND (removed_at IS NULL));

CREATE INDEX community_topic_last_post_by_id_92445173 ON public.community_topic USING btree (last_post_by_id);

CREATE INDEX community_topic_levels ON public.community_topicread USING btree (topic_id) WHERE (level IS NOT NULL);

CREATE INDEX community_topic_merged_into_id_06a288db ON public.community_topic USING btree (merged_into_id);

CREATE INDEX community_topic_mine ON public.community_topic USING btree (author_id, last_post_at DESC, id DESC) WHERE (removed_at IS NULL);

CREATE INDEX community_topic_newest ON public.community_topic USING btree (last_post_at DESC, id DESC) WHERE (removed_at IS NULL);

CREATE INDEX community_topic_opens ON public.community_topic USING btree (opens_at) WHERE (opens_at IS NOT NULL);

CREATE INDEX community_topic_pinned ON public.community_topic USING btree (board_id) WHERE ((removed_at IS NULL) AND (NOT ((pinned)::text = 'no'::text)));

CREATE INDEX community_topic_public_id_c7d5245d_like ON public.community_topic USING btree (public_id varchar_pattern_ops);

CREATE INDEX community_topic_removed_by_id_b8ee1025 ON public.community_topic USING btree (removed_by_id);

CREATE INDEX community_topic_touched ON public.community_topic USING btree (board_id, touched_at);

CREATE INDEX community_topic_unanswered ON public.community_topic USING btree (last_post_at DESC, id DESC) WHERE ((accepted_post_id IS NULL) AND (removed_at IS NULL) AND ((state)::text = 'open'::text) AND (((kind)::text = 'question'::text) OR (((kind)::text = 'discussion'::text) AND (visible_posts <= 1))));

CREATE INDEX community_topic_unpins ON public.community_topic USING btree (pinned_until) WHERE (pinned_until IS NOT NULL);

CREATE INDEX community_topicread_member_id_2b5b6855 ON public.community_topicread USING btree (member_id);

CREATE INDEX community_topicread_topic_id_8f1e3e8a ON public.community_topicread USING btree (topic_id);

CREATE INDEX community_topictag_tag_id_1ac6e004 ON public.community_topictag USING btree (tag_id);

CREATE INDEX community_topictag_topic_id_76a4c4d1 ON public.community_topictag USING btree (topic_id);

CREATE INDEX community_toptopic_topic_id_0b3a8eac ON public.community_toptopic USING btree (topic_id);

CREATE INDEX community_trust_changes ON public.community_trustchange USING btree (member_id, at DESC);

CREATE INDEX community_trust_list ON public.community_memberactivity USING btree (trust, trust_since DESC);

CREATE INDEX community_trustchange_by_id_df59be2e ON public.community_trustchange USING btree (by_id);

CREATE INDEX community_trustchange_member_id_0af8b322 ON public.community_trustchange USING btree (member_id);

CREATE INDEX community_upload_member_id_3cb0b88b ON public.community_upload USING btree (member_id);

CREATE INDEX community_upload_name_fc11dd98_like ON public.community_upload USING btree (name varchar_pattern_ops);

CREATE INDEX community_upload_public_id_4a1a0a25_like ON public.community_upload USING btree (public_id varchar_pattern_ops);

CREATE INDEX community_upload_unused ON public.community_upload USING btree (offered_at) WHERE (used_at IS NULL);

CREATE INDEX community_wordrule_by_id_63931845 ON public.community_wordrule USING btree (by_id);

CREATE INDEX content_object_idx ON public.wagtailcore_revision USING btree (content_type_id, object_id);

CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON public.django_admin_log USING btree (content_type_id);

CREATE INDEX django_admin_log_user_id_c564eba6 ON public.django_admin_log USING btree (user_id);

CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);

CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);

CREATE INDEX formstate_user_object ON public.wagtailadmin_formstate USING btree (user_id, content_type_id, object_id, parent_object_id);

CREATE INDEX insights_act_days ON public.insights_act USING btree (stream, member_id, day) WHERE stands;

CREATE INDEX insights_change_month ON public.insights_stagechange USING btree (stream, at);

CREATE INDEX insights_change_story ON public.insights_stagechange USING btree (member_id, at DESC);

CREATE INDEX insights_stage_members ON public.insights_memberstage USING btree (stream, stage, member_id);

CREATE INDEX integrations_apikey_asked_as_268a1af1_like ON public.integrations_apikey USING btree (asked_as varchar_pattern_ops);

CREATE INDEX integrations_apikey_made_by_id_b1b2c9d5 ON public.integrations_apikey USING btree (made_by_id);

CREATE INDEX integrations_apikey_public_ff492ab4_like ON public.integrations_apikey USING btree (public varchar_pattern_ops);

CREATE INDEX integrations_attempt_age ON public.integrations_webhookattempt USING btree (at);

CREATE INDEX integrations_idempotency_age ON public.integrations_idempotencyrecord USING btree (created_at);

CREATE INDEX integrations_inboundmessage_public_id_ac028a34_like ON public.integrations_inboundmessage USING btree (public_id varchar_pattern_ops);

CREATE INDEX integrations_inboundmessage_shop_id_749e52ef ON public.integrations_inboundmessage USING btree (shop_id);

CREATE INDEX integrations_message_about ON public.integrations_inboundmessage USING btree (shop_id, customer_hash);

CREATE INDEX integrations_message_due ON public.integrations_inboundmessage USING btree (due_at) WHERE ((verdict)::text = 'waiting'::text);

CREATE INDEX integrations_message_order ON public.integrations_inboundmessage USING btree (shop_id, external_id, revision);

CREATE INDEX integrations_message_raw ON public.integrations_inboundmessage USING btree (received_at) WHERE (raw_removed_at IS NULL);

CREATE INDEX integrations_message_shop ON public.integrations_inboundmessage USING btree (shop_id, received_at DESC);

CREATE INDEX integrations_message_verdict ON public.integrations_inboundmessage USING btree (shop_id, verdict, received_at DESC);

CREATE INDEX integrations_shop_made_by_id_6b7970a5 ON public.integrations_shop USING btree (made_by_id);

CREATE INDEX integrations_shop_public_id_71d8ff18_like ON public.integrations_shop USING btree (public_id varchar_pattern_ops);

CREATE INDEX integrations_shop_source_0c457665_like ON public.integrations_shop USING btree (source varchar_pattern_ops);

CREATE INDEX integrations_signinnonce_created_at_cae733ef ON public.integrations_signinnonce USING btree (created_at);

CREATE INDEX integrations_signinnonce_nonce_e2a925d6_like ON public.integrations_signinnonce USING btree (nonce varchar_pattern_ops);

CREATE INDEX integrations_signinnonce_service_id_62ce163f ON public.integrations_signinnonce USING btree (service_id);

CREATE INDEX integrations_signinservice_made_by_id_d20585a7 ON public.integrations_signinservice USING btree (made_by_id);

CREATE INDEX integrations_signinservice_slug_a866a713_like ON public.integrations_signinservice USING btree (slug varchar_pattern_ops);

CREATE INDEX integrations_toldevent_member_id_14a8283a ON public.integrations_toldevent USING btree (member_id);

CREATE INDEX integrations_toldevent_public_id_f33035d6_like ON public.integrations_toldevent USING btree (public_id varchar_pattern_ops);

CREATE INDEX integrations_webhook_age ON public.integrations_webhookdelivery USING btree (settled_at) WHERE (NOT ((state)::text = 'due'::text));

CREATE INDEX integrations_webhook_due ON public.integrations_webhookdelivery USING btree (endpoint_id, due_at, id) WHERE ((state)::text = 'due'::text);

CREATE INDEX integrations_webhook_newest ON public.integrations_webhookdelivery USING btree (endpoint_id, id DESC);

CREATE INDEX integrations_webhookattempt_delivery_id_0b60aa9c ON public.integrations_webhookattempt USING btree (delivery_id);

CREATE INDEX integrations_webhookdelivery_endpoint_id_a6031765 ON public.integrations_webhookdelivery USING btree (endpoint_id);

CREATE INDEX integrations_webhookdelivery_public_id_2a52503d_like ON public.integrations_webhookdelivery USING btree (public_id varchar_pattern_ops);

CREATE INDEX integrations_webhookendpoint_asked_as_fc4e0ac2_like ON public.integrations_webhookendpoint USING btree (asked_as varchar_pattern_ops);

CREATE INDEX integrations_webhookendpoint_owner_id_453faf81 ON public.integrations_webhookendpoint USING btree (owner_id);

CREATE INDEX integrations_webhookendpoint_public_id_f6b0879a_like ON public.integrations_webhookendpoint USING btree (public_id varchar_pattern_ops);

CREATE INDEX loyalty_adjustment_cause_40181e5f_like ON public.loyalty_adjustment USING btree (cause varchar_pattern_ops);

CREATE INDEX loyalty_adjustment_member_id_cb5de94d ON public.loyalty_adjustment USING btree (member_id);

CREATE INDEX loyalty_adjustment_newest ON public.loyalty_adjustment USING btree (proposed_at DESC);

CREATE INDEX loyalty_adjustment_proposed_by_id_1b6f12b1 ON public.loyalty_adjustment USING btree (proposed_by_id);

CREATE INDEX loyalty_adjustment_public_id_52993765_like ON public.loyalty_adjustment USING btree (public_id varchar_pattern_ops);

CREATE INDEX loyalty_adjustment_waiting ON public.loyalty_adjustment USING btree (proposed_at) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX loyalty_birthday_old ON public.loyalty_birthdaygift USING btree (given_at);

CREATE INDEX loyalty_birthdaygift_member_id_4f48bd7b ON public.loyalty_birthdaygift USING btree (member_id);

CREATE INDEX loyalty_birthdaygift_tier_id_8be87ed3 ON public.loyalty_birthdaygift USING btree (tier_id);

CREATE INDEX loyalty_coupon_cause_e273e5f5_like ON public.loyalty_coupon USING btree (cause varchar_pattern_ops);

CREATE INDEX loyalty_coupon_code_15318138_like ON public.loyalty_coupon USING btree (code varchar_pattern_ops);

CREATE INDEX loyalty_coupon_free ON public.loyalty_coupon USING btree (pool_id, id) WHERE ((state)::text = 'free'::text);

CREATE INDEX loyalty_coupon_member_id_a4c6573e ON public.loyalty_coupon USING btree (member_id);

CREATE INDEX loyalty_coupon_of_member ON public.loyalty_coupon USING btree (member_id, id DESC);

CREATE INDEX loyalty_coupon_order_id_d5460c79 ON public.loyalty_coupon USING btree (order_id);

CREATE INDEX loyalty_coupon_pool_id_6e7a5a3b ON public.loyalty_coupon USING btree (pool_id);

CREATE INDEX loyalty_coupon_public_id_01c86136_like ON public.loyalty_coupon USING btree (public_id varchar_pattern_ops);

CREATE INDEX loyalty_coupon_running_out ON public.loyalty_coupon USING btree (expires_at) WHERE ((state)::text = 'assigned'::text);

CREATE INDEX loyalty_couponpool_name_c43f7f4a_like ON public.loyalty_couponpool USING btree (name varchar_pattern_ops);

CREATE INDEX loyalty_couponpool_public_id_a5bf3238_like ON public.loyalty_couponpool USING btree (public_id varchar_pattern_ops);

CREATE INDEX loyalty_currency_code_690f6563_like ON public.loyalty_currency USING btree (code varchar_pattern_ops);

CREATE INDEX loyalty_debt_open ON public.loyalty_debt USING btree (wallet_id, id) WHERE (remaining > 0);

CREATE INDEX loyalty_draft_newest ON public.loyalty_draftset USING btree (changed_at DESC);

CREATE INDEX loyalty_draft_waits ON public.loyalty_draftset USING btree (waits_since) WHERE ((published_at IS NULL) AND (waits_since IS NOT NULL));

CREATE INDEX loyalty_draftset_public_id_25ae8675_like ON public.loyalty_draftset USING btree (public_id varchar_pattern_ops);

CREATE INDEX loyalty_earningrule_code_7cf0915d ON public.loyalty_earningrule USING btree (code);

CREATE INDEX loyalty_earningrule_code_7cf0915d_like ON public.loyalty_earningrule USING btree (code varchar_pattern_ops);

CREATE INDEX loyalty_earningrule_stack_61ce90cc ON public.loyalty_earningrule USING btree (stack);

CREATE INDEX loyalty_earningrule_stack_61ce90cc_like ON public.loyalty_earningrule USING btree (stack varchar_pattern_ops);

CREATE INDEX loyalty_entry_lines ON public.loyalty_entry USING btree (account, id DESC) INCLUDE (txn_id, amount) WHERE (account > 0);

CREATE INDEX loyalty_entry_txn_id_a3b370a0 ON public.loyalty_entry USING btree (txn_id);

CREATE INDEX loyalty_gift_cause_2cc19f7b_like ON public.loyalty_gift USING btree (cause varchar_pattern_ops);

CREATE INDEX loyalty_gift_giver_id_4654e183 ON public.loyalty_gift USING btree (giver_id);

CREATE INDEX loyalty_gift_member_id_668dfed8 ON public.loyalty_gift USING btree (member_id);

CREATE INDEX loyalty_gift_of_member ON public.loyalty_gift USING btree (member_id, id DESC);

CREATE INDEX loyalty_gift_public_id_08fb8b66_like ON public.loyalty_gift USING btree (public_id varchar_pattern_ops);

CREATE INDEX loyalty_gift_reward_id_ed1051d5 ON public.loyalty_gift USING btree (reward_id);

CREATE INDEX loyalty_gift_token_ee9241e1_like ON public.loyalty_gift USING btree (token varchar_pattern_ops);

CREATE INDEX loyalty_gift_waiting ON public.loyalty_gift USING btree (valid_until) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX loyalty_hit_recent ON public.loyalty_rulehit USING btree (rule_code, member_id, at DESC) WHERE (at IS NOT NULL);

CREATE INDEX loyalty_hold_open ON public.loyalty_hold USING btree (wallet_id) WHERE ((state)::text = 'open'::text);

CREATE INDEX loyalty_hold_source ON public.loyalty_hold USING btree (source_type, source_id);

CREATE INDEX loyalty_hold_timed_out ON public.loyalty_hold USING btree (expires_at) WHERE ((state)::text = 'open'::text);

CREATE INDEX loyalty_ladder_draws ON public.loyalty_ladderdraw USING btree (at);

CREATE INDEX loyalty_ladder_waiting ON public.loyalty_laddergift USING btree (expires_at) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX loyalty_laddergift_public_id_2f2c079f_like ON public.loyalty_laddergift USING btree (public_id varchar_pattern_ops);

CREATE INDEX loyalty_laddergift_rung_id_2d747d67 ON public.loyalty_laddergift USING btree (rung_id);

CREATE INDEX loyalty_ladderrung_badge_id_1dc66c35 ON public.loyalty_ladderrung USING btree (badge_id);

CREATE INDEX loyalty_ladderrung_reward_id_94c9c5f6 ON public.loyalty_ladderrung USING btree (reward_id);

CREATE INDEX loyalty_lot_available ON public.loyalty_lot USING btree (available_at);

CREATE INDEX loyalty_lot_expiring ON public.loyalty_lot USING btree (expires_at) WHERE ((expires_at IS NOT NULL) AND (remaining > 0));

CREATE INDEX loyalty_lot_open ON public.loyalty_lot USING btree (wallet_id, expires_at, id) WHERE (remaining > 0);

CREATE INDEX loyalty_lot_txn_id_07df589b ON public.loyalty_lot USING btree (txn_id);

CREATE INDEX loyalty_lotuse_lot_id_5887b1f7 ON public.loyalty_lotuse USING btree (lot_id);

CREATE INDEX loyalty_lotuse_txn_id_e3c41ea8 ON public.loyalty_lotuse USING btree (txn_id);

CREATE INDEX loyalty_merit_member_id_4f5ae51b ON public.loyalty_merit USING btree (member_id);

CREATE INDEX loyalty_merit_rule_code_44d70f98 ON public.loyalty_merit USING btree (rule_code);

CREATE INDEX loyalty_merit_rule_code_44d70f98_like ON public.loyalty_merit USING btree (rule_code varchar_pattern_ops);

CREATE INDEX loyalty_merit_source ON public.loyalty_merit USING btree (source_type, source_id);

CREATE UNIQUE INDEX loyalty_order_first_once_per_member ON public.loyalty_order USING btree (member_id) WHERE is_first;

CREATE INDEX loyalty_order_member ON public.loyalty_order USING btree (member_id, placed_at DESC);

CREATE INDEX loyalty_order_member_id_fd32ca6a ON public.loyalty_order USING btree (member_id);

CREATE INDEX loyalty_order_no_rate ON public.loyalty_order USING btree (currency, id) WHERE waits;

CREATE INDEX loyalty_order_public_id_41203c0e_like ON public.loyalty_order USING btree (public_id varchar_pattern_ops);

CREATE INDEX loyalty_order_waiting ON public.loyalty_order USING btree (email_hash) WHERE (member_id IS NULL);

CREATE INDEX loyalty_orderline_order_id_245a8f26 ON public.loyalty_orderline USING btree (order_id);

CREATE INDEX loyalty_orderrevision_order_id_01595fec ON public.loyalty_orderrevision USING btree (order_id);

CREATE INDEX loyalty_perk_open ON public.loyalty_perkgrant USING btree (until) WHERE (ended_at IS NULL);

CREATE INDEX loyalty_perkgrant_badge_id_19da569a ON public.loyalty_perkgrant USING btree (badge_id);

CREATE INDEX loyalty_perkgrant_group_id_dbf73ab8 ON public.loyalty_perkgrant USING btree (group_id);

CREATE INDEX loyalty_perkgrant_member_id_7765dc3a ON public.loyalty_perkgrant USING btree (member_id);

CREATE INDEX loyalty_player_uncounted ON public.loyalty_seasonplayer USING btree (season_id) WHERE ((counted_at IS NULL) AND (left_at IS NULL));

CREATE INDEX loyalty_pointsquestion_member_id_486a299d ON public.loyalty_pointsquestion USING btree (member_id);

CREATE INDEX loyalty_pointsquestion_public_id_c658a6d3_like ON public.loyalty_pointsquestion USING btree (public_id varchar_pattern_ops);

CREATE INDEX loyalty_pointsquestion_txn_id_b20efdee ON public.loyalty_pointsquestion USING btree (txn_id);

CREATE UNIQUE INDEX loyalty_proof_asked_once ON public.loyalty_booksproof USING btree ((1)) WHERE (made_at IS NULL);

CREATE INDEX loyalty_proof_newest ON public.loyalty_booksproof USING btree (asked_at DESC);

CREATE INDEX loyalty_quest_badge_id_08b19de5 ON public.loyalty_quest USING btree (badge_id);

CREATE INDEX loyalty_quest_code_73a751ca ON public.loyalty_quest USING btree (code);

CREATE INDEX loyalty_quest_code_73a751ca_like ON public.loyalty_quest USING btree (code varchar_pattern_ops);

CREATE INDEX loyalty_quest_gift_id_999907c9 ON public.loyalty_quest USING btree (gift_id);

CREATE INDEX loyalty_quest_group_id_f3efbf85 ON public.loyalty_quest USING btree (group_id);

CREATE UNIQUE INDEX loyalty_quest_one_current ON public.loyalty_quest USING btree (code) WHERE (replaced_at IS NULL);

CREATE INDEX loyalty_quest_runs_of ON public.loyalty_questrun USING btree (quest_id, state);

CREATE INDEX loyalty_quest_steps_hear ON public.loyalty_queststep USING btree (event, quest_id);

CREATE INDEX loyalty_quest_subject ON public.loyalty_stepprogress USING btree (subject) WHERE (NOT ((subject)::text = ''::text));

CREATE INDEX loyalty_quest_tier_id_c6324a9d ON public.loyalty_quest USING btree (tier_id);

CREATE UNIQUE INDEX loyalty_question_one_waiting ON public.loyalty_pointsquestion USING btree (txn_id, member_id) WHERE ((state)::text = 'waiting'::text);

CREATE INDEX loyalty_questrun_public_id_2b92f995_like ON public.loyalty_questrun USING btree (public_id varchar_pattern_ops);

CREATE INDEX loyalty_questrun_quest_id_861d7afe ON public.loyalty_questrun USING btree (quest_id);

CREATE INDEX loyalty_queststep_quest_id_16341e84 ON public.loyalty_queststep USING btree (quest_id);

CREATE INDEX loyalty_questwithdrawal_subject_9b8668c3_like ON public.loyalty_questwithdrawal USING btree (subject varchar_pattern_ops);

CREATE INDEX loyalty_redemption_desk ON public.loyalty_redemption USING btree (state, id) WHERE ((state)::text = ANY ((ARRAY['requested'::character varying, 'confirmed'::character varying, 'fulfilling'::character varying])::text[]));

CREATE INDEX loyalty_redemption_held ON public.loyalty_redemption USING btree (expires_at) WHERE ((state)::text = 'held'::text);

CREATE INDEX loyalty_redemption_member_id_7a09fb90 ON public.loyalty_redemption USING btree (member_id);

CREATE INDEX loyalty_redemption_of_member ON public.loyalty_redemption USING btree (member_id, claimed_at DESC);

CREATE INDEX loyalty_redemption_public_id_6150f29e_like ON public.loyalty_redemption USING btree (public_id varchar_pattern_ops);

CREATE INDEX loyalty_redemption_reward_id_8182c49b ON public.loyalty_redemption USING btree (reward_id);

CREATE INDEX loyalty_redemption_taken_by_id_4b084f63 ON public.loyalty_redemption USING btree (taken_by_id);

CREATE INDEX loyalty_redemptionstep_by_id_25676387 ON public.loyalty_redemptionstep USING btree (by_id);

CREATE INDEX loyalty_redemptionstep_redemption_id_dd3508cd ON public.loyalty_redemptionstep USING btree (redemption_id);

CREATE INDEX loyalty_refund_order_id_ccb99811 ON public.loyalty_refund USING btree (order_id);

CREATE INDEX loyalty_refundline_line_id_2ed1885f ON public.loyalty_refundline USING btree (line_id);

CREATE INDEX loyalty_refundline_refund_id_8c46e09c ON public.loyalty_refundline USING btree (refund_id);

CREATE INDEX loyalty_refusal_old ON public.loyalty_rulerefusal USING btree (at);

CREATE INDEX loyalty_result_table ON public.loyalty_seasonresult USING btree (league_id, rank, member_id);

CREATE INDEX loyalty_reward_badge_id_ecfec9f1 ON public.loyalty_reward USING btree (badge_id);

CREATE INDEX loyalty_reward_gives_id_b0cc6b50 ON public.loyalty_reward USING btree (gives_id);

CREATE INDEX loyalty_reward_group_id_aa11a9f9 ON public.loyalty_reward USING btree (group_id);

CREATE INDEX loyalty_reward_groups_group_id_b16d910d ON public.loyalty_reward_groups USING btree (group_id);

CREATE INDEX loyalty_reward_groups_reward_id_7062ebf5 ON public.loyalty_reward_groups USING btree (reward_id);

CREATE INDEX loyalty_reward_min_tier_id_fc661237 ON public.loyalty_reward USING btree (min_tier_id);

CREATE INDEX loyalty_reward_pool_id_dc85d14d ON public.loyalty_reward USING btree (pool_id);

CREATE INDEX loyalty_reward_public_id_049c5d10_like ON public.loyalty_reward USING btree (public_id varchar_pattern_ops);

CREATE INDEX loyalty_rewardreserve_cause_a33a34b9_like ON public.loyalty_rewardreserve USING btree (cause varchar_pattern_ops);

CREATE INDEX loyalty_rewardreserve_reward_id_25c4a2d8 ON public.loyalty_rewardreserve USING btree (reward_id);

CREATE UNIQUE INDEX loyalty_rule_one_current ON public.loyalty_earningrule USING btree (code) WHERE (replaced_at IS NULL);

CREATE INDEX loyalty_rulebudget_rule_code_d7f82cf8_like ON public.loyalty_rulebudget USING btree (rule_code varchar_pattern_ops);

CREATE INDEX loyalty_ruledraft_code_24e6b315 ON public.loyalty_ruledraft USING btree (code);

CREATE INDEX loyalty_ruledraft_code_24e6b315_like ON public.loyalty_ruledraft USING btree (code varchar_pattern_ops);

CREATE INDEX loyalty_ruledraft_draft_id_9864f416 ON public.loyalty_ruledraft USING btree (draft_id);

CREATE INDEX loyalty_rulerefusal_rule_id_cd2704c7 ON public.loyalty_rulerefusal USING btree (rule_id);

CREATE INDEX loyalty_score_table ON public.loyalty_seasonscore USING btree (league_id, score DESC, member_id);

CREATE INDEX loyalty_season_always ON public.loyalty_seasonchoice USING btree (member_id) WHERE ((wish)::text = 'always'::text);

CREATE INDEX loyalty_season_public_id_c3e13f7f_like ON public.loyalty_season USING btree (public_id varchar_pattern_ops);

CREATE INDEX loyalty_seasonleague_board_id_34843abe ON public.loyalty_seasonleague USING btree (board_id);

CREATE INDEX loyalty_seasonleague_season_id_cfab6c85 ON public.loyalty_seasonleague USING btree (season_id);

CREATE INDEX loyalty_seasonplayer_member_id_1253c481 ON public.loyalty_seasonplayer USING btree (member_id);

CREATE INDEX loyalty_seasonplayer_season_id_cbebbe61 ON public.loyalty_seasonplayer USING btree (season_id);

CREATE INDEX loyalty_seasonprize_badge_id_ec452b1f ON public.loyalty_seasonprize USING btree (badge_id);

CREATE INDEX loyalty_seasonprize_reward_id_e5c66f65 ON public.loyalty_seasonprize USING btree (reward_id);

CREATE INDEX loyalty_seasonprize_season_id_3a9637de ON public.loyalty_seasonprize USING btree (season_id);

CREATE INDEX loyalty_seasonresult_member_id_b244ddfa ON public.loyalty_seasonresult USING btree (member_id);

CREATE INDEX loyalty_seasonscore_member_id_59a80da2 ON public.loyalty_seasonscore USING btree (member_id);

CREATE INDEX loyalty_stepprogress_step_id_6f28aec6 ON public.loyalty_stepprogress USING btree (step_id);

CREATE INDEX loyalty_tier_birthday_reward_id_0eeddf91 ON public.loyalty_tier USING btree (birthday_reward_id);

CREATE INDEX loyalty_tier_code_7b4a3498_like ON public.loyalty_tier USING btree (code varchar_pattern_ops);

CREATE INDEX loyalty_tier_due ON public.loyalty_tiermembership USING btree (next_review) WHERE (until IS NULL);

CREATE INDEX loyalty_tier_in_grace ON public.loyalty_tiermembership USING btree (grace_until) WHERE ((grace_until IS NOT NULL) AND (until IS NULL));

CREATE UNIQUE INDEX loyalty_tier_invited_once ON public.loyalty_tierinvitation USING btree (member_id, tier_id) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX loyalty_tier_one_open ON public.loyalty_tiermembership USING btree (member_id) WHERE (until IS NULL);

CREATE INDEX loyalty_tier_program_id_47587dc6 ON public.loyalty_tier USING btree (program_id);

CREATE UNIQUE INDEX loyalty_tier_threshold_once ON public.loyalty_tier USING btree (program_id, threshold) WHERE (NOT by_invitation);

CREATE INDEX loyalty_tier_welcome_reward_id_ac9cd54a ON public.loyalty_tier USING btree (welcome_reward_id);

CREATE INDEX loyalty_tierinvitation_member_id_abb34c2c ON public.loyalty_tierinvitation USING btree (member_id);

CREATE INDEX loyalty_tierinvitation_public_id_66f2400e_like ON public.loyalty_tierinvitation USING btree (public_id varchar_pattern_ops);

CREATE INDEX loyalty_tierinvitation_tier_id_4d6732e7 ON public.loyalty_tierinvitation USING btree (tier_id);

CREATE INDEX loyalty_tiermembership_member_id_eb7ac810 ON public.loyalty_tiermembership USING btree (member_id);

CREATE INDEX loyalty_tiermembership_tier_id_9fac01dc ON public.loyalty_tiermembership USING btree (tier_id);

CREATE INDEX loyalty_tierprogram_code_f6f270bd_like ON public.loyalty_tierprogram USING btree (code varchar_pattern_ops);

CREATE INDEX loyalty_transfer_public_id_830c54e7_like ON public.loyalty_transfer USING btree (public_id varchar_pattern_ops);

CREATE INDEX loyalty_transfer_receiver_id_67e19c22 ON public.loyalty_transfer USING btree (receiver_id);

CREATE INDEX loyalty_transfer_sent ON public.loyalty_transfer USING btree (sender_id, sent_at DESC);

CREATE INDEX loyalty_trial_draft_id_e9cbd4a5 ON public.loyalty_trial USING btree (draft_id);

CREATE INDEX loyalty_trial_newest ON public.loyalty_trial USING btree (asked_at DESC);

CREATE INDEX loyalty_trial_open ON public.loyalty_trial USING btree (asked_at) WHERE ((state)::text = ANY ((ARRAY['waiting'::character varying, 'running'::character varying])::text[]));

CREATE INDEX loyalty_trial_public_id_4b42b9a6_like ON public.loyalty_trial USING btree (public_id varchar_pattern_ops);

CREATE INDEX loyalty_trialdecision_trial_id_f69e6715 ON public.loyalty_trialdecision USING btree (trial_id);

CREATE INDEX loyalty_txn_ahead ON public.loyalty_txn USING btree (effective_at) WHERE ((effective_at - created_at) > '01:00:00'::interval);

CREATE INDEX loyalty_txn_source ON public.loyalty_txn USING btree (source_type, source_id) WHERE (source_id IS NOT NULL);

CREATE UNIQUE INDEX loyalty_txn_undone_once ON public.loyalty_txn USING btree (reverses_id) WHERE (reverses_id IS NOT NULL);

CREATE INDEX loyalty_txn_written ON public.loyalty_txn USING brin (created_at) WITH (autosummarize='on', pages_per_range='32');

CREATE INDEX loyalty_wallet_currency_id_6e7388fb ON public.loyalty_wallet USING btree (currency_id);

CREATE INDEX loyalty_wallet_member_id_b8b88e76 ON public.loyalty_wallet USING btree (member_id);

CREATE INDEX members_birthday_day ON public.members_birthday USING btree (month, day);

CREATE INDEX members_changes_of_a_member ON public.members_accountchange USING btree (member_id, changed_at DESC);

CREATE INDEX members_changes_old ON public.members_accountchange USING btree (changed_at);

CREATE UNIQUE INDEX members_email_folded ON public.members_user USING btree (lower((email)::text)) WHERE (NOT ((email)::text = ''::text));

CREATE UNIQUE INDEX members_group_slug_folded ON public.members_groupprofile USING btree (lower((slug)::text));

CREATE INDEX members_groupprofile_owner_id_b28a0d1b ON public.members_groupprofile USING btree (owner_id);

CREATE INDEX members_groupprofile_slug_aaba1c53_like ON public.members_groupprofile USING btree (slug varchar_pattern_ops);

CREATE INDEX members_grouprequest_group_id_c70e6e94 ON public.members_grouprequest USING btree (group_id);

CREATE INDEX members_grouprequest_member_id_cf9eed6e ON public.members_grouprequest USING btree (member_id);

CREATE INDEX members_identity_member_id_d8b48448 ON public.members_identity USING btree (member_id);

CREATE INDEX members_rightschange_transaction_095d4ec4 ON public.members_rightschange USING btree (transaction);

CREATE INDEX members_tries_old ON public.members_signintries USING btree (since);

CREATE INDEX members_unlisted ON public.members_openness USING btree (member_id) WHERE (NOT listed);

CREATE INDEX members_user_groups_group_id_39b83d85 ON public.members_user_groups USING btree (group_id);

CREATE INDEX members_user_groups_user_id_db5cba0f ON public.members_user_groups USING btree (user_id);

CREATE INDEX members_user_public_id_4e082c9c_like ON public.members_user USING btree (public_id varchar_pattern_ops);

CREATE INDEX members_user_user_permissions_permission_id_5f80148e ON public.members_user_user_permissions USING btree (permission_id);

CREATE INDEX members_user_user_permissions_user_id_3371a207 ON public.members_user_user_permissions USING btree (user_id);

CREATE INDEX members_user_username_c7299158_like ON public.members_user USING btree (username varchar_pattern_ops);

CREATE UNIQUE INDEX members_username_folded ON public.members_user USING btree (lower((username)::text));

CREATE INDEX messaging_campaign ON public.messaging_delivery USING btree (campaign_key, state, reason) WHERE (NOT ((campaign_key)::text = ''::text));

CREATE UNIQUE INDEX messaging_campaign_step_once ON public.messaging_delivery USING btree (campaign_key, member_id, step) WHERE (NOT ((campaign_key)::text = ''::text));

CREATE INDEX messaging_consent_by_id_6c173b81 ON public.messaging_consent USING btree (by_id);

CREATE INDEX messaging_consent_delivery_id_513eb17e ON public.messaging_consent USING btree (delivery_id);

CREATE INDEX messaging_consent_member ON public.messaging_consent USING btree (member_id, id DESC);

CREATE INDEX messaging_consent_member_id_a2a2f1a6 ON public.messaging_consent USING btree (member_id);

CREATE INDEX messaging_consent_now ON public.messaging_consent USING btree (purpose, channel, member_id, id DESC);

CREATE INDEX messaging_delivery_member_id_0e8310eb ON public.messaging_delivery USING btree (member_id);

CREATE INDEX messaging_delivery_public_id_0f697be9_like ON public.messaging_delivery USING btree (public_id varchar_pattern_ops);

CREATE INDEX messaging_due ON public.messaging_delivery USING btree (priority, not_before, id) WHERE ((state)::text = 'queued'::text);

CREATE INDEX messaging_held ON public.messaging_delivery USING btree (lease_until) WHERE ((state)::text = ANY ((ARRAY['claimed'::character varying, 'handing_over'::character varying])::text[]));

CREATE INDEX messaging_member_open ON public.messaging_delivery USING btree (member_id, kind) WHERE ((state)::text = ANY ((ARRAY['queued'::character varying, 'claimed'::character varying, 'handing_over'::character varying])::text[]));

CREATE INDEX messaging_member_told ON public.messaging_delivery USING btree (member_id, sent_at) WHERE ((sent_at IS NOT NULL) AND (NOT ((purpose)::text = 'service'::text)));

CREATE INDEX messaging_notice_age ON public.messaging_notice USING btree (updated_at);

CREATE INDEX messaging_notice_mail ON public.messaging_notice USING btree (mail_id) WHERE (mail_id IS NOT NULL);

CREATE INDEX messaging_notice_mail_due ON public.messaging_notice USING btree (mail_at) WHERE (mail_at IS NOT NULL);

CREATE INDEX messaging_notice_member_id_9656987d ON public.messaging_notice USING btree (member_id);

CREATE INDEX messaging_notice_newest ON public.messaging_notice USING btree (member_id, updated_at DESC, id DESC);

CREATE INDEX messaging_notice_public_id_077d5794_like ON public.messaging_notice USING btree (public_id varchar_pattern_ops);

CREATE INDEX messaging_notice_push ON public.messaging_notice USING btree (push_id) WHERE (push_id IS NOT NULL);

CREATE INDEX messaging_notice_push_due ON public.messaging_notice USING btree (push_at) WHERE (push_at IS NOT NULL);

CREATE INDEX messaging_notice_unseen ON public.messaging_notice USING btree (member_id, merge_key) WHERE (seen_at IS NULL);

CREATE INDEX messaging_notice_waits ON public.messaging_notice USING btree (member_id) WHERE ((mail_at IS NOT NULL) OR (push_at IS NOT NULL));

CREATE INDEX messaging_push_member ON public.messaging_pushsubscription USING btree (member_id, id);

CREATE INDEX messaging_pushsubscription_endpoint_hash_3ceff9ab_like ON public.messaging_pushsubscription USING btree (endpoint_hash varchar_pattern_ops);

CREATE INDEX messaging_pushsubscription_public_id_1f0c1685_like ON public.messaging_pushsubscription USING btree (public_id varchar_pattern_ops);

CREATE INDEX mfa_authenticator_user_id_0c3a50c0 ON public.mfa_authenticator USING btree (user_id);

CREATE INDEX outbox_due ON public.outbox_eventdelivery USING btree (due_at, id) WHERE ((done_at IS NULL) AND (parked_at IS NULL));

CREATE INDEX outbox_event_name_newest ON public.outbox_storedevent USING btree (name, id DESC);

CREATE INDEX outbox_eventdelivery_event_id_29295cc3 ON public.outbox_eventdelivery USING btree (event_id);

CREATE INDEX outbox_heartbeat_name_f3f5cddd_like ON public.outbox_heartbeat USING btree (name varchar_pattern_ops);

CREATE INDEX outbox_parked ON public.outbox_eventdelivery USING btree (parked_at) WHERE (parked_at IS NOT NULL);

CREATE INDEX referenceindex_source_object ON public.wagtailcore_referenceindex USING btree (base_content_type_id, object_id);

CREATE INDEX referenceindex_target_object ON public.wagtailcore_referenceindex USING btree (to_content_type_id, to_object_id);

CREATE INDEX referrals_due ON public.referrals_referral USING btree (due_at) WHERE ((state)::text = 'pending'::text);

CREATE INDEX referrals_held_order ON public.referrals_referral USING btree (order_id) WHERE ((state)::text = 'pending'::text);

CREATE INDEX referrals_of_inviter ON public.referrals_referral USING btree (inviter_id, created_at DESC);

CREATE INDEX referrals_program_code_99d30949_like ON public.referrals_program USING btree (code varchar_pattern_ops);

CREATE INDEX referrals_referral_friend_id_5899ef9c ON public.referrals_referral USING btree (friend_id);

CREATE INDEX referrals_referral_inviter_id_f1b9e31e ON public.referrals_referral USING btree (inviter_id);

CREATE INDEX referrals_referral_link_id_92fae01e ON public.referrals_referral USING btree (link_id);

CREATE INDEX referrals_referral_order_id_170fad6d ON public.referrals_referral USING btree (order_id);

CREATE INDEX referrals_referral_program_id_940eef5f ON public.referrals_referral USING btree (program_id);

CREATE INDEX referrals_sharelink_code_3a14a6a4_like ON public.referrals_sharelink USING btree (code varchar_pattern_ops);

CREATE INDEX referrals_sharelink_member_id_828d9033 ON public.referrals_sharelink USING btree (member_id);

CREATE INDEX socialaccount_socialaccount_user_id_8146e70c ON public.socialaccount_socialaccount USING btree (user_id);

CREATE INDEX socialaccount_socialtoken_account_id_951f210e ON public.socialaccount_socialtoken USING btree (account_id);

CREATE INDEX socialaccount_socialtoken_app_id_636a42d7 ON public.socialaccount_socialtoken USING btree (app_id);

CREATE INDEX taggit_tag_name_58eb2ed9_like ON public.taggit_tag USING btree (name varchar_pattern_ops);

CREATE INDEX taggit_tag_slug_6be58b2c_like ON public.taggit_tag USING btree (slug varchar_pattern_ops);

CREATE INDEX taggit_tagg_content_8fc721_idx ON public.taggit_taggeditem USING btree (content_type_id, object_id);

CREATE INDEX taggit_taggeditem_content_type_id_9957a03c ON public.taggit_taggeditem USING btree (content_type_id);

CREATE INDEX taggit_taggeditem_object_id_e2d7d1df ON public.taggit_taggeditem USING btree (object_id);

CREATE INDEX taggit_taggeditem_tag_id_f4f5b767 ON public.taggit_taggeditem USING btree (tag_id);

CREATE UNIQUE INDEX unique_authenticator_type ON public.mfa_authenticator USING btree (user_id, type) WHERE ((type)::text = ANY ((ARRAY['totp'::character varying, 'recovery_codes'::character varying])::text[]));

CREATE UNIQUE INDEX unique_in_progress_workflow ON public.wagtailcore_workflowstate USING btree (base_content_type_id, object_id) WHERE ((status)::text = ANY ((ARRAY['in_progress'::character varying, 'needs_changes'::character varying])::text[]));

CREATE UNIQUE INDEX unique_primary_email ON public.account_emailaddress USING btree (user_id, "primary") WHERE "primary";

CREATE UNIQUE INDEX unique_verified_email ON public.account_emailaddress USING btree (email) WHERE verified;

CREATE INDEX usersessions_usersession_session_key_fd35de43_like ON public.usersessions_usersession USING btree (session_key varchar_pattern_ops);

CREATE INDEX usersessions_usersession_user_id_af5e0a6d ON public.usersessions_usersession USING btree (user_id);

CREATE INDEX wagtailadmi_content_717955_idx ON public.wagtailadmin_editingsession USING btree (content_type_id, object_id);

CREATE INDEX wagtailadmin_editingsession_content_type_id_4df7730e ON public.wagtailadmin_editingsession USING btree (content_type_id);

CREATE INDEX wagtailadmin_editingsession_user_id_6e1a9b70 ON public.wagtailadmin_editingsession USING btree (user_id);

CREATE INDEX wagtailadmin_formstate_content_type_id_e32438b3 ON public.wagtailadmin_formstate USING btree (content_type_id);

CREATE INDEX wagtailadmin_formstate_user_id_b910adc2 ON public.wagtailadmin_formstate USING btree (user_id);

CREATE INDEX wagtailcore_apitoken_key_hash_65979b78_like ON public.wagtailcore_apitoken USING btree (key_hash varchar_pattern_ops);

CREATE INDEX wagtailcore_apitoken_user_id_49b1141b ON public.wagtailcore_apitoken USING btree (user_id);

CREATE INDEX wagtailcore_collection_path_d848dc19_like ON public.wagtailcore_collection USING btree (path varchar_pattern_ops);

CREATE INDEX wagtailcore_collectionview_collectionviewrestriction__47320efd ON public.wagtailcore_collectionviewrestriction_groups USING btree (collectionviewrestriction_id);

CREATE INDEX wagtailcore_collectionviewrestriction_collection_id_761908ec ON public.wagtailcore_collectionviewrestriction USING btree (collection_id);

CREATE INDEX wagtailcore_collectionviewrestriction_groups_group_id_1823f2a3 ON public.wagtailcore_collectionviewrestriction_groups USING btree (group_id);

CREATE INDEX wagtailcore_comment_page_id_108444b5 ON public.wagtailcore_comment USING btree (page_id);

CREATE INDEX wagtailcore_comment_resolved_by_id_a282aa0e ON public.wagtailcore_comment USING btree (resolved_by_id);

CREATE INDEX wagtailcore_comment_revision_created_id_1d058279 ON public.wagtailcore_comment USING btree (revision_created_id);

CREATE INDEX wagtailcore_comment_user_id_0c577ca6 ON public.wagtailcore_comment USING btree (user_id);

CREATE INDEX wagtailcore_commentreply_comment_id_afc7e027 ON public.wagtailcore_commentreply USING btree (comment_id);

CREATE INDEX wagtailcore_commentreply_user_id_d0b3b9c3 ON public.wagtailcore_commentreply USING btree (user_id);

CREATE INDEX wagtailcore_groupapprovalt_groupapprovaltask_id_9a9255ea ON public.wagtailcore_groupapprovaltask_groups USING btree (groupapprovaltask_id);

CREATE INDEX wagtailcore_groupapprovaltask_groups_group_id_2e64b61f ON public.wagtailcore_groupapprovaltask_groups USING btree (group_id);

CREATE INDEX wagtailcore_groupcollectionpermission_collection_id_5423575a ON public.wagtailcore_groupcollectionpermission USING btree (collection_id);

CREATE INDEX wagtailcore_groupcollectionpermission_group_id_05d61460 ON public.wagtailcore_groupcollectionpermission USING btree (group_id);

CREATE INDEX wagtailcore_groupcollectionpermission_permission_id_1b626275 ON public.wagtailcore_groupcollectionpermission USING btree (permission_id);

CREATE INDEX wagtailcore_grouppagepermission_group_id_fc07e671 ON public.wagtailcore_grouppagepermission USING btree (group_id);

CREATE INDEX wagtailcore_grouppagepermission_page_id_710b114a ON public.wagtailcore_grouppagepermission USING btree (page_id);

CREATE INDEX wagtailcore_grouppagepermission_permission_id_05acb22e ON public.wagtailcore_grouppagepermission USING btree (permission_id);

CREATE INDEX wagtailcore_groupsitepermission_group_id_e5cdbee4 ON public.wagtailcore_groupsitepermission USING btree (group_id);

CREATE INDEX wagtailcore_groupsitepermission_permission_id_459b1f38 ON public.wagtailcore_groupsitepermission USING btree (permission_id);

CREATE INDEX wagtailcore_groupsitepermission_site_id_245de488 ON public.wagtailcore_groupsitepermission USING btree (site_id);

CREATE INDEX wagtailcore_locale_language_code_03149338_like ON public.wagtailcore_locale USING btree (language_code varchar_pattern_ops);

CREATE INDEX wagtailcore_modellogentry_action_d2d856ee ON public.wagtailcore_modellogentry USING btree (action);

CREATE INDEX wagtailcore_modellogentry_action_d2d856ee_like ON public.wagtailcore_modellogentry USING btree (action varchar_pattern_ops);

CREATE INDEX wagtailcore_modellogentry_content_changed_8bc39742 ON public.wagtailcore_modellogentry USING btree (content_changed);

CREATE INDEX wagtailcore_modellogentry_content_type_id_68849e77 ON public.wagtailcore_modellogentry USING btree (content_type_id);

CREATE INDEX wagtailcore_modellogentry_object_id_e0e7d4ef ON public.wagtailcore_modellogentry USING btree (object_id);

CREATE INDEX wagtailcore_modellogentry_object_id_e0e7d4ef_like ON public.wagtailcore_modellogentry USING btree (object_id varchar_pattern_ops);

CREATE INDEX wagtailcore_modellogentry_revision_id_df6ca33a ON public.wagtailcore_modellogentry USING btree (revision_id);

CREATE INDEX wagtailcore_modellogentry_timestamp_9694521b ON public.wagtailcore_modellogentry USING btree ("timestamp");

CREATE INDEX wagtailcore_modellogentry_user_id_0278d1bf ON public.wagtailcore_modellogentry USING btree (user_id);

CREATE INDEX wagtailcore_page_alias_of_id_12945502 ON public.wagtailcore_page USING btree (alias_of_id);

CREATE INDEX wagtailcore_page_content_type_id_c28424df ON public.wagtailcore_page USING btree (content_type_id);

CREATE INDEX wagtailcore_page_first_published_at_2b5dd637 ON public.wagtailcore_page USING btree (first_published_at);

CREATE INDEX wagtailcore_page_latest_revision_id_e60fef51 ON public.wagtailcore_page USING btree (latest_revision_id);

CREATE INDEX wagtailcore_page_live_revision_id_930bd822 ON public.wagtailcore_page USING btree (live_revision_id);

CREATE INDEX wagtailcore_page_locale_id_3c7e30a6 ON public.wagtailcore_page USING btree (locale_id);

CREATE INDEX wagtailcore_page_locked_by_id_bcb86245 ON public.wagtailcore_page USING btree (locked_by_id);

CREATE INDEX wagtailcore_page_owner_id_fbf7c332 ON public.wagtailcore_page USING btree (owner_id);

CREATE INDEX wagtailcore_page_path_98eba2c8_like ON public.wagtailcore_page USING btree (path varchar_pattern_ops);

CREATE INDEX wagtailcore_page_slug_e7c11b8f ON public.wagtailcore_page USING btree (slug);

CREATE INDEX wagtailcore_page_slug_e7c11b8f_like ON public.wagtailcore_page USING btree (slug varchar_pattern_ops);

CREATE INDEX wagtailcore_pagelogentry_action_c2408198 ON public.wagtailcore_pagelogentry USING btree (action);

CREATE INDEX wagtailcore_pagelogentry_action_c2408198_like ON public.wagtailcore_pagelogentry USING btree (action varchar_pattern_ops);

CREATE INDEX wagtailcore_pagelogentry_content_changed_99f27ade ON public.wagtailcore_pagelogentry USING btree (content_changed);

CREATE INDEX wagtailcore_pagelogentry_content_type_id_74e7708a ON public.wagtailcore_pagelogentry USING btree (content_type_id);

CREATE INDEX wagtailcore_pagelogentry_page_id_8464e327 ON public.wagtailcore_pagelogentry USING btree (page_id);

CREATE INDEX wagtailcore_pagelogentry_revision_id_8043d103 ON public.wagtailcore_pagelogentry USING btree (revision_id);

CREATE INDEX wagtailcore_pagelogentry_timestamp_deb774c4 ON public.wagtailcore_pagelogentry USING btree ("timestamp");

CREATE INDEX wagtailcore_pagelogentry_user_id_604ccfd8 ON public.wagtailcore_pagelogentry USING btree (user_id);

CREATE INDEX wagtailcore_pagerevision_approved_go_live_at_e56afc67 ON public.wagtailcore_revision USING btree (approved_go_live_at);

CREATE INDEX wagtailcore_pagerevision_created_at_66954e3b ON public.wagtailcore_revision USING btree (created_at);

CREATE INDEX wagtailcore_pagerevision_user_id_2409d2f4 ON public.wagtailcore_revision USING btree (user_id);

CREATE INDEX wagtailcore_pagesubscription_page_id_a085e7a6 ON public.wagtailcore_pagesubscription USING btree (page_id);

CREATE INDEX wagtailcore_pagesubscription_user_id_89d7def9 ON public.wagtailcore_pagesubscription USING btree (user_id);

CREATE INDEX wagtailcore_pageviewrestri_pageviewrestriction_id_f147a99a ON public.wagtailcore_pageviewrestriction_groups USING btree (pageviewrestriction_id);

CREATE INDEX wagtailcore_pageviewrestriction_groups_group_id_6460f223 ON public.wagtailcore_pageviewrestriction_groups USING btree (group_id);

CREATE INDEX wagtailcore_pageviewrestriction_page_id_15a8bea6 ON public.wagtailcore_pageviewrestriction USING btree (page_id);

CREATE INDEX wagtailcore_referenceindex_base_content_type_id_313cf40f ON public.wagtailcore_referenceindex USING btree (base_content_type_id);

CREATE INDEX wagtailcore_referenceindex_content_type_id_766e0336 ON public.wagtailcore_referenceindex USING btree (content_type_id);

CREATE INDEX wagtailcore_referenceindex_to_content_type_id_93690bbd ON public.wagtailcore_referenceindex USING btree (to_content_type_id);

CREATE INDEX wagtailcore_revision_base_content_type_id_5b4ef7bd ON public.wagtailcore_revision USING btree (base_content_type_id);

CREATE INDEX wagtailcore_revision_content_type_id_c8cb69c0 ON public.wagtailcore_revision USING btree (content_type_id);

CREATE INDEX wagtailcore_site_hostname_96b20b46 ON public.wagtailcore_site USING btree (hostname);

CREATE INDEX wagtailcore_site_hostname_96b20b46_like ON public.wagtailcore_site USING btree (hostname varchar_pattern_ops);

CREATE INDEX wagtailcore_site_root_page_id_e02fb95c ON public.wagtailcore_site USING btree (root_page_id);

CREATE INDEX wagtailcore_task_content_type_id_249ab8ba ON public.wagtailcore_task USING btree (content_type_id);

CREATE INDEX wagtailcore_taskstate_content_type_id_0a758fdc ON public.wagtailcore_taskstate USING btree (content_type_id);

CREATE INDEX wagtailcore_taskstate_finished_by_id_13f98229 ON public.wagtailcore_taskstate USING btree (finished_by_id);

CREATE INDEX wagtailcore_taskstate_page_revision_id_9f52c88e ON public.wagtailcore_taskstate USING btree (revision_id);

CREATE INDEX wagtailcore_taskstate_task_id_c3677c34 ON public.wagtailcore_taskstate USING btree (task_id);

CREATE INDEX wagtailcore_taskstate_workflow_state_id_9239a775 ON public.wagtailcore_taskstate USING btree (workflow_state_id);

CREATE INDEX wagtailcore_uploadedfile_for_content_type_id_b0fc87b2 ON public.wagtailcore_uploadedfile USING btree (for_content_type_id);

CREATE INDEX wagtailcore_uploadedfile_uploaded_by_user_id_c7580fe8 ON public.wagtailcore_uploadedfile USING btree (uploaded_by_user_id);

CREATE INDEX wagtailcore_uuid_06a44d_idx ON public.wagtailcore_pagelogentry USING btree (uuid, action, "timestamp" DESC);

CREATE INDEX wagtailcore_uuid_d6363b_idx ON public.wagtailcore_modellogentry USING btree (uuid, action, "timestamp" DESC);

CREATE INDEX wagtailcore_workflowcontenttype_workflow_id_9aad7cd2 ON public.wagtailcore_workflowcontenttype USING btree (workflow_id);

CREATE INDEX wagtailcore_workflowpage_workflow_id_56f56ff6 ON public.wagtailcore_workflowpage USING btree (workflow_id);

CREATE INDEX wagtailcore_workflowstate_base_content_type_id_a30dc576 ON public.wagtailcore_workflowstate USING btree (base_content_type_id);

CREATE INDEX wagtailcore_workflowstate_content_type_id_2bb78ce1 ON public.wagtailcore_workflowstate USING btree (content_type_id);

CREATE INDEX wagtailcore_workflowstate_requested_by_id_4090bca3 ON public.wagtailcore_workflowstate USING btree (requested_by_id);

CREATE INDEX wagtailcore_workflowstate_workflow_id_1f18378f ON public.wagtailcore_workflowstate USING btree (workflow_id);

CREATE INDEX wagtailcore_workflowtask_task_id_ce7716fe ON public.wagtailcore_workflowtask USING btree (task_id);

CREATE INDEX wagtailcore_workflowtask_workflow_id_b9717175 ON public.wagtailcore_workflowtask USING btree (workflow_id);

CREATE INDEX wagtaildocs_document_collection_id_23881625 ON public.wagtaildocs_document USING btree (collection_id);

CREATE INDEX wagtaildocs_document_uploaded_by_user_id_17258b41 ON public.wagtaildocs_document USING btree (uploaded_by_user_id);

CREATE INDEX wagtailembeds_embed_cache_until_26c94bb0 ON public.wagtailembeds_embed USING btree (cache_until);

CREATE INDEX wagtailembeds_embed_hash_c9bd8c9a_like ON public.wagtailembeds_embed USING btree (hash varchar_pattern_ops);

CREATE INDEX wagtailimages_image_collection_id_c2f8af7e ON public.wagtailimages_image USING btree (collection_id);

CREATE INDEX wagtailimages_image_created_at_86fa6cd4 ON public.wagtailimages_image USING btree (created_at);

CREATE INDEX wagtailimages_image_file_hash_fb5bbb23 ON public.wagtailimages_image USING btree (file_hash);

CREATE INDEX wagtailimages_image_file_hash_fb5bbb23_like ON public.wagtailimages_image USING btree (file_hash varchar_pattern_ops);

CREATE INDEX wagtailimages_image_uploaded_by_user_id_5d73dc75 ON public.wagtailimages_image USING btree (uploaded_by_user_id);

CREATE INDEX wagtailimages_rendition_filter_spec_1cba3201 ON public.wagtailimages_rendition USING btree (filter_spec);

CREATE INDEX wagtailimages_rendition_filter_spec_1cba3201_like ON public.wagtailimages_rendition USING btree (filter_spec varchar_pattern_ops);

CREATE INDEX wagtailimages_rendition_image_id_3e1fd774 ON public.wagtailimages_rendition USING btree (image_id);

CREATE INDEX wagtailredirects_redirect_old_path_bb35247b ON public.wagtailredirects_redirect USING btree (old_path);

CREATE INDEX wagtailredirects_redirect_old_path_bb35247b_like ON public.wagtailredirects_redirect USING btree (old_path varchar_pattern_ops);

CREATE INDEX wagtailredirects_redirect_redirect_page_id_b5728a8f ON public.wagtailredirects_redirect USING btree (redirect_page_id);

CREATE INDEX wagtailredirects_redirect_site_id_780a0e1e ON public.wagtailredirects_redirect USING btree (site_id);

CREATE INDEX wagtailsear_autocom_476c89_gin ON public.wagtailsearch_indexentry USING gin (autocomplete);

CREATE INDEX wagtailsear_body_90c85d_gin ON public.wagtailsearch_indexentry USING gin (body);

CREATE INDEX wagtailsear_title_9caae0_gin ON public.wagtailsearch_indexentry USING gin (title);

CREATE INDEX wagtailsearch_indexentry_content_type_id_62ed694f ON public.wagtailsearch_indexentry USING btree (content_type_id);

CREATE INDEX workflowstate_base_ct_id_idx ON public.wagtailcore_workflowstate USING btree (base_content_type_id, object_id);

CREATE INDEX workflowstate_ct_id_idx ON public.wagtailcore_workflowstate USING btree (content_type_id, object_id);

CREATE TRIGGER community_audit_append_only BEFORE DELETE OR UPDATE ON public.community_auditentry FOR EACH ROW EXECUTE FUNCTION public.community_audit_append_only();

CREATE TRIGGER community_board_changed AFTER UPDATE OF parent_id, name, slug, description, colour, icon, "position", kinds, archived, default_order, least_tags, slow_seconds, auto_close_days ON public.community_board FOR EACH STATEMENT EXECUTE FUNCTION public.community_permissions_changed();

CREATE TRIGGER community_board_made AFTER INSERT OR DELETE ON public.community_board FOR EACH STATEMENT EXECUTE FUNCTION public.community_permissions_changed();

CREATE TRIGGER community_permission_changed AFTER INSERT OR DELETE OR UPDATE ON public.community_boardpermission FOR EACH STATEMENT EXECUTE FUNCTION public.community_permissions_changed();

CREATE TRIGGER community_rights_changed AFTER INSERT OR UPDATE ON public.community_permissionversion FOR EACH STATEMENT EXECUTE FUNCTION public.community_rights_changed();

CREATE TRIGGER community_room_gone AFTER DELETE ON public.community_room FOR EACH STATEMENT EXECUTE FUNCTION public.community_rights_changed();

CREATE TRIGGER community_room_left AFTER DELETE ON public.community_membership REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.community_people_changed();

CREATE TRIGGER community_room_rights AFTER UPDATE OF kind, board_id, group_id, status ON public.community_room FOR EACH ROW WHEN ((((((old.kind)::text IS DISTINCT FROM (new.kind)::text) OR (old.board_id IS DISTINCT FROM new.board_id)) OR (old.group_id IS DISTINCT FROM new.group_id)) OR ((old.status)::text IS DISTINCT FROM (new.status)::text))) EXECUTE FUNCTION public.community_rights_changed();

CREATE TRIGGER community_seat_gone AFTER DELETE ON public.community_seat FOR EACH ROW EXECUTE FUNCTION public.community_person_changed();

CREATE TRIGGER community_seat_left AFTER UPDATE OF state ON public.community_seat FOR EACH ROW WHEN ((((old.state)::text IS DISTINCT FROM (new.state)::text) AND ((new.state)::text = ANY ((ARRAY['left'::character varying, 'expired'::character varying])::text[])))) EXECUTE FUNCTION public.community_person_changed();

CREATE TRIGGER community_session_gone AFTER DELETE ON public.community_livesession FOR EACH STATEMENT EXECUTE FUNCTION public.community_rights_changed();

CREATE TRIGGER community_session_rights AFTER UPDATE OF state, audience, board_id, group_id, host_id, spectators_read ON public.community_livesession FOR EACH ROW WHEN ((((((((old.state)::text IS DISTINCT FROM (new.state)::text) OR ((old.audience)::text IS DISTINCT FROM (new.audience)::text)) OR (old.board_id IS DISTINCT FROM new.board_id)) OR (old.group_id IS DISTINCT FROM new.group_id)) OR (old.host_id IS DISTINCT FROM new.host_id)) OR (old.spectators_read IS DISTINCT FROM new.spectators_read))) EXECUTE FUNCTION public.community_rights_changed();

CREATE TRIGGER community_stage_left AFTER DELETE OR UPDATE OF member_id, role, session_id ON public.community_sessionperson FOR EACH ROW EXECUTE FUNCTION public.community_person_changed();

CREATE TRIGGER community_topic_retagged AFTER UPDATE OF tag_ids, last_post_at ON public.community_topic FOR EACH ROW WHEN (((old.tag_ids <> new.tag_ids) OR ((new.tag_ids <> '{}'::bigint[]) AND (old.last_post_at <> new.last_post_at)))) EXECUTE FUNCTION public.community_topic_tags_follow();

CREATE TRIGGER community_topic_tagged AFTER INSERT ON public.community_topic FOR EACH ROW WHEN ((new.tag_ids <> '{}'::bigint[])) EXECUTE FUNCTION public.community_topic_tags_follow();

CREATE TRIGGER integrations_end_tokens AFTER UPDATE OF is_active, erased_at ON public.members_user FOR EACH ROW WHEN (((old.is_active AND (NOT new.is_active)) OR ((old.erased_at IS NULL) AND (new.erased_at IS NOT NULL)))) EXECUTE FUNCTION public.integrations_end_tokens();

CREATE TRIGGER integrations_end_tokens AFTER INSERT ON public.members_user_groups REFERENCING NEW TABLE AS joined FOR EACH STATEMENT EXECUTE FUNCTION public.integrations_end_tokens_of_suspended();

CREATE TRIGGER loyalty_booksday_append_only BEFORE DELETE OR UPDATE ON public.loyalty_booksday FOR EACH ROW EXECUTE FUNCTION public.loyalty_append_only();

CREATE TRIGGER loyalty_entry_append_only BEFORE DELETE OR UPDATE ON public.loyalty_entry FOR EACH ROW EXECUTE FUNCTION public.loyalty_append_only();

CREATE CONSTRAINT TRIGGER loyalty_entry_balanced AFTER INSERT ON public.loyalty_entry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.loyalty_entry_balanced();

CREATE TRIGGER loyalty_txn_append_only BEFORE DELETE OR UPDATE ON public.loyalty_txn FOR EACH ROW EXECUTE FUNCTION public.loyalty_append_only();

CREATE TRIGGER members_account_changed AFTER UPDATE OF password, is_active, is_staff, is_superuser ON public.members_user FOR EACH ROW WHEN ((((((old.password)::text IS DISTINCT FROM (new.password)::text) OR (old.is_active IS DISTINCT FROM new.is_active)) OR (old.is_staff IS DISTINCT FROM new.is_staff)) OR (old.is_superuser IS DISTINCT FROM new.is_superuser))) EXECUTE FUNCTION public.members_account_changed();

CREATE TRIGGER members_account_gone AFTER DELETE ON public.members_user FOR EACH ROW EXECUTE FUNCTION public.members_account_changed();

CREATE TRIGGER members_group_joined AFTER INSERT ON public.members_user_groups REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.members_groups_changed();

CREATE TRIGGER members_group_left AFTER DELETE ON public.members_user_groups REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION public.members_groups_changed();

CREATE TRIGGER members_session_ended AFTER DELETE ON public.django_session REFERENCING OLD TABLE AS ended FOR EACH STATEMENT EXECUTE FUNCTION public.members_session_ended();

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_members_user_id FOREIGN KEY (user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES public.account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.allauth_idp_oidc_client
    ADD CONSTRAINT allauth_idp_oidc_client_owner_id_1f1eb0f1_fk_members_user_id FOREIGN KEY (owner_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.allauth_idp_oidc_token
    ADD CONSTRAINT allauth_idp_oidc_tok_client_id_cad2cd57_fk_allauth_i FOREIGN KEY (client_id) REFERENCES public.allauth_idp_oidc_client(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.allauth_idp_oidc_token
    ADD CONSTRAINT allauth_idp_oidc_token_user_id_3e9a005f_fk_members_user_id FOREIGN KEY (user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.campaigns_assignment
    ADD CONSTRAINT campaigns_assignment_campaign_id_a1cc2569_fk_campaigns FOREIGN KEY (campaign_id) REFERENCES public.campaigns_campaign(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.campaigns_assignment
    ADD CONSTRAINT campaigns_assignment_member_id_e8e77c99_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.campaigns_campaign
    ADD CONSTRAINT campaigns_campaign_created_by_id_11fada74_fk_members_user_id FOREIGN KEY (created_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.campaigns_campaign
    ADD CONSTRAINT campaigns_campaign_started_by_id_443f289c_fk_members_user_id FOREIGN KEY (started_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.care_case
    ADD CONSTRAINT care_case_member_id_9ffb5eba_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.care_caseword
    ADD CONSTRAINT care_caseword_author_id_6f8b886c_fk_members_user_id FOREIGN KEY (author_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.care_caseword
    ADD CONSTRAINT care_caseword_case_id_ced4a58a_fk_care_case_id FOREIGN KEY (case_id) REFERENCES public.care_case(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cms_homepage
    ADD CONSTRAINT cms_homepage_page_ptr_id_3967ea6a_fk_wagtailcore_page_id FOREIGN KEY (page_ptr_id) REFERENCES public.wagtailcore_page(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cms_newsindexpage
    ADD CONSTRAINT cms_newsindexpage_page_ptr_id_cc515d6f_fk_wagtailcore_page_id FOREIGN KEY (page_ptr_id) REFERENCES public.wagtailcore_page(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cms_newspage
    ADD CONSTRAINT cms_newspage_page_ptr_id_8f77c936_fk_wagtailcore_page_id FOREIGN KEY (page_ptr_id) REFERENCES public.wagtailcore_page(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cms_sitedocument
    ADD CONSTRAINT cms_sitedocument_collection_id_143afeef_fk_wagtailco FOREIGN KEY (collection_id) REFERENCES public.wagtailcore_collection(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cms_sitedocument
    ADD CONSTRAINT cms_sitedocument_uploaded_by_user_id_160813eb_fk_members_u FOREIGN KEY (uploaded_by_user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cms_siteimage
    ADD CONSTRAINT cms_siteimage_collection_id_c10c0aca_fk_wagtailco FOREIGN KEY (collection_id) REFERENCES public.wagtailcore_collection(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cms_siteimage
    ADD CONSTRAINT cms_siteimage_uploaded_by_user_id_0ced016f_fk_members_user_id FOREIGN KEY (uploaded_by_user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cms_sitepage
    ADD CONSTRAINT cms_sitepage_page_ptr_id_95f6fece_fk_wagtailcore_page_id FOREIGN KEY (page_ptr_id) REFERENCES public.wagtailcore_page(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cms_siterendition
    ADD CONSTRAINT cms_siterendition_image_id_2ee66576_fk_cms_siteimage_id FOREIGN KEY (image_id) REFERENCES public.cms_siteimage(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.cms_sitesettings
    ADD CONSTRAINT cms_sitesettings_site_id_1f09669c_fk_wagtailcore_site_id FOREIGN KEY (site_id) REFERENCES public.wagtailcore_site(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_activityday
    ADD CONSTRAINT community_activityday_member_id_2a41617c_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_attendance
    ADD CONSTRAINT community_attendance_member_id_3032fc94_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_attendance
    ADD CONSTRAINT community_attendance_session_id_ef836a9e_fk_community FOREIGN KEY (session_id) REFERENCES public.community_livesession(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_auditentry
    ADD CONSTRAINT community_auditentry_about_id_b6e26ea0_fk_members_user_id FOREIGN KEY (about_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_auditentry
    ADD CONSTRAINT community_auditentry_by_id_e36ba8c0_fk_members_user_id FOREIGN KEY (by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_badgeaward
    ADD CONSTRAINT community_badgeaward_by_id_8eed5f72_fk_members_user_id FOREIGN KEY (by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_badgeaward
    ADD CONSTRAINT community_badgeaward_kind_id_b4154378_fk_community_badgekind_id FOREIGN KEY (kind_id) REFERENCES public.community_badgekind(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_badgeaward
    ADD CONSTRAINT community_badgeaward_member_id_6aa9485e_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_badgeaward
    ADD CONSTRAINT community_badgeaward_post_id_68664ee9_fk_community_post_id FOREIGN KEY (post_id) REFERENCES public.community_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_board
    ADD CONSTRAINT community_board_parent_id_11bfce5c_fk_community_board_id FOREIGN KEY (parent_id) REFERENCES public.community_board(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_boardpermission
    ADD CONSTRAINT community_boardpermi_board_id_0d343c2b_fk_community FOREIGN KEY (board_id) REFERENCES public.community_board(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_boardpermission
    ADD CONSTRAINT community_boardpermission_group_id_6c2107e5_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_bookmark
    ADD CONSTRAINT community_bookmark_member_id_24ac8b54_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_bookmark
    ADD CONSTRAINT community_bookmark_message_id_7c9656c7_fk_community_message_id FOREIGN KEY (message_id) REFERENCES public.community_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_bookmark
    ADD CONSTRAINT community_bookmark_post_id_162c847e_fk_community_post_id FOREIGN KEY (post_id) REFERENCES public.community_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_bookmark
    ADD CONSTRAINT community_bookmark_topic_id_efa8b1a9_fk_community_topic_id FOREIGN KEY (topic_id) REFERENCES public.community_topic(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_calendarfeed
    ADD CONSTRAINT community_calendarfeed_member_id_6b5dab35_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_cardswanted
    ADD CONSTRAINT community_cardswanted_post_id_80c15728_fk_community_post_id FOREIGN KEY (post_id) REFERENCES public.community_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_draft
    ADD CONSTRAINT community_draft_member_id_0a9c6c25_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_drop
    ADD CONSTRAINT community_drop_announced_by_id_dcdfd90e_fk_members_user_id FOREIGN KEY (announced_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_drop
    ADD CONSTRAINT community_drop_session_id_377ea527_fk_community_livesession_id FOREIGN KEY (session_id) REFERENCES public.community_livesession(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_dropclaim
    ADD CONSTRAINT community_dropclaim_drop_id_f20a2fd6_fk_community_drop_id FOREIGN KEY (drop_id) REFERENCES public.community_drop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_dropclaim
    ADD CONSTRAINT community_dropclaim_member_id_97433faa_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_eventdetails
    ADD CONSTRAINT community_eventdetails_topic_id_58cb668f_fk_community_topic_id FOREIGN KEY (topic_id) REFERENCES public.community_topic(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_grouptrust
    ADD CONSTRAINT community_grouptrust_group_id_023a8683_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_ideavote
    ADD CONSTRAINT community_ideavote_member_id_1ae555b2_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_ideavote
    ADD CONSTRAINT community_ideavote_topic_id_9922f80c_fk_community_topic_id FOREIGN KEY (topic_id) REFERENCES public.community_topic(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_livesession
    ADD CONSTRAINT community_livesessio_picture_id_f39e3d40_fk_community FOREIGN KEY (picture_id) REFERENCES public.community_upload(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_livesession
    ADD CONSTRAINT community_livesessio_series_id_1904a3d9_fk_community FOREIGN KEY (series_id) REFERENCES public.community_sessionseries(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_livesession
    ADD CONSTRAINT community_livesession_board_id_c94852ea_fk_community_board_id FOREIGN KEY (board_id) REFERENCES public.community_board(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_livesession
    ADD CONSTRAINT community_livesession_created_by_id_509114da_fk_members_user_id FOREIGN KEY (created_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_livesession
    ADD CONSTRAINT community_livesession_group_id_27ad85d1_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_livesession
    ADD CONSTRAINT community_livesession_host_id_d71a441c_fk_members_user_id FOREIGN KEY (host_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_livesession
    ADD CONSTRAINT community_livesession_room_id_60bd8cf6_fk_community_room_id FOREIGN KEY (room_id) REFERENCES public.community_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_livesession
    ADD CONSTRAINT community_livesession_topic_id_bd8b5e39_fk_community_topic_id FOREIGN KEY (topic_id) REFERENCES public.community_topic(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_memberactivity
    ADD CONSTRAINT community_memberacti_locked_by_id_2cbce1cb_fk_members_u FOREIGN KEY (locked_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_memberactivity
    ADD CONSTRAINT community_memberactivity_member_id_439d92f4_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_membership
    ADD CONSTRAINT community_membership_invited_by_id_8c15309c_fk_members_user_id FOREIGN KEY (invited_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_membership
    ADD CONSTRAINT community_membership_member_id_6f762146_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_membership
    ADD CONSTRAINT community_membership_room_id_dcb3197d_fk_community_room_id FOREIGN KEY (room_id) REFERENCES public.community_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_mention
    ADD CONSTRAINT community_mention_member_id_9954a03a_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_mention
    ADD CONSTRAINT community_mention_post_id_90d63bdc_fk_community_post_id FOREIGN KEY (post_id) REFERENCES public.community_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_message
    ADD CONSTRAINT community_message_author_id_5bba703a_fk_members_user_id FOREIGN KEY (author_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_message
    ADD CONSTRAINT community_message_parent_id_e15cdf0e_fk_community_message_id FOREIGN KEY (parent_id) REFERENCES public.community_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_message
    ADD CONSTRAINT community_message_pinned_by_id_7dcb0147_fk_members_user_id FOREIGN KEY (pinned_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_message
    ADD CONSTRAINT community_message_removed_by_id_db634be8_fk_members_user_id FOREIGN KEY (removed_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_message
    ADD CONSTRAINT community_message_room_id_d8b5bf16_fk_community_room_id FOREIGN KEY (room_id) REFERENCES public.community_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_message
    ADD CONSTRAINT community_message_thread_id_8e09b196_fk_community_message_id FOREIGN KEY (thread_id) REFERENCES public.community_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_messagemention
    ADD CONSTRAINT community_messagemen_message_id_ada67a6c_fk_community FOREIGN KEY (message_id) REFERENCES public.community_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_messagemention
    ADD CONSTRAINT community_messagemention_member_id_337e1068_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_messagemention
    ADD CONSTRAINT community_messagemention_room_id_e696f4cc_fk_community_room_id FOREIGN KEY (room_id) REFERENCES public.community_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_messagereaction
    ADD CONSTRAINT community_messagerea_message_id_efce9bad_fk_community FOREIGN KEY (message_id) REFERENCES public.community_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_messagereaction
    ADD CONSTRAINT community_messagereaction_member_id_0fde7f14_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_messagerevision
    ADD CONSTRAINT community_messagerev_message_id_ebe6b19b_fk_community FOREIGN KEY (message_id) REFERENCES public.community_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_messagerevision
    ADD CONSTRAINT community_messagerevision_by_id_dea83ad5_fk_members_user_id FOREIGN KEY (by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_personlevel
    ADD CONSTRAINT community_personlevel_member_id_71fde2ae_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_personlevel
    ADD CONSTRAINT community_personlevel_person_id_1cbafad3_fk_members_user_id FOREIGN KEY (person_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_placelevel
    ADD CONSTRAINT community_placelevel_board_id_b620faff_fk_community_board_id FOREIGN KEY (board_id) REFERENCES public.community_board(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_placelevel
    ADD CONSTRAINT community_placelevel_member_id_d127d959_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_placelevel
    ADD CONSTRAINT community_placelevel_tag_id_97aa5e46_fk_community_tag_id FOREIGN KEY (tag_id) REFERENCES public.community_tag(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_placeread
    ADD CONSTRAINT community_placeread_board_id_064409b9_fk_community_board_id FOREIGN KEY (board_id) REFERENCES public.community_board(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_placeread
    ADD CONSTRAINT community_placeread_member_id_bc9c79e7_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_placeread
    ADD CONSTRAINT community_placeread_tag_id_dbf42de3_fk_community_tag_id FOREIGN KEY (tag_id) REFERENCES public.community_tag(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_poll
    ADD CONSTRAINT community_poll_for_group_id_1683c7da_fk_auth_group_id FOREIGN KEY (for_group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_poll
    ADD CONSTRAINT community_poll_post_id_67e0f705_fk_community_post_id FOREIGN KEY (post_id) REFERENCES public.community_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_pollvote
    ADD CONSTRAINT community_pollvote_member_id_de8a14a9_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_pollvote
    ADD CONSTRAINT community_pollvote_poll_id_d10833bf_fk_community_poll_id FOREIGN KEY (poll_id) REFERENCES public.community_poll(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_post
    ADD CONSTRAINT community_post_author_id_a6c5f564_fk_members_user_id FOREIGN KEY (author_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_post
    ADD CONSTRAINT community_post_parent_id_5fc1e1c0_fk_community_post_id FOREIGN KEY (parent_id) REFERENCES public.community_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_post
    ADD CONSTRAINT community_post_removed_by_id_64e9a6a1_fk_members_user_id FOREIGN KEY (removed_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_post
    ADD CONSTRAINT community_post_topic_id_35a99c08_fk_community_topic_id FOREIGN KEY (topic_id) REFERENCES public.community_topic(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_postredirect
    ADD CONSTRAINT community_postredire_from_topic_id_ac345780_fk_community FOREIGN KEY (from_topic_id) REFERENCES public.community_topic(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_postredirect
    ADD CONSTRAINT community_postredirect_post_id_5705d846_fk_community_post_id FOREIGN KEY (post_id) REFERENCES public.community_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_postrevision
    ADD CONSTRAINT community_postrevision_by_id_bc0b3fba_fk_members_user_id FOREIGN KEY (by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_postrevision
    ADD CONSTRAINT community_postrevision_post_id_3583dc55_fk_community_post_id FOREIGN KEY (post_id) REFERENCES public.community_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_questionvote
    ADD CONSTRAINT community_questionvo_question_id_2ad98cb8_fk_community FOREIGN KEY (question_id) REFERENCES public.community_sessionquestion(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_questionvote
    ADD CONSTRAINT community_questionvote_member_id_b8247dd3_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_reaction
    ADD CONSTRAINT community_reaction_member_id_64da21b3_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_reaction
    ADD CONSTRAINT community_reaction_post_id_d280acb9_fk_community_post_id FOREIGN KEY (post_id) REFERENCES public.community_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_readingchoice
    ADD CONSTRAINT community_readingchoice_member_id_6c6082c4_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_reviewflag
    ADD CONSTRAINT community_reviewflag_by_id_936c4b0f_fk_members_user_id FOREIGN KEY (by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_reviewflag
    ADD CONSTRAINT community_reviewflag_item_id_acd3ea24_fk_community FOREIGN KEY (item_id) REFERENCES public.community_reviewitem(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_reviewitem
    ADD CONSTRAINT community_reviewitem_author_id_4d6fabf3_fk_members_user_id FOREIGN KEY (author_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_reviewitem
    ADD CONSTRAINT community_reviewitem_board_id_b6a85f2b_fk_community_board_id FOREIGN KEY (board_id) REFERENCES public.community_board(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_reviewitem
    ADD CONSTRAINT community_reviewitem_claimed_by_id_c77773b6_fk_members_user_id FOREIGN KEY (claimed_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_reviewitem
    ADD CONSTRAINT community_reviewitem_decided_by_id_684bbd0d_fk_members_user_id FOREIGN KEY (decided_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_reviewitem
    ADD CONSTRAINT community_reviewitem_topic_id_3474ad2b_fk_community_topic_id FOREIGN KEY (topic_id) REFERENCES public.community_topic(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_room
    ADD CONSTRAINT community_room_board_id_c8d33281_fk_community_board_id FOREIGN KEY (board_id) REFERENCES public.community_board(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_room
    ADD CONSTRAINT community_room_created_by_id_3c6c5929_fk_members_user_id FOREIGN KEY (created_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_room
    ADD CONSTRAINT community_room_group_id_dfe62a1f_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_roomreminder
    ADD CONSTRAINT community_roomreminder_member_id_3286aade_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_roomreminder
    ADD CONSTRAINT community_roomreminder_room_id_5a1c741d_fk_community_room_id FOREIGN KEY (room_id) REFERENCES public.community_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_rsvp
    ADD CONSTRAINT community_rsvp_member_id_f8d0a74f_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_rsvp
    ADD CONSTRAINT community_rsvp_session_id_163aa8fa_fk_community_livesession_id FOREIGN KEY (session_id) REFERENCES public.community_livesession(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_sanction
    ADD CONSTRAINT community_sanction_by_id_ed567951_fk_members_user_id FOREIGN KEY (by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_sanction
    ADD CONSTRAINT community_sanction_ended_by_id_40ded33e_fk_members_user_id FOREIGN KEY (ended_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_sanction
    ADD CONSTRAINT community_sanction_item_id_12ae0d73_fk_community_reviewitem_id FOREIGN KEY (item_id) REFERENCES public.community_reviewitem(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_sanction
    ADD CONSTRAINT community_sanction_member_id_ee5677fa_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_searchdocument
    ADD CONSTRAINT community_searchdocu_board_id_5b0c22aa_fk_community FOREIGN KEY (board_id) REFERENCES public.community_board(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_searchdocument
    ADD CONSTRAINT community_searchdocu_topic_id_212f2a02_fk_community FOREIGN KEY (topic_id) REFERENCES public.community_topic(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_searchdocument
    ADD CONSTRAINT community_searchdocument_author_id_19472e58_fk_members_user_id FOREIGN KEY (author_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_searchdocument
    ADD CONSTRAINT community_searchdocument_room_id_53ab8ec0_fk_community_room_id FOREIGN KEY (room_id) REFERENCES public.community_room(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_seat
    ADD CONSTRAINT community_seat_member_id_22b49f2b_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_seat
    ADD CONSTRAINT community_seat_session_id_b3e4fba8_fk_community_livesession_id FOREIGN KEY (session_id) REFERENCES public.community_livesession(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_seriesperson
    ADD CONSTRAINT community_seriespers_series_id_03d214f7_fk_community FOREIGN KEY (series_id) REFERENCES public.community_sessionseries(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_seriesperson
    ADD CONSTRAINT community_seriesperson_member_id_dd87fd3e_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_sessionperson
    ADD CONSTRAINT community_sessionper_session_id_49bb1fdb_fk_community FOREIGN KEY (session_id) REFERENCES public.community_livesession(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_sessionperson
    ADD CONSTRAINT community_sessionperson_member_id_7927b38d_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_sessionpollvote
    ADD CONSTRAINT community_sessionpol_poll_id_e2dbc74e_fk_community FOREIGN KEY (poll_id) REFERENCES public.community_sessionpoll(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_sessionpoll
    ADD CONSTRAINT community_sessionpol_session_id_88625383_fk_community FOREIGN KEY (session_id) REFERENCES public.community_livesession(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_sessionpoll
    ADD CONSTRAINT community_sessionpoll_asked_by_id_194b5f18_fk_members_user_id FOREIGN KEY (asked_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_sessionpollvote
    ADD CONSTRAINT community_sessionpollvote_member_id_01bcf9d4_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_sessionquestion
    ADD CONSTRAINT community_sessionque_session_id_b841a63a_fk_community FOREIGN KEY (session_id) REFERENCES public.community_livesession(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_sessionquestion
    ADD CONSTRAINT community_sessionquestion_author_id_62a29b17_fk_members_user_id FOREIGN KEY (author_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_sessionseries
    ADD CONSTRAINT community_sessionser_created_by_id_5efafd34_fk_members_u FOREIGN KEY (created_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_sessionseries
    ADD CONSTRAINT community_sessionser_picture_id_a1bc9946_fk_community FOREIGN KEY (picture_id) REFERENCES public.community_upload(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_sessionseries
    ADD CONSTRAINT community_sessionseries_board_id_9dc1f934_fk_community_board_id FOREIGN KEY (board_id) REFERENCES public.community_board(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_sessionseries
    ADD CONSTRAINT community_sessionseries_group_id_611e1d62_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_sessionseries
    ADD CONSTRAINT community_sessionseries_host_id_1159d073_fk_members_user_id FOREIGN KEY (host_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_spending
    ADD CONSTRAINT community_spending_member_id_ee89f691_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_staffnote
    ADD CONSTRAINT community_staffnote_by_id_61b7f1f1_fk_members_user_id FOREIGN KEY (by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_staffnote
    ADD CONSTRAINT community_staffnote_member_id_46237694_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_stage
    ADD CONSTRAINT community_stage_now_picture_id_2a9d0a1e_fk_community_upload_id FOREIGN KEY (now_picture_id) REFERENCES public.community_upload(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_stage
    ADD CONSTRAINT community_stage_session_id_44c69fdc_fk_community_livesession_id FOREIGN KEY (session_id) REFERENCES public.community_livesession(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_tag
    ADD CONSTRAINT community_tag_created_by_id_e86c0ff2_fk_members_user_id FOREIGN KEY (created_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_tag
    ADD CONSTRAINT community_tag_group_id_e73d19f1_fk_community_taggroup_id FOREIGN KEY (group_id) REFERENCES public.community_taggroup(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_tag
    ADD CONSTRAINT community_tag_synonym_of_id_17c88359_fk_community_tag_id FOREIGN KEY (synonym_of_id) REFERENCES public.community_tag(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_taggroup
    ADD CONSTRAINT community_taggroup_for_group_id_67c2b16e_fk_auth_group_id FOREIGN KEY (for_group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_threadreading
    ADD CONSTRAINT community_threadread_thread_id_e3d6bf49_fk_community FOREIGN KEY (thread_id) REFERENCES public.community_message(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_threadreading
    ADD CONSTRAINT community_threadreading_member_id_598def68_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_topic
    ADD CONSTRAINT community_topic_accepted_post_id_2d8a00b5_fk_community_post_id FOREIGN KEY (accepted_post_id) REFERENCES public.community_post(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_topic
    ADD CONSTRAINT community_topic_author_id_a14b61bf_fk_members_user_id FOREIGN KEY (author_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_topic
    ADD CONSTRAINT community_topic_board_id_98f9b5c9_fk_community_board_id FOREIGN KEY (board_id) REFERENCES public.community_board(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_topic
    ADD CONSTRAINT community_topic_last_post_by_id_92445173_fk_members_user_id FOREIGN KEY (last_post_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_topic
    ADD CONSTRAINT community_topic_merged_into_id_06a288db_fk_community_topic_id FOREIGN KEY (merged_into_id) REFERENCES public.community_topic(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_topic
    ADD CONSTRAINT community_topic_removed_by_id_b8ee1025_fk_members_user_id FOREIGN KEY (removed_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_topicread
    ADD CONSTRAINT community_topicread_member_id_2b5b6855_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_topicread
    ADD CONSTRAINT community_topicread_topic_id_8f1e3e8a_fk_community_topic_id FOREIGN KEY (topic_id) REFERENCES public.community_topic(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_topictag
    ADD CONSTRAINT community_topictag_tag_id_1ac6e004_fk_community_tag_id FOREIGN KEY (tag_id) REFERENCES public.community_tag(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_topictag
    ADD CONSTRAINT community_topictag_topic_id_76a4c4d1_fk_community_topic_id FOREIGN KEY (topic_id) REFERENCES public.community_topic(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_toptopic
    ADD CONSTRAINT community_toptopic_topic_id_0b3a8eac_fk_community_topic_id FOREIGN KEY (topic_id) REFERENCES public.community_topic(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_trustchange
    ADD CONSTRAINT community_trustchange_by_id_df59be2e_fk_members_user_id FOREIGN KEY (by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_trustchange
    ADD CONSTRAINT community_trustchange_member_id_0af8b322_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_upload
    ADD CONSTRAINT community_upload_member_id_3cb0b88b_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.community_wordrule
    ADD CONSTRAINT community_wordrule_by_id_63931845_fk_members_user_id FOREIGN KEY (by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_members_user_id FOREIGN KEY (user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.insights_act
    ADD CONSTRAINT insights_act_member_id_d3f8b6c0_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.insights_memberstage
    ADD CONSTRAINT insights_memberstage_member_id_74ad4e24_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.insights_objection
    ADD CONSTRAINT insights_objection_member_id_a6983ab1_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.insights_stagechange
    ADD CONSTRAINT insights_stagechange_member_id_75ab4d53_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_apikey
    ADD CONSTRAINT integrations_apikey_made_by_id_b1b2c9d5_fk_members_user_id FOREIGN KEY (made_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_inboundmessage
    ADD CONSTRAINT integrations_inbound_shop_id_749e52ef_fk_integrati FOREIGN KEY (shop_id) REFERENCES public.integrations_shop(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_shop
    ADD CONSTRAINT integrations_shop_made_by_id_6b7970a5_fk_members_user_id FOREIGN KEY (made_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_signinnonce
    ADD CONSTRAINT integrations_signinn_service_id_62ce163f_fk_integrati FOREIGN KEY (service_id) REFERENCES public.integrations_signinservice(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_signinservice
    ADD CONSTRAINT integrations_signins_made_by_id_d20585a7_fk_members_u FOREIGN KEY (made_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_toldevent
    ADD CONSTRAINT integrations_toldevent_member_id_14a8283a_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_webhookattempt
    ADD CONSTRAINT integrations_webhook_delivery_id_0b60aa9c_fk_integrati FOREIGN KEY (delivery_id) REFERENCES public.integrations_webhookdelivery(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_webhookdelivery
    ADD CONSTRAINT integrations_webhook_endpoint_id_a6031765_fk_integrati FOREIGN KEY (endpoint_id) REFERENCES public.integrations_webhookendpoint(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.integrations_webhookendpoint
    ADD CONSTRAINT integrations_webhook_owner_id_453faf81_fk_members_u FOREIGN KEY (owner_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_adjustment
    ADD CONSTRAINT loyalty_adjustment_currency_id_2948df27_fk_loyalty_currency_id FOREIGN KEY (currency_id) REFERENCES public.loyalty_currency(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_adjustment
    ADD CONSTRAINT loyalty_adjustment_decided_by_id_0462b5e1_fk_members_user_id FOREIGN KEY (decided_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_adjustment
    ADD CONSTRAINT loyalty_adjustment_member_id_cb5de94d_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_adjustment
    ADD CONSTRAINT loyalty_adjustment_proposed_by_id_1b6f12b1_fk_members_user_id FOREIGN KEY (proposed_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_adjustment
    ADD CONSTRAINT loyalty_adjustment_txn_id_a1d0e8c2_fk_loyalty_txn_id FOREIGN KEY (txn_id) REFERENCES public.loyalty_txn(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_birthdaygift
    ADD CONSTRAINT loyalty_birthdaygift_member_id_4f48bd7b_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_birthdaygift
    ADD CONSTRAINT loyalty_birthdaygift_reward_id_c7322bdd_fk_loyalty_reward_id FOREIGN KEY (reward_id) REFERENCES public.loyalty_reward(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_birthdaygift
    ADD CONSTRAINT loyalty_birthdaygift_tier_id_8be87ed3_fk_loyalty_tier_id FOREIGN KEY (tier_id) REFERENCES public.loyalty_tier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_booksproof
    ADD CONSTRAINT loyalty_booksproof_asked_by_id_59982ed7_fk_members_user_id FOREIGN KEY (asked_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_checklistdismissal
    ADD CONSTRAINT loyalty_checklistdis_member_id_cd2bbea7_fk_members_u FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_coupon
    ADD CONSTRAINT loyalty_coupon_member_id_a4c6573e_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_coupon
    ADD CONSTRAINT loyalty_coupon_order_id_d5460c79_fk_loyalty_order_id FOREIGN KEY (order_id) REFERENCES public.loyalty_order(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_coupon
    ADD CONSTRAINT loyalty_coupon_pool_id_6e7a5a3b_fk_loyalty_couponpool_id FOREIGN KEY (pool_id) REFERENCES public.loyalty_couponpool(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_debt
    ADD CONSTRAINT loyalty_debt_txn_id_16b99c7f_fk_loyalty_txn_id FOREIGN KEY (txn_id) REFERENCES public.loyalty_txn(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_debt
    ADD CONSTRAINT loyalty_debt_wallet_id_38318d51_fk_loyalty_wallet_id FOREIGN KEY (wallet_id) REFERENCES public.loyalty_wallet(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_draftset
    ADD CONSTRAINT loyalty_draftset_made_by_id_21e652a0_fk_members_user_id FOREIGN KEY (made_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_earningrule
    ADD CONSTRAINT loyalty_earningrule_published_by_id_f863e461_fk_members_user_id FOREIGN KEY (published_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_entry
    ADD CONSTRAINT loyalty_entry_currency_id_4954b85d_fk_loyalty_currency_id FOREIGN KEY (currency_id) REFERENCES public.loyalty_currency(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_entry
    ADD CONSTRAINT loyalty_entry_txn_id_a3b370a0_fk_loyalty_txn_id FOREIGN KEY (txn_id) REFERENCES public.loyalty_txn(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_gift
    ADD CONSTRAINT loyalty_gift_giver_id_4654e183_fk_members_user_id FOREIGN KEY (giver_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_gift
    ADD CONSTRAINT loyalty_gift_member_id_668dfed8_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_gift
    ADD CONSTRAINT loyalty_gift_paid_id_37dac40f_fk_loyalty_redemption_id FOREIGN KEY (paid_id) REFERENCES public.loyalty_redemption(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_gift
    ADD CONSTRAINT loyalty_gift_redemption_id_da379f74_fk_loyalty_redemption_id FOREIGN KEY (redemption_id) REFERENCES public.loyalty_redemption(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_gift
    ADD CONSTRAINT loyalty_gift_reward_id_ed1051d5_fk_loyalty_reward_id FOREIGN KEY (reward_id) REFERENCES public.loyalty_reward(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_hold
    ADD CONSTRAINT loyalty_hold_closing_id_5ce458ae_fk_loyalty_txn_id FOREIGN KEY (closing_id) REFERENCES public.loyalty_txn(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_hold
    ADD CONSTRAINT loyalty_hold_txn_id_6c1e4040_fk_loyalty_txn_id FOREIGN KEY (txn_id) REFERENCES public.loyalty_txn(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_hold
    ADD CONSTRAINT loyalty_hold_wallet_id_f1cb798e_fk_loyalty_wallet_id FOREIGN KEY (wallet_id) REFERENCES public.loyalty_wallet(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_ladderdraw
    ADD CONSTRAINT loyalty_ladderdraw_member_id_7b40ba56_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_laddergift
    ADD CONSTRAINT loyalty_laddergift_member_id_d14232df_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_laddergift
    ADD CONSTRAINT loyalty_laddergift_rung_id_2d747d67_fk_loyalty_ladderrung_id FOREIGN KEY (rung_id) REFERENCES public.loyalty_ladderrung(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_ladderrung
    ADD CONSTRAINT loyalty_ladderrung_badge_id_1dc66c35_fk_community_badgekind_id FOREIGN KEY (badge_id) REFERENCES public.community_badgekind(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_ladderrung
    ADD CONSTRAINT loyalty_ladderrung_reward_id_94c9c5f6_fk_loyalty_reward_id FOREIGN KEY (reward_id) REFERENCES public.loyalty_reward(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_levelstanding
    ADD CONSTRAINT loyalty_levelstanding_member_id_e792a83d_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_lot
    ADD CONSTRAINT loyalty_lot_txn_id_07df589b_fk_loyalty_txn_id FOREIGN KEY (txn_id) REFERENCES public.loyalty_txn(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_lot
    ADD CONSTRAINT loyalty_lot_wallet_id_7cd024e2_fk_loyalty_wallet_id FOREIGN KEY (wallet_id) REFERENCES public.loyalty_wallet(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_lotuse
    ADD CONSTRAINT loyalty_lotuse_lot_id_5887b1f7_fk_loyalty_lot_id FOREIGN KEY (lot_id) REFERENCES public.loyalty_lot(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_lotuse
    ADD CONSTRAINT loyalty_lotuse_txn_id_e3c41ea8_fk_loyalty_txn_id FOREIGN KEY (txn_id) REFERENCES public.loyalty_txn(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_merit
    ADD CONSTRAINT loyalty_merit_giver_id_40be5842_fk_members_user_id FOREIGN KEY (giver_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_merit
    ADD CONSTRAINT loyalty_merit_member_id_4f5ae51b_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_order
    ADD CONSTRAINT loyalty_order_member_id_fd32ca6a_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_orderline
    ADD CONSTRAINT loyalty_orderline_order_id_245a8f26_fk_loyalty_order_id FOREIGN KEY (order_id) REFERENCES public.loyalty_order(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_orderrevision
    ADD CONSTRAINT loyalty_orderrevision_order_id_01595fec_fk_loyalty_order_id FOREIGN KEY (order_id) REFERENCES public.loyalty_order(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_perkgrant
    ADD CONSTRAINT loyalty_perkgrant_badge_id_19da569a_fk_community_badgekind_id FOREIGN KEY (badge_id) REFERENCES public.community_badgekind(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_perkgrant
    ADD CONSTRAINT loyalty_perkgrant_group_id_dbf73ab8_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_perkgrant
    ADD CONSTRAINT loyalty_perkgrant_member_id_7765dc3a_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_perkgrant
    ADD CONSTRAINT loyalty_perkgrant_redemption_id_10c2e360_fk_loyalty_r FOREIGN KEY (redemption_id) REFERENCES public.loyalty_redemption(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_pointsquestion
    ADD CONSTRAINT loyalty_pointsquesti_answered_by_id_1c0090cd_fk_members_u FOREIGN KEY (answered_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_pointsquestion
    ADD CONSTRAINT loyalty_pointsquestion_member_id_486a299d_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_pointsquestion
    ADD CONSTRAINT loyalty_pointsquestion_txn_id_b20efdee_fk_loyalty_txn_id FOREIGN KEY (txn_id) REFERENCES public.loyalty_txn(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_quest
    ADD CONSTRAINT loyalty_quest_badge_id_08b19de5_fk_community_badgekind_id FOREIGN KEY (badge_id) REFERENCES public.community_badgekind(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_quest
    ADD CONSTRAINT loyalty_quest_gift_id_999907c9_fk_loyalty_reward_id FOREIGN KEY (gift_id) REFERENCES public.loyalty_reward(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_quest
    ADD CONSTRAINT loyalty_quest_group_id_f3efbf85_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_quest
    ADD CONSTRAINT loyalty_quest_tier_id_c6324a9d_fk_loyalty_tier_id FOREIGN KEY (tier_id) REFERENCES public.loyalty_tier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_questrun
    ADD CONSTRAINT loyalty_questrun_member_id_f28da389_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_questrun
    ADD CONSTRAINT loyalty_questrun_quest_id_861d7afe_fk_loyalty_quest_id FOREIGN KEY (quest_id) REFERENCES public.loyalty_quest(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_queststep
    ADD CONSTRAINT loyalty_queststep_quest_id_16341e84_fk_loyalty_quest_id FOREIGN KEY (quest_id) REFERENCES public.loyalty_quest(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_redemption
    ADD CONSTRAINT loyalty_redemption_coupon_id_ff3fcba5_fk_loyalty_coupon_id FOREIGN KEY (coupon_id) REFERENCES public.loyalty_coupon(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_redemption
    ADD CONSTRAINT loyalty_redemption_member_id_7a09fb90_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_redemption
    ADD CONSTRAINT loyalty_redemption_reward_id_8182c49b_fk_loyalty_reward_id FOREIGN KEY (reward_id) REFERENCES public.loyalty_reward(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_redemption
    ADD CONSTRAINT loyalty_redemption_taken_by_id_4b084f63_fk_members_user_id FOREIGN KEY (taken_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_redemption
    ADD CONSTRAINT loyalty_redemption_txn_id_e7161db1_fk_loyalty_txn_id FOREIGN KEY (txn_id) REFERENCES public.loyalty_txn(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_redemptionstep
    ADD CONSTRAINT loyalty_redemptionst_redemption_id_dd3508cd_fk_loyalty_r FOREIGN KEY (redemption_id) REFERENCES public.loyalty_redemption(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_redemptionstep
    ADD CONSTRAINT loyalty_redemptionstep_by_id_25676387_fk_members_user_id FOREIGN KEY (by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_refund
    ADD CONSTRAINT loyalty_refund_order_id_ccb99811_fk_loyalty_order_id FOREIGN KEY (order_id) REFERENCES public.loyalty_order(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_refundline
    ADD CONSTRAINT loyalty_refundline_line_id_2ed1885f_fk_loyalty_orderline_id FOREIGN KEY (line_id) REFERENCES public.loyalty_orderline(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_refundline
    ADD CONSTRAINT loyalty_refundline_refund_id_8c46e09c_fk_loyalty_refund_id FOREIGN KEY (refund_id) REFERENCES public.loyalty_refund(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_reward
    ADD CONSTRAINT loyalty_reward_badge_id_ecfec9f1_fk_community_badgekind_id FOREIGN KEY (badge_id) REFERENCES public.community_badgekind(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_reward
    ADD CONSTRAINT loyalty_reward_gives_id_b0cc6b50_fk_loyalty_reward_id FOREIGN KEY (gives_id) REFERENCES public.loyalty_reward(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_reward
    ADD CONSTRAINT loyalty_reward_group_id_aa11a9f9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_reward_groups
    ADD CONSTRAINT loyalty_reward_groups_group_id_b16d910d_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_reward_groups
    ADD CONSTRAINT loyalty_reward_groups_reward_id_7062ebf5_fk_loyalty_reward_id FOREIGN KEY (reward_id) REFERENCES public.loyalty_reward(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_reward
    ADD CONSTRAINT loyalty_reward_min_tier_id_fc661237_fk_loyalty_tier_id FOREIGN KEY (min_tier_id) REFERENCES public.loyalty_tier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_reward
    ADD CONSTRAINT loyalty_reward_pool_id_dc85d14d_fk_loyalty_couponpool_id FOREIGN KEY (pool_id) REFERENCES public.loyalty_couponpool(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_rewardreserve
    ADD CONSTRAINT loyalty_rewardreserve_reward_id_25c4a2d8_fk_loyalty_reward_id FOREIGN KEY (reward_id) REFERENCES public.loyalty_reward(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_rhythmweek
    ADD CONSTRAINT loyalty_rhythmweek_member_id_a62b05b6_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_ruledraft
    ADD CONSTRAINT loyalty_ruledraft_draft_id_9864f416_fk_loyalty_draftset_id FOREIGN KEY (draft_id) REFERENCES public.loyalty_draftset(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_rulehit
    ADD CONSTRAINT loyalty_rulehit_member_id_94c69191_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_rulerefusal
    ADD CONSTRAINT loyalty_rulerefusal_member_id_fe6735e6_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_rulerefusal
    ADD CONSTRAINT loyalty_rulerefusal_rule_id_cd2704c7_fk_loyalty_earningrule_id FOREIGN KEY (rule_id) REFERENCES public.loyalty_earningrule(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_ruleusage
    ADD CONSTRAINT loyalty_ruleusage_member_id_e2cbebdd_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_seasonchoice
    ADD CONSTRAINT loyalty_seasonchoice_member_id_27269f6a_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_seasonleague
    ADD CONSTRAINT loyalty_seasonleague_board_id_34843abe_fk_community_board_id FOREIGN KEY (board_id) REFERENCES public.community_board(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_seasonleague
    ADD CONSTRAINT loyalty_seasonleague_season_id_cfab6c85_fk_loyalty_season_id FOREIGN KEY (season_id) REFERENCES public.loyalty_season(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_seasonplayer
    ADD CONSTRAINT loyalty_seasonplayer_member_id_1253c481_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_seasonplayer
    ADD CONSTRAINT loyalty_seasonplayer_season_id_cbebbe61_fk_loyalty_season_id FOREIGN KEY (season_id) REFERENCES public.loyalty_season(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_seasonprize
    ADD CONSTRAINT loyalty_seasonprize_badge_id_ec452b1f_fk_community_badgekind_id FOREIGN KEY (badge_id) REFERENCES public.community_badgekind(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_seasonprize
    ADD CONSTRAINT loyalty_seasonprize_reward_id_e5c66f65_fk_loyalty_reward_id FOREIGN KEY (reward_id) REFERENCES public.loyalty_reward(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_seasonprize
    ADD CONSTRAINT loyalty_seasonprize_season_id_3a9637de_fk_loyalty_season_id FOREIGN KEY (season_id) REFERENCES public.loyalty_season(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_seasonresult
    ADD CONSTRAINT loyalty_seasonresult_league_id_9da693fe_fk_loyalty_s FOREIGN KEY (league_id) REFERENCES public.loyalty_seasonleague(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_seasonresult
    ADD CONSTRAINT loyalty_seasonresult_member_id_b244ddfa_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_seasonscore
    ADD CONSTRAINT loyalty_seasonscore_league_id_f77028ac_fk_loyalty_s FOREIGN KEY (league_id) REFERENCES public.loyalty_seasonleague(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_seasonscore
    ADD CONSTRAINT loyalty_seasonscore_member_id_59a80da2_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_shippingaddress
    ADD CONSTRAINT loyalty_shippingaddr_redemption_id_0bd8bee9_fk_loyalty_r FOREIGN KEY (redemption_id) REFERENCES public.loyalty_redemption(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_stepprogress
    ADD CONSTRAINT loyalty_stepprogress_run_id_79c8afbb_fk_loyalty_questrun_id FOREIGN KEY (run_id) REFERENCES public.loyalty_questrun(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_stepprogress
    ADD CONSTRAINT loyalty_stepprogress_step_id_6f28aec6_fk_loyalty_queststep_id FOREIGN KEY (step_id) REFERENCES public.loyalty_queststep(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_tier
    ADD CONSTRAINT loyalty_tier_birthday_reward_id_0eeddf91_fk_loyalty_reward_id FOREIGN KEY (birthday_reward_id) REFERENCES public.loyalty_reward(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_tier
    ADD CONSTRAINT loyalty_tier_program_id_47587dc6_fk_loyalty_tierprogram_id FOREIGN KEY (program_id) REFERENCES public.loyalty_tierprogram(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_tier
    ADD CONSTRAINT loyalty_tier_welcome_reward_id_ac9cd54a_fk_loyalty_reward_id FOREIGN KEY (welcome_reward_id) REFERENCES public.loyalty_reward(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_tierinvitation
    ADD CONSTRAINT loyalty_tierinvitati_invited_by_id_728605e3_fk_members_u FOREIGN KEY (invited_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_tierinvitation
    ADD CONSTRAINT loyalty_tierinvitation_ended_by_id_1a3b8c79_fk_members_user_id FOREIGN KEY (ended_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_tierinvitation
    ADD CONSTRAINT loyalty_tierinvitation_member_id_abb34c2c_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_tierinvitation
    ADD CONSTRAINT loyalty_tierinvitation_tier_id_4d6732e7_fk_loyalty_tier_id FOREIGN KEY (tier_id) REFERENCES public.loyalty_tier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_tiermembership
    ADD CONSTRAINT loyalty_tiermembership_member_id_eb7ac810_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_tiermembership
    ADD CONSTRAINT loyalty_tiermembership_tier_id_9fac01dc_fk_loyalty_tier_id FOREIGN KEY (tier_id) REFERENCES public.loyalty_tier(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_transfer
    ADD CONSTRAINT loyalty_transfer_currency_id_12a3c80a_fk_loyalty_currency_id FOREIGN KEY (currency_id) REFERENCES public.loyalty_currency(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_transfer
    ADD CONSTRAINT loyalty_transfer_receiver_id_67e19c22_fk_members_user_id FOREIGN KEY (receiver_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_transfer
    ADD CONSTRAINT loyalty_transfer_sender_id_bb40abbc_fk_members_user_id FOREIGN KEY (sender_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_transfer
    ADD CONSTRAINT loyalty_transfer_txn_id_de071a31_fk_loyalty_txn_id FOREIGN KEY (txn_id) REFERENCES public.loyalty_txn(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_trial
    ADD CONSTRAINT loyalty_trial_asked_by_id_a455665f_fk_members_user_id FOREIGN KEY (asked_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_trial
    ADD CONSTRAINT loyalty_trial_draft_id_e9cbd4a5_fk_loyalty_draftset_id FOREIGN KEY (draft_id) REFERENCES public.loyalty_draftset(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_trialdecision
    ADD CONSTRAINT loyalty_trialdecisio_rule_id_84fd800a_fk_loyalty_e FOREIGN KEY (rule_id) REFERENCES public.loyalty_earningrule(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_trialdecision
    ADD CONSTRAINT loyalty_trialdecision_trial_id_f69e6715_fk_loyalty_trial_id FOREIGN KEY (trial_id) REFERENCES public.loyalty_trial(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_txn
    ADD CONSTRAINT loyalty_txn_actor_id_5e3b3604_fk_members_user_id FOREIGN KEY (actor_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_txn
    ADD CONSTRAINT loyalty_txn_reverses_id_d3af13cb_fk_loyalty_txn_id FOREIGN KEY (reverses_id) REFERENCES public.loyalty_txn(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_txn
    ADD CONSTRAINT loyalty_txn_rule_id_c69836e5_fk_loyalty_earningrule_id FOREIGN KEY (rule_id) REFERENCES public.loyalty_earningrule(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_wallet
    ADD CONSTRAINT loyalty_wallet_currency_id_6e7388fb_fk_loyalty_currency_id FOREIGN KEY (currency_id) REFERENCES public.loyalty_currency(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.loyalty_wallet
    ADD CONSTRAINT loyalty_wallet_member_id_b8b88e76_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.members_accountchange
    ADD CONSTRAINT members_accountchange_member_id_9d89f2d6_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.members_birthday
    ADD CONSTRAINT members_birthday_member_id_896fc47f_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.members_groupprofile
    ADD CONSTRAINT members_groupprofile_group_id_1726ef07_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.members_groupprofile
    ADD CONSTRAINT members_groupprofile_owner_id_b28a0d1b_fk_members_user_id FOREIGN KEY (owner_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.members_grouprequest
    ADD CONSTRAINT members_grouprequest_group_id_c70e6e94_fk_members_g FOREIGN KEY (group_id) REFERENCES public.members_groupprofile(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.members_grouprequest
    ADD CONSTRAINT members_grouprequest_member_id_cf9eed6e_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.members_identity
    ADD CONSTRAINT members_identity_member_id_d8b48448_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.members_openness
    ADD CONSTRAINT members_openness_member_id_28d01a31_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.members_user_groups
    ADD CONSTRAINT members_user_groups_group_id_39b83d85_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.members_user_groups
    ADD CONSTRAINT members_user_groups_user_id_db5cba0f_fk_members_user_id FOREIGN KEY (user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.members_user_user_permissions
    ADD CONSTRAINT members_user_user_pe_permission_id_5f80148e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.members_user_user_permissions
    ADD CONSTRAINT members_user_user_pe_user_id_3371a207_fk_members_u FOREIGN KEY (user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_consent
    ADD CONSTRAINT messaging_consent_by_id_6c173b81_fk_members_user_id FOREIGN KEY (by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_consent
    ADD CONSTRAINT messaging_consent_delivery_id_513eb17e_fk_messaging_delivery_id FOREIGN KEY (delivery_id) REFERENCES public.messaging_delivery(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_consent
    ADD CONSTRAINT messaging_consent_member_id_a2a2f1a6_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_delivery
    ADD CONSTRAINT messaging_delivery_member_id_0e8310eb_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_mailpause
    ADD CONSTRAINT messaging_mailpause_member_id_4d23ef28_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_notice
    ADD CONSTRAINT messaging_notice_mail_id_50ba11ae_fk_messaging_delivery_id FOREIGN KEY (mail_id) REFERENCES public.messaging_delivery(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_notice
    ADD CONSTRAINT messaging_notice_member_id_9656987d_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_notice
    ADD CONSTRAINT messaging_notice_push_id_d4534cf4_fk_messaging_delivery_id FOREIGN KEY (push_id) REFERENCES public.messaging_delivery(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_noticesettings
    ADD CONSTRAINT messaging_noticesettings_member_id_13a0e348_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.messaging_pushsubscription
    ADD CONSTRAINT messaging_pushsubscr_member_id_ce2daffc_fk_members_u FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_user_id_0c3a50c0_fk_members_user_id FOREIGN KEY (user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.outbox_eventdelivery
    ADD CONSTRAINT outbox_eventdelivery_event_id_29295cc3_fk_outbox_storedevent_id FOREIGN KEY (event_id) REFERENCES public.outbox_storedevent(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_friend_id_5899ef9c_fk_members_user_id FOREIGN KEY (friend_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_inviter_id_f1b9e31e_fk_members_user_id FOREIGN KEY (inviter_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_link_id_92fae01e_fk_referrals_sharelink_id FOREIGN KEY (link_id) REFERENCES public.referrals_sharelink(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_order_id_170fad6d_fk_loyalty_order_id FOREIGN KEY (order_id) REFERENCES public.loyalty_order(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_program_id_940eef5f_fk_referrals_program_id FOREIGN KEY (program_id) REFERENCES public.referrals_program(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.referrals_sharelink
    ADD CONSTRAINT referrals_sharelink_member_id_828d9033_fk_members_user_id FOREIGN KEY (member_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_social_account_id_951f210e_fk_socialacc FOREIGN KEY (account_id) REFERENCES public.socialaccount_socialaccount(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.socialaccount_socialtoken
    ADD CONSTRAINT socialaccount_social_app_id_636a42d7_fk_socialacc FOREIGN KEY (app_id) REFERENCES public.socialaccount_socialapp(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.socialaccount_socialaccount
    ADD CONSTRAINT socialaccount_socialaccount_user_id_8146e70c_fk_members_user_id FOREIGN KEY (user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.taggit_taggeditem
    ADD CONSTRAINT taggit_taggeditem_content_type_id_9957a03c_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.taggit_taggeditem
    ADD CONSTRAINT taggit_taggeditem_tag_id_f4f5b767_fk_taggit_tag_id FOREIGN KEY (tag_id) REFERENCES public.taggit_tag(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_user_id_af5e0a6d_fk_members_user_id FOREIGN KEY (user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailadmin_editingsession
    ADD CONSTRAINT wagtailadmin_editing_content_type_id_4df7730e_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailadmin_editingsession
    ADD CONSTRAINT wagtailadmin_editingsession_user_id_6e1a9b70_fk_members_user_id FOREIGN KEY (user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailadmin_formstate
    ADD CONSTRAINT wagtailadmin_formsta_content_type_id_e32438b3_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailadmin_formstate
    ADD CONSTRAINT wagtailadmin_formstate_user_id_b910adc2_fk_members_user_id FOREIGN KEY (user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_apitoken
    ADD CONSTRAINT wagtailcore_apitoken_user_id_49b1141b_fk_members_user_id FOREIGN KEY (user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_collectionviewrestriction
    ADD CONSTRAINT wagtailcore_collecti_collection_id_761908ec_fk_wagtailco FOREIGN KEY (collection_id) REFERENCES public.wagtailcore_collection(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_collectionviewrestriction_groups
    ADD CONSTRAINT wagtailcore_collecti_collectionviewrestri_47320efd_fk_wagtailco FOREIGN KEY (collectionviewrestriction_id) REFERENCES public.wagtailcore_collectionviewrestriction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_collectionviewrestriction_groups
    ADD CONSTRAINT wagtailcore_collecti_group_id_1823f2a3_fk_auth_grou FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_comment
    ADD CONSTRAINT wagtailcore_comment_page_id_108444b5_fk_wagtailcore_page_id FOREIGN KEY (page_id) REFERENCES public.wagtailcore_page(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_comment
    ADD CONSTRAINT wagtailcore_comment_resolved_by_id_a282aa0e_fk_members_user_id FOREIGN KEY (resolved_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_comment
    ADD CONSTRAINT wagtailcore_comment_revision_created_id_1d058279_fk_wagtailco FOREIGN KEY (revision_created_id) REFERENCES public.wagtailcore_revision(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_comment
    ADD CONSTRAINT wagtailcore_comment_user_id_0c577ca6_fk_members_user_id FOREIGN KEY (user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_commentreply
    ADD CONSTRAINT wagtailcore_commentr_comment_id_afc7e027_fk_wagtailco FOREIGN KEY (comment_id) REFERENCES public.wagtailcore_comment(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_commentreply
    ADD CONSTRAINT wagtailcore_commentreply_user_id_d0b3b9c3_fk_members_user_id FOREIGN KEY (user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_groupapprovaltask_groups
    ADD CONSTRAINT wagtailcore_groupapp_group_id_2e64b61f_fk_auth_grou FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_groupapprovaltask_groups
    ADD CONSTRAINT wagtailcore_groupapp_groupapprovaltask_id_9a9255ea_fk_wagtailco FOREIGN KEY (groupapprovaltask_id) REFERENCES public.wagtailcore_groupapprovaltask(task_ptr_id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_groupapprovaltask
    ADD CONSTRAINT wagtailcore_groupapp_task_ptr_id_cfe58781_fk_wagtailco FOREIGN KEY (task_ptr_id) REFERENCES public.wagtailcore_task(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_groupcollectionpermission
    ADD CONSTRAINT wagtailcore_groupcol_collection_id_5423575a_fk_wagtailco FOREIGN KEY (collection_id) REFERENCES public.wagtailcore_collection(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_groupcollectionpermission
    ADD CONSTRAINT wagtailcore_groupcol_group_id_05d61460_fk_auth_grou FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_groupcollectionpermission
    ADD CONSTRAINT wagtailcore_groupcol_permission_id_1b626275_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_grouppagepermission
    ADD CONSTRAINT wagtailcore_grouppag_group_id_fc07e671_fk_auth_grou FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_grouppagepermission
    ADD CONSTRAINT wagtailcore_grouppag_page_id_710b114a_fk_wagtailco FOREIGN KEY (page_id) REFERENCES public.wagtailcore_page(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_grouppagepermission
    ADD CONSTRAINT wagtailcore_grouppag_permission_id_05acb22e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_groupsitepermission
    ADD CONSTRAINT wagtailcore_groupsit_group_id_e5cdbee4_fk_auth_grou FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_groupsitepermission
    ADD CONSTRAINT wagtailcore_groupsit_permission_id_459b1f38_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_groupsitepermission
    ADD CONSTRAINT wagtailcore_groupsit_site_id_245de488_fk_wagtailco FOREIGN KEY (site_id) REFERENCES public.wagtailcore_site(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_modellogentry
    ADD CONSTRAINT wagtailcore_modellog_content_type_id_68849e77_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_page
    ADD CONSTRAINT wagtailcore_page_alias_of_id_12945502_fk_wagtailcore_page_id FOREIGN KEY (alias_of_id) REFERENCES public.wagtailcore_page(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_page
    ADD CONSTRAINT wagtailcore_page_content_type_id_c28424df_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_page
    ADD CONSTRAINT wagtailcore_page_latest_revision_id_e60fef51_fk_wagtailco FOREIGN KEY (latest_revision_id) REFERENCES public.wagtailcore_revision(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_page
    ADD CONSTRAINT wagtailcore_page_live_revision_id_930bd822_fk_wagtailco FOREIGN KEY (live_revision_id) REFERENCES public.wagtailcore_revision(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_page
    ADD CONSTRAINT wagtailcore_page_locale_id_3c7e30a6_fk_wagtailcore_locale_id FOREIGN KEY (locale_id) REFERENCES public.wagtailcore_locale(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_page
    ADD CONSTRAINT wagtailcore_page_locked_by_id_bcb86245_fk_members_user_id FOREIGN KEY (locked_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_page
    ADD CONSTRAINT wagtailcore_page_owner_id_fbf7c332_fk_members_user_id FOREIGN KEY (owner_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_pagelogentry
    ADD CONSTRAINT wagtailcore_pageloge_content_type_id_74e7708a_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_revision
    ADD CONSTRAINT wagtailcore_pagerevision_user_id_2409d2f4_fk_members_user_id FOREIGN KEY (user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_pagesubscription
    ADD CONSTRAINT wagtailcore_pagesubs_page_id_a085e7a6_fk_wagtailco FOREIGN KEY (page_id) REFERENCES public.wagtailcore_page(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_pagesubscription
    ADD CONSTRAINT wagtailcore_pagesubs_user_id_89d7def9_fk_members_u FOREIGN KEY (user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_pageviewrestriction_groups
    ADD CONSTRAINT wagtailcore_pageview_group_id_6460f223_fk_auth_grou FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_pageviewrestriction
    ADD CONSTRAINT wagtailcore_pageview_page_id_15a8bea6_fk_wagtailco FOREIGN KEY (page_id) REFERENCES public.wagtailcore_page(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_pageviewrestriction_groups
    ADD CONSTRAINT wagtailcore_pageview_pageviewrestriction__f147a99a_fk_wagtailco FOREIGN KEY (pageviewrestriction_id) REFERENCES public.wagtailcore_pageviewrestriction(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_referenceindex
    ADD CONSTRAINT wagtailcore_referenc_base_content_type_id_313cf40f_fk_django_co FOREIGN KEY (base_content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_referenceindex
    ADD CONSTRAINT wagtailcore_referenc_content_type_id_766e0336_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_referenceindex
    ADD CONSTRAINT wagtailcore_referenc_to_content_type_id_93690bbd_fk_django_co FOREIGN KEY (to_content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_revision
    ADD CONSTRAINT wagtailcore_revision_base_content_type_id_5b4ef7bd_fk_django_co FOREIGN KEY (base_content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_revision
    ADD CONSTRAINT wagtailcore_revision_content_type_id_c8cb69c0_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_site
    ADD CONSTRAINT wagtailcore_site_root_page_id_e02fb95c_fk_wagtailcore_page_id FOREIGN KEY (root_page_id) REFERENCES public.wagtailcore_page(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_task
    ADD CONSTRAINT wagtailcore_task_content_type_id_249ab8ba_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_taskstate
    ADD CONSTRAINT wagtailcore_taskstat_content_type_id_0a758fdc_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_taskstate
    ADD CONSTRAINT wagtailcore_taskstat_finished_by_id_13f98229_fk_members_u FOREIGN KEY (finished_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_taskstate
    ADD CONSTRAINT wagtailcore_taskstat_revision_id_df25a499_fk_wagtailco FOREIGN KEY (revision_id) REFERENCES public.wagtailcore_revision(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_taskstate
    ADD CONSTRAINT wagtailcore_taskstat_workflow_state_id_9239a775_fk_wagtailco FOREIGN KEY (workflow_state_id) REFERENCES public.wagtailcore_workflowstate(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_taskstate
    ADD CONSTRAINT wagtailcore_taskstate_task_id_c3677c34_fk_wagtailcore_task_id FOREIGN KEY (task_id) REFERENCES public.wagtailcore_task(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_uploadedfile
    ADD CONSTRAINT wagtailcore_uploaded_for_content_type_id_b0fc87b2_fk_django_co FOREIGN KEY (for_content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_uploadedfile
    ADD CONSTRAINT wagtailcore_uploaded_uploaded_by_user_id_c7580fe8_fk_members_u FOREIGN KEY (uploaded_by_user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_workflowstate
    ADD CONSTRAINT wagtailcore_workflow_base_content_type_id_a30dc576_fk_django_co FOREIGN KEY (base_content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_workflowstate
    ADD CONSTRAINT wagtailcore_workflow_content_type_id_2bb78ce1_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_workflowcontenttype
    ADD CONSTRAINT wagtailcore_workflow_content_type_id_b261bb37_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_workflowstate
    ADD CONSTRAINT wagtailcore_workflow_current_task_state_i_3a1a0632_fk_wagtailco FOREIGN KEY (current_task_state_id) REFERENCES public.wagtailcore_taskstate(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_workflowpage
    ADD CONSTRAINT wagtailcore_workflow_page_id_81e7bab6_fk_wagtailco FOREIGN KEY (page_id) REFERENCES public.wagtailcore_page(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_workflowstate
    ADD CONSTRAINT wagtailcore_workflow_requested_by_id_4090bca3_fk_members_u FOREIGN KEY (requested_by_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_workflowtask
    ADD CONSTRAINT wagtailcore_workflow_task_id_ce7716fe_fk_wagtailco FOREIGN KEY (task_id) REFERENCES public.wagtailcore_task(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_workflowstate
    ADD CONSTRAINT wagtailcore_workflow_workflow_id_1f18378f_fk_wagtailco FOREIGN KEY (workflow_id) REFERENCES public.wagtailcore_workflow(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_workflowpage
    ADD CONSTRAINT wagtailcore_workflow_workflow_id_56f56ff6_fk_wagtailco FOREIGN KEY (workflow_id) REFERENCES public.wagtailcore_workflow(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_workflowcontenttype
    ADD CONSTRAINT wagtailcore_workflow_workflow_id_9aad7cd2_fk_wagtailco FOREIGN KEY (workflow_id) REFERENCES public.wagtailcore_workflow(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailcore_workflowtask
    ADD CONSTRAINT wagtailcore_workflow_workflow_id_b9717175_fk_wagtailco FOREIGN KEY (workflow_id) REFERENCES public.wagtailcore_workflow(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtaildocs_document
    ADD CONSTRAINT wagtaildocs_document_collection_id_23881625_fk_wagtailco FOREIGN KEY (collection_id) REFERENCES public.wagtailcore_collection(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtaildocs_document
    ADD CONSTRAINT wagtaildocs_document_uploaded_by_user_id_17258b41_fk_members_u FOREIGN KEY (uploaded_by_user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailimages_image
    ADD CONSTRAINT wagtailimages_image_collection_id_c2f8af7e_fk_wagtailco FOREIGN KEY (collection_id) REFERENCES public.wagtailcore_collection(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailimages_image
    ADD CONSTRAINT wagtailimages_image_uploaded_by_user_id_5d73dc75_fk_members_u FOREIGN KEY (uploaded_by_user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailimages_rendition
    ADD CONSTRAINT wagtailimages_rendit_image_id_3e1fd774_fk_wagtailim FOREIGN KEY (image_id) REFERENCES public.wagtailimages_image(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailredirects_redirect
    ADD CONSTRAINT wagtailredirects_red_redirect_page_id_b5728a8f_fk_wagtailco FOREIGN KEY (redirect_page_id) REFERENCES public.wagtailcore_page(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailredirects_redirect
    ADD CONSTRAINT wagtailredirects_red_site_id_780a0e1e_fk_wagtailco FOREIGN KEY (site_id) REFERENCES public.wagtailcore_site(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailsearch_indexentry
    ADD CONSTRAINT wagtailsearch_indexe_content_type_id_62ed694f_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.wagtailusers_userprofile
    ADD CONSTRAINT wagtailusers_userprofile_user_id_59c92331_fk_members_user_id FOREIGN KEY (user_id) REFERENCES public.members_user(id) DEFERRABLE INITIALLY DEFERRED;
