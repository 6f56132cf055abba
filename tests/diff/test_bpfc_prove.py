# SPDX-License-Identifier: GPL-2.0-or-later
"""The prover against programs of libpcap: what its optimiser makes is compared with what it was
given, and what we make of the same expression with both. Every pair is decided, within a second of
a processor; a difference is one of packets that end before a load."""
import json
import resource
import subprocess

import pytest

from lib import bpfc
from lib.bpfc import run

EXPRESSIONS = """
EN10MB  arp
EN10MB  ip6
EN10MB  tcp
EN10MB  tcp port 80
EN10MB  not tcp port 80
EN10MB  port 53 or port 67 or port 68
EN10MB  portrange 6000-6063
EN10MB  udp portrange 1-1023 and not port 53
EN10MB  host 10.0.0.1
EN10MB  host 10.0.0.1 and host 10.0.0.2
EN10MB  src host 10.0.0.1 or dst host 10.0.0.2 or src net 192.168.0.0/16
EN10MB  net 10.0.0.0/8 or net 172.16.0.0/12 or net 192.168.0.0/16
EN10MB  host 10.0.0.1 or host 10.0.0.2 or host 10.0.0.3 or host 10.0.0.4 or host 10.0.0.5
EN10MB  host fe80::1
EN10MB  net 2001:db8::/32 and not host 2001:db8::1
EN10MB  host 2001:db8::1 or host 2001:db8::2 or host 2001:db8:1::1 or host 2001:db8:1::2
EN10MB  ether host 02:00:00:00:00:01
EN10MB  ether src 02:00:00:00:00:01 and ether dst 02:00:00:00:00:02
EN10MB  ether multicast and not ether broadcast
EN10MB  ip multicast or ip6 multicast
EN10MB  vlan
EN10MB  vlan 100
EN10MB  vlan 100 and tcp port 80
EN10MB  vlan and vlan 300 and ip
EN10MB  mpls 1000 and host 10.0.0.1
EN10MB  pppoes 7 and ip6
EN10MB  pppoed or pppoes
EN10MB  geneve and tcp
EN10MB  icmp[icmptype] = icmp-echo or icmp[icmptype] = icmp-echoreply
EN10MB  icmp6 and ip6[40] = 135
EN10MB  tcp[tcpflags] & (tcp-syn|tcp-fin) != 0
EN10MB  tcp[tcpflags] & tcp-syn != 0 and tcp[tcpflags] & tcp-ack = 0
EN10MB  ip[6:2] & 0x1fff = 0
EN10MB  ip[0] & 0xf != 5
EN10MB  tcp port 80 and (((ip[2:2] - ((ip[0]&0xf)<<2)) - ((tcp[12]&0xf0)>>2)) != 0)
EN10MB  ether[0] & 1 = 0 and ip[16] >= 224
EN10MB  udp[8:4] * 3 + 7 > 1000000
EN10MB  ip[2:2] / 7 = 9
EN10MB  len > 100 and len <= 1500
EN10MB  less 64 or greater 1514
EN10MB  sctp port 2905
EN10MB  igrp or pim or vrrp or carp
EN10MB  ah or esp
EN10MB  proto 47
EN10MB  stp or iso or netbeui
EN10MB  rarp host 10.0.0.1
EN10MB  llc u
EN10MB  decnet host 10.15
EN10MB  tcp dst port 22 and src net 10.1.0.0/16 and not src host 10.1.2.3
EN10MB  (tcp or udp) and (port 53 or port 5353) and not net 10.0.0.0/8
EN10MB  not (src net 10.0.0.0/8 and dst net 10.0.0.0/8)
EN10MB  ip host 10.0.0.1 and not (port 22 or port 80 or port 443)
LINUX_SLL   tcp port 80
LINUX_SLL   inbound and ip
LINUX_SLL2  host 10.0.0.1 and udp
LINUX_SLL2  arp or ip6
RAW         tcp port 80
RAW         net 10.0.0.0/8
NULL        host 10.0.0.1
LOOP        ip6 and udp port 53
PPP         tcp port 80
PPP_ETHER   ip
IEEE802_11  type mgt subtype beacon
IEEE802_11  wlan addr1 02:00:00:00:00:01
IEEE802_11  type data and ip
IEEE802_11_RADIO    type mgt and not subtype beacon
IEEE802_11_RADIO    wlan ta 02:00:00:00:00:01 and rarp or dir fromds and not sctp port 0 and src net 172.16.0.0/12
IEEE802_11_RADIO    not (wlan ta 02:00:00:00:00:01 or port 80) or (port 80 and type mgt subtype beacon)
IEEE802_11_RADIO    wlan host 02:00:00:00:00:01 or arp
PPI         wlan host 02:00:00:00:00:01
"""
ROWS = [tuple(x.split(None, 1)) for x in EXPRESSIONS.strip().splitlines()]


def libpcap(linktype, expression, *options):
    p = subprocess.run(["tcpdump", "-y", linktype, *options, "-ddd", expression], check=True,
                       capture_output=True, text=True)
    return p.stdout


def compare(here, text, *args):
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    p = run(here, "--prove", "--json", "--against", "-", *args, stdin=text)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime
    assert p.returncode in (0, 1) and p.stderr == "", p.stderr
    return json.loads(p.stdout), took


@pytest.mark.parametrize("linktype,expression", ROWS)
def test_pair(tmp_path, linktype, expression):
    short, plain = libpcap(linktype, expression), libpcap(linktype, expression, "-O")
    (tmp_path / "plain").write_text(plain)
    ours = bpfc.run(tmp_path, "-f", "tcpdump", "-y", linktype, "-e", expression)
    assert ours.returncode == 0, ours.stderr
    (tmp_path / "ours").write_text(ours.stdout)
    for args in ["plain"], ["ours"]:
        got, took = compare(tmp_path, short, *args)
        assert took < 1
        assert got["result"] == "proved" or got["only_short_packets"], (args, got)
        if got["result"] == "refuted":
            for x in got["programs"]:
                assert x.get("kernel", x["verdict"]) == x["verdict"]
