"""`python -m cups` is the command `cups`."""

from cups.cli import main

raise SystemExit(main())
