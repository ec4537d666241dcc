"""The core through its binding, with the shipped rules: disguises, spans, stages, the window, swapping, and rules that cannot be used."""

import threading
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cups._core import Screening
from cups.screening import loading, report
from cups.screening.model import CRISIS, BadRule, Lexicon, Ready

CORE = loading.screening(loading.shipped_ready(), loading.lexicon(), source=loading.sources())
POSITIVES = [
    one.case.text
    for one in report.results()
    if one.right
    and one.case.language == "en"
    and one.case.function in ("crisis-own.direct", "crisis-own.wish-to-die")
    and one.case.text.isascii()
]
ZERO_WIDTH = "\u200b\u200d\u2060\ufeff\u202e"
LEET = str.maketrans({"i": "1", "e": "3", "a": "4", "o": "0"})
LOOKALIKES = str.maketrans({"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "x": "х", "i": "і"})
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x61, 0x7B)})


def rule(id: str = "en.test.one", **more: Any) -> Ready:
    values: dict[str, Any] = {
        "id": id,
        "kind": "hate",
        "action": "block",
        "share": 1000,
        "conversation": False,
        "patterns": ["bad word"],
        "unless": [],
        "only": [],
        "unquoted": False,
        "allow": False,
        "digits": 0,
        "needs": [],
    }
    return Ready(**(values | more))


def made(*rules: Ready, **limits: int) -> Screening:
    return Screening(list(rules), Lexicon(), **limits)


def crisis(text: str) -> bool:
    return CORE.judge("p", text).concern is not None


DISGUISES = {
    "capitals": str.upper,
    "zero-width between letters": lambda text: ZERO_WIDTH[0].join(text),
    "bidi and others between letters": lambda text: ZERO_WIDTH[4].join(text),
    "leetspeak": lambda text: " ".join(word.translate(LEET) if len(word) > 2 else word for word in text.split(" ")),
    "look-alikes": lambda text: text.lower().translate(LOOKALIKES),
    "full width": lambda text: text.lower().translate(WIDE),
    "accents": lambda text: "".join(ch + "\u0301" if ch.isalpha() else ch for ch in text),
    "repeated letters": lambda text: " ".join(
        word[:-1] + word[-1] * 4 if len(word) > 3 and word[-1].isalpha() else word for word in text.split(" ")
    ),
    "many spaces": lambda text: text.replace(" ", "   "),
    "spelled out": lambda text: "  ".join(" ".join(word.strip(".,")) for word in text.replace("'", "").split(" ")),
    "dots between letters": lambda text: " ".join(
        ".".join(word.strip(".,")) for word in text.replace("'", "").split(" ")
    ),
}


@pytest.mark.parametrize("name", DISGUISES)
def test_a_disguise_hides_nothing(name: str) -> None:
    missed = [text for text in POSITIVES if not crisis(DISGUISES[name](text))]
    assert len(POSITIVES) > 30
    assert len(missed) <= len(POSITIVES) * 0.1, missed


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_judged_and_every_span_lies_in_it(text: str) -> None:
    verdict = CORE.judge("p", text)
    for hit in verdict.hits:
        assert 0 <= hit.start < hit.end <= len(text)
    assert (verdict.decisive is None) == (verdict.action == "pass")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("iIwantokl myself.?!,'*$13@|\u200bеа\n"), max_size=80) | st.text(max_size=80))
def test_reading_the_words_again_gives_the_same(text: str) -> None:
    words = CORE.words(text)
    again = CORE.words(words)
    assert CORE.words(again) == again


@given(st.sampled_from(POSITIVES), st.text(alphabet="ab ü🙂ж", max_size=20))
def test_the_span_is_where_the_words_are(text: str, before: str) -> None:
    whole = f"{before}. {text}"
    verdict = CORE.judge("p", whole)
    assert verdict.concern is not None
    assert verdict.concern.start >= len(before) and whole[verdict.concern.start : verdict.concern.end].strip()


