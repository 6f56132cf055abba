# SPDX-License-Identifier: GPL-2.0-or-later
"""--decap: packets without their tunnels in what is printed, filtered and written, from files and
interfaces; what cannot be taken off stays; the account closes."""
import json
import struct
import subprocess

import pytest
from lib import capture, send
from lib.probe import need
from lib.sniff import Sniff, link
from lib.wait import wait_for
from lib.where import program

INNER = send.eth(send.udp4(b"inner", 7, 9, src="192.0.2.1", dst="192.0.2.2"), 0x0800,
                 src=bytes.fromhex("020000000011"), dst=bytes.fromhex("020000000012"))
IP = INNER[14:]
VNI = struct.pack(">II", 0x08000000, 5 << 8)


def outer(payload, proto=None, port=None, trailer=b""):
    """Ethernet and IP 10.0.0.1 > 10.0.0.2 around a tunnel over IP or UDP."""
    ip = send.udp4(payload, 4000, port) if port else send.ipv4(payload, proto)
    return send.eth(ip, 0x0800) + trailer


def gre(ethertype, payload, seq=None):
    flags = 0x1000 if seq is not None else 0
    return struct.pack(">HH", flags, ethertype) + \
        (struct.pack(">I", seq) if seq is not None else b"") + payload


ERSPAN2 = struct.pack(">HHI", 0x1005, 7, 0)
ERSPAN3 = struct.pack(">HHIHH", 0x2005, 7, 1, 0, 0)
GENEVE = struct.pack(">BBHI", 2, 0, 0x6558, 5 << 8) + struct.pack(">HBBI", 0x102, 0x80, 1, 9)
GENEVE_IP = struct.pack(">BBHI", 0, 0, 0x0800, 5 << 8)
AS_ETHERNET = outer(b"", 253)[:12] + b"\x08\x00" + IP  # an inner IP packet behind the outer link header

TUNNELS = {
    "vxlan": (outer(VNI + INNER, port=4789), INNER),
    "vxlan, padded": (outer(VNI + INNER, port=4789, trailer=bytes(9)), INNER),
    "geneve": (outer(GENEVE + INNER, port=6081), INNER),
    "geneve with ip": (outer(GENEVE_IP + IP, port=6081), AS_ETHERNET),
    "gre with ip": (outer(gre(0x0800, IP), 47), AS_ETHERNET),
    "gre with ethernet": (outer(gre(0x6558, INNER), 47), INNER),
    "erspan 1": (outer(gre(0x88BE, INNER), 47), INNER),
    "erspan 2": (outer(gre(0x88BE, ERSPAN2 + INNER, 1), 47), INNER),
    "erspan 3": (outer(gre(0x22EB, ERSPAN3 + INNER, 1), 47), INNER),
    "vxlan in gre": (outer(gre(0x0800, outer(VNI + INNER, port=4789)[14:]), 47), INNER),
    "vxlan in vxlan": (outer(VNI + outer(VNI + INNER, port=4789), port=4789), INNER),
}
KEPT = {
    "no tunnel": INNER,
    "empty gre": outer(gre(0x0800, b""), 47),
    "gre with ppp": outer(gre(0x880B, b"\x00\x21" + IP), 47),
    "a fragment": send.eth(send.ipv4(gre(0x0800, IP), 47)[:6] + b"\x20\x00" +
                           send.ipv4(gre(0x0800, IP), 47)[8:], 0x0800),
    "vxlan's port, no flag": outer(bytes(8) + INNER, port=4789),
}
PACKETS = [t for t, _ in TUNNELS.values()] + list(KEPT.values())
RESULTS = [r for _, r in TUNNELS.values()] + list(KEPT.values())


def pcap(frames, linktype=1):
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, linktype) + b"".join(
        struct.pack("<IIII", 1700000000 + i, 0, len(f), len(f)) + f for i, f in enumerate(frames))


def frames_of(path):
    return [(bytes(p.data), p.length) for p in capture.read(path).packets]


@pytest.fixture
def here(tmp_path):
    (tmp_path / "a.pcap").write_bytes(pcap(PACKETS))
    return tmp_path


def run(here, line, rc=0):
    p = subprocess.run([program("netsniff"), *line.split()], cwd=here, capture_output=True,
                       timeout=60, text=True)
    assert p.returncode == rc, p.stderr
    return p


@pytest.mark.parametrize("to", ["b.pcap", "b.pcapng", "b.pcap -G", "b.pcap -m", "b.pcapng.zst"])
def test_files_hold_the_inner_packets(here, to):
    a = json.loads(run(here, f"-i a.pcap -o {to} -s --json --decap").stdout)["account"]
    assert a["decapsulated"] == len(TUNNELS)
    assert a["read_packets"] == a["kept_packets"] == len(PACKETS) and not a["rejected_packets"]
    name = to.split()[0]
    if name.endswith(".zst"):
        run(here, f"-i {name} -o c.pcapng -s")
        name = "c.pcapng"
    got = frames_of(here / name)
    assert [g[0] for g in got] == RESULTS
    assert all(len(data) == wire for data, wire in got)


