"""Who gets the page, and who does not; and that nobody can keep it from answering."""

from __future__ import annotations

import http.client
import socket
from contextlib import ExitStack

import pytest

from mcp_server.board.page.server import CONNECTIONS
from mcp_server.core.tasks.update import update_task
from tests.board.page.conftest import TOKEN, Served
from tests.workspace import Workspace


def ask(
    served: Served, path: str = "", method: str = "GET", body: str | None = None, **headers: str
) -> tuple[int, str, dict[str, str]]:
    """The code, the text and the headers of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path or f"/{TOKEN}/", body, named)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text, {name.lower(): value for name, value in answer.getheaders()}


def own(served: Served) -> str:
    return f"http://127.0.0.1:{served.port}"


def test_the_whole_address_opens_the_page_which_may_load_nothing_from_elsewhere(served: Served) -> None:
    code, text, headers = ask(served)
    assert code == 200
    assert "Work on A" in text
    assert "half of it is done" in text
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "same-origin")
    assert "http://" not in text.replace("http://www.w3.org", "")


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {}),
        ("/another/", {}),
        (f"/{TOKEN}x/", {}),
        (f"/{TOKEN[:-1]}/", {}),
        ("/events", {}),
        ("/static/board.css", {}),
        ("", {"Host": "evil.example"}),
        ("", {"Host": "evil.example:80"}),
        ("", {"Host": "127.0.0.1:1"}),
        ("", {"Origin": "http://evil.example"}),
        ("", {"Origin": "null"}),
    ],
)
def test_without_the_address_or_from_elsewhere_it_is_refused(
    served: Served, path: str, headers: dict[str, str]
) -> None:
    code, text, _ = ask(served, path, **headers)
    assert code == 403
    assert "Work on" not in text


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null", "https://127.0.0.1"])
def test_nothing_is_changed_for_another_page(served: Served, shop: Workspace, origin: str | None) -> None:
    headers = {"Content_Type": "application/x-www-form-urlencoded"} | ({"Origin": origin} if origin else {})
    assert ask(served, f"/{TOKEN}/tasks/A/release", "POST", "", **headers)[0] == 403
    assert shop.task("A").status == "in_progress"


def test_nothing_is_changed_by_a_get(served: Served, shop: Workspace) -> None:
    assert ask(served, f"/{TOKEN}/tasks/A/release")[0] == 405
    assert shop.task("A").status == "in_progress"


def test_its_own_form_acts_and_leads_back_with_what_happened(served: Served, shop: Workspace) -> None:
    code, _, headers = ask(served, f"/{TOKEN}/tasks/A/release", "POST", "", Origin=own(served))
    assert code == 303
    assert shop.task("A").status == "todo"
    code, text, _ = ask(served, headers["location"].removeprefix(own(served)))
    assert (code, "A was released" in text) == (200, True)


def test_what_can_t_be_done_is_said(served: Served) -> None:
    code, text, _ = ask(served, f"/{TOKEN}/tasks/Z/release", "POST", "", Origin=own(served), Accept="application/json")
    assert code == 409
    assert "Z" in text
    assert ask(served, f"/{TOKEN}/tasks/A/explode", "POST", "", Origin=own(served))[0] == 404


def test_a_request_that_is_too_large_is_refused(served: Served) -> None:
    code, _, _ = ask(served, f"/{TOKEN}/tasks/A/message", "POST", "words=" + "x" * 100_000, Origin=own(served))
    assert code == 413


def test_of_two_hundred_connections_some_are_refused_and_the_page_answers_afterwards(served: Served) -> None:
    listening = f"GET /{TOKEN}/events HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n\r\n".encode()
    with ExitStack() as open_ones:
        codes = []
        for _ in range(200):
            one = open_ones.enter_context(socket.create_connection(("127.0.0.1", served.port), timeout=30))
            one.sendall(listening)
            open_ones.callback(one.close)
            codes.append(one.recv(12).decode().split()[1])
        assert codes.count("200") <= CONNECTIONS
        assert codes.count("503") >= 200 - CONNECTIONS
    for _ in range(200):
        if ask(served)[0] == 200:
            return
    raise AssertionError("the page did not answer again")


def test_the_text_that_agents_write_is_no_markup(served: Served, shop: Workspace) -> None:
    update_task(shop.place, shop.agent("ada", pid=7), "A", note="<script>alert(1)</script>")
    text = ask(served)[1]
    assert "&lt;script&gt;" in text
    assert "<script>alert" not in text