def test_a_rule_in_the_shadow_counts_and_never_acts() -> None:
    core = made(rule(share=0))
    verdict = core.judge("p", "a bad word")
    assert (verdict.action, verdict.decisive, [hit.acts for hit in verdict.hits]) == ("pass", None, [False])
    assert core.take_counts() == [("en.test.one", 1, 0)] and core.take_counts() == []


def test_a_share_of_people_is_the_same_people_every_time() -> None:
    core = made(rule(share=300))
    people = [f"person{number}" for number in range(2000)]
    first = {person for person in people if core.judge(person, "bad word").action == "block"}
    assert first == {person for person in people if core.judge(person, "so bad word").action == "block"}
    assert 450 < len(first) < 750
    more = made(rule(share=600))
    assert first <= {person for person in people if more.judge(person, "bad word").action == "block"}
    other = made(rule(id="en.test.two", share=300))
    assert first != {person for person in people if other.judge(person, "bad word").action == "block"}


@pytest.mark.parametrize("kind", CRISIS)
@pytest.mark.parametrize("action", ["hold", "block"])
def test_no_rule_can_hold_or_block_a_sign_of_danger(kind: str, action: str) -> None:
    with pytest.raises(ValueError, match="never held or blocked"):
        made(rule(kind=kind, action=action))


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"patterns": []}, "no patterns"),
        ({"patterns": ["(open"]}, "lacks"),
        ({"patterns": ["~3"]}, "no word that must be there"),
        ({"patterns": ["re:("]}, "unclosed group"),
        ({"patterns": ["re:x*"]}, "matches nothing"),
        ({"patterns": ["re:(?:[a-z]{1000}){1000}"]}, "size limit"),
        ({"patterns": [r"re:(a)\1"]}, "backreferences"),
        ({"kind": "rude"}, "no such class"),
        ({"action": "shout"}, "no such action"),
        ({"share": 1001}, "above 1000"),
        ({"unless": [("behind", "x")]}, "no place"),
        ({"unless": [("before", "re:x")]}, "look inside"),
    ],
)
def test_what_is_wrong_with_a_rule_is_told_with_its_name_and_file(more: dict[str, Any], why: str) -> None:
    bad = rule("en.test.bad", **more)
    with pytest.raises(BadRule, match=why) as caught:
        loading.screening({bad.id: bad}, Lexicon(), source={bad.id: "en.yaml"})
    assert (caught.value.file, caught.value.rule) == ("en.yaml", "en.test.bad")


def test_a_file_with_an_unknown_field_or_list_is_told() -> None:
    with pytest.raises(BadRule, match=r"en.yaml: file: .*patern"):
        loading.parse(
            "en.yaml", b"language: en\nowner: x\nrules:\n  - {id: a.b, class: hate, patern: x, patterns: y}\n"
        )
    (one,) = loading.parse(
        "en.yaml", b"language: en\nowner: x\nrules:\n  - {id: a.b, class: hate, patterns: <none>}\n"
    ).rules
    with pytest.raises(BadRule, match=r"no list <none>"):
        loading.ready("en.a.b", "en.yaml", "en", one)


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="another rule"):
        made(rule(), rule())


def test_a_bad_swap_changes_nothing() -> None:
    core = made(rule())
    with pytest.raises(ValueError, match="lacks"):
        core.swap([rule(patterns=["(x"])], Lexicon())
    assert core.judge("p", "bad word").action == "block"


def test_rules_are_swapped_under_traffic() -> None:
    """Every verdict is of the rules before or of those after, never of neither."""
    before, after = rule(patterns=["bad word"]), rule("en.test.two", patterns=["bad word"], action="hold")
    core, stop, seen = made(before), threading.Event(), set[tuple[str, str]]()

    def talk() -> None:
        while not stop.is_set():
            verdict = core.judge("p", "such a bad word")
            assert verdict.decisive is not None
            seen.add((verdict.action, verdict.decisive.rule))

    threads = [threading.Thread(target=talk) for _ in range(3)]
    for thread in threads:
        thread.start()
    total = 0
    for turn in range(100):
        total += sum(count for _, count, _ in core.swap([before if turn % 2 else after], Lexicon()))
        # What was swapped in is in force for whoever judges next.
        assert core.judge("p", "bad word").action == ("block" if turn % 2 else "hold")
    stop.set()
    for thread in threads:
        thread.join()
    assert seen <= {("block", "en.test.one"), ("hold", "en.test.two")} and seen
    assert total >= 99


