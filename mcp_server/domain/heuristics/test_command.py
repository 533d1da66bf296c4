"""Does a command run tests? On the hot path of a hook: nothing of the standard library is imported.

Read by its words alone: what it is for, not what it may do.
"""

from __future__ import annotations

from mcp_server.domain.shell_words import base, command_of, simple_commands

RUNNERS = frozenset(
    "pytest py.test tox nox nose2 unittest doctest jest vitest mocha ava jasmine karma rspec cucumber minitest phpunit "
    "pest ctest bats busted elm-test behave robot trial gotestsum cargo-nextest tap c8 nyc".split()
)
WITH = {
    "npm": "test t tst",
    "yarn": "test",
    "pnpm": "test t",
    "bun": "test",
    "deno": "test",
    "node": "--test",
    "cargo": "test nextest t",
    "go": "test",
    "dotnet": "test",
    "swift": "test",
    "mix": "test",
    "flutter": "test",
    "dart": "test",
    "mvn": "test verify install",
    "mvnw": "test verify install",
    "gradle": "test check build",
    "gradlew": "test check build",
    "make": "test tests check",
    "gmake": "test tests check",
    "ninja": "test check",
    "meson": "test",
    "just": "test tests check",
    "task": "test check",
    "bazel": "test",
    "bazelisk": "test",
    "buck2": "test",
    "rake": "test spec",
    "rails": "test",
    "manage.py": "test",
    "sbt": "test",
    "stack": "test",
    "cabal": "test",
    "zig": "test",
    "composer": "test",
    "hatch": "test",
    "pdm": "test",
    "playwright": "test",
    "cypress": "run",
    "ng": "test",
    "nx": "test",
    "turbo": "test",
    "lein": "test",
    "rebar3": "eunit ct",
    "forge": "test",
    "prove": "",
    "invoke": "test",
    "inv": "test",
}
"""Programs that run tests when one of these words follows; with none, always."""
SCRIPTED = frozenset("npm yarn pnpm bun".split())
ANYWHERE = frozenset("make gmake ninja mvn mvnw gradle gradlew just task rake lein meson rebar3 sbt".split())
"""Programs of which the word may stand behind others."""
LOOKING = frozenset("--version --help -h --collect-only --list --list-tests --listTests --dry-run".split())


def runs_tests(command: str) -> bool:
    """Whether one of its commands runs tests; not one that only asks a test runner about itself."""
    return any(_is_run(command_of(words, WITH)) for words in simple_commands(command))


def _is_run(words: list[str]) -> bool:
    if not words or LOOKING.intersection(words):
        return False
    program = base(words[0])
    if program in RUNNERS:
        return True
    if program not in WITH:
        return False
    operands = [word.partition(":")[0] for word in words[1:] if not word.startswith("-") or word == "--test"]
    if operands[:1] in (["run"], ["run-script"]) and program in SCRIPTED:
        operands = operands[1:]
    wanted = WITH[program].split()
    return not wanted or any(word in wanted for word in (operands if program in ANYWHERE else operands[:1]))
