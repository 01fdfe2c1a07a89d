"""Coming from elsewhere: what another forum's export says, in one neutral form (spec: community 17).

A converter (`discourse`, `phpbb`) reads a dump and yields neutral rows; `community.actions.arrivals` writes them. Nothing
here knows of our tables.
"""
