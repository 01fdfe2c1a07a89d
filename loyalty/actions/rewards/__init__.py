"""Claims, coupons and gifts."""
