"""Drafts of rules, their trials, and publishing what was tried."""
