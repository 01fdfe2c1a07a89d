"""What members are told inside the site, written when it is shown."""
