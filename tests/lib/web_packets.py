# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages that begin with a line of text (HTTP, RTSP, SIP, SSH) and QUIC, by hand and with random
values: for the golden captures and for the comparison with tshark."""
from lib.app_packets import a_port, tcp, udp
from lib.control_packets import u

CRLF = "\r\n"


def lines(r, start, headers, body=""):
    """A message: its headers in any order, the way they are written now so and now so."""
    headers = [f"{k}:{r.choice([' ', '', '  '])}{v}" for k, v in headers if r.random() < .8]
    r.shuffle(headers)
    return (CRLF.join([start, *headers]) + CRLF * 2 + body).encode()


def http_request(r):
    method = r.choice(["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PROPFIND"])
    target = r.choice(["/", "/a/b?c=d", "*", "http://example.com/x", f"/{r.randrange(1000)}.html"])
    return tcp(80, lines(r, f"{method} {target} HTTP/1.{r.randrange(2)}", [
        ("Host", f"host-{r.randrange(1000)}.example.com"), ("User-Agent", "curl/7.88.1"),
        ("Accept", "*/*"), ("Content-Type", "text/plain")]), a_port(r))


def http_answer(r):
    code, reason = r.choice([(200, "OK"), (404, "Not Found"), (301, "Moved Permanently"),
                             (204, "No Content"), (503, "Service Unavailable"), (100, "Continue")])
    return tcp(a_port(r), lines(r, f"HTTP/1.1 {code} {reason}", [
        ("Server", "nginx/1.22"), ("content-type", "text/html; charset=utf-8"),
        ("Location", "https://example.com/"), ("Connection", "close")]), 8080)


def ssdp(r):
    start = r.choice(["M-SEARCH * HTTP/1.1", "NOTIFY * HTTP/1.1"])
    return udp(1900, lines(r, start, [("HOST", "239.255.255.250:1900"), ("ST", "ssdp:all"),
                                      ("MX", "3")]), a_port(r))


def rtsp(r):
    n = r.randrange(1, 100)
    start = r.choice(["DESCRIBE rtsp://cam/1 RTSP/1.0", "SETUP rtsp://cam/1/t RTSP/1.0",
                      "PLAY rtsp://cam/1 RTSP/1.0", "RTSP/1.0 200 OK"])
    body = lines(r, start, [("CSeq", n), ("Session", f"s{n:08d}"),
                            ("Transport", "RTP/AVP;unicast;client_port=5004-5005")])
    return tcp(a_port(r), body, 554) if start.startswith("RTSP") else tcp(554, body, a_port(r))


def sip(r):
    n = r.randrange(1 << 16)
    method = r.choice(["INVITE", "REGISTER", "OPTIONS", "BYE", "ACK", "SUBSCRIBE"])
    start = r.choice([f"{method} sip:bob@example.com SIP/2.0", "SIP/2.0 180 Ringing",
                      "SIP/2.0 200 OK", "SIP/2.0 486 Busy Here"])
    brief = r.random() < .3
    return udp(5060, lines(r, start, [
        ("v" if brief else "Via", f"SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK{n:x}"),
        ("f" if brief else "From", f"<sip:alice@example.com>;tag={n:x}"),
        ("t" if brief else "To", "<sip:bob@example.com>"), ("CSeq", f"{n} {method}"),
        ("i" if brief else "Call-ID", f"{n:x}@10.0.0.1"), ("Max-Forwards", 70),
        ("User-Agent", "phone/1")]), 5060)


def ssh(r):
    line = r.choice(["SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3", "SSH-1.99-Cisco-1.25",
                     f"SSH-2.0-dropbear_2022.{r.randrange(100)}", "SSH-2.0-libssh2 a b"])
    return tcp(22, (line + r.choice(["\r\n", "\n"])).encode(), a_port(r))


def varint(v, n=None):
    """'v' in 'n' bytes, or as few as hold it (RFC 9000 16)."""
    n = n or (1 if v < 64 else 2 if v < 1 << 14 else 4 if v < 1 << 30 else 8)
    return (v | {1: 0, 2: 1, 4: 2, 8: 3}[n] << n * 8 - 2).to_bytes(n, "big")


VERSIONS = [1, 1, 0x6b3343cf]


def quic_long(r, kind, version, bits=None, dcid=None):
    """A packet of logical type 'kind': 0 initial, 1 0-RTT, 2 handshake, 3 retry."""
    wire = kind if version != 0x6b3343cf else (kind + 1) & 3
    dcid = r.randbytes(r.randrange(21)) if dcid is None else dcid
    scid = r.randbytes(r.randrange(21))
    head = u("BI", 0xc0 | wire << 4 | (r.randrange(16) if bits is None else bits), version)
    head += u("B", len(dcid)) + dcid + u("B", len(scid)) + scid
    if kind == 3:
        return head + r.randbytes(r.randrange(1, 60)) + r.randbytes(16)
    if kind == 0:
        token = r.randbytes(r.choice([0, 0, r.randrange(100)]))
        head += varint(len(token)) + token
    n = r.randrange(20, 200)
    return head + varint(n, r.choice([2, 4])) + r.randbytes(n)


def quic(r):
    return udp(443, quic_long(r, r.randrange(4), r.choice(VERSIONS)), a_port(r))


def quic_coalesced(r):
    version, dcid = r.choice(VERSIONS), r.randbytes(8)
    body = b"".join(quic_long(r, k, version, dcid=dcid) for k in [0, 1, 2][:r.randrange(2, 4)])
    return udp(443, body + b"\x40" + dcid + r.randbytes(30), a_port(r))


def quic_negotiation(r):
    dcid, scid = r.randbytes(r.randrange(21)), r.randbytes(r.randrange(21))
    versions = [r.choice([1, 0x6b3343cf, 0xff00001d, 0x0a1a2a3a]) for _ in range(r.randrange(1, 5))]
    return udp(a_port(r), u("BI", 0x80 | r.randrange(128), 0) + u("B", len(dcid)) + dcid +
               u("B", len(scid)) + scid + b"".join(u("I", v) for v in versions), 443)
