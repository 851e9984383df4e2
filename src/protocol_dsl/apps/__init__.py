"""The only rooms with a terminal, a socket or arguments."""
