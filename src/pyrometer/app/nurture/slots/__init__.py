"""Content by temperature: slots of the site, what was seen in them, and coupons."""
