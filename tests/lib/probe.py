# SPDX-License-Identifier: GPL-2.0-or-later
"""What this kernel can do, found by trying it. need() skips a test where something is missing."""
import contextlib
import ctypes
import functools
import os
import pathlib
import socket
import struct
import subprocess

import pytest

SOL_PACKET, PACKET_VERSION = 263, 10
AF_XDP = 44
_libc = ctypes.CDLL(None, use_errno=True)


def _root():
    return os.geteuid() == 0


def _netns():
    """Making a network namespace, and a veth pair in it."""
    cmd = "ip link set lo up && ip link add name va type veth peer name vb"
    return subprocess.run(["unshare", "-n", "sh", "-c", cmd], capture_output=True).returncode == 0


def _tpacket_v3():
    try:
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as s:
            s.setsockopt(SOL_PACKET, PACKET_VERSION, 2)
            return True
    except OSError:
        return False


def _af_xdp():
    try:
        with socket.socket(AF_XDP, socket.SOCK_RAW, 0):
            return True
    except OSError:
        return False


def _syscall_exists(number, *args):
    ctypes.set_errno(0)
    return _libc.syscall(number, *args) >= 0 or ctypes.get_errno() not in (38, 95)


def _landlock():
    return _syscall_exists(444, None, 0, 1)


def _seccomp():
    return "filter" in _read("/proc/self/status") or "Seccomp_filters" in _read("/proc/self/status")


def _io_uring():
    fd = _libc.syscall(425, 0, None)
    err = ctypes.get_errno() if fd < 0 else 0
    return err not in (38, 1)


def _bpf():
    """Loading the two-instruction program 'return 0' as a socket filter."""
    code = ctypes.create_string_buffer(struct.pack("<BBhiBBhi", 0xb7, 0, 0, 0, 0x95, 0, 0, 0))
    lic = ctypes.create_string_buffer(b"GPL")
    attr = ctypes.create_string_buffer(
        struct.pack("<IIQQ", 1, 2, ctypes.addressof(code), ctypes.addressof(lic)), 128)
    fd = _libc.syscall(321, 5, attr, 128)
    if fd < 0:
        return False
    os.close(fd)
    return True


def _kernel(major, minor):
    have_major, have_minor = os.uname().release.split(".")[:2]
    return (int(have_major), int(have_minor)) >= (major, minor)


def _xdp_live_frames():
    return _bpf() and _kernel(5, 18)


def _conntrack():
    return pathlib.Path("/proc/net/nf_conntrack").exists() or \
        pathlib.Path("/proc/sys/net/netfilter/nf_conntrack_max").exists()


def _tun():
    try:
        os.close(os.open("/dev/net/tun", os.O_RDWR))
        return True
    except OSError:
        return False


def _hwtimestamp():
    """A device with a hardware clock: none of the test's own devices has one."""
    return any(pathlib.Path("/sys/class/ptp").glob("ptp*"))


def _odirect_tmp():
    """Direct I/O in the folder where tests write."""
    path = f"{os.environ.get('TMPDIR', '/tmp')}/odirect-{os.getpid()}"
    try:
        fd = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_DIRECT, 0o600)
    except OSError:
        return False
    os.close(fd)
    os.unlink(path)
    return True


def _read(path):
    with contextlib.suppress(OSError):
        return pathlib.Path(path).read_text()
    return ""


PROBES = {
    "root": _root,
    "netns": _netns,
    "tpacket_v3": _tpacket_v3,
    "af_xdp": _af_xdp,
    "landlock": _landlock,
    "seccomp": _seccomp,
    "io_uring": _io_uring,
    "bpf": _bpf,
    "xdp_live_frames": _xdp_live_frames,
    "conntrack": _conntrack,
    "tun": _tun,
    "hwtimestamp": _hwtimestamp,
    "odirect_tmp": _odirect_tmp,
}


@functools.cache
def have(name):
    return PROBES[name]()


def need(*names):
    """Skips the test unless the kernel has every feature in 'names'."""
    for name in names:
        if not have(name):
            pytest.skip(f"needs {name}, which this kernel or user does not have")
