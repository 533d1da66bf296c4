"""The first line of an output that says what went wrong, in a form in which the same error is the same text.

On the path of a hook: nothing is imported, and `re` above all is not: it takes longer than all else that is done there.
"""

from __future__ import annotations

LONGEST = 200
_SAYS = tuple(
    """error|fail|exception|fatal|panic|cannot|can't|could not|couldn't|unable|not found|no such|undefined|unresolved|
    denied|refused|assert|mismatch|invalid|missing|abort|expected|segmentation|timed out|timeout|unknown|not ok|
    ✗|✘|✖|✕""".replace("\n    ", "").split("|")
)
_SAYS_NOTHING = (
    "traceback (most recent call last)",
    " 0 errors",
    " no errors",
    " 0 failed",
    " 0 failures",
    " no failures",
)
_TITLES = ("failures", "errors", "error", "failed")
_UNITS = frozenset("ms µs us ns s sec secs second seconds min".split())
_AROUND = "()[]{}<>,;:.'\"`="
_HEX = frozenset("0123456789abcdefABCDEF")
_TEMPORARY = ("/tmp/", "/var/folders/")  # noqa: S108  names that differ from run to run; nothing is written there
_LONG_NUMBER, _LONG_HEX = 5, 12


def first_error_line(output: str) -> str:
    """The first line that says what went wrong, else the last line of all; empty for no output."""
    lines = [line.strip() for line in _without_colours(output).splitlines() if line.strip()]
    line = next((line for line in lines if _says_what(line)), lines[-1] if lines else "")
    words = line.split()
    pairs = zip(words, [*words[1:], ""], strict=False)
    return " ".join(_lasting(word, following) for word, following in pairs)[:LONGEST]


def _says_what(line: str) -> bool:
    low = f" {line.lower()}"
    if low.startswith(" warning") or low.strip(" =-_") in _TITLES or any(words in low for words in _SAYS_NOTHING):
        return False
    return line.startswith("E ") or any(word in low for word in _SAYS)


def _lasting(word: str, following: str) -> str:
    """A word without what differs from run to run although the error is the same: times, addresses, temporary names."""
    for place in _TEMPORARY:
        if place in word:
            return f"{word[: word.index(place)]}{place}#"
    bare = word.strip(_AROUND)
    if not any(letter.isdigit() for letter in bare):
        return word
    at = bare.find("0x")
    if at >= 0:
        return word.replace(bare[at:], "0x#")
    if bare.replace(":", "").replace(".", "").replace(",", "").isdigit() and bare.count(":") == 2:
        return word.replace(bare, "#")
    number = bare.rstrip("abcdefghijklmnopqrstuvwxyzµ")
    unit = bare[len(number) :] or following.strip(_AROUND)
    if unit in _UNITS and number.replace(".", "", 1).isdigit():
        return word.replace(bare, "#")
    if len(bare) >= _LONG_HEX and _HEX.issuperset(bare):
        return word.replace(bare, "#")
    return _without_long_numbers(word)


def _without_long_numbers(word: str) -> str:
    found, run = "", ""
    for letter in [*word, ""]:
        if letter.isdigit():
            run += letter
            continue
        found += ("#" if len(run) >= _LONG_NUMBER else run) + letter
        run = ""
    return found


def _without_colours(text: str) -> str:
    """The text without the sequences that colour a terminal."""
    first, *rest = text.split("\x1b[")
    return first + "".join(part.lstrip("0123456789;?")[1:] for part in rest)
