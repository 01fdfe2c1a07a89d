"""Whoever may lose sight of a room, by whatever way, leaves a note in that transaction (members/0005)."""

from django.db import migrations

NOTES = """
-- A board or a permission is another one: everybody's rights are looked at again.
CREATE FUNCTION community_rights_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM members_note_rights(NULL);
    RETURN NULL;
END $$;
CREATE TRIGGER community_rights_changed AFTER INSERT OR UPDATE ON community_permissionversion
    FOR EACH STATEMENT EXECUTE FUNCTION community_rights_changed();
CREATE TRIGGER community_room_rights AFTER UPDATE OF kind, board_id, group_id, status ON community_room
    FOR EACH ROW WHEN ((OLD.kind, OLD.board_id, OLD.group_id, OLD.status)
        IS DISTINCT FROM (NEW.kind, NEW.board_id, NEW.group_id, NEW.status))
    EXECUTE FUNCTION community_rights_changed();
CREATE TRIGGER community_room_gone AFTER DELETE ON community_room
    FOR EACH STATEMENT EXECUTE FUNCTION community_rights_changed();

CREATE FUNCTION community_people_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM members_note_rights((SELECT array_agg(DISTINCT member_id) FROM touched)) WHERE EXISTS (SELECT FROM touched);
    RETURN NULL;
END $$;
CREATE TRIGGER community_room_left AFTER DELETE ON community_membership REFERENCING OLD TABLE AS touched
    FOR EACH STATEMENT EXECUTE FUNCTION community_people_changed();
"""
NO_NOTES = """
DROP TRIGGER community_room_left ON community_membership;
DROP FUNCTION community_people_changed();
DROP TRIGGER community_room_gone ON community_room;
DROP TRIGGER community_room_rights ON community_room;
DROP TRIGGER community_rights_changed ON community_permissionversion;
DROP FUNCTION community_rights_changed();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("community", "0022_room_reminders"),
        ("members", "0005_rights_changes"),
    ]

    operations = [migrations.RunSQL(NOTES, NO_NOTES)]
