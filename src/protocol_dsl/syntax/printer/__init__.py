"""A tree as text, laid out as authors write it: what is printed is read again as an equal tree."""

from protocol_dsl.syntax.printer.declarations import print_declaration, print_file
from protocol_dsl.syntax.printer.expressions import print_expression, print_period, print_point

__all__ = ["print_declaration", "print_expression", "print_file", "print_period", "print_point"]
