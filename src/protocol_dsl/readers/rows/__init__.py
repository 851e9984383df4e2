"""One reader a table: rows of text become facts of a participant."""
