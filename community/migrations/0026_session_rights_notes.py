"""Who may lose sight of what goes on in a live session: the same notes (0023)."""

from django.db import migrations

NOTES = """
CREATE TRIGGER community_session_rights AFTER UPDATE OF state, audience, board_id, group_id, host_id, spectators_read
    ON community_livesession FOR EACH ROW
    WHEN ((OLD.state, OLD.audience, OLD.board_id, OLD.group_id, OLD.host_id, OLD.spectators_read)
        IS DISTINCT FROM (NEW.state, NEW.audience, NEW.board_id, NEW.group_id, NEW.host_id, NEW.spectators_read))
    EXECUTE FUNCTION community_rights_changed();
CREATE TRIGGER community_session_gone AFTER DELETE ON community_livesession
    FOR EACH STATEMENT EXECUTE FUNCTION community_rights_changed();

CREATE FUNCTION community_person_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM members_note_rights(ARRAY[OLD.member_id]);
    RETURN NULL;
END $$;
CREATE TRIGGER community_seat_left AFTER UPDATE OF state ON community_seat FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state AND NEW.state IN ('left', 'expired'))
    EXECUTE FUNCTION community_person_changed();
CREATE TRIGGER community_seat_gone AFTER DELETE ON community_seat
    FOR EACH ROW EXECUTE FUNCTION community_person_changed();
CREATE TRIGGER community_stage_left AFTER DELETE OR UPDATE OF member_id, role, session_id ON community_sessionperson
    FOR EACH ROW EXECUTE FUNCTION community_person_changed();
"""
NO_NOTES = """
DROP TRIGGER community_stage_left ON community_sessionperson;
DROP TRIGGER community_seat_gone ON community_seat;
DROP TRIGGER community_seat_left ON community_seat;
DROP FUNCTION community_person_changed();
DROP TRIGGER community_session_gone ON community_livesession;
DROP TRIGGER community_session_rights ON community_livesession;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("community", "0025_stage_wound_up"),
    ]

    operations = [migrations.RunSQL(NOTES, NO_NOTES)]
