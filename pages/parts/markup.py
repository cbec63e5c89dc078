"""The one maker of markup: a template beside the part that fills it, every value escaped.

What a template is given is text unless `render` made it; a name that it lacks is an error. Line
breaks between tags are for who reads the template: none of them is drawn.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from metrics.figures import words
from pages.parts.clickable import address

BETWEEN_TAGS = re.compile(r"(?:^|(?<=>))\s*\n\s*|\s*\n\s*(?:$|(?=<))")
KEPT_TOGETHER = re.compile(r"([+−]?[\d.,–]+%?(?: ?(?:个百分点|个所|人次|[个分位名起处次件]))?)")


class LineBreaks(Extension):
    """Leaves out the line breaks between tags, with the indentation after them."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            if token.type == "data":
                yield Token(token.lineno, "data", BETWEEN_TAGS.sub("", token.value))
            else:
                yield token


def kept_together(sentence: str, style: str) -> Markup:
    """A number and its unit stay on one line."""
    whole = Markup('<span class="{}">{}</span>')
    parts = KEPT_TOGETHER.split(sentence)
    return Markup("").join(whole.format(style, p) if i % 2 else p for i, p in enumerate(parts))


ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    extensions=[LineBreaks],
    auto_reload=False,
)
ENVIRONMENT.filters |= {
    "kept_together": kept_together,
    "percent": words.percent,
    "plain": words.plain,
    "points": words.points,
    "signed": words.signed,
}
ENVIRONMENT.globals |= {"address": address, "NONE": words.NONE}


def render(template: str, **values: object) -> Markup:
    """template: its path below pages/parts, as `overview/heat_table.html`."""
    return Markup(ENVIRONMENT.get_template(template).render(values))
