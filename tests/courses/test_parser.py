"""Course files: what is read, what is rendered, and that each fault is named by file and line."""

import base64
import os
import random
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cups.courses.parser import (
    MAX_BYTES,
    Imported,
    Problem,
    Section,
    Skipped,
    Statement,
    parse_directory,
    parse_file,
    parse_files,
)
from cups.courses.statements import encode_statement

HEAD = "---\nlayout: tea\ntitle: Brewing\nclass: section\nserial: 3\n---\n"
BODY = HEAD.count("\n") + 1
"""The line of a file on which its text begins."""


def item(raw: str | bytes) -> str:
    return "- " + base64.b64encode(raw.encode() if isinstance(raw, str) else raw).decode()


def quiz(*items: str, mark: str = '{: #quiz data-n="1"}') -> str:
    return HEAD + "Warm the pot.\n\nTrue or false?\n" + mark + "\n\n" + "\n".join(items) + "\n"


FIRST_ITEM = BODY + 5
MARK = BODY + 3


def section(text: str, resolve: Callable[[str], str | None] | None = None) -> Section:
    result = parse_file("brewing.md", text, resolve)
    assert isinstance(result, Section), result
    return result


def html(body: str, resolve: Callable[[str], str | None] | None = None) -> str:
    return section(HEAD + body, resolve).html


def problems(text: str) -> list[tuple[int, str]]:
    result = parse_file("brewing.md", text)
    assert isinstance(result, list), result
    assert result
    assert all(problem.file == "brewing.md" and problem.message for problem in result)
    return [(problem.line, problem.code) for problem in result]


# Sections and quizzes


def test_section_takes_its_fields_from_the_front_matter() -> None:
    result = section(HEAD + "Use *fresh* water.\n")
    assert result == Section(
        course="tea",
        title="Brewing",
        serial=3,
        kind="section",
        html="<p>Use <em>fresh</em> water.</p>",
        quiz=None,
        source="brewing.md",
    )


@pytest.mark.parametrize("title", ["1984", "true", "'Water: hot'", '"Tea #2"', "2026-01-01"])
def test_any_scalar_is_a_title(title: str) -> None:
    assert section(HEAD.replace("Brewing", title)).title == title.strip("'\"")


def test_zero_is_a_serial_and_a_leading_zero_means_nothing() -> None:
    assert section(HEAD.replace("serial: 3", "serial: 0")).serial == 0
    assert section(HEAD.replace("serial: 3", "serial: 010")).serial == 10


def test_quiz_is_taken_out_of_the_text() -> None:
    result = section(quiz(item("Tea is a plant./Y/So it is."), item("Milk first./N/")))
    assert result.html == "<p>Warm the pot.</p>"
    assert result.quiz is not None
    assert result.quiz.prompt_html == "<p>True or false?</p>"
    assert (result.quiz.draw, result.quiz.labels) == (1, ("True", "False"))
    assert result.quiz.statements == (
        Statement(text="Tea is a plant.", answer=True, explanation="So it is.", line=FIRST_ITEM),
        Statement(text="Milk first.", answer=False, explanation="", line=FIRST_ITEM + 1),
    )


def test_prompt_reaches_from_the_marked_paragraph_to_the_list_and_text_after_it_stays() -> None:
    text = HEAD + (
        'A guest says:\n{: data-n="1" data-opt=" Yes , No "}\n\n*“Tea?”*\n{: .conv}\n\nIs this polite?\n\n'
        + item("Please./Y/")
        + "\n\nGoodbye.\n"
    )
    result = section(text)
    assert result.html == "<p>Goodbye.</p>"
    assert result.quiz is not None
    assert result.quiz.labels == ("Yes", "No")
    assert result.quiz.prompt_html == (
        '<p>A guest says:</p>\n<p class="c-conv"><em>“Tea?”</em></p>\n<p>Is this polite?</p>'
    )


def test_draw_of_none_leaves_a_section_without_a_quiz() -> None:
    result = section(HEAD + 'The end.\n{: data-n="0"}\n')
    assert (result.html, result.quiz) == ("<p>The end.</p>", None)


