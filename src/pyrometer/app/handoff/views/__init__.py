"""The pages of sales: the inbox, one lead, all leads."""
