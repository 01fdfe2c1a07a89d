"""What helps while somebody writes: drafts, texts sent while signed out, what differs between two texts."""
