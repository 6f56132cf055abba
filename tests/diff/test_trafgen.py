# SPDX-License-Identifier: GPL-2.0-or-later
"""The bytes of scripts, ours and those of netsniff-ng's trafgen. Each difference is listed with a
verdict: theirs (a fault of the peer that scripts cannot rely on), ours (deliberate)."""
import shutil
import struct
import subprocess

import pytest
from lib.where import program
from lib.wild_scripts import MACROS, SCRIPTS

PEER = shutil.which("trafgen", path="/usr/sbin:/usr/bin")
# It changes socket memory settings of the machine, which other tests look at: here it cannot.
PEER_ALONE = ["unshare", "-m", "sh", "-c",
              "mount -o bind,ro /proc/sys /proc/sys && exec \"$@\"", "sh", str(PEER)]
pytestmark = pytest.mark.skipif(not PEER, reason="no trafgen of netsniff-ng")

# script, number of packets
SAME = [
    ("{ 0xca, 42, 0b11110000, b11, xff, 011, 'a', \"hello world\", 0xfe 0xba }", 1),
    ("{ \"\\x31\\xdb\\x8d\" \"a\\x41\" \"\\t\\\\\" }", 1),
    ("{ fill(0xca, 12), seqinc(0x10, 8, 1), seqinc(250, 10), seqdec(0x80, 8, 3) }", 1),
    ("{ c8(((((0x2f + 3)/ 2) - 1) << 1) % 0xff), c16((1<<8)|3), c32(1+2*3), c64(1) }", 1),
    ("{ c16(1|6^3&2), c16(1<<2+1), c16(100/10/2), c16((1+2)*3-7/2%2), c8(-1) }", 1),
    ("{ dinc(3,9,2) ddec(3,9,2) dinc(3,10,2) ddec(3,10,3) dinc(9,3,2) dinc(1,5) }", 300),
    ("{ 1, 2, csumip(0,7), 4, 5, 6, 7, 8, 9 }", 1),
    ("{ fill(0xff, 64) csum16(0, 64) }", 1),
    ("{ fill(2,12), c16(0x0800), 0x45, 0, c16(29), c16(0), c16(0), 64, 17, csumip(14,33), 10,0,0,1,"
     " 10,0,0,2, c16(1), c16(2), c16(9), csumudp(14,34), dinc(1,9,1) }", 12),
    ("{ fill(2,12), c16(0x86dd), 0x60,0,0,0, c16(12), 17, 64, 0x20,1, fill(0,13),1, 0x20,1,"
     "fill(0,13),2, c16(1234), c16(53), c16(12), csumudp6(14, 54), \"ping\" }", 1),
    ("{ 1 } { 2 } { 3 }", 7),
    ("cpu(0): { 1 } cpu(0-1): { 2 }", 4),
    ("{ udp() }", 1), ("{ tcp() }", 1), ("{ icmp4() }", 1), ("{ icmp6() }", 1), ("{ arp() }", 1),
    ("{ pause() }", 1), ("{ pause(time=0xffff, code=2) }", 1), ("{ pfc() }", 1),
    ("{ pfc(pri=5, time(0)=1, prio(7)=1) }", 1), ("{ vlan() }", 1), ("{ vlan(1ad) }", 1),
    ("{ vlan(1ad, id=10), vlan(1q, id=20), ipv4(sa=192.0.2.1) }", 1),
    ("{ vlan(tpid=0x9100, pcp=3, dei=1, id=7), ipv4() }", 1),
    ("{ vlan(tci=0x1234), arp() }", 1), ("{ vlan(id=dinc(1,3)), ip4() }", 5),
    ("{ mpls(label=5), mpls(label=6), udp() }", 1), ("{ mpls(ttl=9, exp=3, lbl=16) }", 1),
    ("{ mpls(label=dinc(1,3)), ip4() }", 4),
    ("{ eth(type=0x1234), udp() }", 1), ("{ eth(type=0x88a8), vlan(id=3), ip4() }", 1),
    ("{ eth(sa=02:00:00:00:00:fe, sa=dinc()) }", 4),
    ("{ eth(da=11:22:33:44:55:66, da[0]=dinc()), tcp() }", 4),
    ("{ eth(da[2:2]=dinc()), ip4(da=1.2.3.4, da[0]=dinc()) }", 4),
    ("{ ipv4(), ipv4(), udp() }", 1), ("{ ipv4(), ipv6(), udp() }", 1), ("{ ipv6(), udp() }", 1),
    ("{ eth(), ip6(sa=fe80::1, da=ff02::1), tcp(sp=1, dp=2, syn), \"x\" }", 1),
    ("{ ip6(ver=5, tc=0x1ff, flow=5, len=3) }", 1),
    ("{ ip6(sa=fe80::ffff:ffff, sa=dinc(1,3)), udp() }", 4),
    ("{ ipv4(tos=5, dscp=9, ecn=1, df, mf, frag=7), 'a' }", 1), ("{ ipv4(flags=3) }", 1),
    ("{ ipv4(len=5, csum=0x1234, ihl=6, prot=99) }", 1), ("{ ip4(ttl=254, ttl=dinc()) }", 4),
    ("{ ip4(ttl=dinc(5,9,3), ver=dinc(), frag=dinc(0,7)) }", 9),
    ("{ ip4(sa=10.0.0.1, sa=dinc()), udp(sport=dinc(1, 13, 2)) }", 9),
    ("{ ip4(da=dinc(1,2)), ip4(da=dinc(3,4)), udp() }", 4),
    ("{ udp(len=99, csum=1) }", 1), ("{ udp(len=dinc()) }", 3), ("{ udp(csum=dinc()) }", 2),
    ("{ udp(sport=70000, dport='a') }", 1), ("{ udp(sp=b11 dp=017), 1, 2, 3 }", 1),
    ("{ tcp(seq=1, aseq=2, doff=6, cwr, ece, urg, ack, psh, rst, syn, fin, win=9, urgptr=3) }", 1),
    ("{ icmp4(type=3, code=4, mtu=1500) }", 1), ("{ icmp4(type=5, addr=1.2.3.4) }", 1),
    ("{ icmpv4(echorequest, seq=1, id=1326) }", 1), ("{ icmp6(echorequest) }", 1),
    ("{ icmp4(echoreply, id=5, seq=dinc()) }", 3), ("{ arp(reply) }", 1),
    ("{ arp(sha=02:00:00:00:00:01, tip=1.2.3.4, htype=6, ptype=0x86dd, op=request) }", 1),
]

