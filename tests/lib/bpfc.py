# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of bpfc share: sources, a small capture, running it."""
import struct
import subprocess

from lib.where import program

ARP = "; ARP alone\n        ldh [12]\n        jne #0x806, drop\n        ret #-1\ndrop:   ret #0\n"
ARP_OPS = ("{ 0x28, 0, 0, 0x0000000c },\n{ 0x15, 0, 1, 0x00000806 },\n"
           "{ 0x6, 0, 0, 0xffffffff },\n{ 0x6, 0, 0, 0x00000000 },\n")
ARP_DECIMAL = "40 0 0 12\n21 0 1 2054\n6 0 0 4294967295\n6 0 0 0\n"
ARP_FRAME = bytes.fromhex("ffffffffffff0202020202020806" "0001080006040001020202020202"
                          "0a0000010000000000000a000002")
IP_FRAME = bytes.fromhex("020202020202040404040404080045000014" "0000000040060000" "0a0000010a000002")
FRAMES = [ARP_FRAME, IP_FRAME, ARP_FRAME, ARP_FRAME[:10]]


def pcap(frames):
    """A classic pcap file of Ethernet frames."""
    out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    for i, f in enumerate(frames):
        out += struct.pack("<IIII", 1714564800 + i, 0, len(f), len(f)) + f
    return out


def fill(folder):
    """Puts arp.bpf and dump.pcap (ARP, IP, ARP, cut) into 'folder'."""
    (folder / "arp.bpf").write_text(ARP)
    (folder / "dump.pcap").write_bytes(pcap(FRAMES))
    return folder


def run(here, *args, stdin="", text=True):
    """bpfc with these arguments, in folder 'here'."""
    return subprocess.run([program("bpfc"), *args], cwd=here, capture_output=True, timeout=60,
                          text=text, input=stdin)
