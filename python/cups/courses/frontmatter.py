"""The YAML front matter of a text file: scalar fields between two lines of `---`, each with its line.

Only the node tree is built, never YAML's objects, so aliases can't blow up and a title such as `1984` stays text.
"""

import re

import msgspec
import yaml

_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*$")


class Field(msgspec.Struct, frozen=True):
    """The text of one field, its line in the file (from 1), and whether it was quoted."""

    value: str
    line: int
    quoted: bool = False


class FrontMatter(msgspec.Struct, frozen=True):
    """`body` is the text after the front matter, with empty lines in its place: line numbers stay those of the file.

    An empty or null field has no characters in its value; a list or mapping is not in `fields`.
    """

    fields: dict[str, Field]
    body: str


class FrontMatterError(ValueError):
    """Front matter that is missing or not readable, with the line (from 1) where it goes wrong."""

    def __init__(self, line: int, message: str, *, missing: bool = False) -> None:
        super().__init__(message)
        self.line = line
        self.missing = missing


def read_front_matter(text: str) -> FrontMatter:
    """Split a text, whose line ends must be `\\n`, into front matter and body. Raises FrontMatterError."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise FrontMatterError(1, "the file does not begin with front matter (a line of ---)", missing=True)
    end = next((index for index in range(1, len(lines)) if _CLOSING.match(lines[index])), None)
    if end is None:
        raise FrontMatterError(1, "the front matter has no closing line of ---")
    return FrontMatter(
        fields=_read_fields("\n".join(lines[1:end]) + "\n"),
        body="\n" * (end + 1) + "\n".join(lines[end + 1 :]),
    )


def _read_fields(source: str) -> dict[str, Field]:
    try:
        root = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # The first line of the source is the second of the file, and marks count from 0.
        line = mark.line + 2 if mark else 1
        raise FrontMatterError(line, f"the front matter is not YAML: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        line = source.count("\n", 0, error.position) + 2
        raise FrontMatterError(line, "the front matter holds a character that YAML forbids") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise FrontMatterError(1, "the front matter is not YAML") from error
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise FrontMatterError(2, "the front matter is not a list of `key: value` lines")
    fields: dict[str, Field] = {}
    for key, value in root.value:
        line = key.start_mark.line + 2
        if not isinstance(key, yaml.ScalarNode):
            raise FrontMatterError(line, "a key of the front matter is not a word")
        if key.value in fields:
            raise FrontMatterError(line, f"the front matter has {key.value} twice")
        # Lists and mappings are other programs' fields; nothing here reads them.
        if isinstance(value, yaml.ScalarNode):
            content = "" if value.tag == "tag:yaml.org,2002:null" else value.value.strip()
            fields[key.value] = Field(value=content, line=line, quoted=value.style in ("'", '"'))
    return fields
