# SPDX-License-Identifier: GPL-2.0-or-later
"""The screen of astrace --watch in tmux: columns at 80x24 and 200x60, numbers that are the topology's,
paths, keys, sizes, NO_COLOR and ASCII, the end."""
import re

import pytest
from lib.net import Net
from lib.proc import Proc
from lib.tmux import Screen
from lib.topo import Chain
from lib.where import program

N, SILENT, BEHIND, DELAY_MS = 5, 2, 3, 20
ASTRACE = program("astrace")


@pytest.fixture(name="chain", scope="module")
def fixture_chain():
    with Net() as net:
        yield Chain(net, N, silent=(SILENT,), limits=False,
                    relay=(BEHIND, {"delay_ms": DELAY_MS, "lose": 400, "seed": 5}))


def watch(chain, *args, **kw):
    return Screen([ASTRACE, "--watch", "--interval", "100ms", *args], netns=chain.src.netns, **kw)


@pytest.mark.parametrize("cols, rows, head", [
    (80, 24, r"^HOP\^ ADDRESS +LOSS +LAST +AVG +BEST +WORST +DEV JITTER HISTORY$"),
    (200, 60, r"^HOP\^ ADDRESS .* JITTER +HISTORY +SENT AS +CAUSE +NAME +AS NAME +PLACE$")])
def test_the_columns_fit(chain, cols, rows, head, tmp_path):
    table = tmp_path / "pfx2as"
    table.write_text("10.0.0.0\t24\t64500\n")
    with watch(chain, "--icmp", "--as-db", str(table), chain.target(), cols=cols, rows=rows) as s:
        s.wait(head, timeout=60)
        s.wait(rf"^ +{N + 1} {re.escape(chain.target())} +\d", timeout=60)
        lines = s.lines()
        assert len(lines) == rows and all(len(x) <= cols for x in lines)
        assert re.match(r"astrace  \d\d:\d\d:\d\d  every 100 ms  1 path  \d+ cycles$", lines[0])
        assert lines[-1].startswith(" sorted by hop   ?: keys")
        if cols == 200:
            s.wait(r"^ +1 10.0.0.2 .* AS64500\b")
            s.wait(r"^ +2 \* .* silent")
        s.keys("q")
        s.wait("ended with 0")


def test_numbers_are_the_paths(chain):
    """No loss before the relay, loss behind it; its delay; a silent hop."""
    with watch(chain, "--icmp", chain.target(), cols=140, rows=30) as s:
        s.wait(r"  [2-9]\d cycles", timeout=90)
        # loss behind the relay goes on to the end: that is no rate limit
        s.wait(rf"^ +{N + 1} {re.escape(chain.target())} +[1-9][\d.]* % .* loss$", timeout=90)
        s.keys("f")
        s.wait("FROZEN")
        rows = {int(m[1]): m[0].split() for m in re.finditer(r"^ +(\d) .*$", s.text(), re.M)}
        assert [rows[k][1] for k in range(1, N + 2)] == [
            "*" if k == SILENT else chain.hop(k) for k in range(1, N + 2)]
        # an answer that a busy machine reads late is missing for a while
        assert float(rows[1][2]) < 15 and rows[SILENT][2:4] == ["100.0", "%"]
        for k in range(1, N + 2):
            if k == SILENT:
                continue
            last, average, best, worst = map(float, rows[k][4:8])
            assert best <= average <= worst and best <= last <= worst
            assert (best >= 2 * DELAY_MS) == (k > BEHIND)
        clock = s.lines()[0].split()[1]
        s.wait_gone(clock)
        # time goes on, the rows stand still
        assert rows == {int(m[1]): m[0].split() for m in re.finditer(r"^ +(\d) .*$", s.text(), re.M)}
        s.keys("f")
        s.wait_gone("FROZEN")
        s.keys("z")
        s.wait(r"^ +1 10\.0\.0\.2 ")
        s.keys("q")
        s.wait("ended with 0")


def test_several_paths_and_keys(chain):
    with watch(chain, "--icmp", chain.target(), chain.hop(3), chain.hop(1), cols=80, rows=24) as s:
        s.wait(rf"^> {re.escape(chain.target())} .* {N + 1} hops by icmp", timeout=60)
        s.wait(rf"^  {re.escape(chain.hop(3))} .* 3 hops by icmp")
        s.wait(rf"^ +{N + 1} {re.escape(chain.target())} ")
        s.keys("Tab")
        s.wait(rf"^> {re.escape(chain.hop(3))} ")
        s.wait_gone(rf"^ +{N + 1} ")
        s.keys("b")
        s.keys("b")
        s.wait(rf"^> {re.escape(chain.hop(1))} .* 1 hops by icmp")
        s.keys("?")
        s.wait("^ +tab +the next path; b goes back")
        s.wait("^ +o +choose the columns")
        s.keys("x")
        s.wait("^HOP")
        s.keys("o")
        s.wait("jitter")
        s.keys("Escape")
        s.keys("a")
        s.wait(rf"^> {re.escape(chain.hop(1))} .* 1 hops by icmp", timeout=60)
        s.resize(30, 4)
        s.wait("^too small$")
        s.resize(40, 12)
        s.wait(r"^HOP\^ ADDRESS")
        s.keys("q")
        s.wait("ended with 0")


def test_without_colour_and_in_ascii(chain):
    with watch(chain, "--icmp", chain.target(), env={"NO_COLOR": "1", "LC_ALL": "C"}) as s:
        s.wait(rf"^ +{N + 1} {re.escape(chain.target())} ", timeout=60)
        s.wait(r"  [1-9]\d+ cycles", timeout=60)
        assert s.text().isascii()
        assert not re.search(r"\x1b\[[\d;]*(3[0-7]|4[0-7])[;m]", s.text("-e"))
        s.keys("C-c")
        s.wait("ended with 0")


def test_a_target_that_nobody_answers_for(chain):
    with watch(chain, "--icmp", "-x", "300ms", "-f", str(SILENT), "-m", str(SILENT),
               chain.target()) as s:
        s.wait(rf"^  {re.escape(chain.target())} +asking|^  {re.escape(chain.target())} +icmp", timeout=60)
        s.keys("q")
        s.wait("ended with 0")


@pytest.mark.parametrize("args, says", [
    (["--watch"], "--watch wants a terminal; --report and --json do not"),
    (["--watch", "--json"], "--watch goes without --report"),
    (["--watch", "--report", "3"], "--watch goes without --report")], ids=str)
def test_what_cannot_be(args, says):
    p = Proc([ASTRACE, *args, "127.0.0.1"])
    p.wait(60)
    assert p.rc in (1, 2) and says in p.text()
