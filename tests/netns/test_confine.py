# SPDX-License-Identifier: GPL-2.0-or-later
"""Before the first byte from outside is looked at, capabilities are gone and the sandbox is on."""
import os
import pathlib
import re
import struct
import subprocess
import tempfile

import pytest
from lib.net import Net
from lib.probe import need
from lib.proc import Proc
from lib.wait import wait_for
from lib.where import program

HEAD = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
FRAME = b"\xff" * 6 + b"\2\0\0\0\0\1\x88\xb5" + bytes(46)
RECORD = struct.pack("<IIII", 1, 0, len(FRAME), len(FRAME)) + FRAME
NOBODY = 65534


def status(pid):
    return dict(re.findall(r"^(\w+):\s*(.*)$", pathlib.Path(f"/proc/{pid}/status").read_text(),
                           re.M))


def is_confined(pid, uid=0):
    s = status(pid)
    return ((s["Seccomp"], s["NoNewPrivs"]) == ("2", "1") and int(s["CapEff"], 16) == 0 and
            int(s["CapPrm"], 16) == 0 and s["Uid"].split() == [str(uid)] * 4)


def wait_confined(p, uid=0):
    def look():
        assert p.rc is None, p.text()
        return is_confined(p.pid, uid)
    wait_for(look, "the program to be confined")


@pytest.fixture(name="host")
def fixture_host():
    need("netns")
    with Net() as net:
        yield net.pair()[0]


@pytest.fixture(name="fifo")
def fixture_fifo(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    return tmp_path / "fifo"


def starts(host, fifo, what, *more):
    """Starts the program; gives it its named pipe, through which nothing has come yet."""
    args = {"copy": ["-o", fifo.parent / "out.pcapng"], "folder": ["-o", f"{fifo.parent}/d/"],
            "print": ["-q"], "replay": ["-o", "eth0"]}[what]
    (fifo.parent / "d").mkdir(exist_ok=True)
    p = host.start([program("netsniff"), "-i", fifo, *args,
                    *([] if what == "print" else ["-s"]), *more])
    return p, open(fifo, "wb", buffering=0)


@pytest.mark.parametrize("what", ["copy", "folder", "print", "replay"])
@pytest.mark.parametrize("user", [None, "nobody"])
def test_files(host, fifo, what, user):
    os.chmod(fifo.parent, 0o700)  # another user gets nowhere by path
    p, pipe = starts(host, fifo, what, *(["-u", user] if user else []))
    if user and what == "folder":
        # It goes on making files in a folder that is another's: that is all it keeps.
        wait_for(lambda: status(p.pid)["Seccomp"] == "2", "the sandbox")
        assert int(status(p.pid)["CapEff"], 16) == 1 << 1
    else:
        wait_confined(p, NOBODY if user else 0)
    with pipe:
        pipe.write(HEAD + RECORD * 3)
    assert p.wait() == 0, p.text()
    if what == "copy":
        assert (fifo.parent / "out.pcapng").stat().st_size > 3 * len(FRAME)
    if what == "folder":
        assert len(list((fifo.parent / "d").iterdir())) == 1
    if what == "replay":
        assert "3 of 3 packets left" in p.text()


def test_capture_and_redirection(host, tmp_path):
    for out in ([], ["-o", tmp_path / "x.pcapng"], ["-o", "eth0"]):
        p = host.start([program("netsniff"), "-i", "eth0", "-s", *out])
        wait_confined(p)
        assert p.stop() == 0, p.text()


@pytest.fixture(name="open_folder")
def fixture_open_folder():
    with tempfile.TemporaryDirectory() as d:
        yield pathlib.Path(d)


def test_without_root(open_folder):
    tmp_path = open_folder
    (tmp_path / "a.pcap").write_bytes(HEAD + RECORD)
    os.chmod(tmp_path, 0o777)
    tool = tmp_path / "netsniff"
    tool.write_bytes(pathlib.Path(program("netsniff")).read_bytes())
    tool.chmod(0o755)
    p = subprocess.run(["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY),
                        "--clear-groups", tool, "-i", "a.pcap", "-o", "b.pcapng", "-q"],
                       cwd=tmp_path, capture_output=True, check=False)
    assert p.returncode == 0 and p.stdout.count(b"\n") == 1, p.stderr
    assert (tmp_path / "b.pcapng").stat().st_size > len(FRAME)


def test_a_wrong_user_is_told_before_anything_is_read(tmp_path):
    (tmp_path / "a.pcap").write_bytes(HEAD + RECORD)
    p = Proc([program("netsniff"), "-i", tmp_path / "a.pcap", "-u", "no-such-user", "-s"])
    assert p.wait() == 1 and "no-such-user" in p.text()
