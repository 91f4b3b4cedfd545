"""The page on which a lead answers, and the pages that show what was answered."""
