"""From text to tree: the grammar, the split at column 0, the AST, the printer, what a wrong word most likely meant."""
