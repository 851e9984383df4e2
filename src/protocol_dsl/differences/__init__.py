"""What differs between two protocols in meaning, in words; layout, order, comments and names of definitions do not."""
