"""Is a prompt a person's correction? Precise, not complete: what is not clearly one does not count.

On the path of a hook: nothing is imported.
"""

from __future__ import annotations

LOOKED_AT = 400
"""Characters: what a long prompt says further down is about something else."""
_OPENINGS = tuple(
    """that's wrong|that is wrong|this is wrong|this is still wrong|wrong,|wrong.|wrong:|wrong -|that's not |
    that is not |thats not |this is not what|this isn't what|not what i|not like that|i said |i told you|
    i already |i asked you|as i said|like i said|you still |you again |you keep |still wrong|still broken|
    still failing|still fails|still not |still the same|still doesn't|undo |revert |roll back|rollback |
    put it back|change it back|go back to|stop doing|stop changing|stop editing|don't do that|do not do that|
    why did you|why are you still|you broke|you forgot|you ignored|you misunderstood|you were not supposed|
    you weren't supposed|you should not have|you shouldn't have|again: |again, no|nope,|nope.|nope -|no no""".replace(
        "\n    ", ""
    ).split("|")
)
_INSIDE = tuple(
    """not what i asked|not what i meant|not what i wanted|not what i said|that's not what i|i said not to|
    i told you not to|as i already said|still doesn't work|still does not work""".replace("\n    ", "").split("|")
)
_NO = ("no, ", "no. ", "no: ", "no - ", "no! ", "no – ", "no — ")
_NO_CORRECTION = tuple(
    """problem|worries|need|rush|hurry|thank|objection|changes|comment|question|that's fine|that is fine|it's fine|
    all good|that's all|that is all|nothing else|go ahead|leave it|just """.replace("\n    ", "").split("|")
)
_SHORTEST = 3
"""Words: a bare "no" answers a question."""


def is_of_a_person(prompt: str) -> bool:
    """Whether a person typed a prompt.

    Prompts of the client, its tasks, monitors and other sessions begin with a tag, commands of the client with a slash.
    """
    text = prompt.lstrip()
    if text[:1] in ("/", "!", "#"):
        return False
    return not (text[:1] == "<" and (text[1:2].isalpha() or text[1:2] == "/"))


def is_correction(prompt: str) -> bool:
    """Whether a prompt tells an agent that what it did is wrong."""
    if not is_of_a_person(prompt):
        return False
    text = " ".join(prompt[:LOOKED_AT].lower().replace("\u2019", "'").split())
    if text.startswith(_NO):
        rest = text[3:].lstrip(" -–—")
        return len(text.split()) >= _SHORTEST and not rest.startswith(_NO_CORRECTION)
    return text.startswith(_OPENINGS) or any(words in text for words in _INSIDE)
