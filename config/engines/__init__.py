"""The PostgreSQL and Valkey that come with Laoyou, run as servers of their own.

`config.embedded` is the door to this package.
"""
