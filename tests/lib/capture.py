# SPDX-License-Identifier: GPL-2.0-or-later
"""A strict reader of pcap and pcapng files, written from the specifications and independent of our
C code: whatever a writer of ours gets wrong raises Bad with the file's offset.

Specifications: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng."""
import dataclasses
import pathlib
import struct

SHB, IDB, OLD_PB, SPB, NRB, ISB, EPB, DSB = 0x0a0d0d0a, 1, 2, 3, 4, 5, 6, 10
CUSTOM_COPY, CUSTOM_NO_COPY = 0xbad, 0x40000bad
BYTE_ORDER = 0x1a2b3c4d
MAX_BLOCK = 64 << 20

# What a fixed-length option must measure, by block type (code: bytes).
OPT_BYTES = {
    IDB: {4: 8, 5: 17, 6: 6, 7: 8, 8: 8, 9: 1, 10: 4, 14: 8, 16: 8, 17: 8},
    EPB: {2: 4, 4: 8, 5: 8, 6: 4},
    ISB: {2: 8, 3: 8, 4: 8, 5: 8, 6: 8, 7: 8, 8: 8},
}
# Options that may stand only once.
OPT_ONCE = {IDB: {2, 3, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}, EPB: {2, 4, 5, 6},
            ISB: {2, 3, 4, 5, 6, 7, 8}, SHB: {2, 3, 4}}
CUSTOM_OPTIONS = {2988, 2989, 19372, 19373}

# magic: (endian, nanoseconds, bytes of the packet header)
PCAP_MAGICS = {}
for _e in "<>":
    PCAP_MAGICS[struct.pack(_e + "I", 0xa1b2c3d4)] = (_e, False, 16, "pcap")
    PCAP_MAGICS[struct.pack(_e + "I", 0xa1b23c4d)] = (_e, True, 16, "pcap-ns")
    PCAP_MAGICS[struct.pack(_e + "I", 0xa1b2cd34)] = (_e, False, 24, "pcap-kuznetzov")


class Bad(AssertionError):
    """The file breaks its specification."""


@dataclasses.dataclass
class Packet:
    ts_ns: int
    data: bytes
    length: int            # on the wire
    iface: int = 0
    flags: int = None      # epb_flags
    drops: int = None      # epb_dropcount
    queue: int = None
    options: list = dataclasses.field(default_factory=list)  # (code, bytes)
    offset: int = 0        # of its block or header in the file
    end_padding: int = 0   # zero bytes behind its end-of-options


@dataclasses.dataclass
class Iface:
    linktype: int
    snaplen: int
    resol: int = 1000000   # ticks a second
    offset_s: int = 0
    options: list = dataclasses.field(default_factory=list)

    def text(self, code):
        return next((v.decode() for c, v in self.options if c == code), None)

    @property
    def name(self):
        return self.text(2)


@dataclasses.dataclass
class Stats:
    iface: int
    ts_ns: int
    offset: int
    starttime: int = None
    endtime: int = None
    ifrecv: int = None
    ifdrop: int = None
    filteraccept: int = None
    osdrop: int = None
    usrdeliv: int = None


@dataclasses.dataclass
class Capture:
    format: str
    endian: str
    ifaces: list = dataclasses.field(default_factory=list)
    packets: list = dataclasses.field(default_factory=list)
    stats: list = dataclasses.field(default_factory=list)
    blocks: list = dataclasses.field(default_factory=list)   # (type, offset, bytes)
    section_options: list = dataclasses.field(default_factory=list)  # of the last section
    sections: list = dataclasses.field(default_factory=list)         # options of each
    n_bytes: int = 0

    @property
    def linktype(self):
        return self.ifaces[0].linktype

    @property
    def drops(self):
        """The sum of all epb_dropcount."""
        return sum(p.drops or 0 for p in self.packets)


def read(path, partial=False):
    """Parses the whole of 'path' strictly. With 'partial' the file may end inside a block or
    packet (a capture that was cut short); everything before must be right."""
    return parse(pathlib.Path(path).read_bytes(), partial)


def parse(data, partial=False):
    """read() for bytes."""
    if data[:4] in PCAP_MAGICS:
        return _Pcap(data, partial).parse()
    if data[:4] == struct.pack("<I", SHB):
        return _Pcapng(data, partial).parse()
    raise Bad(f"not a capture file: it begins with {data[:4].hex()}")


