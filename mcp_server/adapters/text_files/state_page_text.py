"""The state page as bytes and as text, and which pages can be applied."""

from __future__ import annotations

from mcp_server.adapters.text_files.stable_read import Unfit
from mcp_server.state_page.page import in_conflict, read_page

BOM = b"\xef\xbb\xbf"


def decoded(content: bytes) -> str:
    """It as text; refuses (Unfit) what is not UTF-8."""
    try:
        return content.removeprefix(BOM).decode()
    except UnicodeDecodeError:
        raise Unfit("is not UTF-8: save it as UTF-8") from None


def decoded_page(content: bytes) -> str:
    """The same of a page; refuses (Unfit) an unresolved merge as well."""
    text = decoded(content)
    if in_conflict(text):
        raise Unfit("holds a merge that is not resolved")
    return text


def encoded(text: str, like: bytes) -> bytes:
    """Text in the form that the page had before."""
    return (BOM if like.startswith(BOM) else b"") + text.encode()


def is_whole(content: bytes, before: bytes) -> bool:
    """Whether it was written to its end. If not, an editor is writing it in place: the next reading sees the rest."""
    had_version, has_version = (read_page(decoded(one)).version is not None for one in (before, content))
    return bool(content.strip()) and (has_version or not had_version)
