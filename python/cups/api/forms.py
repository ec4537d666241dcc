"""Plain HTML forms: read as text fields, turned into the same structs that REST takes."""

from typing import Annotated, Any, TypeVar

import msgspec
from litestar.enums import RequestEncodingType
from litestar.params import Body

from cups.errors import Refused

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
T = TypeVar("T", bound=msgspec.Struct)


def read(form: dict[str, Any], shape: type[T], **values: Any) -> T:
    """The form's fields that the struct knows, and `values`; empty fields count as not given. bad-input names the field that does not fit."""
    known = {f.name for f in msgspec.structs.fields(shape)}
    found = {name: text for name, text in form.items() if name in known and text != ""} | values
    try:
        return msgspec.convert(found, shape, strict=False)
    except msgspec.ValidationError as error:
        text = str(error)
        field = text.partition("`$.")[2].partition("`")[0] or text.partition("field `")[2].partition("`")[0] or None
        raise Refused(_CODES.get(field or "", "bad-input"), field=field) from None


_CODES = {"password": "password-too-short", "name": "name-not-allowed", "email": "email-not-valid"}


def local(target: str | None, default: str = "/") -> str:
    """Where to go next: a path of ours, or the default. Never another site."""
    if (
        not target
        or not target.startswith("/")
        or target.startswith(("//", "/\\"))
        or "\\" in target
        or any(c < " " for c in target)
    ):
        return default
    return target
