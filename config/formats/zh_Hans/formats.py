"""As shops and banks in China write them: 1,250 and 9月5日 (Django: 1250 and 09月5日)."""

MONTH_DAY_FORMAT = "n月j日"
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
