"""Dumps as pg_dump and mysqldump write them, with the columns that the two forums have.

Column names from discourse/discourse db/structure.sql and phpbb/phpbb install/schemas/schema.json; the rows are ours.
"""

import gzip
import io
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

DISCOURSE: Mapping[str, str] = {
    "categories": "id name color topic_id topic_count created_at updated_at user_id slug description text_color read_restricted"
    " auto_close_hours post_count position email_in parent_category_id",
    "category_groups": "id category_id group_id created_at updated_at permission_type",
    "post_actions": "id post_id user_id post_action_type_id deleted_at created_at updated_at deleted_by_id staff_took_action",
    "posts": "id user_id topic_id post_number raw cooked created_at updated_at reply_to_post_number reply_count quote_count deleted_at"
    " off_topic_count like_count post_type sort_order last_editor_id hidden hidden_reason_id spam_count user_deleted"
    " version cook_method wiki last_version_at word_count",
    "tags": "id name created_at updated_at topic_count",
    "topic_custom_fields": "id topic_id name value created_at updated_at",
    "topic_tags": "id topic_id tag_id created_at updated_at",
    "topics": "id title last_posted_at created_at updated_at views posts_count user_id last_post_user_id reply_count featured_user1_id"
    " deleted_at highest_post_number like_count category_id visible moderator_posts_count closed archived bumped_at archetype"
    " slug pinned_at pinned_globally",
    "user_emails": "id user_id email primary created_at updated_at",
    "users": "id username created_at updated_at name last_posted_at password_hash salt active username_lower admin trust_level staged",
}  # fmt: skip
PHPBB: Mapping[str, str] = {
    "acl_groups": "group_id forum_id auth_option_id auth_role_id auth_setting",
    "acl_options": "auth_option_id auth_option is_global is_local founder_only",
    "acl_roles": "role_id role_name role_description role_type role_order",
    "acl_roles_data": "role_id auth_option_id auth_setting",
    "acl_users": "user_id forum_id auth_option_id auth_role_id auth_setting",
    "forums": "forum_id parent_id left_id right_id forum_parents forum_name forum_desc forum_desc_bitfield forum_link forum_password"
    " forum_type forum_status",
    "groups": "group_id group_type group_founder_manage group_name group_desc",
    "posts": "post_id topic_id forum_id poster_id icon_id poster_ip post_time post_username post_subject post_text post_checksum"
    " post_attachment bbcode_bitfield bbcode_uid post_edit_time post_edit_count post_visibility",
    "topics": "topic_id forum_id icon_id topic_title topic_poster topic_time topic_views topic_status topic_type topic_first_post_id"
    " topic_last_post_id topic_moved_id topic_visibility",
    "users": "user_id user_type group_id user_ip user_regdate username username_clean user_password user_email user_lastvisit",
}  # fmt: skip
NOT_NULL = {"t": "t", "f": "f"}


def discourse_backup(path: Path, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    """A `.tar.gz` with dump.sql.gz and a picture, as Discourse's backups are."""
    sql = ["--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n\n"]
    for table, columns in DISCOURSE.items():
        names = columns.split()
        quoted = ", ".join('"primary"' if name == "primary" else name for name in names)
        sql.append(f"COPY public.{table} ({quoted}) FROM stdin;\n")
        for row in rows.get(table, ()):
            assert set(row) <= set(names), set(row) - set(names)
            sql.append("\t".join(_copy(row.get(name, _default(name))) for name in names) + "\n")
        sql.append("\\.\n\n\n")
    inner = gzip.compress("".join(sql).encode())
    with tarfile.open(path, "w:gz") as archive:
        for name, content in (("uploads/default/original/1X/a.png", b"png"), ("dump.sql.gz", inner)):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def phpbb_dump(path: Path, rows: Mapping[str, Sequence[Mapping[str, Any]]], prefix: str = "phpbb_") -> Path:
    """A gzipped mysqldump with its CREATE TABLEs and extended inserts."""
    sql = ["-- MySQL dump 10.13  Distrib 8.0\n\n/*!40101 SET NAMES utf8mb4 */;\n"]
    for table, columns in PHPBB.items():
        names = columns.split()
        lines = ",\n".join(f"  `{name}` varchar(255) NOT NULL DEFAULT ''" for name in names)
        sql.append(f"DROP TABLE IF EXISTS `{prefix}{table}`;\nCREATE TABLE `{prefix}{table}` (\n{lines},\n")
        sql.append(f"  PRIMARY KEY (`{names[0]}`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n")
        values = [
            "("
            + ",".join(
                _mysql(row.get(name, 0 if name.endswith(("id", "time", "type", "status")) else "")) for name in names
            )
            + ")"
            for row in rows.get(table, ())
        ]
        if values:
            sql.append(
                f"LOCK TABLES `{prefix}{table}` WRITE;\nINSERT INTO `{prefix}{table}` VALUES {','.join(values)};\nUNLOCK TABLES;\n"
            )
    path.write_bytes(gzip.compress("".join(sql).encode()))
    return path


def _default(name: str) -> Any:
    booleans = {
        "read_restricted",
        "hidden",
        "user_deleted",
        "wiki",
        "closed",
        "archived",
        "pinned_globally",
        "staged",
        "admin",
    }
    if name in booleans:
        return "f"
    if name in ("visible", "active", "primary"):
        return "t"
    if name in ("created_at", "updated_at", "bumped_at", "last_version_at"):
        return "2024-03-01 10:00:00.123456"
    return {"post_type": "1", "version": "1", "archetype": "regular"}.get(name)


def _copy(value: Any) -> str:
    if value is None:
        return "\\N"
    text = str(value).replace("\\", "\\\\")
    return text.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def _mysql(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    text = str(value).replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace('"', '\\"')
    return f"'{text}'"
