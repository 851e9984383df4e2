"""Endpoints of one participant: who is counted, what is found, what is missing and why."""