class _Pcap:
    def __init__(self, data, partial):
        self.data, self.partial = data, partial

    def parse(self):
        data = self.data
        if len(data) < 24:
            raise Bad("the file header is cut short")
        e, nano, head, name = PCAP_MAGICS[data[:4]]
        major, minor, zone, _, snaplen, link = struct.unpack_from(e + "HHiIII", data, 4)
        if (major, minor) != (2, 4) or zone:
            raise Bad(f"version {major}.{minor}, time zone {zone}")
        cap = Capture(name, e, [Iface(link & 0xffff, snaplen, 10**9 if nano else 10**6)],
                      n_bytes=len(data))
        at = 24
        while at < len(data):
            if len(data) - at < head:
                return self.cut(cap, at)
            sec, frac, n, length = struct.unpack_from(e + "IIII", data, at)
            if frac >= (10**9 if nano else 10**6):
                raise Bad(f"offset {at}: a fraction of {frac}")
            if n > length or n > max(snaplen, 262144):
                raise Bad(f"offset {at}: {n} bytes kept of {length}, snap length {snaplen}")
            if len(data) - at - head < n:
                return self.cut(cap, at)
            cap.packets.append(Packet(sec * 10**9 + frac * (1 if nano else 1000),
                                      data[at + head:at + head + n], length, offset=at))
            at += head + n
        return cap

    def cut(self, cap, at):
        if not self.partial:
            raise Bad(f"offset {at}: the last packet is cut short")
        return cap


