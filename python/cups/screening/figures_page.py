"""The page of figures, made from the cases: docs/screening-figures.md."""

from collections.abc import Iterable

from cups.screening.model import CRISIS
from cups.screening.report import (
    GATED,
    LANGUAGES,
    PAGE,
    PARTS_OF_SET,
    Told,
    abouts,
    agrees,
    false_flags,
    figures,
    recall,
    results,
    wrong,
)

FIRST_SIGHT = """\
| measured the first time, before anybody had looked | cases | recall, crisis | precision, crisis | recall, contact | precision, contact | false flags |
|---|---|---|---|---|---|---|
| held out, all languages (rules of the revision that says "Spanish and Arabic rules and cases") | 670 | 0.725 | 0.892 | 0.945 | 0.990 | 6.2 % |
| the English ones of these | 520 | 0.678 | 0.859 | 0.944 | 1.000 | 6.5 % |
| the Spanish ones | 75 | 0.933 | 0.966 | 1.000 | 0.909 | 10.0 % |
| the Arabic ones | 75 | 0.800 | 1.000 | 0.900 | 1.000 | 0.0 % |
| fresh, English (rules of the revision that says "Wider rules, after a first look at the cases held out") | 170 | 0.647 | 0.917 | | | 5.9 % |
| new, the half for development (the same rules, before "Signs of danger put together from parts") | 225 | 0.767 | 0.849 | | | 11.5 % |
| new, the half kept unseen (the same rules) | 245 | 0.630 | 0.899 | | | 7.6 % |
| **new, the half kept unseen, with the rules put together from parts: measured once** | 245 | 0.945 | 0.938 | | | 6.8 % |
| the English ones of these | 178 | 0.934 | 0.934 | | | 6.9 % |
| the Spanish ones | 33 | 0.947 | 0.900 | | | 14.3 % |
| the Arabic ones | 34 | 1.000 | 1.000 | | | 0.0 % |
"""
"""What cannot be measured twice. No line of the unseen half that was wrong has been looked at. Ten of 480 new lines that stood in the set already were taken
out of all rows afterwards: they were not new."""


def page() -> str:
    told = results()
    lines = [
        "# Figures of screening",
        "",
        "Made by `python -m cups.screening.report`; a test holds it against the rules. [Screening](screening.md) says what all of it means.",
        "",
        "**This is our own set, written by the people who wrote the rules. It is no clinical validation.** It shows that the rules do what they were",
        "written to do; how they do on what people really write is another question, and the first two tables below say how far apart the two are.",
        "",
        "## At first sight",
        "",
        FIRST_SIGHT.rstrip(),
        "",
        "The unseen half was aimed at 0.85 of crisis found with at most 4 % false flags: the first was reached, the second was not. The person who wrote",
        "these lines, both halves, then wrote the rules, without looking at what the unseen half got wrong, but with a memory of having written it: the",
        "figure flatters. Of harder lines of the same hand, written afterwards to find gaps, 0.57 to 0.73 was found at first sight (they are not kept in",
        "the set, as the rules were then widened by them). Whoever runs a site must not take a silent screen for safety.",
        "",
        "## As the rules are now",
        "",
        "| part | cases | recall, crisis | precision, crisis | recall, contact | precision, contact | false flags on benign lines |",
        "|---|---|---|---|---|---|---|",
    ]
    gated = [one for one in told if one.case.part in GATED]
    for name, some in (
        ("tuned and held out: what the gates are about", gated),
        *((part.replace("_", " "), [one for one in told if one.case.part == part]) for part in PARTS_OF_SET),
        *((f"{LANGUAGES[code]}, all", [one for one in told if one.case.language == code]) for code in LANGUAGES),
    ):
        lines.append(_row(name, some))
    lines += [
        "",
        "Recall of crisis counts any sign of crisis: own danger, another's, abuse told of; all show help and call somebody. Precision is how many of the",
        "flagged lines are of that class. False flags are benign lines on which any rule acts.",
        "",
    ]
    about = abouts()
    for code, language in LANGUAGES.items():
        lines += [
            f"## {language}, by function",
            "",
            "| function | what is said | expected | cases | right | held out | fresh | unseen |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for function in dict.fromkeys(one.case.function for one in told if one.case.language == code):
            some = [one for one in told if (one.case.language, one.case.function) == (code, function)]
            cells = [
                function,
                about[code, function],
                some[0].case.expect,
                str(len(some)),
                *(_share(some, part) for part in (None, "held_out", "fresh", "unseen")),
            ]
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _row(name: str, told: list[Told]) -> str:
    crisis, contact = figures(told, *CRISIS), figures(told, "contact")
    others = f"{contact.recall:.3f} | {contact.precision:.3f}" if contact.cases else " | "
    return f"| {name} | {len(told)} | {crisis.recall:.3f} | {crisis.precision:.3f} | {others} | {false_flags(told) * 100:.1f} % |"


def _share(told: Iterable[Told], part: str | None) -> str:
    some = [one for one in told if part is None or one.case.part == part]
    if not some:
        return ""
    return f"{sum(agrees(one.case.expect, one.classes) for one in some)} of {len(some)} ({recall(some):.2f})"


def main(arguments: list[str]) -> int:
    if "--wrong" in arguments:
        wrong()
        return 0
    text = page()
    stale = not PAGE.exists() or PAGE.read_text("utf-8") != text
    if "--check" in arguments:
        if stale:
            print(f"{PAGE.name} does not agree with the rules: run python -m cups.screening.report")
        return int(stale)
    PAGE.write_text(text, "utf-8")
    return 0
