"""The page in a real browser: it shows what happens as it happens, and is used by the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from mcp_server.core.tasks.update import update_task
from tests.board.conftest import spend
from tests.board.page.conftest import Served
from tests.workspace import Workspace, task


def until(browser: Chrome, seen: Callable[[Chrome], Any]) -> Any:
    """Wait until that is seen; what is being replaced meanwhile is looked for again."""
    return WebDriverWait(browser, 60, 0.02, [NoSuchElementException, StaleElementReferenceException]).until(seen)


def text(browser: Chrome, part: str) -> str:
    return browser.find_element(By.ID, part).text


def ids(browser: Chrome, column: str) -> list[str]:
    cards = browser.find_elements(By.CSS_SELECTOR, f".column.{column} .card")
    return [str(card.get_attribute("data-task")) for card in cards]


@pytest.fixture
def page(served: Served, browser: Chrome) -> Chrome:
    """The page, opened and listening."""
    browser.get(served.address)
    until(browser, lambda found: found.execute_script("return document.body.dataset.live"))
    return browser


def focus(browser: Chrome, task_id: str) -> WebElement:
    card = browser.find_element(By.ID, f"task-{task_id}")
    browser.execute_script("arguments[0].focus()", card)
    return browser.switch_to.active_element


def focused(browser: Chrome) -> str:
    return str(browser.execute_script("return document.activeElement.closest('.card')?.dataset.task ?? ''"))


def test_it_shows_the_work_what_waits_for_a_person_and_the_scopes(page: Chrome) -> None:
    assert {name: ids(page, name) for name in ("ready", "working", "blocked", "waiting", "done")} == {
        "ready": ["D"],
        "working": ["A"],
        "blocked": ["B"],
        "waiting": ["C"],
        "done": ["E"],
    }
    assert "B is blocked: a key" in text(page, "part-needs")
    assert "interlock release B" in text(page, "part-needs")
    assert "ada" in text(page, "part-agents")
    assert page.find_element(By.CSS_SELECTOR, "#part-scopes a.mark.working").text.startswith("A · ada")
    log = page.get_log("browser")  # type: ignore[no-untyped-call]  # the library says nothing of it
    assert [entry for entry in log if entry["level"] == "SEVERE"] == []


def test_a_change_in_the_store_is_on_the_page_without_loading_it_again(page: Chrome, shop: Workspace) -> None:
    page.execute_script("window.same = true")
    cleo = shop.agent("cleo", pid=9)
    shop.claimed(cleo, "D")
    until(page, lambda found: ids(found, "working") == ["A", "D"])
    update_task(shop.place, cleo, "D", status="done")
    until(page, lambda found: set(ids(found, "done")) == {"D", "E"})
    assert page.execute_script("return window.same") is True


def test_that_the_database_cannot_be_reached_stands_above_all(page: Chrome, shop: Workspace) -> None:
    shop.mirrors(host="here")
    shop.mirrored(trouble="no <route> to host")
    shop.agent("dora")
    until(page, lambda found: "No <route> to host: what is said" in text(found, "part-counts"))


def test_what_was_spent_is_drawn_and_listed(page: Chrome, shop: Workspace) -> None:
    spend(shop, shop.agent("ada", pid=7), "A", 12_400)
    shop.clock.advance(60)
    until(page, lambda found: "12k tokens today" in text(found, "part-counts"))
    until(page, lambda found: len(found.find_elements(By.CSS_SELECTOR, "#part-usage svg")) == 3)
    assert "12k tokens in 14 days" in text(page, "part-usage")
    assert "12k tokens" in page.find_element(By.ID, "task-A").text


def test_what_a_person_is_writing_and_where_they_are_survives_changes(page: Chrome, shop: Workspace) -> None:
    focus(page, "A").send_keys("m")
    page.switch_to.active_element.send_keys("please st")
    shop.claimed(shop.agent("cleo", pid=9), "D")
    until(page, lambda found: "cleo" in text(found, "part-agents"))
    page.switch_to.active_element.send_keys("op", Keys.ENTER)
    until(page, lambda found: "Sent to ada" in text(found, "state"))
    assert [message.subject for message in shop.inbox(shop.agent("ada", pid=7))] == ["please stop"]
    until(page, lambda found: ids(found, "working") == ["A", "D"])
    assert focused(page) == "A"


def test_the_keyboard_goes_from_task_to_task_and_acts_on_them(page: Chrome, shop: Workspace) -> None:
    focus(page, "D").send_keys(Keys.ARROW_RIGHT)
    assert focused(page) == "A"
    page.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    assert focused(page) == "B"
    page.switch_to.active_element.send_keys(Keys.ENTER)
    assert page.find_element(By.CSS_SELECTOR, "#task-B details.all").get_attribute("open") is not None
    focus(page, "A").send_keys("x")
    assert page.switch_to.active_element.text == "Release A"
    page.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert shop.task("A").status == "in_progress"
    focus(page, "A").send_keys("x")
    page.switch_to.active_element.send_keys(Keys.ENTER)
    until(page, lambda found: "A was released" in text(found, "state"))
    assert shop.task("A").status == "todo"


def test_what_waits_for_review_is_rejected_and_approved_by_the_keyboard(page: Chrome, shop: Workspace) -> None:
    ada = shop.agent("ada", pid=7)
    update_task(shop.place, ada, "A", status="review")
    until(page, lambda found: ids(found, "review") == ["A"])
    focus(page, "A").send_keys("r")
    page.switch_to.active_element.send_keys("the tests are missing", Keys.ENTER)
    until(page, lambda found: ids(found, "ready") == ["A", "D"])
    assert any("the tests are missing" in message.body for message in shop.inbox(ada))
    shop.claimed(ada, "A")
    update_task(shop.place, ada, "A", status="review")
    until(page, lambda found: ids(found, "review") == ["A"])
    focus(page, "A").send_keys("a")
    until(page, lambda found: "A" in ids(found, "done"))
    assert shop.task("A").status == "done"


def test_what_can_t_be_done_is_said_in_words(page: Chrome, shop: Workspace) -> None:
    focus(page, "A").send_keys("m")
    box = page.switch_to.active_element
    page.execute_script("arguments[0].form.action = 'tasks/nobody/message'", box)
    box.send_keys("hello there", Keys.ENTER)
    state = until(page, lambda found: found.find_element(By.CSS_SELECTOR, "#state.bad"))
    assert "nobody" in state.text


def test_a_board_that_ended_says_so_and_what_was_shown_stays(served: Served, page: Chrome) -> None:
    served.stop()
    until(page, lambda found: "does not answer" in text(found, "state"))
    assert ids(page, "working") == ["A"]


def test_ten_thousand_tasks_are_shown_as_the_first_and_a_count(page: Chrome, shop: Workspace) -> None:
    shop.plan(*(task(f"J{number}", f"src/{number}") for number in range(10_000)))
    until(page, lambda found: "10,004 open" in text(found, "part-counts") or "10004 open" in text(found, "part-counts"))
    until(page, lambda found: len(ids(found, "ready")) >= 60)
    assert "more" in page.find_element(By.CSS_SELECTOR, ".column.ready").text
    assert len(page.find_elements(By.CSS_SELECTOR, "*")) < 10_000


@pytest.mark.parametrize(("scheme", "width"), [("light", 1400), ("dark", 1400), ("light", 390)])
def test_nothing_keeps_anybody_from_using_it(page: Chrome, shop: Workspace, axe: str, scheme: str, width: int) -> None:
    update_task(shop.place, shop.agent("ada", pid=7), "A", status="review")
    spend(shop, shop.agent("ada", pid=7), "A", 12_400)
    shop.clock.advance(60)
    until(page, lambda found: len(found.find_elements(By.CSS_SELECTOR, "#part-usage svg")) == 3)
    page.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    )
    try:
        page.execute_script("for (const each of document.querySelectorAll('details')) each.open = true")
        page.execute_script(axe)
        found = page.execute_async_script("axe.run().then(arguments[0])")
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
        assert page.execute_script("return document.documentElement.scrollWidth <= window.innerWidth")
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