class _Pcapng:
    def __init__(self, data, partial):
        self.data, self.partial = data, partial
        self.e = "<"
        self.first_iface = 0
        self.cap = Capture("pcapng", "<", n_bytes=len(data))

    def parse(self):
        at, data = 0, self.data
        while at < len(data):
            if len(data) - at < 12:
                return self.cut(at)
            kind = struct.unpack_from(self.e + "I", data, at)[0]
            if kind == SHB:
                self.order(at)
            total = struct.unpack_from(self.e + "I", data, at + 4)[0]
            if total < 12 or total % 4 or total > MAX_BLOCK:
                raise Bad(f"offset {at}: block type {kind:#x} claims {total} bytes")
            if total > len(data) - at:
                return self.cut(at)
            trailer = struct.unpack_from(self.e + "I", data, at + total - 4)[0]
            if trailer != total:
                raise Bad(f"offset {at}: block type {kind:#x} begins with length {total} and "
                          f"ends with {trailer}")
            self.cap.blocks.append((kind, at, total))
            self.block(kind, at, data[at + 8:at + total - 4])
            at += total
        return self.cap

    def cut(self, at):
        if not self.partial:
            raise Bad(f"offset {at}: the last block is cut short")
        return self.cap

    def order(self, at):
        magic = self.data[at + 8:at + 12]
        if magic == struct.pack("<I", BYTE_ORDER):
            self.e = "<"
        elif magic == struct.pack(">I", BYTE_ORDER):
            self.e = ">"
        else:
            raise Bad(f"offset {at}: byte-order magic {magic.hex()}")
        if at == 0:
            self.cap.endian = self.e

    def unpack(self, fmt, body, at, what):
        if len(body) < struct.calcsize(self.e + fmt):
            raise Bad(f"offset {at}: the {what} is too short")
        return struct.unpack_from(self.e + fmt, body)

    def block(self, kind, at, body):
        if not self.cap.blocks or self.cap.blocks[0][0] != SHB:
            raise Bad(f"offset {at}: the file does not begin with a section header")
        one = {SHB: self.section, IDB: self.iface, EPB: self.packet, SPB: self.simple,
               OLD_PB: self.old_packet, ISB: self.statistics, CUSTOM_COPY: self.custom,
               CUSTOM_NO_COPY: self.custom}.get(kind)
        if one:
            one(kind, at, body)
        elif kind not in (NRB, DSB) and not kind & 0x80000000 and kind > 0x10:
            raise Bad(f"offset {at}: unknown block type {kind:#x}")

    def options(self, kind, at, raw):
        """All options of a block; also the count of zero bytes behind the end-of-options."""
        found, seen = [], set()
        at_opt = 0
        while at_opt < len(raw):
            if len(raw) - at_opt < 4:
                raise Bad(f"offset {at}: {len(raw) - at_opt} bytes where an option should be")
            code, n = struct.unpack_from(self.e + "HH", raw, at_opt)
            at_opt += 4
            if code == 0:
                if n:
                    raise Bad(f"offset {at}: end-of-options with length {n}")
                if any(raw[at_opt:]):
                    raise Bad(f"offset {at}: bytes behind the end-of-options are not zero")
                return found, len(raw) - at_opt
            padded = (n + 3) & ~3
            if padded > len(raw) - at_opt:
                raise Bad(f"offset {at}: option {code} of {n} bytes leaves its block")
            value = raw[at_opt:at_opt + n]
            if any(raw[at_opt + n:at_opt + padded]):
                raise Bad(f"offset {at}: the padding of option {code} is not zero")
            self.option(kind, at, code, value, seen)
            found.append((code, value))
            at_opt += padded
        return found, 0

    def option(self, kind, at, code, value, seen):
        want = OPT_BYTES.get(kind, {}).get(code)
        if want is not None and len(value) != want:
            raise Bad(f"offset {at}: option {code} has {len(value)} bytes, not {want}")
        if code in OPT_ONCE.get(kind, ()) and code in seen:
            raise Bad(f"offset {at}: option {code} stands twice")
        if code in CUSTOM_OPTIONS and len(value) < 4:
            raise Bad(f"offset {at}: custom option {code} without an enterprise number")
        seen.add(code)

    def section(self, kind, at, body):
        _, major, minor, length = self.unpack("IHHq", body, at, "section header")
        if (major, minor) not in ((1, 0), (1, 2)):
            raise Bad(f"offset {at}: version {major}.{minor}")
        if length != -1 and length < 0:
            raise Bad(f"offset {at}: section length {length}")
        self.cap.section_options, _ = self.options(kind, at, body[16:])
        self.cap.sections.append(self.cap.section_options)
        self.first_iface = len(self.cap.ifaces)

    def iface(self, kind, at, body):
        link, _, snaplen = self.unpack("HHI", body, at, "interface description")
        f = Iface(link, snaplen)
        f.options, _ = self.options(kind, at, body[8:])
        for code, value in f.options:
            if code == 9:
                v = value[0]
                f.resol = 2 ** (v & 0x7f) if v & 0x80 else 10 ** v
            elif code == 14:
                f.offset_s = struct.unpack(self.e + "q", value)[0]
        self.cap.ifaces.append(f)

    def iface_at(self, index, at):
        index += self.first_iface
        if index >= len(self.cap.ifaces):
            raise Bad(f"offset {at}: interface {index} was not described")
        return index, self.cap.ifaces[index]

    def time(self, f, high, low):
        return (high << 32 | low) * 10**9 // f.resol + f.offset_s * 10**9

    def data_of(self, at, body, start, n, length, f, what):
        padded = (n + 3) & ~3
        if n > length:
            raise Bad(f"offset {at}: {what} keeps {n} bytes of {length}")
        if f.snaplen and n > f.snaplen:
            raise Bad(f"offset {at}: {what} of {n} bytes, snap length {f.snaplen}")
        if start + padded > len(body):
            raise Bad(f"offset {at}: {what} of {n} bytes leaves its block")
        if any(body[start + n:start + padded]):
            raise Bad(f"offset {at}: the padding of the packet is not zero")
        return body[start:start + n], body[start + padded:]

    def packet(self, kind, at, body):
        index, high, low, n, length = self.unpack("IIIII", body, at, "packet")
        index, f = self.iface_at(index, at)
        data, rest = self.data_of(at, body, 20, n, length, f, "packet")
        p = Packet(self.time(f, high, low), data, length, index, offset=at)
        p.options, p.end_padding = self.options(kind, at, rest)
        for code, value in p.options:
            if code == 2:
                p.flags = struct.unpack(self.e + "I", value)[0]
            elif code == 4:
                p.drops = struct.unpack(self.e + "Q", value)[0]
            elif code == 6:
                p.queue = struct.unpack(self.e + "I", value)[0]
        self.cap.packets.append(p)

    def old_packet(self, kind, at, body):
        index, drops, high, low, n, length = self.unpack("HHIIII", body, at, "packet")
        index, f = self.iface_at(index, at)
        data, rest = self.data_of(at, body, 20, n, length, f, "packet")
        p = Packet(self.time(f, high, low), data, length, index, offset=at,
                   drops=None if drops == 0xffff else drops)
        p.options, p.end_padding = self.options(kind, at, rest)
        self.cap.packets.append(p)

    def simple(self, kind, at, body):
        length, = self.unpack("I", body, at, "simple packet")
        index, f = self.iface_at(0, at)
        n = min(length, f.snaplen or length)
        data, rest = self.data_of(at, body, 4, n, length, f, "simple packet")
        if rest:
            raise Bad(f"offset {at}: {len(rest)} bytes behind a simple packet")
        self.cap.packets.append(Packet(0, data, length, index, offset=at))

    def statistics(self, kind, at, body):
        index, high, low = self.unpack("III", body, at, "interface statistics")
        index, f = self.iface_at(index, at)
        s = Stats(index, self.time(f, high, low), at)
        names = {4: "ifrecv", 5: "ifdrop", 6: "filteraccept", 7: "osdrop", 8: "usrdeliv"}
        for code, value in self.options(kind, at, body[12:])[0]:
            if code in names:
                setattr(s, names[code], struct.unpack(self.e + "Q", value)[0])
            elif code in (2, 3):
                high, low = struct.unpack(self.e + "II", value)
                setattr(s, "starttime" if code == 2 else "endtime", self.time(f, high, low))
        self.cap.stats.append(s)

    def custom(self, kind, at, body):
        self.unpack("I", body, at, "custom block")