def test_helplines_and_the_sites_of_helplines_may_be_given() -> None:
    for text in ("call 1-800-273-8255", "ring 116 123", "see https://988lifeline.org/chat", "0800 1111 is free"):
        assert CORE.judge("p", text).action == "pass", text
    assert CORE.judge("p", "call 1-800-273-8256").action == "hold"
    assert CORE.judge("p", "see https://988lifeline.org.example.com").action == "hold"


def test_the_window_is_bounded_and_idle_writers_cost_nothing() -> None:
    core = made(rule(conversation=True), window_messages=3, window_bytes=60, window_ms=1000, window_keys=100)
    for number in range(1000):
        core.said(f"key{number}", "a", "bad", 10 + number)
    assert len(core) <= 100
    assert core.check("key999", "p", "b", "word", 1010).action == "block"
    # The same message again is not added to itself, and what is old is forgotten.
    assert core.check("key999", "p", "a", "word", 1010).action == "pass"
    assert core.check("key999", "p", "b", "word", 3000).action == "pass"
    assert core.sweep(100_000) > 0 and len(core) == 0


def test_a_hit_over_messages_is_marked_where_it_ends() -> None:
    core = made(rule(conversation=True))
    core.said("k", "1", "so bad", 1)
    (hit,) = core.check("k", "p", "2", "word indeed", 2).hits
    assert (hit.start, hit.end) == (0, 4)
    # Without the part before it is nothing, and a rule for single messages looks at these alone.
    assert core.check("other", "p", "2", "word indeed", 2).action == "pass"
    assert made(rule()).check("k", "p", "2", "word", 2).action == "pass"


def test_time_grows_with_the_text_and_no_faster() -> None:
    """Counted in this thread's own time on the same machine: eight times the text takes no more than some thirty times as long, whatever it is made of."""
    import time

    def spent(text: str) -> float:
        best = 1e9
        for _ in range(5):
            begin = time.thread_time()
            CORE.judge("p", text)
            best = min(best, time.thread_time() - begin)
        return best

    for piece in (
        "i want to ",
        "555 ",
        "a@",
        "kill my",
        "(",
        "k i l l ",
        "\u200b",
        "suicid",
        "1!1!",
        "..",
        "iiii",
        "a****",
        "*",
        "@!",
        "five\n",
        "five\u200bfive\u200b",
    ):
        short, long = spent(piece * 500), spent(piece * 4000)
        assert long < short * 30 + 0.01, piece


def test_no_text_takes_many_times_as_long_as_a_plain_one_of_its_length() -> None:
    """Compared on the same machine in this thread's own time, with one read in full: a hostile text must not keep everybody else's waiting."""
    import time
    from collections.abc import Callable

    def spent(piece: str, judge: Callable[[str], object]) -> float:
        text, best = (piece * 4000)[:4000], 1e9
        for _ in range(5):
            begin = time.thread_time()
            judge(text)
            best = min(best, time.thread_time() - begin)
        return best

    spoken = "I went to the shop this morning and then talked with my sister about the weather and school. "
    plain = spent(spoken, lambda text: CORE.check_in_full("nobody", "p", "m", text, 1))
    for piece in ("1!1!1!aabbccdd ", "he said i want to die ", "\ufdfa", "1 ", "1a1a1a1aaa ", "aIaIaIaI "):
        assert spent(piece, lambda text: CORE.judge("p", text)) < plain * 50, piece


LINE_ENDS = ("\n", "\r\n", "\u2028", "\n\n")
NUMBERS = [
    one.case.text
    for one in report.results()
    if one.right and one.case.function.startswith("contact.phone") and one.case.part in report.GATED
]
HARMLESS = [one.case.text for one in report.results() if one.right and one.case.expect == "none"]


