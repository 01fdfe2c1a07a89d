"""Pure calculation of campaigns: `proof` (what a result may claim) and `letter` (what a text may contain)."""
