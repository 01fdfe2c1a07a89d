"""What the community adds to other parts of the site, registered when the apps are ready."""
