"""Reads on in a transcript, from where it was left, only to the last line that is whole.

On the hot path of a hook. A line that says nothing of tokens is not looked at any closer, whatever it is; `json` would
cost a hook as much as all the rest, so its C part is used directly.
"""

from __future__ import annotations

import os

from mcp_server.domain.usage.response import NOTHING, Passage, Place, Response

TYPE_CHECKING = False
if TYPE_CHECKING:
    from io import BufferedReader
    from typing import Any

    from mcp_server.domain.usage.response import Tokens

MOST = 1 << 20
"""Bytes that a hook reads at once; the rest is read by the next ones, and all of it at the session's end."""
LONGEST_LINE = 1 << 26
MOST_TOKENS = 10**12
NO_MODEL = "<synthetic>"
"""What the client calls the author of its own words."""
_FIELDS = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
_TOTALS = ("inputTokens", "outputTokens", "cacheCreationInputTokens", "cacheReadInputTokens")


def read(path: str, known: Place | None, most: int = MOST) -> Passage | None:
    """What came after the place that is `known`, about `most` bytes of it; None where there is no such file.

    A file that is another than before is read from its beginning. Refuses (OSError) one that cannot be read.
    """
    try:
        file = open(path, "rb")  # noqa: SIM115  closed below
    except FileNotFoundError:
        return None
    with file:
        found = os.fstat(file.fileno())
        begin = known.at if known is not None and _is_the_same(file, known, found) else 0
        file.seek(begin)
        data = file.read(most)
        end = data.rfind(b"\n") + 1
        while not end and begin + len(data) < found.st_size and len(data) < LONGEST_LINE:
            data += file.read(most)
            end = data.rfind(b"\n") + 1
    waits = begin + len(data) >= found.st_size or not end
    place = Place(found.st_ino, begin + end, found.st_size, waits=waits)
    passage = Passage(place, rewritten=known is not None and known.at > 0 and begin == 0)
    for line in data[:end].split(b"\n"):
        _look_at(line, passage)
    return passage


def has_grown(path: str, known: Place | None) -> bool:
    """Whether there is anything to read: it is longer than when it was read, or another file, or gone."""
    if known is None:
        return True
    try:
        found = os.stat(path)
    except OSError:
        return True
    return known.inode != found.st_ino or known.size != found.st_size or (known.left > 0 and not known.waits)


class WholeTranscripts:
    """See `ports.Transcripts`: reads more at once than a hook may."""

    def read(self, path: str, known: Place | None) -> Passage | None:
        return read(path, known, 4 * MOST)

    def has_grown(self, path: str, known: Place | None) -> bool:
        return has_grown(path, known)


AT_ONCE = WholeTranscripts()


def _is_the_same(file: BufferedReader, known: Place, found: os.stat_result) -> bool:
    """Whether this is still the file that was read, which has only grown: where it was left, a line ended."""
    if known.inode != found.st_ino or known.at > found.st_size:
        return False
    if not known.at:
        return True
    file.seek(known.at - 1)
    return file.read(1) == b"\n"


def _look_at(line: bytes, passage: Passage) -> None:
    if b'"usage"' in line and b'"assistant"' in line:
        _response(line, passage)
    elif line.startswith(b'{"type":"cost-state"'):
        passage.totals = _totals(_parsed(line)) or passage.totals
    elif b'"compact_boundary"' in line:
        said = _parsed(line)
        passage.compacted += said.get("type") == "system" and said.get("subtype") == "compact_boundary"


def _response(line: bytes, passage: Passage) -> None:
    said = _parsed(line)
    if said and said.get("type") != "assistant":
        return
    message = said.get("message")
    if not isinstance(message, dict):
        passage.unreadable += 1
        return
    name, model, usage = message.get("id"), message.get("model"), message.get("usage")
    if model == NO_MODEL:
        return
    tokens = _tokens(usage, _FIELDS)
    if tokens is None or not isinstance(name, str) or not name or not isinstance(model, str):
        passage.unreadable += 1
    elif tokens == NOTHING:  # so the client copies what was counted elsewhere
        passage.copies.append(name)
    else:
        at = said.get("timestamp")
        passage.responses.append(Response(name, model, at if isinstance(at, str) and _is_time(at) else "", tokens))


def _tokens(said: Any, fields: tuple[str, ...]) -> Tokens | None:
    """The numbers of these fields; None where there is none of them, or one is not a number of tokens."""
    if not isinstance(said, dict) or not any(field in said for field in fields):
        return None
    found = [said.get(field) or 0 for field in fields]
    if any(type(number) is not int or not 0 <= number < MOST_TOKENS for number in found):
        return None
    first, second, third, fourth = found
    return first, second, third, fourth


def _totals(said: dict[str, Any]) -> dict[str, Tokens]:
    """What the client counted, by model; the size of a model's context is not part of its name."""
    models = said.get("modelUsage")
    found: dict[str, Tokens] = {}
    for model, usage in models.items() if isinstance(models, dict) else ():
        tokens = _tokens(usage, _TOTALS)
        if tokens is not None:
            name = model.partition("[")[0]
            first, second, third, fourth = (
                one + more for one, more in zip(tokens, found.get(name, NOTHING), strict=True)
            )
            found[name] = first, second, third, fourth
    return found


def _is_time(text: str) -> bool:
    """Whether it begins as an instant does: 2026-01-31T…"""
    return text[4:5] == text[7:8] == "-" and text[10:11] == "T" and (text[:4] + text[5:7] + text[8:10]).isdecimal()


def _parsed(line: bytes) -> dict[str, Any]:
    """The object in a line; an empty one where there is none."""
    try:
        text = line.decode("utf-8")
        value, end = _scan(text, 0)
    except (ValueError, RecursionError, StopIteration):
        return {}
    return value if isinstance(value, dict) and not text[end:].strip() else {}


def _scan(text: str, at: int) -> tuple[Any, int]:
    try:
        from _json import make_scanner
    except ImportError:  # an interpreter without the C part
        from json import JSONDecoder

        return JSONDecoder().raw_decode(text, at)
    return make_scanner(_Plain)(text, at)  # type: ignore[arg-type]  # any object with these attributes will do


class _Plain:
    """A decoder's settings, as the scanner asks for them: the defaults.

    As for a hook's input: a module for both would be one more for every hook to load.
    """

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float
    memo: dict[str, str] = {}
