"""Webhooks out: what happened here, told to machines of the shop by Standard Webhooks 1.0.0 (specs: integrations 5, 6)."""
