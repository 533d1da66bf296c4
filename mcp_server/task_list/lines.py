"""Which lines a file has, as text to be read and as the bytes that they are."""

from __future__ import annotations

import re
from typing import NamedTuple

BOM = b"\xef\xbb\xbf"
_BYTES = re.compile(rb"([^\r\n]*)(\r\n|\n|\r|$)")


class Line(NamedTuple):
    """One line. Unchanged it is written back as the bytes it was read from."""

    text: str
    raw: bytes
    end: bytes
    encoding: str

    def saying(self, text: str) -> Line:
        """The same line with another text, in its own encoding; what that cannot say is written as `&#8594;`."""
        return self._replace(text=text, raw=text.encode(self.encoding, "xmlcharrefreplace"))


def split(content: bytes) -> tuple[bytes, list[Line]]:
    """The byte order mark, if there is one, and the lines; joined again they are the same bytes."""
    mark = BOM if content.startswith(BOM) else b""
    body = content[len(mark) :]
    whole = _is_utf8(body)
    return mark, [_line(match[1], match[2], whole) for match in _BYTES.finditer(body) if match[0]]


def join(mark: bytes, lines: list[Line]) -> bytes:
    """The file's bytes."""
    return mark + b"".join([part for line in lines for part in (line.raw, line.end)])


def usual_end(lines: list[Line]) -> bytes:
    """How most lines end."""
    ends = [line.end for line in lines if line.end]
    return max(set(ends), key=ends.count) if ends else b"\n"


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _line(raw: bytes, end: bytes, utf8: bool) -> Line:
    if utf8:
        return Line(raw.decode(), raw, end, "utf-8")
    for encoding in ("utf-8" if not raw.isascii() else "cp1252", "cp1252"):
        try:
            return Line(raw.decode(encoding), raw, end, encoding)
        except UnicodeDecodeError:
            continue
    return Line(raw.decode("latin-1"), raw, end, "latin-1")
