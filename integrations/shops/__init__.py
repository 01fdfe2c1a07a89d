"""Orders coming in from shops: verified, kept, translated, and handed to loyalty as one action."""
