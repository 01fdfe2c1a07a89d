"""Seasons: tables that begin afresh."""
