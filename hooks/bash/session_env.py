"""The text that makes a session's shells confine themselves to their agent's scope.

The client puts it ahead of every command, into the string that the shell is started with; so the shell can start again
with the same string through `confine.py`. A session without records pays one question to the disk.
"""

from __future__ import annotations

from hooks.event.event import plugin_file

MARK = "interlock-confine"
"""By this word the text finds itself in the string that the shell would be started with again."""

# The variable against recursion stays, unexported: a resumed session may have this text twice.
# Joined to one line, so that the line numbers in a shell's messages stay correct.
_TEXT = """
if [ "${INTERLOCK_CONFINED-}" = "$$" ] || [ "${INTERLOCK_CONFINED-}" = "$PPID" ]; then
    [ -z "${INTERLOCK_SHIMS-}" ] || PATH=$INTERLOCK_SHIMS:$PATH;
    \\builtin unset INTERLOCK_SHIMS;
    \\builtin typeset +x INTERLOCK_CONFINED;
elif [ -d %(folder)s ] &&
    [ -x %(python)s ] && [ -r %(launcher)s ]; then
    if [ -n "${BASH_VERSION-}" ] && [ -x "${BASH-}" ]; then
        case ${BASH_EXECUTION_STRING-} in *%(mark)s*)
            _il_flags= _il_words=();
            ! \\builtin shopt -q login_shell || _il_flags=-l;
            case $BASH_EXECUTION_STRING in *'_PIECE in "$'@'"'*)
                \\builtin mapfile -d '' _il_words <"/proc/$$/cmdline" ;;
            esac;
            \\builtin shopt -s execfail;
            \\builtin exec %(python)s -I -S %(launcher)s "$BASH" "$_il_flags"
                %(folder)s "$BASH_EXECUTION_STRING" "${_il_words[@]}";
            \\builtin shopt -u execfail;
            \\builtin unset _il_flags _il_words ;;
        esac;
    elif [ -n "${ZSH_VERSION-}" ]; then
        case ${ZSH_EXECUTION_STRING-} in *%(mark)s*)
            _il_flags= _il_shell=${ZSH_ARGZERO:-$0};
            [ -x "$_il_shell" ] || _il_shell=$(\\builtin whence -p zsh);
            [[ ! -o login ]] || _il_flags=-l;
            [ ! -x "$_il_shell" ] ||
                \\builtin exec %(python)s -I -S %(launcher)s "$_il_shell" "$_il_flags"
                %(folder)s "$ZSH_EXECUTION_STRING";
            \\builtin unset _il_flags _il_shell ;;
        esac;
    fi;
fi
"""


def entry(commands: str, python: str, launcher: str | None = None, *, session: str = "") -> str:
    """The text for `$CLAUDE_ENV_FILE`: `commands` has the records of all sessions, `python` runs the launcher.

    With `session`, the name of its folder there, it does not depend on the variable that a shell may have changed.
    """
    launcher = launcher or plugin_file("hooks", "confine.py")
    folder = f"{_quoted(commands)}/" + (_quoted(session) if session else '"${CLAUDE_CODE_SESSION_ID:-none}"')
    words = {"folder": folder, "python": _quoted(python), "launcher": _quoted(launcher), "mark": MARK}
    return " ".join(line.strip() for line in _TEXT.strip().splitlines()) % words + "\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
