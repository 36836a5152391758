"""The HTML report as people read it: on a desk and on a phone, by mouse and by keyboard, and without a network."""

import json

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select, WebDriverWait

WIDTHS = {"desktop": 1280, "phone": 390}
SHOWN = "[...document.querySelectorAll(arguments[0])].filter(one => one.checkVisibility()).length"


class Reader:
    """A report that was opened, and what a reader does with it."""

    def __init__(self, browser, path, width, language):
        self.browser, self.language = browser, language
        self.phone = width < 600
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": self.phone},
        )
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
        browser.get_log("browser")
        browser.get_log("performance")
        browser.get("about:blank")
        browser.get(path.as_uri())
        self.wait(lambda: self.find("#matrix").get_attribute("data-ready"), "the packed data")

    def find(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def run(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def shown(self, selector):
        return self.run(f"return {SHOWN}", selector)

    def wait(self, condition, what):
        WebDriverWait(self.browser, 5, 0.05).until(lambda _: condition(), f"waited for {what}")

    def open(self, control):
        self.run("location.hash = arguments[0]", f"#{control}")
        self.wait(lambda: self.shown(f"#{control} .checks input"), "the list of checks")


@pytest.fixture
def reader(browser, reports):
    def opened(language="en", width="desktop"):
        return Reader(browser, reports[language], WIDTHS[width], language)

    return opened


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_is_no_wider_than_the_screen_and_says_nothing_to_the_console(reader, width, language):
    page = reader(language, width)
    overflow = "return document.documentElement.scrollWidth - innerWidth"
    assert page.run(overflow) <= 0
    page.run("document.querySelector('#open-all').click()")
    page.wait(lambda: page.shown(".checks input") == 3, "all lists of checks")
    page.run("for (const one of document.querySelectorAll('details')) one.open = true")
    page.run("document.querySelector('#matrix [data-from=lg][data-to=mn]').click()")
    assert page.run(overflow) <= 0
    assert page.browser.get_log("browser") == []
    assert page.run("return window.broken ?? null") is None


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_request_leaves_the_file(reader, language):
    page = reader(language)
    messages = [json.loads(entry["message"])["message"] for entry in page.browser.get_log("performance")]
    asked = {one["params"]["request"]["url"] for one in messages if one["method"] == "Network.requestWillBeSent"}
    assert {address.rpartition("/")[2] for address in asked if address != "about:blank"} == {f"report.{language}.html"}


def test_the_table_of_controls_is_filtered_by_state_and_by_word(reader):
    page = reader()
    every = page.shown("#control-table tbody tr")
    Select(page.find("#summary [data-state]")).select_by_value("fail")
    assert [row.text.split()[0] for row in page.browser.find_elements(By.CSS_SELECTOR, "#control-table tbody tr") if row.text] == [
        "ZONE-01"
    ]  # fmt: skip
    Select(page.find("#summary [data-state]")).select_by_value("")
    page.find("#summary [data-find]").send_keys("tls")
    assert 0 < page.shown("#control-table tbody tr") < every


@pytest.mark.parametrize("width", WIDTHS)
def test_the_checks_of_a_control_are_found_and_fails_come_first(reader, width):
    page = reader("en", width)
    page.open("ZONE-01")
    states = page.run("return [...document.querySelectorAll('#ZONE-01 .check .badge')].map(one => one.className)")
    assert len(states) == 50
    assert states[:3] == ["badge s-fail", "badge s-fail", "badge s-pass"]
    page.find("#ZONE-01 .checks > button").click()
    assert page.shown("#ZONE-01 .check") == 100
    page.find("#ZONE-01 .checks input").send_keys("tcp/119 lg-term")
    assert page.shown("#ZONE-01 .check") == 1
    page.find("#ZONE-01 .check summary").click()
    page.wait(lambda: page.shown("#ZONE-01 .check .way"), "the packet's way")
    told = page.find("#ZONE-01 .check").text
    assert "stopped by its default deny (119)" in told
    assert "obs-118" in told
    assert told.index("lg-term sent it") < told.index("fw-mn got it") < told.index("default-deny")


def test_cells_of_the_matrix_answer_to_pointer_keyboard_and_filter(reader):
    page = reader()
    cell = page.find("#matrix [data-from=lg][data-to=mn]")
    assert "t-broken" in cell.get_attribute("class")
    page.run("arguments[0].focus()", cell)
    assert page.find("#hint").text == cell.get_attribute("aria-label")
    assert "failed 2" in page.find("#hint").text
    cell.send_keys(Keys.ENTER)
    page.wait(lambda: page.shown("#drill table"), "the hosts behind the cell")
    told = page.find("#drill").text
    assert "lg-term" in told
    assert "IPv4 tcp/8, 9" in told
    assert page.browser.switch_to.active_element.text == "Hosts, from lg to mn"
    Select(page.find("#m-family")).select_by_value("ipv6")
    cell = page.find("#matrix .matrix-box [data-from=lg][data-to=mn]")
    assert "t-nothing" in cell.get_attribute("class")
    assert not page.find("#drill").is_displayed()
    Select(page.find("#m-tint")).select_by_value("unseen")
    assert "faint" in cell.get_attribute("class")


def test_the_first_stop_of_the_keyboard_leads_to_the_result(reader):
    page = reader()
    page.find("body").send_keys(Keys.TAB)
    first = page.browser.switch_to.active_element
    assert first.get_attribute("class") == "skip"
    assert first.rect["x"] >= 0


def test_what_expired_since_the_run_is_marked(reader):
    page = reader()
    assert "2026-11-27 expired" in page.find("#register").text
    assert "days ago" in page.find("#age").text or "today" in page.find("#age").text


def test_hostile_words_are_read_as_words(reader):
    page = reader("ja")
    assert "<script>window.broken = 1</script>" in page.find("header").text
    page.open("ZONE-03")
    page.find("#ZONE-03 .check summary").click()
    page.wait(lambda: page.shown("#ZONE-03 .check .message"), "the message")
    assert "onerror='window.broken = 2'" in page.find("#ZONE-03 .check .message").text
    assert page.run("return window.broken ?? null") is None


def test_on_paper_everything_is_open_and_the_tools_are_gone(reader):
    page = reader()
    page.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    page.run("dispatchEvent(new Event('beforeprint'))")
    assert page.shown("#ZONE-01 .inside")
    assert not page.shown(".tools")
    assert not page.shown(".side")
    page.run("dispatchEvent(new Event('afterprint'))")
    assert not page.shown("#ZONE-01 .inside > *")


def test_signs_and_words_tell_the_states_apart_without_colour(reader):
    page = reader()
    texts = page.run(
        "return [...document.querySelectorAll('#control-table .badge')].map(one => one.textContent.trim())"
    )
    assert {"✕ fail", "◇ waived", "? not testable", "! no verdict", "– not due"} <= set(texts)
