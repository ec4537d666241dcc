"""Bins of the directory: whoever fits some filters stands in one that is looked into, and an upgrade puts everybody where new ones stand."""

from itertools import product
from pathlib import Path

import sqlalchemy as sa
from alembic import command

from cups.profiles import bins
from cups.store import migrate

YES_NO = (False, True)


def test_whoever_fits_is_in_a_bin_that_is_looked_into_and_few_others_are() -> None:
    for both, over_35, verified, stars in product(YES_NO, YES_NO, YES_NO, range(51)):
        own = bins.bin_of(both=both, over_35=over_35, verified=verified, stars=stars)
        for wants in product(YES_NO, YES_NO, YES_NO, (0, 1, 30, 40, 45, 47, 49, 50)):
            looked_into = bins.fitting(both=wants[0], over_35=wants[1], verified=wants[2], stars=wants[3])
            assert len(looked_into) == len(set(looked_into))
            fits = all(has or not wanted for has, wanted in zip((both, over_35, verified), wants, strict=False))
            if fits and stars >= wants[3]:
                assert own in looked_into
            elif own in looked_into:
                assert fits and stars >= max(at for at in bins.STARS if at <= wants[3]), "of the same class of stars"


def test_an_upgrade_puts_everybody_into_the_bin_of_their_filters(tmp_path: Path) -> None:
    """On the database that is there when the version before ends."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with engine.begin() as conn:
        command.upgrade(migrate.config(conn), "f6b19d3e07c4")
    every = list(product(YES_NO, YES_NO, YES_NO, (0, 29, 30, 39, 44, 45, 47, 48, 49, 50)))
    insert = sa.text(
        'insert into listed (language, serves, place, account_id, name_key, "both", over_35, verified, stars, refused) '
        "values ('en', 'adult', :place, :place, '', :both, :over_35, :verified, :stars, '')"
    )
    with engine.begin() as conn:
        rows = [
            {"place": str(at), "both": b, "over_35": o, "verified": v, "stars": s}
            for at, (b, o, v, s) in enumerate(every)
        ]
        conn.execute(insert, rows)
    migrate.upgrade(engine)
    with engine.begin() as conn:
        found = conn.execute(sa.text('select "both", over_35, verified, stars, place, spot from listed')).all()
        assert len(found) == len(every)
        for both, over_35, verified, stars, place, spot in found:
            bin = bins.bin_of(both=bool(both), over_35=bool(over_35), verified=bool(verified), stars=stars)
            assert spot == bins.spot("en", "adult", bin, place)
