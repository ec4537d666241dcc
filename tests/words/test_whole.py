"""Nothing is lacking in any language: messages, agreements, guidelines, what a bot says, and what is told of helplines."""

import re
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest

from cups import paths, translations, words
from cups.accounts import agreements
from cups.bots import script
from cups.crisis import helplines
from cups.screening import loading
from cups.wire.people import AgreementKind

OTHERS = [one for one in words.languages() if one != words.DEFAULT]
NAMES_ALONE = {"Pro Juventute"}
"""What stands in brackets behind a service's name and is itself a name."""


def test_there_are_languages_beside_english_and_one_runs_from_right_to_left() -> None:
    assert len(OTHERS) >= 2 and "rtl" in map(words.direction, OTHERS)


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_there_with_its_variables_and_plural_forms(language: str) -> None:
    assert sorted(translations.faults(language)) == [], "translate, look it over, then python -m cups.translations done"


@pytest.mark.parametrize("language", words.languages())
def test_marks_of_direction_come_in_pairs(language: str) -> None:
    for file in sorted((paths.web() / "messages" / language).glob("*.ftl")):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            marks = "".join(re.findall("[\u2066-\u2069]", line))
            assert re.fullmatch("(?:[\u2066-\u2068]\u2069)*", marks), f"{file.name}, line {number}"
            assert not re.search("[\u202a-\u202e]", line), "overrides and embeddings reach beyond their text"


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("kind", ["member", "privacy", "listener"])
def test_every_agreement_in_force_is_told_in_every_language(language: str, kind: AgreementKind) -> None:
    english, told = agreements.current(kind), agreements.current(kind, language)
    assert told.language == language, f"{kind} in {language} is of another version than {english.version}"
    assert _shape(told.html) == _shape(english.html)


@pytest.mark.parametrize("language", OTHERS)
def test_the_guidelines_are_told_in_every_language(language: str) -> None:
    english, told = agreements.guidelines(), agreements.guidelines(language)
    assert told["language"] == language and _shape(told["html"]) == _shape(english["html"])


def _shape(html: str) -> list[str]:
    """Headings, items and rows, in their order: a translation leaves out none."""
    return re.findall(r"<(h\d|li|tr|p)\b", html)


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_told_of_helplines_has_words(language: str) -> None:
    file = files("cups.content").joinpath(f"helplines.{language}.json")
    phrases = msgspec.json.decode(file.read_bytes(), type=dict[str, str])
    needed = set[str]()
    for country in [None, *helplines.countries()]:
        for service in helplines.of(country).services:
            needed |= {service.hours, service.cost, service.who_answers} - {""}
            if "(" in service.name and service.name not in phrases:
                needed.add(service.name.rpartition(" (")[2].removesuffix(")"))
    assert sorted(needed - phrases.keys() - NAMES_ALONE) == []
    told = {one.id: one for one in helplines.of("AR", language).services}
    assert told["ar-emergency"].name == phrases["Emergency services"] and told["ar-emergency"].phone == "911"
    assert phrases["children and teens"] in told["ar-102"].name and told["ar-102"].name.startswith("Línea 102 (")


@pytest.mark.parametrize("language", OTHERS)
def test_noni_speaks_it_and_offers_no_sign_of_danger(language: str) -> None:
    noni = script.shipped()[script_of := "noni", language]
    assert script_of == noni.bot and all(len(line) <= 500 for line in noni.hello)
    core = loading.screening(loading.shipped_ready(), loading.lexicon(), source=loading.sources())
    offered = [choice.words for question in noni.questions for choice in question.choices]
    assert [text for text in offered if core.judge("", text).hits] == []


def test_a_script_that_asks_something_else_is_found() -> None:
    english = script.shipped()["noni", "en"]
    other = msgspec.structs.replace(english, language="es", questions=english.questions[1:])
    with pytest.raises(script.BadScript, match=r"noni\.es\.yaml"):
        script._same_as_english(other, english)


ONE = "a = { $count ->\n    [one] one\n   *[other] { $count }\n  }\nb = { $name } speaks\n"


@pytest.mark.parametrize(
    ("arabic", "why"),
    [
        ("b = { $name }", "a: is missing"),
        ("a = { $count }\nb = { $name }", "does not choose"),
        ("a = { $count ->\n    [one] x\n   *[other] { $count }\n  }\nb = { $name }", "no form for"),
        (ONE.replace("$name", "$who"), "where English has ['name']"),
        (ONE + "c = more", "c: English has no such message"),
    ],
)
def test_what_is_lacking_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arabic: str, why: str) -> None:
    for language, text in (("en", ONE), ("ar", arabic)):
        (tmp_path / "messages" / language).mkdir(parents=True)
        (tmp_path / "messages" / language / "x.ftl").write_text(text, "utf-8")
    monkeypatch.setattr(paths, "web", lambda: tmp_path)
    translations.done(["ar"])
    assert any(why in one for one in translations.faults("ar")), list(translations.faults("ar"))


def test_words_changed_in_english_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for language in ("en", "es"):
        (tmp_path / "messages" / language).mkdir(parents=True)
        (tmp_path / "messages" / language / "x.ftl").write_text("a = You can talk.\n", "utf-8")
    monkeypatch.setattr(paths, "web", lambda: tmp_path)
    translations.done(["es"])
    assert list(translations.faults("es")) == []
    (tmp_path / "messages" / "en" / "x.ftl").write_text("a = You cannot talk.\n", "utf-8")
    assert list(translations.faults("es")) == ["a: the English has changed since, or this was not looked at"]


SEEN_AND_SPOKEN = {
    "bots-change": "bots-change-of",
    "desk-lift": "desk-lift-whose",
    "rooms-unpin": "rooms-unpin-whose",
    "sanction-open": "sanction-open-about",
    "site-switch": "accounts-switch-to",
    "site-leave": "site-leave-long",
    "accounts-session-end": "accounts-session-end-label",
    "accounts-passkey-remove": "accounts-passkey-remove-label",
}
"""What a button shows, and what it is called (WCAG 2.5.3); beside these, every `-short` and the message that it is short for."""


@pytest.mark.parametrize("language", words.languages())
def test_what_a_button_shows_is_in_what_it_is_called(language: str) -> None:
    keys, of = translations.messages(words.DEFAULT).keys(), words.of(language)
    shorts = {key: key.removesuffix("-short") for key in keys if key.endswith("-short")}
    pairs = SEEN_AND_SPOKEN | {short: long for short, long in shorts.items() if long in keys}
    given = dict.fromkeys(("name", "title", "version", "question", "device", "begun", "act"), "x") | {"count": 3}
    told = {key: re.sub("[\u2066-\u2069]", "", of.t(key, **given)).casefold() for key in keys}
    assert len(pairs) > 15
    assert {short: told[short] for short, long in pairs.items() if told[short] not in told[long]} == {}
