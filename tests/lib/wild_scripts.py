# SPDX-License-Identifier: GPL-2.0-or-later
"""Scripts of the kinds that people publish, the same bytes by us and by netsniff-ng's trafgen: raw bytes
with offsets of checksums, header functions, both mixed, comments, macros, missing commas."""

# name: script
SCRIPTS = {
    "udp_seq": r"""{
  # --- Ethernet Header ---
  0x00, 0x1b, 0x21, 0x3c, 0x9d, 0xf8,  # mac destination
  0x90, 0xe2, 0xba, 0x0a, 0x56, 0xb4,  # mac source
  const16(0x0800), # protocol
  # --- IP Header ---
  0b01000101, 0,   # ipv4 version + ihl, tos
  const16(28),     # ip total length
  const16(2),      # ident
  0b01000000, 0,   # flags + frag off
  64,              # ttl
  17,              # udp
  csumip(14, 33),  # header checksum
  192, 168, 51, 1, # source
  192, 168, 51, 2, # dest
  # --- UDP Header ---
  const16(9),      # src port
  const16(9),      # dst port
  const16(8),      # length
  const16(0),      # checksum (0 = none)
  # Data
  fill('B', 18),
}""",
    "cpu_ranges": r"""cpu(0:1): {
  fill(0xff, 6), fill(0x11, 6), const16(0x0800), dinc(1, 255, 1)
}
cpu(0): { 0xaa, 0xbb, seqinc(0x10, 8, 1), "abc" }
cpu(0-3): { 0xcc }""",
    "missing_commas": r"""{ 0x01 0x02 0x03 "ab" 'c' fill(1,3) c16(7) rnd(0) 5 }""",
    "strings": r"""{ "hello\tworld", "a\\b", "\x41\x42\x43", "semi;colon", "quote's", "#nocomment", "/*x*/", "//y" }""",
    "chars": r"""{ 'a', 'Z', '0', ' ', '#', '"', '{', ',' }""",
    "fillchar": r"""{ fill('A', 100), seqinc('a', 26), seqdec('z', 26, 1) }""",
    "bases": r"""{ 0xff, xff, 255, 0377, b11111111, 0b11111111, 0XAB, 0B11 }""",
    "const": r"""{ const8(1), const16(0x1234), const32(0xdeadbeef), const64(0x0102030405060708), c8(255), c16(65535), c32(4294967295), c64(1) }""",
    "hdr_mix": r"""{
  eth(da=11:22:33:44:55:66, sa=aa:bb:cc:dd:ee:ff),
  ipv4(id=1, ttl=64, sa=1.2.3.4, da=5.6.7.8),
  tcp(sp=1234, dp=80, syn, seq=1),
  "GET / HTTP/1.0", 0x0d, 0x0a, 0x0d, 0x0a
}""",
    "hdr_old_mix": r"""{
  0x00, 0x11, 0x22, 0x33, 0x44, 0x55, fill(0xaa, 6), c16(0x0806),
  c16(1), c16(0x0800), 6, 4, c16(1), fill(0xaa, 6), 10,0,0,1, fill(0,6), 10,0,0,2, fill(0, 18)
}""",
    "mpls_stack": r"""{ eth(da=11:22:33:44:55:66), mpls(label=100), mpls(label=200, ttl=64), ipv4(da=10.0.0.1), icmpv4(echorequest, id=1, seq=dinc(1,5)) }""",
    "arp_req": r"""{ eth(da=ff:ff:ff:ff:ff:ff, sa=00:11:22:33:44:55), arp(op=request, sha=00:11:22:33:44:55, spa=192.168.1.1, tpa=192.168.1.2) }""",
    "ipv6_udp": r"""{ eth(type=0x86dd), ipv6(sa=2001:db8::1, da=2001:db8::2, hl=64, fl=0x12345, tc=0x20), udp(sp=1, dp=2), "ping" }""",
    "dyn_offset": r"""{ eth(da=11:22:33:44:55:66, da[0]=dinc(1, 3), sa[4]=dinc()), ipv4(sa=10.0.0.1, sa[3]=dinc(5, 9), da[2:2]=dinc(1,4)) }""",
    "multi": r"""{ 1, 2 }
{ 3, 4 }

{ 5 }
{ drnd(0) 6 }""",
    "wrap": r"""{ seqinc(0xf0, 32), seqdec(0x08, 16, 2), seqinc(5, 4, 0) }""",
    "ddec_raw": r"""{ ddec(10, 12), ddec(1, 9, 4), dinc(250, 255), dinc(0, 255, 17), dinc(1,2,5) }""",
    "shellcode": r"""{ "\x31\xc0\x50\x68\x2f\x2f\x73\x68", 0x90, "\xcd\x80" }""",
    "trailing": r"""{ 1, 2, }
{ 3, }""",
    "vxlan_raw": r"""{
 eth(da=11:22:33:44:55:66), ipv4(da=10.0.0.1), udp(sp=4789, dp=4789),
 0x08, 0, 0, 0, 0, 0, 42, 0,
 fill(0xff, 6), fill(0x02, 6), c16(0x0800), fill(0x55, 50)
}""",
    "upper": r"""{ ETH(DA=11:22:33:44:55:66), IPv4(TTL=5), UDP(SP=1) }""",
    "negexpr": r"""{ c8(-5), c16(-1), c8(5-10) }""",
    "neighbor": r"""{ eth(da=33:33:ff:00:00:01), ip6(da=ff02::1:ff00:1, nh=58), icmp6(echoreply), 1,2,3,4 }""",
    "ip6_opts": r"""{ ip6(nh=17, len=8, hl=3, sa=::1, da=::2), udp() }""",
    "names": "{ eth(daddr=11:22:33:44:55:66, saddr=1:2:3:4:5:6, etype=5) }",
    "character": r"{ '\x41', 'b' }",
    "vlan before eth": "{ vlan(tci=5), eth() }",
    "words": "{ vlan(1q), vlan(1ad), arp() } { mpls(lbl=5, exp=1, last=0), mpls(last=1), ip4() }",
    "too large": "{ 256, 300, 0x123 } { c8(0x1ff), c16(0x12345) }",
    "odd udp": "{ udp(sport=1,dport=2),fill('A',100),\"tail!\" }",
    "icmp": "{ icmp4(echorequest, id=1, seq=2), \"ab\" } { icmp4(type=3, code=4, mtu=1500) }",
    "icmp6": "{ ip6(sa=fe80::1, da=ff02::1), icmp6(echorequest), \"abc\" }",
    "empty hex": r"""{ "\x4", "\x41B", "\x41" "B" }""",
}

