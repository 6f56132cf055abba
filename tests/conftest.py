# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures that every pytest file has, the time limit of a test, and the list of results that
the runner reads. See tests/lib for what they give."""
import json
import os
import pathlib
import signal
import subprocess
import sys

import pytest

TESTS = pathlib.Path(__file__).resolve().parent
TOP = TESTS.parent
sys.path.insert(0, str(TESTS))

from lib import net as net_lib  # noqa: E402
from lib import report, sanitizer, where  # noqa: E402

subprocess.run = sanitizer.run  # a test that expects status 1 does not take an abort for it

TEST_SECONDS = 120
_reports = {}


@pytest.fixture
def net(request):
    """An empty lib.net.Net; everything made in it is gone after the test."""
    with net_lib.Net() as n:
        yield n


@pytest.fixture
def pair(net):
    """Two hosts joined by a veth pair: (net, a, b), the device is 'eth0' in both,
    addresses 10.0.0.1 and 10.0.0.2, fd00::1 and fd00::2."""
    a, b = net.pair()
    return net, a, b


@pytest.fixture
def program():
    """program("netsniff"): the path of a program under test."""
    return where.program


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item):
    """No test runs for ever: an alarm raises inside it, and its fixtures clean up."""
    mark = item.get_closest_marker("slow_ok")
    seconds = mark.args[0] if mark else TEST_SECONDS
    if os.environ.get("SAN"):
        seconds *= 3

    def late(signum, frame):
        raise TimeoutError(f"the test took longer than {seconds} s")

    if not os.environ.get("SHELL_HERE"):
        signal.signal(signal.SIGALRM, late)
        signal.alarm(seconds)
    yield
    signal.alarm(0)


def pytest_runtest_logreport(report):
    old = _reports.get(report.nodeid)
    rank = {"passed": 0, "skipped": 1, "failed": 2}
    if old and rank[old[0]] >= rank[report.outcome]:
        return
    text = ""
    if report.outcome == "skipped":
        text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        text = text.removeprefix("Skipped: ")
    elif report.outcome == "failed":
        text = report.longreprtext + "".join(f"\n-- {k}\n{v}" for k, v in report.sections)
    _reports[report.nodeid] = (report.outcome, text)


def pytest_collectreport(report):
    if report.failed:
        _reports[report.nodeid or "collection"] = ("failed", report.longreprtext)


def pytest_sessionstart(session):
    if not hasattr(session.config, "workerinput"):
        net_lib.sweep()


def pytest_sessionfinish(session):
    path = os.environ.get("TEST_RESULTS")
    if not path or hasattr(session.config, "workerinput"):
        return
    rows = [(name, outcome, text, report.make_command(name))
            for name, (outcome, text) in _reports.items()]
    pathlib.Path(path).write_text(json.dumps(rows))


def pytest_terminal_summary(terminalreporter):
    """Run by hand, pytest prints the repeating command too."""
    if os.environ.get("TEST_RESULTS"):
        return
    for name, (outcome, _) in _reports.items():
        if outcome == "failed":
            terminalreporter.write_line(f"repeat with: {report.make_command(name)}")
