"""The day on which a lead's temperature may change by itself is never told too late."""
