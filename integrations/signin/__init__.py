"""Signing in once for shop and site: other services vouch for people here, and we vouch for our members elsewhere."""
