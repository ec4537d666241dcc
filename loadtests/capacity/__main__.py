"""`python -m capacity`: writes docs/capacity.md, if the simulation agrees with the sums. `--check` says whether it is as it would be written."""

import sys

from capacity.check import SEED, agreements
from capacity.page import PAGE, page


def main(words: list[str]) -> int:
    apart = [one for one in agreements(SEED) if not one.holds]
    for one in apart:
        print(f"{one.what}: {one.summed:.4g} by the sums, {one.simulated:.4g} by the simulation", file=sys.stderr)
    if apart:
        return 1
    made = page()
    if "--check" in words:
        return 0 if PAGE.exists() and PAGE.read_text("utf-8") == made else 1
    PAGE.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
