"""Sentences that are made from codes and numbers, in the reader's language."""
