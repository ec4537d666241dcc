"""Takes Liquid tags and kramdown extensions out of a text: they speak to the programs that build sites, not to readers.

Line breaks inside what is taken out stay, so that every line keeps its number. An opening without its end is no tag
and stays as it is.
"""

import re

_EXTENSION = re.compile(r"\{:[:/][^}\n]{0,500}\}")
_NAMED_LIST = re.compile(r"^[ ]{0,3}\{:[\w-]+:[^}\n]{0,1000}\}[ \t]*$", re.MULTILINE)


def without_templating(text: str) -> str:
    """The text as its readers are meant to see it. Takes time linear in its length."""
    for opening, closing in (
        ("{% comment %}", "{% endcomment %}"),
        ("{%", "%}"),
        ("{{", "}}"),
        ("{::comment}", "{:/comment}"),
        ("{::options", "/}"),
    ):
        text = _without_spans(text, opening, closing)
    return _NAMED_LIST.sub("", _EXTENSION.sub("", text))


def _without_spans(text: str, opening: str, closing: str) -> str:
    parts: list[str] = []
    position = 0
    while (start := text.find(opening, position)) >= 0:
        end = text.find(closing, start + len(opening))
        if end < 0:
            # No later opening can have an end either; looking again at each would take quadratic time.
            break
        end += len(closing)
        parts.append(text[position:start])
        parts.append("\n" * text.count("\n", start, end))
        position = end
    parts.append(text[position:])
    return "".join(parts)
