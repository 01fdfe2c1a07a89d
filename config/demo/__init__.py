"""The demonstration: a tea shop with its guests. `story` says who and what, `fill` makes it through the apps' own actions."""
