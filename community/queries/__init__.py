"""Reading the community; other apps get frozen rows."""
