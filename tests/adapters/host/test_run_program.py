"""A program is run, fed, read and ended without the `subprocess` module."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_server.adapters.host.run_program import Ran, is_missing, run_program

LARGE = b"0123456789abcdef" * 40_000
"""More than any pipe holds."""


def sh(script: str, given: bytes = b"", seconds: float | None = None) -> Ran:
    return run_program(["sh", "-c", script], env=os.environ, given=given, seconds=seconds)


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture(params=["posix_spawn", "subprocess"])
def each_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on systems that have posix_spawn, and as on those that have not."""
    if request.param == "subprocess":
        monkeypatch.delattr(os, "posix_spawnp")


@pytest.mark.usefixtures("each_way")
def test_what_it_prints_and_how_it_ends_is_told() -> None:
    done = sh("printf out; printf err >&2; exit 3")
    assert (done.code, done.out, done.err) == (3, b"out", b"err")
    assert sh("printf '\\377'").text == "\udcff"
    assert sh("kill -9 $$").code == -9


@pytest.mark.usefixtures("each_way")
def test_input_and_output_larger_than_a_pipe_pass_through() -> None:
    done = sh("tee /dev/stderr", given=LARGE)
    assert done.out == done.err == LARGE
    assert sh("exit 0", given=LARGE).code == 0


@pytest.mark.usefixtures("each_way")
def test_without_input_it_reads_an_end_at_once() -> None:
    assert sh("wc -c").text.strip() == "0"


@pytest.mark.usefixtures("each_way")
def test_it_has_the_environment_that_it_is_given() -> None:
    assert run_program(["/bin/sh", "-c", 'echo "$A${HOME-}"'], env={"A": "b"}).text == "b\n"


@pytest.mark.usefixtures("each_way")
def test_what_takes_too_long_is_killed(tmp_path: Path) -> None:
    with pytest.raises(TimeoutError, match="longer than"):
        sh(f"echo $$ > {tmp_path / 'pid'}; exec tail -f /dev/null", seconds=0.5)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.usefixtures("each_way")
def test_what_is_not_there_is_an_os_error() -> None:
    with pytest.raises(OSError, match="no-such-program"):  # which kind depends on the folders of the PATH
        run_program(["no-such-program"], env=os.environ)


def test_it_inherits_the_one_descriptor_that_it_is_given(tmp_path: Path) -> None:
    kept, other = (os.open(tmp_path / name, os.O_RDWR | os.O_CREAT) for name in ("kept", "other"))
    try:
        script = "import os, sys; [os.write(int(number), b'x') for number in sys.argv[1:]]"
        done = run_program([sys.executable, "-c", script, str(kept), str(other)], env=os.environ, keep_open=kept)
    finally:
        os.close(kept)
        os.close(other)
    assert [(tmp_path / name).read_text() for name in ("kept", "other")] == ["x", ""]
    assert b"Bad file descriptor" in done.err


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="descriptors are counted in /proc")
def test_no_descriptor_is_left_open() -> None:
    before = open_descriptors()
    sh("cat", given=LARGE)
    with pytest.raises(OSError, match="no-such-program"):  # which kind depends on the folders of the PATH
        run_program(["no-such-program"], env=os.environ)
    with pytest.raises(TimeoutError):
        sh("cat", seconds=0)
    assert open_descriptors() == before


def test_it_costs_no_import_of_subprocess() -> None:
    code = (
        "import os, sys; from mcp_server.adapters.git import runner; runner.run('.', 'version');"
        "print(sorted({'subprocess', 'typing', 'threading', 'enum', 're'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-S", "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may search every folder")
def test_a_folder_on_the_path_that_may_not_be_searched_hides_no_missing_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    monkeypatch.setenv("PATH", f"{tmp_path / 'closed'}:/usr/bin:/bin")
    with pytest.raises(PermissionError) as refused:
        run_program(["no-such-tool"], env=os.environ)
    assert is_missing("no-such-tool", refused.value)


def test_a_program_that_the_system_forbids_is_missing_if_there_is_none_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "tool").write_text("")
    assert is_missing("no-such-tool", PermissionError())
    assert not is_missing("git", PermissionError())
    assert is_missing("git", FileNotFoundError(), str(tmp_path))
    assert not is_missing("no-such-tool", OSError())