def test_statements_of_a_quiz_switched_off_do_not_show() -> None:
    result = section(quiz(item("Milk first./N/"), mark='{: data-n="0"}') + "\n\n* an open list\n")
    assert result.quiz is None
    assert "L04v" not in result.html and base64.b64encode(b"Milk first./N/").decode() not in result.html
    assert "an open list" in result.html


def test_list_after_a_draw_of_none_is_a_list_like_any_other() -> None:
    assert "<li>honey</li>" in section(quiz("- honey", mark='{: data-n="0"}')).html


@pytest.mark.parametrize(
    ("raw", "text", "answer", "explanation"),
    [
        ("and/or tea/Y/and/or coffee", "and/or tea", True, "and/or coffee"),
        ("a/N/b/Y/c", "a", False, "b/Y/c"),
        ("w/o milk/Y/", "w/o milk", True, ""),
        ("1/2 cup//N//", "1/2 cup/", False, "/"),
        ("茶は熱い/Y/はい/いいえ", "茶は熱い", True, "はい/いいえ"),
        ("no\t&ldquo;milk&rdquo;/N/24 &times; 7 &copyright", "no “milk”", False, "24 × 7 &copyright"),
        ("you <3 tea/Y/<b>", "you <3 tea", True, "<b>"),
    ],
)
def test_statement_ends_at_its_first_answer(raw: str, text: str, answer: bool, explanation: str) -> None:
    result = section(quiz(item(raw))).quiz
    assert result is not None
    assert result.statements == (Statement(text=text, answer=answer, explanation=explanation, line=FIRST_ITEM),)


@pytest.mark.parametrize("raw", ["ab/Y/", "abc/Y/", "abcd/Y/"])
def test_padding_may_be_absent(raw: str) -> None:
    result = section(quiz(item(raw).rstrip("="))).quiz
    assert result is not None and result.statements[0].text == raw[:-3]


def test_any_statements_come_back_from_a_file_as_they_went_in() -> None:
    chance = random.Random(7)
    letters = "abc XYN/&;<>\"'é茶🫖=+-*_`{}[]()#:|~\\"
    for _ in range(60):
        wanted: list[tuple[str, bool, str]] = []
        while len(wanted) < 4:
            text = " ".join("".join(chance.choices(letters, k=chance.randrange(1, 40))).split())
            after = " ".join("".join(chance.choices(letters, k=chance.randrange(40))).split())
            if text and not re.search("/[YN]/", text + "/"):
                wanted.append((text, chance.random() < 0.5, after))
        marks = chance.choice(['{: #quiz data-n="4"}', "{: data-n='4' .wide}", '   {:data-n="4"}  '])
        body = quiz(*("- " + encode_statement(*each) for each in wanted), mark=marks)
        if chance.random() < 0.5:
            body = body.replace("\n", "\r\n")
        result = section(body)
        assert result.quiz is not None
        assert [(s.text, s.answer, s.explanation) for s in result.quiz.statements] == wanted
        assert [s.line for s in result.quiz.statements] == list(range(FIRST_ITEM, FIRST_ITEM + 4))
        assert result.html == "<p>Warm the pot.</p>"


