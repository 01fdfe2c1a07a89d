"""Django's PostgreSQL, with a cheaper look whether a kept connection is still there (settings.DATABASES)."""