# name: script, options of the preprocessor
MACROS = {
    "blog": (r"""/* TCP SYN attack ;-) */
#define ETH_P_IP	0x0800
#define SYN		(1 << 1)
#define ECN		(1 << 6)

{
  /* MAC Destination */
  fill(0xff, 6),
  /* MAC Source */
  0x00, 0x02, 0xb3, 0x01, 0x02, 0x03,
  /* IPv4 Protocol */
  c16(ETH_P_IP),
  /* IPv4 Version, IHL, TOS */
  0b01000101, 0,
  /* IPv4 Total Len */
  c16(59),
  /* IPv4 Ident */
  c16(12),
  /* IPv4 Flags, Frag Off */
  0b01000000, 0,
  /* IPv4 TTL */
  64,
  /* Proto TCP */
  0x06,
  /* IPv4 Checksum (IP header from, to) */
  csumip(14, 33),
  /* Source IP */
  10, 0, 0, 1,
  /* Dest IP */
  192, 168, 1, 1,
  /* TCP Source Port */
  c16(1234),
  /* TCP Dest Port */
  c16(80),
  /* TCP Sequence Number */
  c32(0xdeadbeef),
  /* TCP Ackn. Number */
  c32(0),
  /* TCP Header length + TCP SYN/ECN Flag */
  c16((8 << 12) | SYN | ECN)
  /* Window Size */
  c16(16),
  /* TCP Checksum (offset IP, offset TCP) */
  csumtcp(14, 34),
  /* TCP Options */
  0x00, 0x00, 0x01, 0x01, 0x08, 0x0a, 0x06,
  0x91, 0x68, 0x7d, 0x06, 0x91, 0x68, 0x6f,
  /* Data blob */
  "gotcha!",
}""", []),
    "function": (r"""#define MAC(x) 0x00, 0x11, 0x22, 0x33, 0x44, x
#define IP4(a,b,c,d) a, b, c, d
#ifdef V6
{ c16(0x86dd) }
#else
{ MAC(1), MAC(2), c16(0x0800), IP4(10, 0, 0, 1), IP4(10, 0, 0, LAST) }
#endif""", ["-D", "LAST=9"]),
    "alternative": (r"""#define MAC(x) 0x00, 0x11, 0x22, 0x33, 0x44, x
#define IP4(a,b,c,d) a, b, c, d
#ifdef V6
{ c16(0x86dd) }
#else
{ MAC(1), MAC(2), c16(0x0800), IP4(10, 0, 0, 1), IP4(10, 0, 0, LAST) }
#endif""", ["-D", "V6"]),
    "names": (r"""#include <stddef.h>
{ fill(0xff, ETH_ALEN), fill(0, ETH_ALEN), const16(ETH_P_IP), IPPROTO_TCP, IPPROTO_UDP,
  const16(ETH_P_IPV6), const16(ETH_P_ARP) }""", []),
}
