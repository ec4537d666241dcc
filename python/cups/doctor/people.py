"""Who and what has to be there before people come: staff, helplines, the training."""

from collections.abc import Iterator

import sqlalchemy as sa

from cups.accounts.queries import count_staff
from cups.courses import queries as courses
from cups.crisis import helplines
from cups.doctor.database import reading, there
from cups.doctor.findings import Finding, Setup, fine, look, wrong

TRAINING = "listener"


def staff(setup: Setup) -> Iterator[Finding]:
    """Calls for people in danger reach those of staff who count."""
    if not there(setup):
        yield look(staff, "There is no database yet.", "After the first start: `cups admin create NAME`.")
        return
    try:
        with reading(setup.settings) as conn:
            holders, counting = count_staff(conn)
    except sa.exc.SQLAlchemyError:
        yield look(staff, "The database cannot be read.", "See *database*.")
        return
    if not holders:
        yield wrong(
            staff,
            "There is nobody of staff: calls for people in danger reach nobody.",
            "`cups admin create NAME`, while the server is stopped.",
        )
    elif not counting:
        yield wrong(
            staff,
            f"None of the {holders} of staff has set up a second factor: calls for people in danger reach nobody.",
            "Have one of them sign in, and set it up, now.",
        )
    elif not setup.settings.staff_second_factor:
        yield look(
            staff,
            "Roles of staff count without a second factor.",
            "Leave CUPS_STAFF_SECOND_FACTOR at its default where others can reach the site.",
        )
    else:
        yield fine(staff, f"{counting} of {holders} of staff count.")


def helpline_list(setup: Setup) -> Iterator[Finding]:
    """Read as the server does at its start."""
    countries = helplines.countries()
    unchecked = [one for one in countries if not all(service.verified for service in helplines.of(one).services)]
    if len(countries) == 0:
        yield wrong(helpline_list, "No country has a helpline.", "Install cups anew: helplines.json is damaged.")
    elif unchecked:
        yield look(
            helpline_list,
            f"Of {len(unchecked)} of {len(countries)} countries not every helpline was confirmed by somebody: {', '.join(unchecked[:8])} …",
            "Have somebody call those of your countries (*First steps*).",
        )
    else:
        yield fine(helpline_list, f"{len(countries)} countries.")


def training(setup: Setup) -> Iterator[Finding]:
    if not there(setup):
        yield look(training, "There is no database yet.", "After the first start: `cups courses import FOLDER`.")
        return
    try:
        with reading(setup.settings) as conn:
            found = TRAINING in courses.keys(conn)
    except sa.exc.SQLAlchemyError:
        yield look(training, "The database cannot be read.", "See *database*.")
        return
    if not found:
        yield look(
            training,
            "There is no course `listener`: nobody can become a listener.",
            "`cups courses import FOLDER`; a beginning is in python/cups/content/courses.",
        )
    else:
        yield fine(training, "There is one for listeners.")
