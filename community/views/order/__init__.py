"""Order: flags, the review queue, people, word rules, the log. The queue is one set of views in two frames: the
console's for moderators, the site's for whoever moderates a board only and has no key to the console."""
