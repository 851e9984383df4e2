"""Results for a person at a terminal: at most 100 columns, the same on every terminal but for colour."""
