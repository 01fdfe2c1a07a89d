"""What we promised about a member to other sites ends with the member's standing, in the same transaction, by whatever door."""

from django.conf import settings
from django.db import migrations

ENDS = """
CREATE FUNCTION integrations_end_tokens() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM allauth_idp_oidc_token WHERE user_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER integrations_end_tokens AFTER UPDATE OF is_active, erased_at ON members_user
    FOR EACH ROW WHEN ((OLD.is_active AND NOT NEW.is_active) OR (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL))
    EXECUTE FUNCTION integrations_end_tokens();

CREATE FUNCTION integrations_end_tokens_of_suspended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM allauth_idp_oidc_token WHERE user_id IN (
        SELECT joined.user_id FROM joined JOIN auth_group AS grp ON grp.id = joined.group_id
        WHERE grp.name = 'order:suspended');
    RETURN NULL;
END $$;
CREATE TRIGGER integrations_end_tokens AFTER INSERT ON members_user_groups REFERENCING NEW TABLE AS joined
    FOR EACH STATEMENT EXECUTE FUNCTION integrations_end_tokens_of_suspended();
"""
LIVES = """
DROP TRIGGER integrations_end_tokens ON members_user_groups;
DROP FUNCTION integrations_end_tokens_of_suspended();
DROP TRIGGER integrations_end_tokens ON members_user;
DROP FUNCTION integrations_end_tokens();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0006_key_sources"),
        ("allauth_idp_oidc", "0003_client_allow_uri_wildcards"),
        ("members", "0006_birthday"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [migrations.RunSQL(ENDS, LIVES)]
