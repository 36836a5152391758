"""pytest hooks: options, collection rules, and what each test's outcome means. Does nothing without `--lab`."""

from __future__ import annotations

import gc
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

from lab.verify.stash import KEY, WANTED, bound, controls_of

if TYPE_CHECKING:
    from lab.verify.session import LabSession


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of a lab run."""
    group = parser.getgroup("sanso-lab", "run tests on a running Sansō Lab")
    group.addoption("--lab", metavar="NAME", help="the running lab to judge")
    group.addoption("--lab-events", type=int, metavar="FD", help="write JSON events to this file descriptor")
    group.addoption("--lab-control", action="append", default=[], metavar="ID", help="only tests of this control")
    group.addoption("--lab-quick", action="store_true", help="one representative flow per pair of zones")
    group.addoption(
        "--lab-disruptive", action="store_true", help="also tests that disturb the network, after all others"
    )


def pytest_configure(config: pytest.Config) -> None:
    """With --lab: take the `host` fixture over (testinfra's own default is this very machine) and open the lab."""
    config.addinivalue_line("markers", "control(*ids): the controls that a test judges")
    config.addinivalue_line("markers", "lab_hosts(*selectors): hosts for the `host` fixture")
    config.addinivalue_line("markers", "lab_disruptive: runs only with --lab-disruptive, after all others")
    config.addinivalue_line("markers", "lab_thorough: left out with --lab-quick")
    config.addinivalue_line("markers", "lab_absent: this plan has nothing for the test (set by the plugin)")
    if config.getoption("--lab") is None:
        return
    from lab.errors import LabError
    from lab.verify.fixtures import MODULES
    from lab.verify.session import LabSession

    for name in ("pytest11.testinfra", "testinfra"):
        plugin = config.pluginmanager.get_plugin(name)
        if plugin is not None:
            config.pluginmanager.unregister(plugin)
    try:
        config.stash[KEY] = LabSession.open(
            config.getoption("--lab"),
            events=config.getoption("--lab-events"),
            controls=config.getoption("--lab-control"),
        )
    except LabError as error:
        raise pytest.UsageError(str(error)) from error
    for module in MODULES:
        config.pluginmanager.register(module, module.__name__)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parameters come from the plan."""
    if KEY in metafunc.config.stash:
        from lab.verify.parameters import parametrize

        parametrize(metafunc, metafunc.config.stash[KEY], quick=metafunc.config.getoption("--lab-quick"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse what could hide a failure, then keep the wanted controls."""
    if KEY not in config.stash:
        _refuse_without_a_lab(items)
        return
    absent = [item for item in items if item.get_closest_marker("lab_absent")]
    config.hook.pytest_deselected(items=absent)
    items[:] = [item for item in items if item not in absent]
    from lab.verify import order
    from lab.verify.parameters import SUITES

    session = config.stash[KEY]
    known = set(session.catalogue_ids)
    wanted = set(config.getoption("--lab-control"))
    if wanted - known:
        raise pytest.UsageError(f"unknown control {', '.join(sorted(wanted - known))}: `lab controls` lists them")
    for item in items:
        if not bound(item) and SUITES in item.path.parents:
            raise pytest.UsageError(f"{item.nodeid} judges no control: its failure would change nothing")
        if any(True for _ in item.iter_markers("xfail")):
            raise pytest.UsageError(f"{item.nodeid}: xfail is forbidden, a control either holds or it doesn't")
        unknown = set(bound(item)) - known
        if unknown:
            raise pytest.UsageError(f"{item.nodeid}: unknown control {', '.join(sorted(unknown))}")
    if wanted:
        wanted |= _conditions(session, wanted, items)
        config.stash[WANTED] = frozenset(wanted)
        kept = [item for item in items if controls_of(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept
    not_quick = _taken_out(config, items, "lab_thorough") if config.getoption("--lab-quick") else []
    left_out = _without_disruption(config, items)
    people = order.desktops(session.plan, items)
    order.probes_first(items, busy={host for one in people for host in (one.terminal, one.desk)})
    session.require_whole()
    session.start(len(items), left_out, not_quick)


def _conditions(session: LabSession, wanted: set[str], items: list[pytest.Item]) -> set[str]:
    """The controls that a wanted one rests on, where a test of this plan asks for their verdicts."""
    from lab.verify import order

    resting = {name for item in items if set(getattr(item, "fixturenames", ())) & order.LAST for name in bound(item)}
    return {one for name in wanted & resting for one in session.catalogue.controls[name].conditions}


def _without_disruption(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    """Take out the tests that disturb the network, or put them last; what was taken out, for the report."""
    if not config.getoption("--lab-disruptive"):
        return _taken_out(config, items, "lab_disruptive")
    items.sort(key=lambda item: item.get_closest_marker("lab_disruptive") is not None)
    return []


def _taken_out(config: pytest.Config, items: list[pytest.Item], mark: str) -> list[str]:
    """Take out the tests with this mark; what they are, for the report: "files are as delivered (OPS-04)"."""
    marked = [item for item in items if item.get_closest_marker(mark)]
    items[:] = [item for item in items if item not in marked]
    config.hook.pytest_deselected(items=marked)
    names = (
        f"{getattr(item, 'originalname', item.name).removeprefix('test_').replace('_', ' ')} ({', '.join(controls_of(item))})"
        for item in marked
    )
    return list(dict.fromkeys(names))


def _refuse_without_a_lab(items: list[pytest.Item]) -> None:
    """Without --lab testinfra's own `host` is this very machine: a lab test would pass on it and mean nothing."""
    for item in items:
        if item.get_closest_marker("control") or item.get_closest_marker("lab_hosts"):
            raise pytest.UsageError(f"{item.nodeid} judges a lab: name the running one, e.g. pytest --lab minimal")


def pytest_runtestloop(session: pytest.Session) -> None:
    """Begin to ask the hosts what the coming tests will want to know, while others probe."""
    if KEY in session.config.stash and not session.config.option.collectonly:
        from lab.verify import order

        order.begin_ahead(session.config.stash[KEY], session.items, quick=session.config.getoption("--lab-quick"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Tell the session which test the coming verdicts belong to."""
    if KEY in item.config.stash:
        from lab.verify import order

        session = item.config.stash[KEY]
        if item.get_closest_marker("lab_disruptive") or order.ALONE & frozenset(getattr(item, "fixturenames", ())):
            session.ahead.settle()
        elif not order.only_probes(item):
            session.ahead.answered()  # errands go on: they leave nothing on their hosts that tests look at
        session.enter(item.nodeid, controls_of(item))
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a test's end into verdicts: AssertionError fail, any other exception error, skip not-testable."""
    report = yield
    if KEY in item.config.stash:
        item.config.stash[KEY].ended(call.when, call.excinfo)
    return report


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Compare the lab once more: what changed during the run makes its verdicts errors."""
    if KEY in session.config.stash:
        session.config.stash[KEY].finish(int(exitstatus))


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the prober and the channels, whatever happened."""
    if KEY in config.stash:
        config.stash[KEY].close()
        if config.getoption("--lab-events") is not None:
            gc.freeze()  # Python looks for cycles a last time before it ends, at the price of a third of a second
