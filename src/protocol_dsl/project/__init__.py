"""Texts held together: the protocol, its libraries and sources, its model, its mistakes, and runs over participants."""
