"""Numbers and dates as people here read them, where Django's own form of a language differs."""
