# SPDX-License-Identifier: GPL-2.0-or-later
"""Threads of a capture share what they share by a lock: a build with the thread sanitizer captures
with several readers, or a writer thread, while files rotate and the account is printed."""
import fcntl
import os
import signal
import subprocess

import pytest

from lib import send
from lib.sniff import Sniff
from lib.wait import wait_for
from lib.where import BUILD, TOP

FRAMES = 4000


@pytest.fixture(scope="module")
def sanitized():
    """netsniff built with TSAN=1, beside the build under test."""
    ours = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "T", "SAN", "COV")
    env = {k: v for k, v in os.environ.items() if k not in ours}
    # Tests run side by side: one of them builds, the others wait for it.
    with open(BUILD / "tsan.lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # A path as `make TSAN=1` has it: what objects depend on is noted under their names.
        p = subprocess.run(["make", "TSAN=1", f"O={os.path.relpath(BUILD, TOP)}", "netsniff"],
                           cwd=TOP, env=env, capture_output=True, text=True)
    assert p.returncode == 0, p.stderr
    return str(BUILD / "tsan" / "bin" / "netsniff")


@pytest.mark.slow_ok(400)
@pytest.mark.parametrize("args", [
    ("--threads", "2", "-K", "lb"),
    ("--threads", "2", "-K", "lb", "--compact"),
    ("-b", "0,1"),
], ids=["threads", "threads-compact", "writer"])
def test_no_data_race(pair, tmp_path, sanitized, args):
    net, a, b = pair
    # The sanitizer needs its address space where it expects it.
    s = Sniff(b, "-s", "-o", f"{tmp_path}/", "-F", "256KiB", "--stats-interval", "100ms", *args,
              command=["setarch", "-R", sanitized], sockets=2 if "--threads" in args else 1)
    for _ in range(4):
        with send.Sender(a) as out:
            out.seqs(FRAMES // 4, 400)
        os.kill(s.pid, signal.SIGHUP)
        seen = s.proc.text().count('"interval"')
        wait_for(lambda: s.proc.text().count('"interval"') > seen, "the account")
    account = s.end()
    assert account["sum"]["written"] >= FRAMES
    assert "data race" not in s.proc.text(), s.proc.text()
