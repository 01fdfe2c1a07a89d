"""Times as 8:30 PM, not 8:30 p.m.: a sentence may end in one, and has one full stop then."""

DATETIME_FORMAT = "N j, Y, g:i A"
TIME_FORMAT = "g:i A"
SHORT_DATETIME_FORMAT = "m/d/Y g:i A"
