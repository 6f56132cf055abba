# SPDX-License-Identifier: GPL-2.0-or-later
"""The programs that record packets to a file, each with its documented settings for speed and
the same ring memory."""

import dataclasses

import lib


@dataclasses.dataclass
class Recorder:
    """'formats': the kinds of file it writes, best first. 'command' makes its argument vector
    from device, file, ring bytes and format."""
    name: str
    path: str
    formats: tuple
    command: callable
    version_option: str = "--version"

    def argv(self, device, file, ring_bytes, kind):
        return [self.path, *self.command(device, file, ring_bytes, kind)]

    def version(self):
        return lib.version(self.path, self.version_option)


def _netsniff(device, file, ring_bytes, _kind):
    return ["-i", device, "-o", file, "-s", "-S", f"{ring_bytes >> 20}MiB", "--bind-cpu", "1"]


def _netsniff_ng(device, file, ring_bytes, _kind):
    # -Q: there is no interrupt to move. Scatter-gather output is its default and its best here.
    return ["-i", device, "-o", file, "-s", "-Q", "-S", f"{ring_bytes >> 20}MiB", "-b", "1"]


def _tcpdump(device, file, ring_bytes, _kind):
    return ["-i", device, "-n", "-Z", "root", "-B", str(ring_bytes >> 10), "-w", file]


def _dumpcap(device, file, ring_bytes, kind):
    return ["-q", "-i", device, "-B", str(ring_bytes >> 20), "-w", file,
            *(["-P"] if kind == "pcap" else [])]


def found():
    """The recorders on this machine, ours first. The name is the same in all results."""
    known = [
        ("netsniff", lib.ours("netsniff"), ("pcapng", "pcap"), _netsniff),
        ("tcpdump", lib.peer("tcpdump"), ("pcap",), _tcpdump),
        ("netsniff-ng", lib.peer("netsniff-ng"), ("pcap",), _netsniff_ng),
        ("dumpcap", lib.peer("dumpcap"), ("pcapng", "pcap"), _dumpcap),
    ]
    return [Recorder(name, path, formats, command) for name, path, formats, command in known
            if path]
