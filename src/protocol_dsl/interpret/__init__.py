"""One participant at a time: the meaning of the language. Pure; it reads no clock and no file."""
