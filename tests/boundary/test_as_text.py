"""What people write is shown as text: the few places that put HTML as it is are known, and hold what the server itself made."""

import re

from cups import paths

AS_IT_IS = {
    "templates/accounts/agreement.html": "agreement.html|safe",
    "templates/accounts/become_listener.html": "agreement.html|safe",
    "templates/accounts/second_factor_set_up.html": "picture|safe",
    "templates/courses/quiz.html": "attempt.prompt_html|safe",
    "templates/courses/section.html": "section.html|safe",
    "templates/moderation/guidelines.html": "html|safe",
    "src/features/staff/StaffAgreements.svelte": "{@html preview.agreement.html}",
}
"""Agreements, guidelines and courses are Markdown with HTML off; the picture is a code made here."""
RAW = re.compile(
    r"[\w.]+\s*\|\s*safe\b|\{@html[^}]*\}|(?:inner|outer)HTML\s*\+?=|insertAdjacentHTML|document\.write|srcdoc|autoescape false"
)


def test_html_is_put_as_it_is_in_known_places_alone() -> None:
    web, found = paths.web(), dict[str, str]()
    files = [file for kind in ("html", "svg", "svelte", "ts") for file in (web / "templates").rglob(f"*.{kind}")]
    files += [
        file for kind in ("svelte", "ts") for file in (web / "src").rglob(f"*.{kind}") if ".test." not in file.name
    ]
    assert len(files) > 100
    for file in files:
        for hit in RAW.findall(file.read_text("utf-8")):
            found[str(file.relative_to(web))] = hit
    assert found == AS_IT_IS