@pytest.mark.parametrize("end", LINE_ENDS)
def test_a_number_in_lines_is_a_number(end: str) -> None:
    """Every number of the set that is found with spaces is found with each word on a line of its own, and marked whole."""
    assert len(NUMBERS) > 50
    by_surface = ("any.contact.phone", "any.contact.phone-told")
    for text in NUMBERS:
        spaced = [hit for hit in CORE.judge("p", text).hits if hit.rule in by_surface]
        lined = text.replace(" ", end)
        for hit in spaced:
            (found,) = (one for one in CORE.judge("p", lined).hits if one.rule == hit.rule)
            assert lined[found.start : found.end] == text[hit.start : hit.end].replace(" ", end)


def test_lines_hold_back_nothing_that_spaces_do_not() -> None:
    """Lists, poems and steps: what is harmless with spaces hides no contact details because it stands in lines."""
    assert len(HARMLESS) > 500
    for text in HARMLESS:
        for end in LINE_ENDS:
            lined = CORE.judge("p", text.replace(" ", end))
            spaced = {hit.rule for hit in CORE.judge("p", text).hits}
            assert {hit.rule for hit in lined.hits if hit.kind == "contact"} <= spaced, text


@given(
    st.lists(st.sampled_from(["five", "oh", "double", "555", "a@b", "so", "é", "-", "."])), st.sampled_from(LINE_ENDS)
)
def test_the_surface_knows_no_lines(words: list[str], end: str) -> None:
    assert CORE.surface(end.join(words)) == CORE.surface(" ".join(words))


def test_what_is_changed_is_judged_where_it_stands() -> None:
    core = loading.screening(loading.shipped_ready(), loading.lexicon(), source=loading.sources())
    for name, text in enumerate(("555 010", "hello", "so tired", "4477 it is", "good night")):
        core.said("k", str(name), text, 10 + name)
    # With what was said before it, and after it.
    assert core.check("k", "p", "1", "4477", 20, changed=True).action == "hold"
    (hit,) = core.check("k", "p", "2", "thanks, 555 010", 20, changed=True).hits
    assert (hit.rule, hit.start, hit.end) == ("any.contact.phone", 8, 15)
    # It is not the last that was said: what stands between is between.
    core.said("k", "4", "good night 555 010", 20, changed=True)
    assert core.check("k", "p", "1", "so 4477", 20, changed=True).action == "pass"
    assert core.check("k", "p", "5", "4477", 20).action == "hold"
    core.said("k", "4", "good night", 20, changed=True)
    core.said("k", "2", "555 010", 20, changed=True)
    assert core.check("k", "p", "3", "4477", 21, changed=True).action == "hold"
    assert core.check("k", "p", "5", "4477", 21).action == "pass"


def test_what_is_not_remembered_any_more_was_said_before_all_that_is() -> None:
    core = made(rule(conversation=True), window_messages=2)
    for name in ("1", "2", "3"):
        core.said("k", name, "word of mine", 1)
    assert core.check("k", "p", "1", "so bad", 2, changed=True).action == "block"
    assert core.check("k", "p", "1", "word", 2, changed=True).action == "pass"
    # It takes no place of what was said after it, and nothing follows it but that.
    core.said("k", "1", "word so bad", 2, changed=True)
    assert core.check("k", "p", "4", "word", 2).action == "pass"
    assert core.check("k", "p", "2", "so bad", 2, changed=True).action == "block"
    # Where nothing is remembered of a person, it is the last that was said.
    core.said("new", "1", "so bad", 2, changed=True)
    assert core.check("new", "p", "2", "word", 2).action == "block"
    # Where there is room, it stands in front.
    core.said("new", "0", "word", 2, changed=True)
    assert core.check("new", "p", "2", "word", 2).action == "block"
    assert core.check("new", "p", "0", "bad word", 2, changed=True).action == "block"
    assert len(core) == 2