# Attribute lists


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Leaf.\n{: .conv}\n", '<p class="c-conv">Leaf.</p>'),
        ("{: .conv}\nLeaf.\n", '<p class="c-conv">Leaf.</p>'),
        ("{: .a}\n{: .b}\nLeaf.\n", '<p class="c-a c-b">Leaf.</p>'),
        ("Leaf.\n{: .a}\n{: .b}\n", '<p class="c-a c-b">Leaf.</p>'),
        ("One.\n{: .a}\nTwo.\n", '<p class="c-a">One.</p>\n<p>Two.</p>'),
        ("One.\n\n{: .a}\nTwo.\n", '<p>One.</p>\n<p class="c-a">Two.</p>'),
        ("One.\n\n{: .a}\n\nTwo.\n", "<p>One.</p>\n<p>Two.</p>"),
        ("### Leaf\n{: .big}\n", '<h2 class="c-big">Leaf</h2>'),
        ("Leaf\n====\n{: .big}\n", '<h2 class="c-big">Leaf</h2>'),
        ("- one\n- two\n{: .wide}\n", '<ul class="c-wide">\n<li>one</li>\n<li>two</li>\n</ul>'),
        ("- {: .red} one\n- two\n", '<ul>\n<li class="c-red">one</li>\n<li>two</li>\n</ul>'),
        ("> leaf\n{: .aside}\n", '<blockquote class="c-aside">\n<p>leaf</p>\n</blockquote>'),
        ("> leaf\n> {: .aside}\n", '<blockquote>\n<p class="c-aside">leaf</p>\n</blockquote>'),
        ("A *leaf*{: .green} falls.\n", '<p>A <em class="c-green">leaf</em> falls.</p>'),
        ("A ***leaf***{: .green} falls.\n", '<p>A <em class="c-green"><strong>leaf</strong></em> falls.</p>'),
        ("`leaf`{: .x}{: .y}\n", '<p><code class="c-x c-y">leaf</code></p>'),
        ("A leaf{: .green} falls.\n", "<p>A leaf falls.</p>"),
        (
            'Leaf.\n{: #id .UPPER .a_b .ok style="color:red" onclick="x()" class="more Bad"}\n',
            '<p class="c-ok c-more">Leaf.</p>',
        ),
        ("Leaf.\n{:.tight}\n", '<p class="c-tight">Leaf.</p>'),
        ("Leaf.\n{: }\n", "<p>Leaf.</p>"),
        ("{:pot: .brown}\n\nLeaf.\n", "<p>Leaf.</p>"),
        ("### Leaf {#leaf}\n", "<h2>Leaf</h2>"),
        ("<b>leaf</b>\n{: .x}\n", '<p class="c-x"><b>leaf</b></p>'),
        ("<div>leaf</div>\n{: .x}\n", "<div>leaf</div>"),
    ],
)
def test_attribute_list_styles_its_block_and_never_shows(body: str, expected: str) -> None:
    assert html(body) == expected


def test_attribute_list_in_code_is_code() -> None:
    assert "{: .x}" in html("Write `{: .x}` below.\n")
    assert "{: .x}" in html("```\nLeaf.\n{: .x}\n```\n")


def test_attribute_lists_never_show_wherever_they_stand() -> None:
    chance = random.Random(11)
    blocks = [
        "Leaf.",
        "- one\n- two",
        "1. one",
        "> quoted",
        "### Head",
        "| a | b |\n|---|---|\n| c | d |",
        "term\n: meaning",
        "***",
    ]
    lists = ["{: .x}", "{:.y #z}", '{: key="v"}', "  {: .w}", "{: .a .b}"]
    for _ in range(300):
        lines = []
        for _ in range(chance.randrange(1, 7)):
            lines.append(chance.choice([*blocks, *lists]))
            lines.append(chance.choice(["", "\n"]))
        shown = html("\n".join(lines))
        assert "{" not in shown and "key=" not in shown, lines


# Rendering


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('"quoted" -- and... (c)\n', '<p>"quoted" -- and... (c)</p>'),
        ("so&hellip;&mdash;now\n", "<p>so…—now</p>"),
        ("~~cold~~\n", "<p><s>cold</s></p>"),
        ("tea\n: a leaf\n", "<dl>\n<dt>tea</dt>\n<dd>a leaf</dd>\n</dl>"),
        ("# One\n\n## Two\n", "<h2>One</h2>\n<h3>Two</h3>"),
        ("1. a\n2. b\n", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
    ],
)
def test_markdown_is_rendered_as_written(body: str, expected: str) -> None:
    assert html(body) == expected


def test_table_is_aligned_by_class() -> None:
    shown = html("| a | b |\n|---|--:|\n| c | d |\n")
    assert '<td class="c-right">d</td>' in shown and "<td>c</td>" in shown and "style" not in shown


