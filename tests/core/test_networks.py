"""Which addresses lie in what an operator named; the native reactor and the reference in Python agree on it (tests/gateway/reactor/test_door.py)."""

import pytest

from cups.networks import network, within


@pytest.mark.parametrize(
    ("address", "networks", "is_in"),
    [
        ("127.0.0.1", ("127.0.0.1",), True),
        ("::ffff:127.0.0.1", ("127.0.0.1",), True),
        ("127.0.0.1", ("::ffff:127.0.0.1",), True),
        ("127.0.0.2", ("127.0.0.1",), False),
        ("10.42.255.1", ("192.0.2.1", "10.42.0.0/16"), True),
        ("::ffff:10.42.255.1", ("10.42.0.0/16",), True),
        ("10.43.0.1", ("10.42.0.0/16",), False),
        ("fd00:42::7", ("fd00:42::/64",), True),
        ("fd00:43::7", ("fd00:42::/64",), False),
        ("10.42.0.1", (), False),
        ("10.42.0.1", ("proxy.internal", "10.42.0.1"), True),
        ("unknown", ("0.0.0.0/0",), False),
    ],
)
def test_who_is_in(address: str, networks: tuple[str, ...], is_in: bool) -> None:
    assert within(address, networks) is is_in


@pytest.mark.parametrize("text", ["", "everybody", "10.0.0.1/8", "10.0.0.0/33", "/8"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        network(text)
