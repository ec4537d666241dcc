"""Where the page's files are: in the wheel, or in the checkout that this package is run from."""

import os
from functools import cache
from pathlib import Path

_PACKAGED = Path(__file__).parent / "_web"
_CHECKOUT = Path(__file__).parents[2] / "web"


@cache
def web() -> Path:
    """The folder with `templates`, `messages` and `dist`. CUPS_WEB_DIR names another."""
    named = os.environ.get("CUPS_WEB_DIR")
    if named:
        return Path(named)
    return _CHECKOUT if (_CHECKOUT / "templates").is_dir() else _PACKAGED
