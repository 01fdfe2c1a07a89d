"""Promises that hold for every table of ours."""

import pytest
from django.apps import apps
from django.db import models

from tests.architecture.test_house import APPS

OURS = [model for app in APPS for model in apps.get_app_config(app).get_models()]
LAYERS = [
    "outbox",
    "members",
    "messaging",
    "community",
    "loyalty",
    "referrals",
    "insights",
    "care",
    "campaigns",
    "integrations",
    "cms",
]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_foreign_keys_point_down(model: type[models.Model]) -> None:
    for field in model._meta.local_fields:
        target = getattr(field, "related_model", None)
        if target is not None and target._meta.app_label in LAYERS:
            assert LAYERS.index(target._meta.app_label) <= LAYERS.index(model._meta.app_label), field


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_public_ids_are_unique_and_random(model: type[models.Model]) -> None:
    names = {field.name: field for field in model._meta.local_fields}
    if "public_id" in names:
        field = names["public_id"]
        assert field.unique
        assert callable(field.default)


def test_only_pages_and_campaigns_know_wagtail_tables() -> None:
    found = [
        f"{model._meta.label}.{field.name}"
        for model in OURS
        for field in model._meta.local_fields
        if getattr(field, "related_model", None) is not None
        and field.related_model._meta.app_label.startswith("wagtail")
        and model._meta.app_label not in {"cms", "campaigns"}
    ]
    assert found == []


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_the_events_page_is_generated_from_the_code() -> None:
    from django.core.management import call_command

    call_command("events_reference", check=True)
