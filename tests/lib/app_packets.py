# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages of applications over UDP and TCP, by hand and with random values: for the golden
captures (a fixed seed) and for the comparison with tshark."""
from lib.control_packets import csum, ip4, ip6, mac, u

A, B = bytes.fromhex("0a000001"), bytes.fromhex("0a000002")
ETH = bytes.fromhex("020000000002" "020000000001" "0800")


def ipv4(proto, data, at):
    """'data' in IPv4, with the checksum that stands at its byte 'at'; without a pseudo header and
    at byte 2 where that is None."""
    pseudo = A + B + u("HH", proto, len(data))
    data = (data[:2] + u("H", csum(data)) + data[4:] if at is None else
            data[:at] + u("H", csum(pseudo + data)) + data[at + 2:])
    head = u("BBHHHBBH", 0x45, 0, 20 + len(data), 7, 0x4000, 64, proto, 0) + A + B
    return ETH + head[:10] + u("H", csum(head)) + head[12:] + data


def udp(port, body, sport=40000):
    return ipv4(17, u("HHHH", sport, port, 8 + len(body), 0) + body, 6)


INNER_UDP = ipv4(17, u("HHHH", 1, 9, 12, 0) + b"data", 6)


def tcp(port, body, sport=40000, seq=1):
    return ipv4(6, u("HHIIBBHHH", sport, port, seq, 1, 0x50, 0x18, 512, 0, 0) + body, 16)


def a_port(r):
    """A port of its own for each packet: tshark follows connections, these have one segment."""
    return r.randrange(33000, 60000)


NTP_CLOCKS = [b"GPS\0", b"PPS\0", b"DCF\0"]


def ntp(r):
    n = r.randrange
    stratum = n(17)
    ref = r.choice(NTP_CLOCKS) if stratum < 2 else r.randbytes(4)
    mode = n(1, 6)
    head = u("BBbb", n(4) << 6 | n(3, 5) << 3 | mode, stratum, n(4, 17), -n(6, 30))
    times = [u("II", n(3900000000, 4000000000), n(1 << 32)) for _ in range(4)]
    tail = r.choice([b"", b"", u("I", n(1000, 60000)) + r.randbytes(16),
                     u("HH", 0x104, 36) + r.randbytes(32)])
    return udp(123, head + u("II", n(1 << 20), n(1 << 20)) + ref + b"".join(times) + tail, 123)


def ntp_control(r):
    n = r.randrange
    data = r.choice([b"", b"version=\"4\", leap=0\r\n"])
    return udp(123, u("BBHHHHH", n(2, 5) << 3 | 6, n(8) << 5 | n(1, 13), n(65536), n(65536),
                      n(65536), 0, len(data)) + data)


def dhcp_option(code, body):
    return u("BB", code, len(body)) + body


def dhcp_header(r, op, link=None):
    link = link or mac(r)
    return (u("BBBBIHH", op, 1, 6, r.randrange(4), r.randrange(1 << 32), r.randrange(100),
              r.choice([0, 0x8000])) + ip4(r) + ip4(r) + ip4(r) + ip4(r) + link + bytes(10) +
            r.choice([b"", b"boot.example.com"]).ljust(64, b"\0") +
            r.choice([b"", b"pxelinux.0"]).ljust(128, b"\0") + bytes.fromhex("63825363"))


def dhcp_ask(r):
    o, link = dhcp_option, mac(r)
    options = [o(53, u("B", r.choice([1, 3, 7, 8]))), o(61, b"\1" + link), o(50, ip4(r)),
               o(12, b"pc-%d" % r.randrange(100)), o(60, b"MSFT 5.0"), o(57, u("H", 1500)),
               o(55, bytes([1, 3, 6, 15, 119, 252])), o(81, b"\0\0\0pc.example.com"),
               o(93, u("HH", 7, 0)), o(97, b"\0" + r.randbytes(16)), o(116, b"\1"),
               o(82, b"\1\4eth0\2\6" + mac(r))]
    return udp(67, dhcp_header(r, 1, link) + b"".join(options) + b"\xff" + bytes(r.randrange(9)),
               68)


def dhcp_answer(r):
    o = dhcp_option
    options = [o(53, u("B", r.choice([2, 5, 6]))), o(54, ip4(r)), o(51, u("I", r.randrange(1 << 20))),
               o(1, bytes.fromhex("ffffff00")), o(3, ip4(r)), o(6, ip4(r) + ip4(r)),
               o(15, b"example.com"), o(28, ip4(r)), o(58, u("I", r.randrange(1 << 20))),
               b"\0\0", o(26, u("H", 1400)), o(2, u("i", -3600)), o(46, b"\x08"),
               o(119, b"\3eng\7example\3com\0\5sales\xc0\x04"), o(56, b"not now"),
               o(121, b"\x18\x0a\1\2" + ip4(r) + b"\0" + ip4(r)), o(66, b"tftp.example.com"),
               o(125, u("IBBB", 3561, 3, 1, 1) + b"a"), o(252, b"http://wpad/wpad.dat\0"),
               o(114, b"https://example.com/captive"), o(108, u("I", 300))]
    return udp(68, dhcp_header(r, 2) + b"".join(options) + b"\xff", 67)


def udp6(port, body, sport=546):
    """UDP in IPv6 over Ethernet, from a link-local address to all servers."""
    src, dst = bytes.fromhex("fe80" + "00" * 13 + "01"), bytes.fromhex("ff02" + "00" * 11 + "010002")
    data = u("HHHH", sport, port, 8 + len(body), 0) + body
    data = data[:6] + u("H", csum(src + dst + u("II", len(data), 17) + data)) + data[8:]
    head = u("IHBB", 6 << 28, len(data), 17, 1) + src + dst
    return bytes.fromhex("333300010002" "020000000001" "86dd") + head + data


def dhcp6_option(code, body):
    return u("HH", code, len(body)) + body


def dhcp6_duid(r):
    return r.choice([u("HHI", 1, 1, r.randrange(1 << 30)) + mac(r), u("HH", 3, 1) + mac(r),
                     u("HI", 2, r.randrange(60000)) + r.randbytes(6), u("H", 4) + r.randbytes(16)])


def dhcp6_body(r):
    n, o = r.randrange, dhcp6_option
    times = [n(10000), n(10000)]
    address = o(5, ip6(r) + u("II", *times) + r.choice([b"", o(13, u("H", n(7)) + b"well")]))
    prefix = o(26, u("IIB", *times, n(40, 64)) + ip6(r))
    options = [o(1, dhcp6_duid(r)), o(2, dhcp6_duid(r)), o(3, u("III", n(1 << 32), *times) + address),
               o(25, u("III", n(1 << 32), *times) + prefix), o(6, u("HHH", 23, 24, 82)),
               o(8, u("H", n(1000))), o(7, u("B", n(256))), o(13, u("H", n(7)) + b"so it is"),
               o(23, ip6(r) + ip6(r)), o(24, b"\7example\3com\0\3lab\7example\3org\0"),
               o(39, u("B", n(8)) + r.choice([b"", b"\4host\7example\3com\0"])), o(14, b""), o(16, u("IH", 343, 4) + b"PXE2"),
               o(31, ip6(r)), o(32, u("I", n(90000)))]
    chosen = [x for x in options if r.random() < .7]
    return u("I", r.choice([1, 2, 3, 4, 5, 6, 7, 8, 9, 11]) << 24 | n(1 << 24)) + b"".join(chosen)


def dhcp6(r):
    return udp6(547, dhcp6_body(r))


def dhcp6_relay(r):
    o = dhcp6_option
    return udp6(547, u("BB", r.choice([12, 13]), r.randrange(5)) + ip6(r) + ip6(r) +
                o(18, b"eth1") + o(37, u("I", 9) + b"port 3") + o(9, dhcp6_body(r)) +
                o(79, u("H", 1) + mac(r)), 547)


def vec(n, body):
    """A vector of TLS: its bytes behind a length of 'n' bytes."""
    return len(body).to_bytes(n, "big") + body


def tls_record(kind, body, version=0x0303):
    return u("BHH", kind, version, len(body)) + body


def tls_extension(kind, body):
    return u("H", kind) + vec(2, body)


def tls_hello(r, client=True, **over):
    e, n = tls_extension, r.randrange
    name = b"host-%d.example.com" % n(1000)
    offers = [b"h2", b"http/1.1", b"h3"][:n(1, 4)]
    keys = b"".join(u("H", g) + vec(2, r.randbytes(32)) for g in (29, 0x1a1a))
    if client:
        parts = [e(0, vec(2, b"\0" + vec(2, name))), e(16, vec(2, b"".join(vec(1, o) for o in offers))),
                 e(43, vec(1, u("HHH", 0x0a0a, 0x0304, 0x0303))), e(51, vec(2, keys)),
                 e(10, vec(2, u("HHHH", 4588, 29, 23, 24))), e(13, vec(2, u("HHH", 0x403, 0x804, 0x401))),
                 e(23, b""), e(0xfe0d, r.randbytes(20))]
        middle = vec(2, u("HHHHH", 0x2a2a, 0x1301, 0x1303, 0xc02f, 0xff)) + b"\1\0"
    else:
        parts = [e(43, u("H", 0x0304)), e(51, u("H", 29) + vec(2, r.randbytes(32))),
                 e(16, vec(2, vec(1, offers[0])))]
        middle = u("HB", r.choice([0x1301, 0x1302, 0xc030]), 0)
    r.shuffle(parts)
    body = u("H", 0x0303) + r.randbytes(32) + vec(1, r.randbytes(r.choice([0, 32]))) + middle + \
        vec(2, b"".join(parts) + over.get("more", b""))
    return u("B", 1 if client else 2) + vec(3, body)


def tls_client(r):
    return tcp(443, tls_record(22, tls_hello(r), 0x0301), a_port(r))


def tls_server(r):
    answer = tls_record(22, tls_hello(r, False)) + tls_record(20, b"\1") + \
        tls_record(23, r.randbytes(r.randrange(100)))
    return tcp(a_port(r), answer, 443)


def tls_other(r):
    return tcp(443, r.choice([
        tls_record(21, u("BB", r.randrange(1, 3), r.choice([0, 40, 42, 48, 70, 112]))),
        tls_record(23, r.randbytes(r.randrange(1, 60))) * 3, tls_record(21, r.randbytes(26)),
        tls_record(22, u("B", 11) + vec(3, r.randbytes(90)) + u("B", 14) + vec(3, b""))]), a_port(r))