# script, our bytes, verdict
DIFFERENT = [
    ("{ udp(), dinc(1,9,1) }", "0009fddc02", "ours: the checksum covers bytes that change"),
    ("{ eth(), 1, ip4() }", "0800" + "01" + "45000014", "theirs: a byte between headers is lost"),
    ("{ arp(op=2) }", "0002" + "00" * 20, "theirs: does not end"),
    ("{ tcp(), ip4() }", "4500001400000000", "theirs: does not end"),
    ("{ ip6(), icmp6(type=135, code=1) }", "870178c0", "theirs: does not end"),
    ("{ c16(~1) }", "fffe", "theirs: ~ is left out"),
    ("{ csumicmp(0, 4), 1, 2, 7 }", "f7fd010207", "theirs: an odd last byte is left out"),
    ("{ ip4(), icmp4(echorequest), \"abc\" }", "0800339d", "theirs: an odd last byte is left out"),
    ("{ 1, 2, 3, 4, csumip(0, 3) }", "fbf9", "theirs: half of what stands before a checksum counts"),
]


def packets(path):
    data = path.read_bytes()
    out, at = [], 24
    while at < len(data):
        n = struct.unpack_from("<I", data, at + 8)[0]
        out.append(data[at + 16:at + 16 + n].hex())
        at += 16 + n
    return out


def generated(binary, tmp_path, script, n, *args):
    cfg, out = tmp_path / "s.cfg", tmp_path / "s.pcap"
    cfg.write_text(script)
    p = subprocess.run([*binary, *args, "-i", str(cfg), "-o", str(out), "-n", str(n), "-P", "1"],
                       capture_output=True, timeout=30)
    assert p.returncode == 0, p.stderr.decode(errors="replace")
    return packets(out)


@pytest.mark.parametrize("script, n", SAME)
def test_same_bytes(tmp_path, script, n):
    theirs = generated(PEER_ALONE, tmp_path, script, n)
    assert len(theirs) == n
    assert generated([program("trafgen")], tmp_path, script, n) == theirs


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_as_people_write_them(tmp_path, name):
    theirs = generated(PEER_ALONE, tmp_path, SCRIPTS[name], 9)
    assert len(theirs) == 9
    assert generated([program("trafgen")], tmp_path, SCRIPTS[name], 9) == theirs


@pytest.mark.parametrize("name", MACROS)
def test_scripts_with_macros(tmp_path, name):
    script, args = MACROS[name]
    theirs = generated(PEER_ALONE, tmp_path, script, 3, "-p", *args)
    assert len(theirs) == 3
    assert generated([program("trafgen")], tmp_path, script, 3, "-p", *args) == theirs


@pytest.mark.parametrize("script, part, verdict", DIFFERENT)
def test_deliberately_different(tmp_path, script, part, verdict):
    assert part in generated([program("trafgen")], tmp_path, script, 1)[0], verdict
