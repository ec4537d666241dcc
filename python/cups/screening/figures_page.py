"""The page of figures."""

from cups.screening.report import wrong


def main(arguments: list[str]) -> int:
    if "--wrong" in arguments:
        wrong()
    return 0
