"""The Celery application and beat's timetable. Celery only nudges: every task finds its work in PostgreSQL."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("laoyou")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# A sweep that waited longer than its own period is useless: `expires` keeps them from piling up behind a long task.
app.conf.beat_schedule = {
    "outbox": {"task": "outbox.tasks.deliver", "schedule": 5.0, "options": {"expires": 10}},
    "heartbeat": {"task": "outbox.tasks.beat_heart", "schedule": 15.0, "options": {"expires": 15}},
    "mail": {"task": "messaging.tasks.send_due", "schedule": 10.0, "options": {"expires": 20}},
    "bundles": {"task": "messaging.tasks.bundle", "schedule": 60.0, "options": {"expires": 60}},
    "digests": {"task": "messaging.tasks.digest", "schedule": 600.0, "options": {"expires": 600}},
    "pushes": {"task": "messaging.tasks.send_pushes", "schedule": 10.0, "options": {"expires": 20}},
    "boards": {"task": "community.tasks.recount_boards", "schedule": 10.0, "options": {"expires": 10}},
    "cards": {"task": "community.tasks.serve_due_cards", "schedule": 60.0, "options": {"expires": 60}},
    "recook-posts": {
        "task": "community.tasks.recook",
        "schedule": 10.0,
        "args": ["post"],
        "options": {"expires": 10, "priority": 9},
    },
    "recook-messages": {
        "task": "community.tasks.recook",
        "schedule": 10.0,
        "args": ["message"],
        "options": {"expires": 10, "priority": 9},
    },
    "recook-sessions": {
        "task": "community.tasks.recook",
        "schedule": 10.0,
        "args": ["session"],
        "options": {"expires": 10, "priority": 9},
    },
    "recook-series": {
        "task": "community.tasks.recook",
        "schedule": 10.0,
        "args": ["series"],
        "options": {"expires": 10, "priority": 9},
    },
    "rewards": {"task": "loyalty.tasks.sweep_rewards", "schedule": 120.0, "options": {"expires": 120}},
    "departures": {"task": "community.tasks.settle_departures", "schedule": crontab(minute=50)},
    "composer": {"task": "community.tasks.clear_composer", "schedule": crontab(minute=35)},
    "order": {"task": "community.tasks.keep_order", "schedule": 60.0, "options": {"expires": 60}},
    "reading": {"task": "community.tasks.keep_reading", "schedule": 30.0, "options": {"expires": 30}},
    "calm-rooms": {"task": "community.tasks.calm_rooms", "schedule": 30.0, "options": {"expires": 30}},
    "room-reminders": {"task": "community.tasks.remind_in_rooms", "schedule": 30.0, "options": {"expires": 30}},
    "top-day": {"task": "community.tasks.rank_topics", "schedule": 300.0, "args": ["day"], "options": {"expires": 300}},
    "top-week": {
        "task": "community.tasks.rank_topics",
        "schedule": 900.0,
        "args": ["week"],
        "options": {"expires": 900},
    },
    "top-month": {"task": "community.tasks.rank_topics", "schedule": crontab(minute=5), "args": ["month"]},
    "top-year": {"task": "community.tasks.rank_topics", "schedule": crontab(minute=15, hour="*/6"), "args": ["year"]},
    "top-all": {"task": "community.tasks.rank_topics", "schedule": crontab(minute=25, hour=4), "args": ["all"]},
    "seats": {"task": "community.tasks.keep_seats", "schedule": 5.0, "options": {"expires": 5}},
    "drops": {"task": "community.tasks.close_drops", "schedule": 5.0, "options": {"expires": 5}},
    "topics": {"task": "community.tasks.keep_time", "schedule": 60.0, "options": {"expires": 60}},
    "live": {"task": "community.tasks.keep_sessions", "schedule": 15.0, "options": {"expires": 15}},
    "live-reminders": {"task": "community.tasks.remind_of_sessions", "schedule": 15.0, "options": {"expires": 15}},
    "series": {"task": "community.tasks.make_sessions", "schedule": 600.0, "options": {"expires": 600}},
    "tags": {"task": "community.tasks.recount_tags", "schedule": 600.0, "options": {"expires": 600}},
    "points": {"task": "loyalty.tasks.nightly", "schedule": crontab(minute=10, hour=2)},
    "birthdays": {"task": "loyalty.tasks.birthdays", "schedule": crontab(minute=20)},
    "seasons": {"task": "loyalty.tasks.seasons", "schedule": 600.0, "options": {"expires": 600}},
    "trials": {"task": "loyalty.tasks.trials", "schedule": 60.0, "options": {"expires": 60}},
    "stages": {"task": "insights.tasks.nightly", "schedule": crontab(minute=40, hour=2)},
    "campaigns": {"task": "campaigns.tasks.tick", "schedule": 60.0, "options": {"expires": 60}},
    "invitations": {"task": "referrals.tasks.reward_due", "schedule": 60.0, "options": {"expires": 60}},
    "api": {"task": "integrations.tasks.nightly", "schedule": crontab(minute=30, hour=3)},
    "shops": {"task": "integrations.shops.tasks.take_in", "schedule": 5.0, "options": {"expires": 10}},
    "shops-ask": {"task": "integrations.shops.tasks.ask", "schedule": 60.0, "options": {"expires": 60}},
    "shops-forget": {"task": "integrations.shops.tasks.nightly", "schedule": crontab(minute=45, hour=3)},
    "webhooks": {"task": "integrations.tasks.send_webhooks", "schedule": 10.0, "options": {"expires": 20}},
    "notices": {"task": "messaging.tasks.clean_notices", "schedule": crontab(minute=50, hour=3)},
    "tries": {"task": "members.tasks.forget_tries", "schedule": crontab(minute=30, hour=3)},
    "trust": {"task": "community.tasks.review_trust", "schedule": crontab(minute=50, hour=2)},
    "rooms": {"task": "community.tasks.forget_old_messages", "schedule": crontab(minute=5, hour=4)},
    "badges": {"task": "community.tasks.review_badges", "schedule": crontab(minute=15, hour=3)},
    "sessions": {"task": "config.tasks.clear_sessions", "schedule": crontab(minute=20, hour=3)},
    "promises": {"task": "config.tasks.look_at_promises", "schedule": crontab(minute=25, hour=5)},
    "publishing": {"task": "config.tasks.publish_scheduled", "schedule": 60.0, "options": {"expires": 60}},
}
