"""Names of countries and languages, in every language of the catalogue: taken from CLDR, which knows them better than we do.

`python -m cups.cldr` writes `countries.ftl` and `languages.ftl`; a test finds files that differ from what it would write.
"""

import re
import sys

from babel import Locale

from cups import paths, words

LANGUAGES = (
    *(
        "am",
        "ar",
        "az",
        "bg",
        "bn",
        "bs",
        "ca",
        "cs",
        "cy",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "eu",
        "fa",
        "fi",
        "fil",
    ),
    *("fr", "ga", "gl", "gu", "ha", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "km", "kn", "ko"),
    *(
        "ky",
        "lo",
        "lt",
        "lv",
        "mk",
        "ml",
        "mn",
        "mr",
        "ms",
        "mt",
        "my",
        "ne",
        "nl",
        "no",
        "pa",
        "pl",
        "ps",
        "pt",
        "pt-BR",
    ),
    *("ro", "ru", "si", "sk", "sl", "so", "sq", "sr", "sv", "sw", "ta", "te", "th", "tl", "tr", "uk", "ur", "uz", "vi"),
    *("yo", "zh", "zh-Hans", "zh-Hant", "zu"),
)
"""Those that people talk in here, and those that helplines answer in."""
NO_COUNTRIES = frozenset(
    ["AC", "AQ", "BV", "CP", "CQ", "DG", "EA", "EU", "EZ", "HM", "IC", "QO", "TA", "TF", "UM", "UN", "XA", "XB", "ZZ"]
)
"""Codes of two letters that nobody lives in, or that stand for several."""
SHORT = {
    "en": {"HK": "Hong Kong", "MO": "Macao"},
    "es": {"HK": "Hong Kong", "MO": "Macao"},
    "ar": {"HK": "هونغ كونغ", "MO": "ماكاو"},
}
"""What people look for, where CLDR's name is an official one."""
UNICASE = frozenset({"ka"})
"""Scripts whose capitals begin no word."""


def countries(language: str) -> str:
    found = {str(code): str(name) for code, name in Locale.parse(language).territories.items()}
    codes = sorted(code for code in found if re.fullmatch("[A-Z]{2}", code) and code not in NO_COUNTRIES)
    lines = [f"country-{code} = {SHORT.get(language, {}).get(code, found[code])}" for code in codes]
    return "\n".join(("# Countries and territories by their ISO 3166-1 code. Made by python -m cups.cldr.", *lines, ""))


def languages(language: str) -> str:
    lines = [f"language-{code} = {_both(code, language)}" for code in LANGUAGES]
    head = "# Languages by their BCP 47 code: in their own words, then in the page's. Made by python -m cups.cldr."
    return "\n".join((head, *lines, ""))


def _both(code: str, language: str) -> str:
    """In its own words, so that whoever speaks it finds it, and in the page's, for everybody else."""
    # Tagalog is asked for by the name of the language that it became.
    tag = {"tl": "fil"}.get(code, code).replace("-", "_")
    known = Locale.parse(tag)
    own, name = _name(tag, known), _name(tag, Locale.parse(language))
    if known.language not in UNICASE:
        own = own[0].upper() + own[1:]
    return own if own.casefold() == name.casefold() else f"{own} ({name})"


def _name(tag: str, reader: Locale) -> str:
    return reader.languages.get(tag) or Locale.parse(tag).get_display_name(reader) or tag


FILES = {"countries.ftl": countries, "languages.ftl": languages}


def main() -> int:
    for language in words.languages():
        for name, made in FILES.items():
            (paths.web() / "messages" / language / name).write_text(made(language), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