def test_footnote_needs_no_ids() -> None:
    shown = html("Tea[^1].\n\n[^1]: A leaf.\n")
    assert "A leaf." in shown and "id=" not in shown and "href" not in shown


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        "<style>p{color:red}</style>",
        '<p onclick="alert(1)" style="x" id="y" class="site-header">p</p>',
        '<a href="javascript:alert(1)">a</a>',
        '<img src="x" onerror="alert(1)">',
        '<img src="https://elsewhere.example/spy.png">',
        '<iframe src="https://elsewhere.example"></iframe>',
        '<form action="/logout"><button onclick="alert(1)">b</button></form>',
        '<svg onload="alert(1)"><circle/></svg>',
        "*a*{: onclick=\"alert(1)\" style='x'}",
        "<!-- alert -->",
    ],
)
def test_html_is_harmless(body: str) -> None:
    for text in (body, f"Text {body} text.", f"- {body}"):
        shown = html(text + "\n")
        assert not re.search(r"<(script|style|iframe|form|button|svg|input)", shown)
        assert not re.search(r"\son\w+=|style=|id=|src=|javascript:|alert\b(?!\(1\)</p>)|site-header|<!--", shown), (
            shown
        )


@pytest.mark.parametrize(
    "address", ["javascript:go()", "JaVaScRiPt&#58;go()", "data:text/html,x", "vbscript:x", "//x.example"]
)
def test_address_that_is_no_page_is_no_link(address: str) -> None:
    assert "<a" not in html(f"[a]({address})\n") and "href" not in html(f'<a href="{address}">a</a>\n', lambda _: "/")


def test_external_link_stays() -> None:
    shown = html("[a](https://tea.example/x) <mailto:a@tea.example> [t](tel:+1234)\n")
    assert shown.count("<a href=") == 3 and 'rel="noopener noreferrer"' in shown


def test_unknown_link_and_image_become_their_text() -> None:
    shown = html("See [the *next* part](part2.html) and ![a pot](pot.png), ![](x.png)[up](#top) [e]().\n")
    assert shown == ('<p>See the <em>next</em> part and <span class="c-image">a pot</span>, up e.</p>')


def test_image_elsewhere_becomes_a_link() -> None:
    assert html("![a pot](https://x.example/p.png)\n") == (
        '<p><a href="https://x.example/p.png" rel="noopener noreferrer">a pot</a></p>'
    )
    assert html("[![a pot](https://x.example/p.png)](https://x.example)\n").count("<a ") == 1


def test_resolver_says_where_a_relative_link_leads() -> None:
    known = {"part2.html": "/courses/tea/4", "pot.png": "/media/pot.png"}
    body = 'See [next](part2.html "Next"), ![pot](pot.png), <a href="part2.html">raw</a>, [none](part9.html).\n'
    assert html(body, known.get) == (
        '<p>See <a href="/courses/tea/4" title="Next" rel="noopener noreferrer">next</a>, '
        '<img src="/media/pot.png" alt="pot">, '
        '<a href="/courses/tea/4" rel="noopener noreferrer">raw</a>, none.</p>'
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{% if tea %}Hot{% endif %} {{ site.cups }}water.\n", "<p>Hot water.</p>"),
        ("One{%\nmany\nlines %}.\n", "<p>One</p>\n<p>.</p>"),
        ("{% comment %}\nhidden\n{% endcomment %}\n\nShown.\n", "<p>Shown.</p>"),
        ("{::comment}hidden{:/comment}Shown.\n", "<p>Shown.</p>"),
        ("{::nomarkdown}Shown.{:/}\n", "<p>Shown.</p>"),
        ("50 {% of it\n", "<p>50 {% of it</p>"),
    ],
)
def test_templating_never_shows(body: str, expected: str) -> None:
    assert html(body) == expected


def test_templating_over_many_lines_keeps_the_line_numbers() -> None:
    text = HEAD + '{%\nmany\n%}\n\nAsk?\n{: data-n="1"}\n\n- !\n'
    assert problems(text) == [(BODY + 7, "bad-base64")]


