"""Does a text claim that something is finished? If in doubt, no: only a real claim should be marked as unconfirmed."""

from __future__ import annotations

import re

_CLAUSE = re.compile(r"[.;!\n]+(?:\s|$)|,\s|\s[—–-]\s|\b(?:but|and|while|then|still|now on)\b", re.IGNORECASE)
_QUESTION = re.compile(r"[^.;!?\n]*\?")
_CLAIM = re.compile(
    r"""\b(?:
        done(?!\s*(?:when|by|_when|with\s+it\s+by))
      | finished | completed | (?:is|are|now|all|fully|100\ ?%)\s+complete | complete\s*(?:$|[:!)])
      | fully\s+(?:implemented|working)
      | ready\s+(?:to|for)\s+(?:be\s+)?(?:merged?|merging|review|ship|release|commit|land)
      | all\s+(?:the\s+|my\s+|unit\s+|\d+\s+)*(?:tests?|checks|specs)\s+(?:now\s+)?(?:are\s+)?
        (?:pass(?:ed|ing)?|green|succeed(?:ed)?)
      | (?:the\s+)?(?:tests?|suite|build|ci)\s+(?:now\s+)?(?:is\s+|are\s+)?(?:pass(?:es|ed|ing)?|green)
      | all\s+green | everything\s+(?:works|passes|is\s+green)
    )\b|(?:✅|☑|✔)""",
    re.IGNORECASE | re.VERBOSE,
)
_OPEN = re.compile(
    r"""\b(?:not|never|no|nothing|none|cannot|almost|nearly|half|partly|partially|mostly|hardly|barely|yet|
        to|will|would|should|shall|must|can|could|may|might|if|when|once|until|till|unless|before|after|as\ soon\ as|
        want|wants|hope|hoping|plan|going|getting|being|remains|left|needs?|todo|whether|only|except|
        (?<!\d)(?!100)\d{1,3}\ ?%|\d+\s*(?:of|/)\s*\d+)(?:\b|(?<=%))|n['’]t\b|\[\ \]""",
    re.IGNORECASE | re.VERBOSE,
)


def claims_finished(text: str) -> bool:
    """Whether it says that something is done, complete, green or ready to merge; not that it will be."""
    return any(_claims(clause) for clause in _CLAUSE.split(_QUESTION.sub("", text)) if clause)


def _claims(clause: str) -> bool:
    found = _CLAIM.search(clause)
    return found is not None and _OPEN.search(clause[: found.start()]) is None
