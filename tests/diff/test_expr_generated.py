# SPDX-License-Identifier: GPL-2.0-or-later
"""Expressions from a grammar, compiled by us and by libpcap and proved to mean the same: no packet
is treated differently but those that end before a load, which the two make in different order.
Where that is not so, what libpcap generates must be the same as ours: then its optimiser is wrong
("x & 0" makes it drop a load of X).
EXPRESSIONS=20000 in the environment tries as many."""
import json
import os
import subprocess

import pytest

from lib.bpfc import run
from lib.expressions import expression

NOTHING = "ret #0"
TOTAL = int(os.environ.get("EXPRESSIONS", "400"))
SLICES = 8


def libpcap(linktype, text, *options):
    """(program, reason against it)"""
    p = subprocess.run(["tcpdump", "-y", linktype, *options, "-ddd", text], capture_output=True,
                       text=True)
    return (p.stdout, None) if p.returncode == 0 else (None, p.stderr)


def verdict(here, seed):
    """What there is to say against number 'seed', or None; and how it was decided."""
    linktype, text = expression(seed)
    theirs, why = libpcap(linktype, text)
    if why:
        p = run(here, "-f", "tcpdump", "-y", linktype, "-e", text)
        if p.returncode == 0 and "rejects all packets" in why:
            p = run(here, "--prove", "-y", linktype, "--against", NOTHING, "-e", text)
            return (None, "nothing") if p.returncode == 0 else ("it accepts something", "")
        return (None, "refused") if p.returncode == 1 else (f"libpcap: {why}", "")
    for options in (), ("-O",):
        theirs, _ = libpcap(linktype, text, *options)
        p = run(here, "--prove", "--json", "-y", linktype, "--against", "-", "-e", text, stdin=theirs)
        if "accepts no packet" in p.stderr:
            p = run(here, "--prove", "-", NOTHING, stdin=theirs)
            return (None, "nothing") if p.returncode == 0 else ("libpcap's accepts something", "")
        if not p.stdout:
            return p.stderr, ""
        got = json.loads(p.stdout)
        if got["result"] != "refuted" or got["only_short_packets"]:
            return None, "their optimiser" if options else got["result"]
    return f"they differ on {got['packet']['data']}", ""


@pytest.mark.parametrize("part", range(SLICES))
def test_same_as_libpcap(tmp_path, part):
    seen, bad = {}, []
    for seed in range(part, TOTAL, SLICES):
        against, how = verdict(tmp_path, seed)
        seen[how] = seen.get(how, 0) + 1
        if against:
            bad.append("%d %s '%s': %s" % (seed, *expression(seed), against.strip()))
    assert not bad, "\n" + "\n".join(bad)
    assert seen["proved"] > TOTAL / SLICES / 2, seen
    assert seen.get("not decided", 0) <= max(1, TOTAL / SLICES / 100), seen