# Problems


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (quiz("- !!!", item("a/Y/")), [(FIRST_ITEM, "bad-base64")]),
        (quiz(item("a/Y/"), "- abcde"), [(FIRST_ITEM + 1, "bad-base64")]),
        (quiz("-", item("a/Y/")), [(FIRST_ITEM, "bad-base64")]),
        (quiz(item(b"\xff\xfe/Y/")), [(FIRST_ITEM, "bad-utf8")]),
        (quiz(item("no answer")), [(FIRST_ITEM, "no-answer")]),
        (quiz(item("lower case/y/")), [(FIRST_ITEM, "no-answer")]),
        (quiz(item(" /Y/why")), [(FIRST_ITEM, "empty-statement")]),
        (quiz("- > quoted", item("a/Y/")), [(FIRST_ITEM, "item-not-text")]),
        (quiz(item("a/Y/"), mark='{: data-n="six"}'), [(MARK, "draw-not-whole")]),
        (quiz(item("a/Y/"), mark='{: data-n="-1"}'), [(MARK, "draw-not-whole")]),
        (quiz(item("a/Y/"), mark='{: data-n="1.5"}'), [(MARK, "draw-not-whole")]),
        (quiz(item("a/Y/"), mark='{: data-n=""}'), [(MARK, "draw-not-whole")]),
        (quiz(item("a/Y/"), mark='{: data-n="٣"}'), [(MARK, "draw-not-whole")]),
        (quiz(item("a/Y/"), mark='{: data-n="2"}'), [(MARK, "draw-too-large")]),
        (quiz(item("a/Y/"), mark='{: data-n="1" data-opt="Yes"}'), [(MARK, "labels-invalid")]),
        (quiz(item("a/Y/"), mark='{: data-n="1" data-opt="Yes,No,Maybe"}'), [(MARK, "labels-invalid")]),
        (quiz(item("a/Y/"), mark='{: data-n="1" data-opt="Yes,"}'), [(MARK, "labels-invalid")]),
        (quiz(), [(MARK, "quiz-without-list")]),
        (HEAD + '{: data-n="1"}\n\nText.\n', [(BODY, "quiz-without-prompt")]),
        (quiz(item("a/Y/")) + '\nAgain?\n{: data-n="1"}\n', [(FIRST_ITEM + 3, "quiz-twice")]),
        (HEAD + "Text.\n\n" + item("a/Y/") + "\n", [(BODY + 2, "answers-in-view")]),
        (quiz(item("a/Y/")) + "\nText.\n\n1. x\n   " + item("b/N/") + "\n", [(FIRST_ITEM + 5, "answers-in-view")]),
        ("Text.\n", [(1, "front-matter-missing")]),
        ("", [(1, "front-matter-missing")]),
        ("---\ntitle: x\n", [(1, "front-matter-broken")]),
        ("---\nlayout: tea\ntitle: a: b\n---\n", [(3, "front-matter-broken")]),
        ("---\nlayout: tea\ntitle: [a\n---\n", [(4, "front-matter-broken")]),
        ("---\nlayout: tea\ntitle: \x07\n---\n", [(3, "front-matter-broken")]),
        ("---\n- a\n---\n", [(2, "front-matter-broken")]),
        ("---\ntitle: a\ntitle: b\n---\n", [(3, "front-matter-broken")]),
        ("---\n" + "[" * 5000 + "\n---\n", [(1, "front-matter-broken")]),
        ("---\n---\n", [(1, "title-missing"), (1, "serial-missing"), (1, "layout-missing")]),
        (HEAD.replace("Brewing", "  ''"), [(3, "title-missing")]),
        (HEAD.replace("title: Brewing", "titel: Brewing"), [(1, "title-missing")]),
        (HEAD.replace("title: Brewing", "title: [a, b]"), [(1, "title-missing")]),
        (HEAD.replace("serial: 3", "serial: third"), [(5, "serial-not-whole")]),
        (HEAD.replace("serial: 3", "serial: 3.5"), [(5, "serial-not-whole")]),
        (HEAD.replace("serial: 3", "serial: -3"), [(5, "serial-not-whole")]),
        (HEAD.replace("serial: 3", "serial: '3'"), [(5, "serial-not-whole")]),
        (HEAD.replace("serial: 3", "serial: yes"), [(5, "serial-not-whole")]),
        (HEAD.replace("serial: 3", "serial:"), [(5, "serial-missing")]),
        (HEAD.replace("tea", "../tea"), [(2, "layout-invalid")]),
        (HEAD.replace("section", "two words"), [(4, "class-invalid")]),
        (HEAD + "x" * MAX_BYTES, [(1, "file-too-large")]),
        (HEAD + "é" * (MAX_BYTES // 2), [(1, "file-too-large")]),
        (HEAD + "\nx\ud800\n", [(BODY + 1, "file-not-utf8")]),
    ],
)
def test_problem_is_named_with_its_line(text: str, expected: list[tuple[int, str]]) -> None:
    assert problems(text) == expected