def test_the_filter_sees_the_inner_packet(here):
    a = json.loads(run(here, "-i a.pcap -s --json --decap src 192.0.2.1").stdout)["account"]
    assert a["kept_packets"] == len(TUNNELS) + 1
    assert a["rejected_packets"] == len(KEPT) - 1
    lines = run(here, "-i a.pcap -q --decap src 192.0.2.1").stdout.splitlines()
    assert {x.split(" ", 1)[1] for x in lines} == \
        {"ip 192.0.2.1 > 192.0.2.2 udp echo > discard len 5"}


def test_many_copies_with_cooked_headers(here):
    """More than the copies' memory holds; each stays what it is until it is written."""
    frames = [outer(gre(0x0800, send.udp4(struct.pack(">I", i) + bytes(8000))), 47)
              for i in range(1200)]
    (here / "many.pcap").write_bytes(pcap(frames))
    for to in "x.pcap", "x.pcap -G", "x.pcap -w":
        run(here, f"-i many.pcap -o {to} -s --decap")
        head = 16 if "-w" in to else 14
        got = (here / "x.pcap").read_bytes()
        each = 16 + head + 28 + 8004
        assert [struct.unpack_from(">I", got, at + 16 + head + 28)[0]
                for at in range(24, len(got), each)] == list(range(1200))


@pytest.mark.parametrize("linktype,head", [(101, b""), (113, bytes(14) + b"\x08\x00"),
                                           (276, b"\x08\x00" + bytes(18))], ids=str)
def test_other_link_types_keep_their_header(here, linktype, head):
    arp_inside = outer(VNI + send.eth(bytes(28), 0x0806), port=4789)[14:]
    frames = [head + PACKETS[0][14:], head + outer(gre(0x0800, IP), 47)[14:], head + arp_inside]
    (here / "l.pcap").write_bytes(pcap(frames, linktype))
    run(here, "-i l.pcap -o m.pcap -s --decap")
    got = [g[0] for g in frames_of(here / "m.pcap")]
    assert got[:2] == [head + IP, head + IP]
    if linktype == 101:  # which has no place for what is not IP
        assert got[2] == arp_inside
    else:
        assert got[2] == head.replace(b"\x08\x00", b"\x08\x06") + bytes(28)


def test_what_the_mirror_cut_is_cut(here):
    cut = struct.pack(">HHI", 0x1005, 0x0407, 0)
    whole = send.eth(send.udp4(bytes(500)), 0x0800)
    (here / "t.pcap").write_bytes(pcap([outer(gre(0x88BE, cut + whole[:64], 1), 47)]))
    run(here, "-i t.pcap -o u.pcap -s --decap")
    assert frames_of(here / "u.pcap") == [(whole[:64], len(whole))]


@pytest.mark.parametrize("line,sentence", [
    ("-i a.pcap -o lo --decap -s", "--decap: tunnels are taken off while capturing or converting"),
    ("-i lo -o x --flight 2MiB --decap", "--decap: the flight recorder"),
])
def test_refused(here, line, sentence):
    assert sentence in run(here, line, rc=2).stderr


@pytest.mark.parametrize("args", [(), ("--compact",), ("-o", "y.pcap"), ("--threads", "2")],
                         ids=" ".join)
def test_of_a_capture(net, tmp_path, args):
    need("root", "netns", "tpacket_v3", "xdp_live_frames")
    a, b = link(net)
    out = () if "-o" in args else ("-o", "x.pcapng")
    sniff = Sniff(b, *out, "-s", "--decap", *args, "src 192.0.2.1", cwd=tmp_path,
                  sockets=2 if "--threads" in args else 1)
    with send.Sender(a) as s:
        for f in PACKETS:
            s.frame(f)
    wait_for(lambda: b.counters()["rx_packets"] >= len(PACKETS), "all packets")
    account = sniff.end()
    total = account["sum"]
    assert sum(i["decapsulated"] for i in account["interfaces"]) == len(TUNNELS)
    assert total["written"] == len(TUNNELS) + 1
    assert total["rejected"] >= len(KEPT) - 1 and not total["not_written"]
    got = sorted(g[0] for f in tmp_path.iterdir() for g in frames_of(f))
    assert got == sorted(r for r in RESULTS if r[26:30] == bytes([192, 0, 2, 1]))


def test_count_and_cut_apply_inside(net, tmp_path):
    need("root", "netns", "tpacket_v3", "xdp_live_frames")
    a, b = link(net)
    sniff = Sniff(b, "-o", "x.pcap", "-s", "--decap", "-n", "2", "--snaplen", "30", "udp port 9",
                  cwd=tmp_path)
    with send.Sender(a) as s:
        s.seqs(2)
        for _ in range(5):
            s.frame(PACKETS[0])
    account = sniff.end(sig=None)
    assert account["sum"]["written"] == 2
    assert frames_of(tmp_path / "x.pcap") == [(INNER[:30], len(INNER))] * 2
