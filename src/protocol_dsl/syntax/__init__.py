"""The text: its grammar, its tree, its mistakes, its printed form. The only room that knows lark."""
