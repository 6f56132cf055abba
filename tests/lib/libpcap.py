# SPDX-License-Identifier: GPL-2.0-or-later
"""The peer's library, loaded for tests: its compiler of filters and its interpreter."""
import ctypes
import functools


class Program(ctypes.Structure):
    _fields_ = [("n", ctypes.c_uint), ("insns", ctypes.POINTER(ctypes.c_uint64))]


@functools.lru_cache
def lib():
    """libpcap, or None where it is not installed."""
    try:
        p = ctypes.CDLL("libpcap.so.0.8")
    except OSError:
        return None
    p.pcap_open_dead.restype = ctypes.c_void_p
    p.pcap_geterr.restype = ctypes.c_char_p
    p.pcap_geterr.argtypes = [ctypes.c_void_p]
    p.pcap_lib_version.restype = ctypes.c_char_p
    p.pcap_datalink_name_to_val.argtypes = [ctypes.c_char_p]
    p.pcap_compile.argtypes = [ctypes.c_void_p, ctypes.POINTER(Program), ctypes.c_char_p,
                               ctypes.c_int, ctypes.c_uint]
    p.pcap_freecode.argtypes = [ctypes.POINTER(Program)]
    p.bpf_filter.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint, ctypes.c_uint]
    p.bpf_filter.restype = ctypes.c_uint
    return p


def dlt(name):
    """The number that the library has for link type 'name' on this machine."""
    return lib().pcap_datalink_name_to_val(name.encode())


@functools.lru_cache(maxsize=None)
def handle(name):
    return lib().pcap_open_dead(dlt(name), 262144)


def compile(name, text, optimise=True, netmask=0xffffff00):
    """(instructions as (code, jt, jf, k), None), or (None, why not)."""
    prog, h = Program(), handle(name)
    if lib().pcap_compile(h, ctypes.byref(prog), text.encode(), optimise, netmask):
        return None, lib().pcap_geterr(h).decode(errors="replace")
    insns = [(v & 0xffff, v >> 16 & 255, v >> 24 & 255, v >> 32)
             for v in prog.insns[:prog.n]]
    lib().pcap_freecode(ctypes.byref(prog))
    return insns, None


def runner(insns):
    """A function (packet, wire length) to what the program 'insns' says of it."""
    words = (ctypes.c_uint64 * len(insns))(*(c | jt << 16 | jf << 24 | k << 32
                                             for c, jt, jf, k in insns))
    run = lib().bpf_filter
    at = ctypes.addressof(words)

    def one(packet, wire):
        assert words is not None
        return run(at, packet, wire, len(packet))
    return one
