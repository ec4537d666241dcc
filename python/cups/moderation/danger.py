"""A crisis is never an offence (SPEC L12): whether words speak of somebody's own danger.

A small net under the screening of messages, for one purpose only: to keep a warning from being given for it. It looks for what people say of
themselves, and what moderators say to them about it, not for the topic as such: "no details of methods, please" is an ordinary warning.
It cannot be complete. The composition root puts a better one in its place where there is one (`Moderation.own_danger`).
"""

import re
import unicodedata

_SELF = r"(?:my|your|her|him|them|it|one)sel(?:f|ves)"
_WHO = r"(?:i|you|he|she|they|we|u)"
_PHRASES = (
    rf"(?:kill|hurt|harm|cut|cutting|killing|hurting|harming|shoot|hang|drown|end) {_SELF}",
    r"(?:end|ending|take|taking|took) (?:my|your|her|his|their) (?:own )?life",
    rf"{_WHO} (?:want|wants|wanted|wish|wished|need|going|plan|would rather|just want) to (?:die|be dead|disappear for ?ever)",
    r"(?:wan(?:t to|na)|wish i could|wish to) (?:die|be dead)",
    r"(?:wish|better if) (?:i|you|they) (?:was|were|wasn.?t|weren.?t) (?:dead|alive|born|here)",
    r"don.?t want to (?:live|be alive|be here any ?more|wake up)",
    r"(?:no|not any) reason to (?:live|go on)",
    r"(?:feel|feeling|be|am|is|are|was|were|being|i.?m|you.?re|they.?re) (?:so |very |really |acutely |actively )?suicidal",
    r"(?:my|your|her|his|their) (?:own )?(?:suicide|self.?harm\w*|suicidal \w+|overdose)",
    r"(?:commit|attempt|attempted|threaten\w*|talk\w* about|think(?:s|ing)? (?:of|about)|thoughts of|considering) (?:a |your |my )?(?:suicide|self.?harm\w*)",
    r"(?:i|you|they).{0,12} (?:self.?harm|unalive)\w*",
    r"(?:mich|dich|sich) (?:selbst )?(?:um(?:zu)?bringen|t[o\u00f6]ten|verletzen|ritzen|schneiden)",
    r"(?:bringe|bringst|bringt) (?:mich|dich|sich) um",
    r"(?:will|willst|m[o\u00f6]chte) (?:nicht mehr leben|sterben|tot sein)",
    r"(?:matarme|matarte|matarse|suicidarme|suicidarte|suicidarse|hacerme da[n\u00f1]o|quitarme la vida)",
    r"(?:quiero|quieres) morir",
    r"(?:me|te|se) (?:tuer|suicider|faire du mal|scarifier)",
    r"(?:veux|voulais) (?:mourir|en finir|plus vivre)",
)
_OWN = re.compile("|".join(rf"\b(?:{phrase})\b" for phrase in _PHRASES))


def speaks_of_own_danger(text: str) -> bool:
    """Whether somebody's own suicide, self-harm or wish to die is spoken of: by themselves, or to them."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    return _OWN.search(re.sub(r"\s+", " ", plain)) is not None
