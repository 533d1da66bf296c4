"""Does a command run tests? On the hot path of a hook: nothing of the standard library is imported.

Judged by its words alone: by its purpose, not by what it may do.
"""

from __future__ import annotations

from mcp_server.domain.heuristics.shell_words import base, command_of, simple_commands

RUNNERS = frozenset(
    "pytest py.test tox nox nose2 unittest doctest jest vitest mocha ava jasmine karma rspec cucumber minitest phpunit "
    "pest ctest bats busted elm-test behave robot trial gotestsum cargo-nextest tap c8 nyc".split()
)
WITH = {
    program: words
    for words, programs in {
        "test t tst": "npm",
        "test": "yarn bun deno go dotnet swift mix flutter dart meson bazel bazelisk buck2 rails manage.py "
        "sbt stack cabal zig composer hatch pdm playwright ng nx turbo lein forge invoke inv",
        "test t": "pnpm",
        "--test": "node",
        "test nextest t": "cargo",
        "test verify install": "mvn mvnw",
        "test check build": "gradle gradlew",
        "test tests check": "make gmake just",
        "test check": "ninja task",
        "test spec": "rake",
        "run": "cypress",
        "eunit ct": "rebar3",
        "": "prove",
    }.items()
    for program in programs.split()
}
"""Programs that run tests when one of these words follows; where none is listed, always."""
SCRIPTED = frozenset("npm yarn pnpm bun".split())
ANYWHERE = frozenset("make gmake ninja mvn mvnw gradle gradlew just task rake lein meson rebar3 sbt".split())
"""Programs whose word may follow other words."""
QUERIES = frozenset("--version --help -h --collect-only --list --list-tests --listTests --dry-run".split())


def runs_tests(command: str) -> bool:
    """Whether one of its commands runs tests, and does not only query a test runner."""
    return any(_is_run(command_of(words, WITH)) for words in simple_commands(command))


def _is_run(words: list[str]) -> bool:
    if not words or QUERIES.intersection(words):
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
