# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages that begin with a line of text, and QUIC. Verdicts: tshark gives the method of SIP's
answers by what it remembers of the question; of versions in a negotiation it shows the same."""
import random

from lib import web_packets as w

LEAST = 3
PREFS = ["tcp.desegment_tcp_streams:FALSE"]
DECODE = ["udp.port==443,quic"]

FIELDS = [
    ("http", "method", "http.request.method"), ("http", "target", "http.request.uri"),
    ("http", "status", "http.response.code"), ("http", "reason", "http.response.phrase"),
    ("http", "host", "http.host"), ("http", "type", "http.content_type"),
    ("http", "location", "http.location"), ("http", "agent", "http.user_agent"),
    ("http", "server", "http.server"),
    ("rtsp", "method", "rtsp.method"), ("rtsp", "status", "rtsp.status"),
    ("rtsp", "target", "rtsp.url"),
    ("rtsp", "session", "rtsp.session"), ("rtsp", "transport", "rtsp.transport"),
    ("sip", "method", "sip.Method"), ("sip", "target", "sip.r-uri"),
    ("sip", "status", "sip.Status-Code"), ("sip", "call_id", "sip.Call-ID"),
    ("sip", "from", "sip.From"), ("sip", "to", "sip.To"), ("sip", "cseq", "sip.CSeq"),
    ("sip", "agent", "sip.User-Agent"),
]


def packets(key):
    """The values of 'key' in all packets of a datagram."""
    return lambda l: [v for p in l.get("packet", []) if key in p
                      for v in (p[key] if isinstance(p[key], list) else [p[key]])]


def tokens(retry):
    return lambda l: [p["token"] for p in l.get("packet", []) if "token" in p
                      and (p["kind"] == 3) == retry]


def kinds(version):
    return lambda l: [{1: p["kind"], 0x6b3343cf: p["kind"] + 1 & 3}[version]
                      for p in l.get("packet", []) if p.get("version") == version]


def versions(layer):
    return packets("version")(layer)


OTHERS = [
    ("http", lambda l: l["version"] if "method" in l else None, "http.request.version"),
    ("http", lambda l: l["version"] if "status" in l else None, "http.response.version"),
    ("ssh", lambda l: "-".join(["SSH", l["version"], " ".join(
        [l["software"]] + [l[k] for k in ("comment",) if k in l])]), "ssh.protocol"),
    ("quic", versions, "quic.version"), ("quic", packets("dcid"), "quic.dcid"),
    ("quic", packets("scid"), "quic.scid"), ("quic", kinds(1), "quic.long.packet_type"),
    ("quic", kinds(0x6b3343cf), "quic.long.packet_type_v2"),
    ("quic", packets("len"), "quic.length"), ("quic", tokens(False), "quic.token"),
    ("quic", tokens(True), "quic.retry_token"),
    ("quic", packets("tag"), "quic.retry_integrity_tag"),
    ("quic", packets("supported"), "quic.supported_version"),
]

MAKERS = [w.http_request, w.http_answer, w.ssdp, w.rtsp, w.sip, w.ssh, w.quic, w.quic_coalesced,
          w.quic_negotiation]


def captures(seed):
    r = random.Random(seed)
    return [(1, [make(r) for make in MAKERS for _ in range(12)])]
