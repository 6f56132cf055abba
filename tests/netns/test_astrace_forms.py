# SPDX-License-Identifier: GPL-2.0-or-later
"""astrace's other forms of output, and targets from a file: CSV, a graph for dot(1), a thousand
targets at a pace with no answer lost."""
import csv
import io
import json
import re

import pytest
from lib.net import Net
from lib.topo import Chain, Diamond, batch
from lib.where import program

N = 5
MANY = 1000


@pytest.fixture(name="chain", scope="module")
def fixture_chain():
    with Net() as net:
        c = Chain(net, N, silent=(2,), limits=False)
        batch(c.dst, [f"addr add 10.77.{i // 250}.{i % 250 + 1}/32 dev lo" for i in range(MANY)])
        yield c


def run(host, *args, check=0, **kw):
    p = host.run([program("astrace"), *args], check=check, **kw)
    return bytes(p.out).decode(), p


def test_csv(chain):
    text, _ = run(chain.src, "--csv", "--icmp", chain.target(), chain.hop(3))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [r["ttl"] for r in rows] == ["1", "2", "3", "4", "5", "6", "1", "2", "3"]
    assert [r["address"] for r in rows[:6]] == ["" if k == 2 else chain.hop(k) for k in range(1, 7)]
    assert rows[5]["answer"] == "echo reply" and rows[1]["sent"] == "3"
    assert all(len(r) == 15 and None not in r for r in rows)


def test_dot():
    with Net() as net:
        d = Diamond(net, 3, limits=False)
        text, _ = run(d.src, "--dot", "--paths", "--confidence=99", d.target)
    assert text.startswith("strict digraph") and text.endswith("}\n")
    edges = set(re.findall(r'"([\d.]+)" -> "([\d.]+)"', text))
    assert edges >= {("10.0.1.2", b) for b in d.branches()} | {(b, "10.2.1.2") for b in d.branches()}
    assert ("10.0.0.1", "10.0.0.2") in edges and ("10.2.1.2", "10.0.9.2") in edges


def test_a_thousand_targets_from_a_file(chain, tmp_path):
    path = tmp_path / "targets"
    names = [f"10.77.{i // 250}.{i % 250 + 1}" for i in range(MANY)]
    path.write_text("# all of them\n" + "\n".join(names) + " # last\n\n10.77.0.1\n")
    text, p = run(chain.src, "--targets", path, "--json", "--icmp", "-m", "8", "--rate", "5k")
    reports = [json.loads(line) for line in text.splitlines()]
    assert [r["target"] for r in reports] == names
    want = [None if k == 2 else chain.hop(k) for k in range(1, N + 1)]
    assert all([h["address"] for h in r["hops"]] == want + [r["target"]] for r in reports)
    assert bytes(p.err) == b"astrace: 1 targets are addresses that came before: left out\n"
    assert all(h["answers"] >= 1 for r in reports for h in r["hops"] if h["ttl"] != 2)
    assert all(r["probes"] <= 8 + 2 + 6 for r in reports)


@pytest.mark.parametrize("text, sentence", [
    ("", "has no targets"), ("# x\n", "has no targets"), ("::1\n", "no target is left")])
def test_files_without_targets(chain, tmp_path, text, sentence):
    path = tmp_path / "t"
    path.write_text(text)
    _, p = run(chain.src, "-4", "--targets", path, check=1)
    assert sentence in p.text().splitlines()[-1]