def test_quiz_line_inside_a_quotation_or_below_a_list_has_no_prompt() -> None:
    assert problems(HEAD + '> Ask?\n> {: data-n="1"}\n') == [(BODY + 1, "quiz-without-prompt")]
    found = problems(HEAD + "Ask?\n\n" + item("a/Y/") + '\n{: data-n="1"}\n')
    assert found == [(BODY + 2, "answers-in-view"), (BODY + 3, "quiz-without-prompt")]
    # A blank line between the paragraph and its mark.
    found = problems(HEAD + 'Ask?\n\n{: data-n="1"}\n\n' + item("a/Y/") + "\n")
    assert found == [(BODY + 2, "quiz-without-prompt"), (BODY + 4, "answers-in-view")]


def test_all_problems_of_a_file_are_told_at_once_and_in_order() -> None:
    text = quiz("- !!!", item("a/Y/"), item("b"), item("/Y/"), mark='{: data-n="9" data-opt="x"}')
    assert problems(text) == [
        (MARK, "labels-invalid"),
        (MARK, "draw-too-large"),
        (FIRST_ITEM, "bad-base64"),
        (FIRST_ITEM + 2, "no-answer"),
        (FIRST_ITEM + 3, "empty-statement"),
    ]


def test_any_text_is_answered_and_any_damage_to_a_quiz_is_named_by_line() -> None:
    chance = random.Random(3)
    whole = [item(f"Statement {n} is here./{'YN'[n % 2]}/Because {n}.") for n in range(6)]
    pieces = [
        "---\n",
        "{:",
        "}",
        ' data-n="1"',
        "\n",
        "- ",
        "> ",
        "title: x\n",
        "serial: 1\n",
        "|",
        "`",
        "[",
        "](",
        "<",
        "{%",
        "é",
        "\r",
    ]
    for _ in range(200):
        text = (HEAD if chance.random() < 0.7 else "") + "".join(
            chance.choices([*pieces, *whole], k=chance.randrange(60))
        )
        result = parse_file("brewing.md", text)
        assert not (isinstance(result, list) and not result)
    for _ in range(100):
        broken = list(whole)
        where = chance.randrange(6)
        broken[where] = chance.choice(["- ***", "- " + "a" * 5, item("nothing"), item(b"\x80/Y/"), item("/N/x")])
        found = problems(quiz(*broken))
        assert [line for line, _ in found] == [FIRST_ITEM + where]


