"""Can a command end with 0 although a part of it failed? If not, its exit code is believed."""

from __future__ import annotations

from mcp_server.domain.heuristics.shell_words import program_of

_SHELLS = frozenset("bash sh zsh dash ksh fish source .".split())
_SCRIPTED = frozenset("npm pnpm yarn bun make gmake just task rake".split())
_LENIENT = frozenset(
    "--exit-zero --soft-fail --no-fail --keep-going -exec -execdir --no-error-exit --ignore-errors".split()
)


def may_hide(text: str, simple: list[list[str]], scripts: list[str]) -> bool:
    """Whether the exit code of `text` may be 0 although a program in it failed; `scripts` are those that it starts."""
    if _has_hiding_sign(text):
        return True
    for words in simple:
        program = program_of(words)
        if any(word in _LENIENT for word in words):
            return True
        if program in _SHELLS or program.endswith((".sh", ".bash", ".zsh")):
            inner = next((word for word in words[1:] if " " in word), "")
            if _has_hiding_sign(inner) if inner else any(_is_lax(script) for script in scripts or [""]):
                return True
        elif program in _SCRIPTED and any(_ignores(script) for script in scripts):
            return True
    return False


def _has_hiding_sign(text: str) -> bool:
    """Whether a shell text has a pipe, `;`, `&`, `||`, a line break or `!` outside of quotes."""
    quote = ""
    for at, letter in enumerate(text.rstrip()):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "|;\n" or (letter in "&!" and _hides(letter, text[at - 1 : at], text[at + 1 : at + 2])):
            return True
    return False


def _hides(letter: str, before: str, after: str) -> bool:
    return after == " " if letter == "!" else "&" not in (before, after) and ">" not in (before, after)


def _is_lax(script: str) -> bool:
    """Whether a shell script goes on after an error, or cannot be read."""
    strict = any(
        f"set {option}" in script for option in ("-e", "-xe", "-ue", "-uxe", "-o errexit", "-Ee")
    ) or script.startswith(("#!/bin/bash -e", "#!/bin/sh -e"))
    return not strict or _ignores(script)


def _ignores(script: str) -> bool:
    """Whether a script ignores an error somewhere: `|| true`, a pipe, or a line of a Makefile that begins with `-`."""
    return "||" in script or " | " in script or "\n\t-" in script or "\n\t@-" in script or "; true" in script
