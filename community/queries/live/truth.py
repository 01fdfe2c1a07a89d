"""What must be true of every live session whatever happened: each statement gives the ids that break it, none when all is well."""

_STAMPS = """(
    SELECT session_id, changed_seq FROM community_stage WHERE changed_seq > 0
    UNION ALL SELECT session_id, changed_seq FROM community_sessionquestion
    UNION ALL SELECT session_id, changed_seq FROM community_sessionpoll
    UNION ALL SELECT session_id, changed_seq FROM community_drop)"""

CHECKS: dict[str, str] = {
    "the seats that are taken are those that are counted": """
        SELECT session.id FROM community_livesession AS session
        LEFT JOIN (SELECT session_id, count(*) AS number FROM community_seat WHERE state IN ('seated', 'offered')
            GROUP BY session_id) AS taken ON taken.session_id = session.id
        WHERE session.seated <> coalesce(taken.number, 0)""",
    "nobody sits where there is no seat": """
        SELECT session.id FROM community_livesession AS session
        WHERE session.capacity > 0 AND session.capacity < (SELECT count(*) FROM community_seat
            WHERE session_id = session.id AND state IN ('seated', 'offered'))""",
    "nobody waits beside a free seat": """
        SELECT session.id FROM community_livesession AS session
        WHERE session.state IN ('doors', 'live') AND (session.capacity = 0 OR session.seated < session.capacity)
            AND EXISTS (SELECT FROM community_seat WHERE session_id = session.id AND state = 'waiting')
            AND session.changed_at < statement_timestamp() - interval '5 minutes'""",
    "what is claimed of a drop is its claims, numbered from one": """
        SELECT drops.id FROM community_drop AS drops
        LEFT JOIN (SELECT drop_id, count(*) AS number, max(number) AS last FROM community_dropclaim GROUP BY drop_id)
            AS claims ON claims.drop_id = drops.id
        WHERE (drops.claimed, drops.claimed) IS DISTINCT FROM (coalesce(claims.number, 0), coalesce(claims.last, 0)::bigint)""",
    "no change of a session is stamped twice": f"""
        SELECT DISTINCT session_id FROM {_STAMPS} AS stamps GROUP BY session_id, changed_seq HAVING count(*) > 1""",
    "the highest change is the session's last_seq": f"""
        SELECT session.id FROM community_livesession AS session
        JOIN (SELECT session_id, max(changed_seq) AS last FROM {_STAMPS} AS stamps GROUP BY session_id) AS stamps
            ON stamps.session_id = session.id WHERE session.last_seq <> stamps.last""",
    "nobody was there for longer than the session": """
        SELECT there.id FROM community_attendance AS there JOIN community_livesession AS session
            ON session.id = there.session_id
        WHERE session.ended_at IS NOT NULL AND session.doors_at IS NOT NULL
            AND there.present > session.ended_at - session.doors_at + interval '2 minutes'""",
}
