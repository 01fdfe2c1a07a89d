"""What must be true of mail whatever happened: each statement gives the ids that break it, none when all is well."""

CHECKS: dict[str, str] = {
    "nothing is in hand beyond its lease": """
        SELECT id FROM messaging_delivery WHERE state IN ('claimed', 'handing_over')
            AND lease_until < statement_timestamp() - interval '10 minutes'""",
    "what was sent says when": """
        SELECT id FROM messaging_delivery WHERE state = 'sent' AND sent_at IS NULL""",
}
