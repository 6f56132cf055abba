# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets cost no allocation and no memory: a capture of twice the length takes no more of either."""
import os
import re
import subprocess
import sys

import pytest
from lib import sanitizer
from lib.where import TOP, program

sys.path.insert(0, str(TOP / "tests" / "bench"))
import mixed  # noqa: E402

FORMS = [("-q",), ("--json",), (), ("-X",), ("--fields", "ip.src,tcp.dport,dns.question.name"),
         ("-s", "--stats")]


@pytest.fixture(scope="module")
def captures(tmp_path_factory):
    here = tmp_path_factory.mktemp("alloc")
    frames = mixed.templates()[:1000]
    for name, times in ("one", 2), ("two", 6):
        mixed.write(here / name, 1, frames * times)
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", here / "mallocs.so",
                    TOP / "tests" / "lib" / "mallocs.c"], check=True)
    return here


def cost(here, name, form):
    """Allocations and peak memory of printing a capture that comes through a pipe."""
    with open(here / name, "rb") as f:
        cat = subprocess.Popen(["cat"], stdin=f, stdout=subprocess.PIPE)
    p = subprocess.Popen([program("netsniff"), "-i", "-", *form], stdin=cat.stdout,
                         stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                         env=dict(os.environ, LD_PRELOAD=str(here / "mallocs.so")))
    cat.stdout.close()
    err = p.stderr.read().decode()
    _, status, usage = os.wait4(p.pid, 0)
    p.returncode = status
    cat.wait()
    assert status == 0, err
    return int(re.search(r"mallocs (\d+)", err).group(1)), usage.ru_maxrss << 10


@pytest.mark.parametrize("form", FORMS, ids=" ".join)
def test_no_allocation_per_packet(captures, form):
    if sanitizer.in_use():
        pytest.skip("the sanitizer has an allocator of its own")
    one, two = cost(captures, "one", form), cost(captures, "two", form)
    assert one[0] > 10
    # of 4,000 packets more; buffers may still grow to their largest in the longer one, the later
    # the more of the pipe is read at once, and so do the rows of a report
    assert two[0] - one[0] <= 30, (one, two)
    assert two[1] - one[1] < 1 << 20, (one, two)
