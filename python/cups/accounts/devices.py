"""What kind of device a session is on, in two words made of the user agent: enough to know one's own again, and all that is kept of it."""

from typing import NamedTuple

_BROWSERS = (
    ("Edg", "edge"),
    ("OPR/", "opera"),
    ("SamsungBrowser", "samsung"),
    ("Firefox", "firefox"),
    ("FxiOS", "firefox"),
    ("CriOS", "chrome"),
    ("Chrome", "chrome"),
    ("Safari", "safari"),
)
"""The first that is found counts: most browsers also name those they descend from."""
_SYSTEMS = (
    ("Android", "android"),
    ("iPhone", "iphone"),
    ("iPad", "ipad"),
    ("Windows", "windows"),
    ("Mac OS X", "mac"),
    ("CrOS", "chromeos"),
    ("Linux", "linux"),
)
BROWSERS = frozenset(word for _, word in _BROWSERS)
SYSTEMS = frozenset(word for _, word in _SYSTEMS)


class Device(NamedTuple):
    """Words of the catalogue, `accounts-browser-…` and `accounts-system-…`; empty: not known."""

    browser: str = ""
    system: str = ""
    word: str = ""
    """The random word by which this browser is known again (`browsers`); empty: it is not asked whether it is."""


def of_agent(agent: str) -> Device:
    """No version, no model, nothing that tells one phone from the next of its kind."""
    browser = next((word for mark, word in _BROWSERS if mark in agent), "")
    return Device(browser, next((word for mark, word in _SYSTEMS if mark in agent), ""))


def stored(device: Device) -> str:
    return f"{device.browser}/{device.system}"


def read(text: str) -> Device:
    """As `stored` wrote it; a word that is no longer known counts as none."""
    browser, _, system = text.partition("/")
    return Device(browser if browser in BROWSERS else "", system if system in SYSTEMS else "")
