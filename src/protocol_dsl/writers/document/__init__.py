"""A protocol as a document to hand round: its content once, and writers that know only the content."""
