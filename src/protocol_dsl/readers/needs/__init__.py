"""What a protocol reads of a study folder, and why."""
