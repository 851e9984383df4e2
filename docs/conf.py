"""Settings of the documentation: Markdown pages, every warning an error, no network."""

from importlib import metadata

from pygments.lexer import RegexLexer, words
from pygments.token import Comment, Keyword, Literal, Name, Number, String, Text
from sphinx.application import Sphinx
from sphinx.highlighting import lexers

from protocol_dsl.syntax.keywords import declaration_words, reserved_words

project = "protocol-dsl"
author = "The protocol-dsl authors"
release = metadata.version("protocol-dsl")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.doctest", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

nitpicky = True
# Names of other projects cannot be looked up without a network; our own must resolve.
# The rooms behind the public interface are not documented member by member.
nitpick_ignore_regex = [
    ("py:.*", r"(?!protocol_dsl\b).*"),
    ("py:.*", r"protocol_dsl\.(interpret|project|readers|semantics|syntax|writers|statistics)\..*"),
    ("py:.*", r"protocol_dsl\.[A-Z].*"),
]

# The examples in docstrings are run by pytest, each in its own module.
doctest_test_doctest_blocks = ""

autodoc_typehints = "description"
autodoc_member_order = "bysource"

highlight_language = "none"


class ProtocolLexer(RegexLexer):  # type: ignore[misc] # pygments is published without types
    """The language, coloured: its words are those of the grammar."""

    name = "protocol"
    tokens = {  # noqa: RUF012 - as pygments wants it
        "root": [
            (r"#.*$", Comment),
            (r'"[^"\n]*"', String),
            (words(declaration_words(), prefix=r"^", suffix=r"\b"), Keyword.Declaration),
            (words(reserved_words(), prefix=r"(?<!\w)", suffix=r"(?!\w)"), Keyword),
            (r"\d{4}-\d\d(-\d\d)?", Literal.Date),
            (r"\d[\d_]*(\.\d+)?", Number),
            (r"\w+", Name),
            (r"\s+|.", Text),
        ]
    }


lexers["protocol"] = ProtocolLexer()

html_theme = "furo"
html_title = "protocol-dsl"
html_show_copyright = False
html_show_sphinx = False


def leave_out_of_the_sidebar(app: Sphinx, _: object) -> None:
    """The pages of codes are found in their index: hundreds of them beside each page hid the others.

    To work them out for each page took two thirds of the time as well.
    """
    if app.env.docname.startswith("codes/PD"):
        app.env.metadata[app.env.docname]["orphan"] = True


def setup(app: Sphinx) -> None:
    """What the documentation does beside its extensions."""
    app.connect("doctree-read", leave_out_of_the_sidebar)
