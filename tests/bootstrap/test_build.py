"""Is the environment created once, completely, for exactly what is locked, whoever else starts or is killed?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

from tests.bootstrap.gate import Gate
from tests.bootstrap.installation import Installation, told

DAY = 24 * 3600


def test_five_that_start_at_once_build_once(installation: Installation, gate: Gate) -> None:
    starts = [installation.start() for _ in range(5)]
    gate.wait_for_arrival()
    said = sorted(_next_line(start) for start in starts)
    assert [line.split(":")[1].strip() for line in said] == [
        *["another start is setting up the environment; waiting for it …"] * 4,
        "first start",
    ]
    gate.let_through()  # for one; a second installation would wait there until the test times out
    assert {told(_ended(start))["python"] for start in starts} == {
        str(installation.data / name / "bin" / "python") for name in installation.environments()
    }
    assert len(installation.environments()) == 1


def test_those_who_waited_for_an_attempt_that_failed_do_not_repeat_it(installation: Installation, gate: Gate) -> None:
    installation.lock("tiny==1.0 --hash=sha256:" + "0" * 64)
    starts = [installation.start() for _ in range(3)]
    gate.wait_for_arrival()
    for start in starts:
        _next_line(start)
    gate.let_through()
    ends = [_ended(start) for start in starts]
    assert [end.returncode for end in ends] == [3, 3, 3]
    assert all("wrong hash" in end.stderr for end in ends)


def test_after_a_kill_the_next_start_waits_for_the_tool_left_behind_and_builds_again(
    installation: Installation, gate: Gate
) -> None:
    killed = installation.start()
    setup, _ = gate.wait_for_arrival()
    os.kill(setup, signal.SIGKILL)
    assert _ended_code(killed) != 0
    (half_built,) = installation.data.glob("env-*")
    (half_built / "left-over").touch()
    following = installation.start()
    assert "waiting" in _next_line(following)
    gate.let_through()  # the tool of the killed set-up ends, and only then
    gate.wait_for_arrival()
    gate.let_through()
    assert told(_ended(following))["tiny"] == "1.0"
    assert not (half_built / "left-over").exists()


def test_after_a_kill_of_everything_the_half_built_environment_is_replaced(
    installation: Installation, gate: Gate
) -> None:
    killed = installation.start()
    for process in gate.wait_for_arrival():
        os.kill(process, signal.SIGKILL)
    assert _ended_code(killed) != 0
    (half_built,) = installation.data.glob("env-*")
    (half_built / "left-over").touch()
    following = installation.start()
    gate.wait_for_arrival()
    gate.let_through()
    assert told(_ended(following))["tiny"] == "1.0"
    assert not (half_built / "left-over").exists()
    assert [path.name for path in installation.data.glob("env-*")] == [half_built.name]


def test_a_caller_that_does_not_wait_gets_an_answer_and_the_set_up_continues(
    installation: Installation, gate: Gate
) -> None:
    impatient = installation.bootstrap("--wait", "0")
    assert impatient.returncode == 3
    assert "still being set up in the background" in impatient.stderr
    gate.wait_for_arrival()
    following = installation.start()
    assert "another start is setting up the environment" in _next_line(following)
    gate.let_through()
    assert told(_ended(following))["tiny"] == "1.0"


def test_a_caller_that_waits_long_enough_gets_the_interpreter(installation: Installation) -> None:
    patient = installation.bootstrap("--wait", "50")
    (environment,) = installation.data.glob("env-*")
    assert patient.stdout == f"{environment}/bin/python\n"


def test_a_person_who_interrupts_it_is_told_so(installation: Installation, gate: Gate) -> None:
    # Tests that run in the background of a shell ignore the signal, and pass that on.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        start = installation.start()
    finally:
        signal.signal(signal.SIGINT, before)
    for process in gate.wait_for_arrival():  # as from a terminal, whose ctrl-c reaches the tool as well
        os.kill(process, signal.SIGINT)
    end = _ended(start)
    assert end.returncode == 3
    assert end.stderr.splitlines()[-1] == "interlock: set-up interrupted; the next start begins again"


def test_a_client_that_gives_up_does_not_undo_the_set_up(installation: Installation, gate: Gate) -> None:
    given_up = installation.start()
    gate.wait_for_arrival()
    os.killpg(given_up.pid, signal.SIGTERM)
    assert _ended_code(given_up) != 0
    gate.let_through()
    following = _ended(installation.start())
    assert told(following)["tiny"] == "1.0"
    assert "first start" not in following.stderr


def test_another_lock_leads_to_another_environment_and_back(installation: Installation) -> None:
    first_lock = (installation.root / "requirements.txt").read_text()
    first = told(installation.launch())
    installation.lock(installation.wheel("2.0"))
    update = installation.launch()
    assert told(update)["tiny"] == "2.0"
    assert "new version: setting up its environment" in update.stderr
    installation.lock(first_lock)
    os.utime(installation.root / "requirements.txt", (1, 1))
    back = installation.launch()
    assert told(back) == first
    assert back.stderr == ""
    assert len(installation.environments()) == 2


def test_an_update_in_another_folder_with_the_same_lock_needs_no_new_environment(
    installation: Installation, tmp_path: Path
) -> None:
    first = told(installation.launch())
    installation.root = installation.root.rename(tmp_path / "root of the next version")
    following = installation.launch()
    assert told(following) == first
    assert following.stderr == ""


def test_an_environment_whose_python_is_missing_is_created_again(installation: Installation) -> None:
    python = Path(told(installation.launch())["python"])
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    assert told(installation.launch())["tiny"] == "1.0"


def test_environments_unused_for_a_week_are_removed_after_an_update(installation: Installation) -> None:
    long_ago = time.time() - 8 * DAY
    for name, used in (("env-old", long_ago), ("env-recent", time.time() - 6 * DAY)):
        (installation.data / name).mkdir()
        (installation.data / name / "used").touch()
        os.utime(installation.data / name / "used", (used, used))
    (installation.data / "env-never-used").mkdir()
    os.utime(installation.data / "env-never-used", (long_ago, long_ago))
    told(installation.launch())
    assert "env-recent" in installation.environments()
    assert installation.environments().isdisjoint({"env-old", "env-never-used"})


def test_every_start_counts_as_use(installation: Installation) -> None:
    used = Path(told(installation.launch())["python"]).parents[1] / "used"
    os.utime(used, (1, 1))
    installation.launch()
    assert used.stat().st_mtime > time.time() - DAY


def test_a_persons_own_virtual_environment_is_left_alone(installation: Installation) -> None:
    (installation.root / ".venv").mkdir()
    (installation.root / ".venv" / "mine").touch()
    python = told(installation.launch(CLAUDE_PLUGIN_DATA=""))["python"]
    assert python == str(installation.root / ".venv-interlock" / "bin" / "python")
    assert [path.name for path in (installation.root / ".venv").iterdir()] == ["mine"]


def test_in_a_checkout_the_own_environment_is_rebuilt_for_another_lock(installation: Installation) -> None:
    told(installation.launch(CLAUDE_PLUGIN_DATA=""))
    installation.lock(installation.wheel("2.0"))
    following = told(installation.launch(CLAUDE_PLUGIN_DATA=""))
    assert following["tiny"] == "2.0"
    assert following["python"] == str(installation.root / ".venv" / "bin" / "python")


def test_without_a_working_uv_it_is_created_with_pip(installation: Installation) -> None:
    installation.without_uv()
    run = installation.launch()
    assert told(run)["tiny"] == "1.0"
    assert "uv could not do it (other); trying pip …" in run.stderr
    (mark,) = installation.data.glob("env-*/interlock-environment.json")
    assert json.loads(mark.read_text())["made_with"] == "pip"


def test_settings_about_what_to_install_where_do_not_reach_pip(installation: Installation) -> None:
    installation.without_uv()
    settings = installation.folder / "pip.conf"
    settings.write_text("[install]\nuser = true\n")
    misleading = {"PIP_USER": "1", "PIP_TARGET": "elsewhere", "PIP_CONSTRAINT": "none.txt", "PIP_DRY_RUN": "1"}
    assert told(installation.launch(**misleading, PIP_CONFIG_FILE=str(settings)))["tiny"] == "1.0"


def test_settings_about_what_to_install_where_do_not_reach_uv(installation: Installation) -> None:
    run = installation.launch(UV_CONSTRAINT="none.txt", UV_OVERRIDE="none.txt", UV_SYSTEM_PYTHON="1", UV_PYTHON="3.1")
    assert told(run)["tiny"] == "1.0"
    assert "pip" not in run.stderr


def _next_line(start: subprocess.Popen[str]) -> str:
    assert start.stderr
    return start.stderr.readline()


def _ended(start: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    stdout, stderr = start.communicate()
    return subprocess.CompletedProcess(start.args, start.returncode, stdout, stderr)


def _ended_code(start: subprocess.Popen[str]) -> int:
    # Not until its output ends: what it left behind keeps that open.
    code = start.wait()
    for stream in (start.stdout, start.stderr):
        assert stream
        stream.close()
    return code


def test_an_installed_copy_keeps_nothing_of_the_checkout_that_it_was_made_of(installation: Installation) -> None:
    for name in (".venv", ".venv-dev", ".mypy_cache"):
        (installation.root / name / "lib").mkdir(parents=True)
    (installation.root / "docs").mkdir()

    assert told(installation.launch())["tiny"] == "1.0"

    left = {path.name for path in installation.root.iterdir()}
    assert left & {".venv", ".venv-dev", ".mypy_cache"} == set()
    assert "docs" in left


def test_a_checkout_keeps_its_own(installation: Installation) -> None:
    (installation.root / ".git").mkdir()
    (installation.root / ".venv-dev").mkdir()

    assert told(installation.launch())["tiny"] == "1.0"

    assert (installation.root / ".venv-dev").is_dir()
