"""The style guide's examples: what a component needs to be shown. Development only."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator

STAGES = ["potential", "exploration", "formation", "stable", "decline", "lapsed", "recovered"]
TIERS = [(1, "Guest"), (2, "Regular"), (3, "Old friend"), (4, "Family")]


class ExampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(max_length=60, help_text="What others read beside your posts.")
    email = forms.EmailField(label="E-mail")
    board = forms.ChoiceField(choices=[("tea", "Tea table"), ("help", "Questions"), ("news", "News")])
    about = forms.CharField(widget=forms.Textarea, required=False, label="About you")
    picture = forms.FileField(required=False, help_text="PNG, JPEG, GIF or WebP, at most 8 MB.")
    code = forms.CharField(required=False, widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}))
    channel = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=[("email", "By e-mail"), ("site", "Only on this site")],
        label="How to reach you",
    )
    topics = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, choices=[("new", "New teas"), ("shows", "Evening shows")], required=False
    )
    consent = forms.BooleanField(label="Write to me about offers", help_text="You can take this back at any time.")


def examples() -> dict[str, Any]:
    """Context of the style guide."""
    return {
        "stages": STAGES,
        "tiers": TIERS,
        "form": ExampleForm({"name": "", "email": "not an address", "board": "tea", "channel": "email"}),
        "fresh_form": ExampleForm(),
        "page": Paginator(range(200), 10).page(7),
        "crumbs": [("Forum", "/forum/"), ("Tea table", "/b/tea/"), ("Which pot for oolong?", "")],
        "moment": datetime(2026, 3, 1, 14, 5, tzinfo=UTC),
        "matrix": _matrix(),
        "bars": [
            ("Stable", 412, "jade"),
            ("Decline", 176, "amber"),
            ("Lapsed", 89, "cinnabar"),
            ("Recovered", 31, "indigo"),
        ],
        "colours": ["paper", "surface", "sunk", "ink", "ink-soft", "cinnabar", "jade", "amber", "indigo", "danger"],
    }


def _matrix() -> list[dict[str, Any]]:
    """From each stage to each stage: members who moved in a quarter."""
    counts = [
        [820, 96, 12, 0, 0, 31, 0],
        [0, 240, 71, 8, 14, 22, 0],
        [0, 0, 310, 64, 38, 5, 0],
        [0, 0, 0, 412, 57, 3, 0],
        [0, 0, 0, 29, 176, 89, 0],
        [0, 0, 0, 0, 0, 640, 31],
        [0, 0, 11, 9, 4, 2, 40],
    ]
    return [
        {"stage": stage, "cells": [(to, count, _heat(count)) for to, count in zip(STAGES, row, strict=True)]}
        for stage, row in zip(STAGES, counts, strict=True)
    ]


def _heat(count: int) -> int:
    return sum(count >= edge for edge in (1, 10, 50, 200, 400))
