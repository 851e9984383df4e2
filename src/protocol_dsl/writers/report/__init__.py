"""The report of ``check``: one HTML file that needs nothing else.

Jinja2 (extra ``report``) is known to ``page`` alone.
"""
