# SPDX-License-Identifier: GPL-2.0-or-later
"""Every example of astrace(8) does what its page says: run as it stands there, but for names of hosts
and of the device, in a path of routers to the addresses that it names."""
import gzip
import re
import shlex
import sys

import pytest
from lib.net import Net
from lib.tmux import Screen
from lib.topo import Chain, batch
from lib.where import TOP, program

N = 3
EXAMPLES = [line[4:].replace("\\-", "-") for line in
            (TOP / "astrace" / "astrace.8").read_text().splitlines() if line.startswith(".Dl astrace ")]
HOSTS = ["192.0.2.1", "198.51.100.1"]
STANDS_FOR = {"eth0": "right", "example.net": HOSTS[0], "netsniff-ng.org": HOSTS[0], "-N": "-n"}


@pytest.fixture(name="chain", scope="module")
def fixture_chain():
    with Net() as net:
        c = Chain(net, N, limits=False)
        batch(c.dst, [f"addr add {a}/32 dev lo" for a in HOSTS])
        server = c.dst.start([sys.executable, TOP / "tests" / "lib" / "answerer.py", "443"])
        server.wait_line("^ready")
        yield c


def test_there_are_examples():
    assert len(EXAMPLES) >= 9


@pytest.mark.parametrize("line", EXAMPLES)
def test_the_example(chain, line, tmp_path):
    with gzip.open(tmp_path / "routeviews-rv2-20261101-1200.pfx2as.gz", "wt") as f:
        f.write("10.0.0.0\t8\t64500\n")
    (tmp_path / "hosts.txt").write_text("\n".join(HOSTS) + "\n")
    words = [STANDS_FOR.get(w, w) for w in shlex.split(line)]
    argv = [program("astrace"), *words[1:]]
    if "--watch" in words:
        with Screen(argv, netns=chain.src.netns, cwd=tmp_path) as s:
            s.wait(rf"^> {re.escape(HOSTS[0])} .* {N + 1} hops", timeout=60)
            s.wait(rf"^  {re.escape(HOSTS[1])} .* {N + 1} hops", timeout=60)
            s.keys("q")
            s.wait("ended with 0")
        return
    p = chain.src.run(argv, timeout=120, check=0, cwd=tmp_path)
    text = bytes(p.out).decode()
    assert all(chain.hop(k) in text for k in range(1, N + 1)) and HOSTS[0] in text and not p.err
    for w in words:
        if w.endswith(".pcapng"):
            assert (tmp_path / w).stat().st_size > 1000
