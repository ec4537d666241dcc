"""Addresses and networks of addresses, as operators write them: 127.0.0.1, or 10.42.0.0/16."""

import ipaddress
from collections.abc import Iterable
from functools import lru_cache

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@lru_cache(maxsize=256)
def network(text: str) -> Network:
    """ValueError for what is neither; of a network the bits that are not its own are 0. An address in the mapped form is the IPv4 one."""
    if "/" in text:
        return ipaddress.ip_network(text)
    return ipaddress.ip_network(plain(text))


def plain(address: str) -> str:
    """Without what a socket for both kinds of addresses puts before an IPv4 one."""
    return address.removeprefix("::ffff:") if "." in address else address


@lru_cache(maxsize=4096)
def within(address: str, networks: tuple[str, ...]) -> bool:
    """Whether a socket's address lies in one of them. False for what is no address."""
    try:
        found = ipaddress.ip_address(plain(address))
    except ValueError:
        return False
    return any(found in one for one in _read(networks))


def _read(networks: Iterable[str]) -> Iterable[Network]:
    for text in networks:
        try:
            yield network(text)
        except ValueError:
            continue  # `cups doctor` says so
