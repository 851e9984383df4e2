"""Results, models and diagnostics as text, JSON, listings. Pure: strings out, no file and no terminal."""