@pytest.mark.parametrize(
    "unit", ["[", "*a ", "{%", "{:", "{::", "> ", "- ", "<a ", "![](", "`", "&amp", "|", "{: .x}\n", "[^1]"]
)
def test_hostile_text_takes_no_more_than_moments(unit: str) -> None:
    started = time.monotonic()
    parse_file("brewing.md", HEAD + unit * (40_000 // len(unit)))
    assert time.monotonic() - started < 20


# Files together


def test_index_is_skipped_and_gives_the_course_its_title() -> None:
    text = "---\nlayout: tea\ntitle: The {{ x }}Tea Course\nclass: index\n---\n{% for s in site.tea %}\n{{ s.title }}\n{% endfor %}\n"
    result = parse_file("index.md", text)
    assert isinstance(result, Skipped)
    assert (result.source, result.course, result.title) == ("index.md", "tea", "The Tea Course")


def head(serial: int, course: str = "tea", extra: str = "") -> str:
    return f"---\nlayout: {course}\ntitle: Part {serial}\nclass: section\nserial: {serial}\n{extra}---\n"


def test_sections_come_by_course_and_serial() -> None:
    imported = parse_files([("b.md", head(2)), ("a.md", head(10)), ("c.md", head(2, "coffee"))])
    assert [(s.course, s.serial) for s in imported.sections] == [("coffee", 2), ("tea", 2), ("tea", 10)]
    assert imported.problems == []


def test_same_serial_leaves_out_both_and_names_both() -> None:
    imported = parse_files([("a.md", head(2)), ("b.md", head(2)), ("c.md", head(3)), ("d.md", head(2, "coffee"))])
    assert [s.source for s in imported.sections] == ["d.md", "c.md"]
    assert [(p.file, p.line, p.code) for p in imported.problems] == [
        ("a.md", 5, "duplicate-serial"),
        ("b.md", 5, "duplicate-serial"),
    ]
    assert all("a.md" in p.message and "b.md" in p.message for p in imported.problems)


def test_same_name_leaves_out_the_file() -> None:
    imported = parse_files([("a.md", head(1)), ("a.md", head(2))])
    assert imported.sections == [] and [p.code for p in imported.problems] == ["duplicate-name"]


def test_file_with_a_problem_gives_no_section_and_hinders_no_other() -> None:
    imported = parse_files([("a.md", head(1)), ("b.md", head(2) + 'Ask?\n{: data-n="1"}\n')])
    assert [s.source for s in imported.sections] == ["a.md"]
    assert [(p.file, p.line, p.code) for p in imported.problems] == [("b.md", 8, "quiz-without-list")]


def test_sections_link_to_each_other_by_name_and_permalink() -> None:
    targets = [
        "two",
        "two.html",
        "./two.md#x",
        "/tea/two",
        "../_tea/two.md?x=1",
        "/special/",
        "special",
        "/tea/",
        "index.html",
    ]
    unknown = ["three", "/coffee/two", "/tea/three", "coffee/", "two.png", "//tea/two", "/"]
    body = "".join(f"[{target}]({target})\n" for target in [*targets, *unknown])
    index = "---\nlayout: tea\ntitle: Tea\nclass: index\n---\n"
    imported = parse_files(
        [("one.md", head(1) + body), ("two.md", head(2, extra="permalink: /special/\n")), ("index.md", index)],
        lambda course, serial: f"/learn/{course}/{'' if serial is None else serial}",
    )
    shown = imported.sections[0].html
    leads = {text: address for address, text in re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', shown)}
    assert leads == dict.fromkeys(targets[:7], "/learn/tea/2") | dict.fromkeys(targets[7:], "/learn/tea/")
    assert not set(unknown) & set(leads)


def test_directory_is_read_by_name(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text(head(2), encoding="utf-8")
    (tmp_path / "a.markdown").write_bytes(b"\xef\xbb\xbf" + head(1).replace("\n", "\r\n").encode())
    (tmp_path / "notes.txt").write_text("no course")
    (tmp_path / ".hidden.md").write_text("no course")
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "latin.md").write_bytes(head(3).encode() + b"caf\xe9")
    (tmp_path / "large.md").write_bytes(b"x" * (MAX_BYTES + 1))
    imported = parse_directory(tmp_path)
    assert [s.source for s in imported.sections] == ["a.markdown", "b.md"]
    assert [(p.file, p.line, p.code) for p in imported.problems] == [
        ("large.md", 1, "file-too-large"),
        ("latin.md", 7, "file-not-utf8"),
    ]


def test_empty_directory_gives_nothing(tmp_path: Path) -> None:
    assert parse_directory(tmp_path) == Imported(sections=[], skipped=[], problems=[])


def test_problem_is_a_plain_value() -> None:
    assert Problem("a", 1, "bad-base64", "x") == Problem("a", 1, "bad-base64", "x")


@pytest.mark.skipif("CUPS_COURSE_CORPUS" not in os.environ, reason="CUPS_COURSE_CORPUS names no folder of course files")
def test_real_files_are_read_without_a_problem() -> None:
    imported = parse_directory(Path(os.environ["CUPS_COURSE_CORPUS"]))
    assert imported.problems == []
    assert imported.sections
    for each in imported.sections:
        shown = each.html + (each.quiz.prompt_html if each.quiz else "")
        assert not re.search(r"\{[:%{]|data-n|style=|<script", shown), each.source
        assert not re.search(r"[A-Za-z0-9+/=]{60,}", shown), each.source
