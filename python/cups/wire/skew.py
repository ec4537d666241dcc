"""Reading what another release of this program tells: fields that this one does not know are left out, at any depth.

What comes from people is refused over an unknown field. Two releases run beside each other while a new one is rolled out, and what the newer one adds
must not stop the older from hearing the rest.
"""

from functools import cache
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import inspect

T = TypeVar("T")
LISTS = (inspect.ListType, inspect.VarTupleType, inspect.TupleType, inspect.SetType, inspect.FrozenSetType)


class Lenient(Generic[T]):
    """Decodes MessagePack as `type`. `ValueError` for what this release cannot understand even without what it does not know."""

    def __init__(self, type: Any) -> None:
        self._type = type
        self._decoder: msgspec.msgpack.Decoder[T] = msgspec.msgpack.Decoder(type)

    def decode(self, raw: bytes | msgspec.Raw) -> T:
        try:
            return self._decoder.decode(raw)
        except msgspec.ValidationError:
            # Only beside a newer release: the usual way costs nothing more.
            found: T = msgspec.convert(_known(msgspec.msgpack.decode(raw), _info(self._type)), self._type)
            return found


@cache
def _info(type: Any) -> inspect.Type:
    return inspect.type_info(type)


def _known(value: Any, info: inspect.Type) -> Any:
    """The value without the fields that its type does not have."""
    match info:
        case inspect.StructType() if isinstance(value, dict):
            names = {field.encode_name: field.type for field in info.fields}
            kept = {name: _known(value[name], kind) for name, kind in names.items() if name in value}
            return kept | ({info.tag_field: value[info.tag_field]} if info.tag_field in value else {})
        case inspect.StructType() if isinstance(value, list):
            first = info.tag_field is not None
            kinds = [field.type for field in info.fields]
            return value[:first] + [_known(one, kind) for one, kind in zip(value[first:], kinds, strict=False)]
        case inspect.ListType() | inspect.VarTupleType() | inspect.SetType() | inspect.FrozenSetType():
            return [_known(one, info.item_type) for one in value] if isinstance(value, list) else value
        case inspect.TupleType() if isinstance(value, list):
            return [_known(one, kind) for one, kind in zip(value, info.item_types, strict=False)]
        case inspect.DictType() if isinstance(value, dict):
            return {key: _known(one, info.value_type) for key, one in value.items()}
        case inspect.UnionType():
            return _of_union(value, info)
        case inspect.Metadata():
            return _known(value, info.type)
    return value


def _of_union(value: Any, info: inspect.UnionType) -> Any:
    """As the one of its types that it is meant for: among structs the tag tells."""
    kinds = [kind.type if isinstance(kind, inspect.Metadata) else kind for kind in info.types]
    for kind in kinds:
        if isinstance(kind, inspect.StructType):
            fits = isinstance(value, list if kind.array_like else dict)
            if fits and (kind.tag_field is None or kind.tag == _tag(value, kind.tag_field)):
                return _known(value, kind)
        elif isinstance(kind, LISTS if isinstance(value, list) else inspect.DictType):
            return _known(value, kind)
    return value


def _tag(value: Any, field: str) -> Any:
    if isinstance(value, dict):
        return value.get(field)
    return value[0] if value else None
