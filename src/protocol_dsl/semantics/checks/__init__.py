"""One module a family of mistakes; one function and one code a mistake."""
