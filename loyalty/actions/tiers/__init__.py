"""Tiers follow credit."""
