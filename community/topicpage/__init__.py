"""What a topic's page is made of: kept parts that are the same for all readers, and the few that are a reader's own."""
