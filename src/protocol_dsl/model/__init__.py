"""What a protocol says, names resolved and units fixed; what goes into the engines and what comes out. All frozen."""
