"""What a protocol says once names are resolved and units fixed, and what goes in and comes out of the engines. All frozen."""
