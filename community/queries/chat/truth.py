"""What must be true of every room whatever happened: each answer is a list of sentences, empty when all is well."""

from django.db import connection

CHECKS: dict[str, str] = {
    "no message is newer than its own last change": """
        SELECT id FROM community_message WHERE seq > changed_seq AND (%(room)s::bigint IS NULL OR room_id = %(room)s)""",
    "who is in a room has not read what nobody said": """
        SELECT held.id FROM community_membership AS held JOIN community_room AS room ON room.id = held.room_id
        WHERE held.last_read_seq > room.last_seq AND (%(room)s::bigint IS NULL OR room.id = %(room)s)""",
    "a private room belongs to somebody": """
        SELECT room.id FROM community_room AS room WHERE room.kind = 'private' AND room.status <> 'archived'
            AND NOT EXISTS (SELECT FROM community_membership WHERE room_id = room.id AND role = 'owner')
            AND (%(room)s::bigint IS NULL OR room.id = %(room)s)""",
    "the highest change is the room's last_seq": """
        SELECT room.id FROM community_room AS room
        WHERE room.last_seq <> coalesce((SELECT max(changed_seq) FROM community_message WHERE room_id = room.id),
            room.last_seq) AND room.retention_days IS NULL  -- the newest change may be of a message that is gone
            AND (%(room)s::bigint IS NULL OR room.id = %(room)s)""",
    "no message is above its room's last_seq": """
        SELECT message.id FROM community_message AS message JOIN community_room AS room ON room.id = message.room_id
        WHERE message.changed_seq > room.last_seq AND (%(room)s::bigint IS NULL OR room.id = %(room)s)""",
    "no change of a room is stamped twice": """
        SELECT min(id) FROM community_message WHERE (%(room)s::bigint IS NULL OR room_id = %(room)s)
        GROUP BY room_id, changed_seq HAVING count(*) > 1""",
    "the numbers of a thread are those of its replies": """
        SELECT root.id FROM community_message AS root
        LEFT JOIN (SELECT thread_id, count(*) AS number, max(seq) AS last FROM community_message
            WHERE thread_id IS NOT NULL AND removed_at IS NULL GROUP BY thread_id) AS replies
            ON replies.thread_id = root.id
        WHERE (root.reply_count, root.last_reply_seq) IS DISTINCT FROM (coalesce(replies.number, 0),
            coalesce(replies.last, 0)) AND (%(room)s::bigint IS NULL OR root.room_id = %(room)s)""",
    "a thread is in one room and has no threads in it": """
        SELECT reply.id FROM community_message AS reply JOIN community_message AS root ON root.id = reply.thread_id
        WHERE (root.room_id <> reply.room_id OR root.thread_id IS NOT NULL OR root.seq >= reply.seq)
            AND (%(room)s::bigint IS NULL OR reply.room_id = %(room)s)""",
    "an answer stays in the place of what it answers": """
        SELECT reply.id FROM community_message AS reply JOIN community_message AS parent ON parent.id = reply.parent_id
        WHERE (parent.room_id <> reply.room_id OR parent.seq >= reply.seq
            OR (parent.thread_id IS NOT NULL AND parent.thread_id IS DISTINCT FROM reply.thread_id))
            AND (%(room)s::bigint IS NULL OR reply.room_id = %(room)s)""",
    "the counts of reactions are those of the rows": """
        SELECT message.id FROM community_message AS message
        LEFT JOIN (SELECT message_id, jsonb_object_agg(kind, number) AS counts FROM (
            SELECT message_id, kind, count(*) AS number FROM community_messagereaction GROUP BY message_id, kind)
            AS given GROUP BY message_id) AS given ON given.message_id = message.id
        WHERE message.reaction_counts <> coalesce(given.counts, '{}')
            AND (%(room)s::bigint IS NULL OR message.room_id = %(room)s)""",
    "what is removed is not pinned": """
        SELECT id FROM community_message WHERE pinned_at IS NOT NULL AND removed_at IS NOT NULL
            AND (%(room)s::bigint IS NULL OR room_id = %(room)s)""",
    "a call stands at the place of its message": """
        SELECT call.id FROM community_messagemention AS call JOIN community_message AS message
            ON message.id = call.message_id
        WHERE (call.room_id, call.seq) IS DISTINCT FROM (message.room_id, message.seq)
            AND (%(room)s::bigint IS NULL OR call.room_id = %(room)s)""",
}


def broken_promises(*, room_id: int | None = None, most: int = 20) -> list[str]:
    """What is not as it must be, of one room or of all: a sentence and the first ids each. One statement a promise."""
    found = []
    with connection.cursor() as cursor:
        for promise, statement in CHECKS.items():
            cursor.execute(f"{statement} LIMIT %(most)s", {"room": room_id, "most": most})
            if ids := [row[0] for row in cursor.fetchall()]:
                found.append(f"Not true: {promise} ({', '.join(map(str, ids))}).")
    return found
