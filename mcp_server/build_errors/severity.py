"""The severity that a text states: an error, a warning, a note, or nothing."""

from __future__ import annotations

ERROR, SILENT, WARNING, NOTE = 1, 0, -1, -2

_ERROR = frozenset(
    "error errors err fatal failed failure failures fail panic exception critical severe blocker abort aborted "
    "crash uncaught unhandled e × ✖ ✘ ✗ ❌ ⨯ 🚨 erreur fehler errore erro "
    "ошибка 错误 エラー 오류".split()
)
_WARNING = frozenset(
    (
        "warning warnings warn w deprecated deprecation ⚠ ▲ style convention refactor refactoring avertissement "
        "warnung advertencia aviso attenzione avviso предупреждение 警告 경고"
    ).split()
)
_NOTE = frozenset(
    "note notes info information informational hint help remark suggestion suggest notice debug performance "
    "portability minor todo trace ignored skipped passed pass ok i n ℹ ☞ ✓ ✔ alert advice verbose".split()
)
_SECOND = frozenset(
    "syntax parse parser parsing type runtime internal compile compiler compilation lexical lexer reference name "
    "import semantic link linker analysis build schema validation user stack unexpected assertion caught "
    "unrecoverable template configuration assert test module script cmake fatal".split()
)
_STRIP = "[](){}<>:;,.-–—*!#%|│┃╷╵─━━=\"'`~^&+\\/ "


def judge(text: str) -> int:
    """The severity at the start of `text`, after any numbers, rule codes and ornaments, or in brackets at its end."""
    said = 0
    words = text[:240].split(None, 8)
    for at, word in enumerate(words[:7]):
        said = _word(word)
        if said:
            # A lone letter or sign is a severity only if nothing but ornaments comes before it.
            break
        bare = word.strip(_STRIP)
        if not bare or any(map(str.isdigit, bare)) or (word[0] in "[(<" and word[-1] in "])>:,"):
            continue
        second = words[at + 1].strip(_STRIP).lower() if at + 1 < len(words) else ""
        if bare.lower() in _SECOND and second in ("error", "errors", "failure", "failed", "exception"):
            return ERROR
        if second in ("warning", "warnings"):
            return WARNING
        break
    return said or _tail(text)


def _word(word: str) -> int:
    bare = word.strip(_STRIP)
    if not bare:
        return 0
    cut = bare.find("[")
    slash = bare.find("/")
    cut = min(at for at in (cut, slash, bare.find("-") if len(bare) > 5 else -1, len(bare)) if at > 0)
    bare = bare[:cut].rstrip(":")
    if len(bare) == 1 and bare.isalpha() and word[1:2] != ":":
        return {"x": ERROR, "i": NOTE}.get(word, SILENT)
    low = bare.lower()
    if low in _ERROR:
        return ERROR
    if low in _WARNING:
        return WARNING
    if low in _NOTE:
        return NOTE
    return _named(bare)


def _named(bare: str) -> int:
    if bare.endswith(("Warning", "WARNING")):
        return WARNING
    if bare.endswith(("Error", "Exception", "Failure", "ERROR", "Fault")):
        return ERROR
    if ":" in bare:
        return _word(bare.partition(":")[0])
    return SILENT


def _tail(text: str) -> int:
    end = text.rstrip()[-40:].lower()
    if end.endswith("]") and ("[warning" in end or "[warn" in end or "[info" in end):
        return WARNING if "[warn" in end else NOTE
    if end.endswith(("(warning)", "(warn)")):
        return WARNING
    if end.endswith(("(info)", "(note)")):
        return NOTE
    return ERROR if end.endswith("]") and ("[error]" in end or "[error/" in end) else SILENT


_INSIDE = ("error", "fatal", "uncaught", "panicked", "exception", "failed", "failure", "invalid", "unable to", "cannot")


def speaks_of_error(text: str) -> bool:
    """Whether a sentence says that something went wrong, not just that it might."""
    low = text.lower()
    return (
        any(word in low for word in _INSIDE)
        and "warning" not in low
        and "no error" not in low
        and "0 errors" not in low
    )
