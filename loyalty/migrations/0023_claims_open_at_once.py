"""What a claim asks under the member's lock, and the piece where few are left, in one call."""

from django.db import migrations

# A member's wallets are locked, then what their wait may have changed is looked at again: whether this very claim was answered
# meanwhile, and which numbers of theirs are free. p_pieces: rewards of which one piece each is taken here, all or none, in the
# order of their ids; p_most: how many one member may have, beyond which nothing is taken.
OPEN = """
CREATE FUNCTION loyalty_open_claim(p_member bigint, p_key uuid, p_reward bigint, p_most integer, p_pieces bigint[],
                                   OUT known boolean, OUT slot integer, OUT taken boolean) LANGUAGE plpgsql AS $$
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
"""

UNDO = "DROP FUNCTION loyalty_open_claim(bigint, uuid, bigint, integer, bigint[]);"


class Migration(migrations.Migration):
    dependencies = [("loyalty", "0022_crowds_and_nights")]

    operations = [migrations.RunSQL(OPEN, UNDO)]
