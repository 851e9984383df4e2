"""Settings of the documentation: Markdown pages, every warning an error, no network."""

from importlib import metadata

project = "protocol-dsl"
author = "The protocol-dsl authors"
release = metadata.version("protocol-dsl")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.doctest", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

nitpicky = True
# Names of other projects cannot be looked up without a network; our own must resolve.
nitpick_ignore_regex = [("py:.*", r"(?!protocol_dsl\b).*")]

autodoc_typehints = "description"
autodoc_member_order = "bysource"

# A protocol's text is shown as it is; there is no highlighter for it, and none is wanted by default.
highlight_language = "none"

html_theme = "furo"
html_title = "protocol-dsl"
html_show_copyright = False
html_show_sphinx = False
