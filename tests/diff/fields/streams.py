# SPDX-License-Identifier: GPL-2.0-or-later
"""WireGuard, RTP, RTCP, L2TP. Verdicts: of RTCP's fields for several uses tshark gives the source
under another name in each kind of packet, compared here as one list; the keys of WireGuard are
base64 there, and what is encrypted is only said to be there. What a data packet of L2TPv3 carries is not compared: tshark believes its
preferences, which have no cookie and one kind of frame."""
import random

from lib import tunnel_packets as t
from lib.layer import opt

LEAST = 3
DECODE = ["udp.port==5004,rtp", "udp.port==5005,rtcp", "udp.port==51820,wg"]

FIELDS = [
    ("wireguard", "type", "wg.type"), ("wireguard", "sender", "wg.sender"),
    ("wireguard", "receiver", "wg.receiver"), ("wireguard", "counter", "wg.counter"),
    ("wireguard", "mac1", "wg.mac1"),
    ("wireguard", "mac2", "wg.mac2"), ("wireguard", "nonce", "wg.nonce"),
    ("wireguard", "cookie", "wg.encrypted_cookie"),
    ("rtp", "padding", "rtp.padding"), ("rtp", "extension", "rtp.ext"),
    ("rtp", "sources", "rtp.cc"), ("rtp", "marker", "rtp.marker"), ("rtp", "type", "rtp.p_type"),
    ("rtp", "seq", "rtp.seq"), ("rtp", "timestamp", "rtp.timestamp"), ("rtp", "ssrc", "rtp.ssrc"),
    ("l2tp/l2tp3", "len", "l2tp.length"), ("l2tp", "tunnel", "l2tp.tunnel"),
    ("l2tp", "session", "l2tp.session"), ("l2tp/l2tp3", "ns", "l2tp.Ns"),
    ("l2tp/l2tp3", "nr", "l2tp.Nr"), ("l2tp", "offset", "l2tp.offset"),
    ("l2tp3", "connection", "l2tp.ccid"),
]


def packets(key, *kinds):
    """The values of 'key' in all packets of RTCP, of the kinds named alone."""
    return lambda l: [p[key] for p in l.get("packet", []) if key in p
                      and (not kinds or p["type"] in kinds)]


def reports(key):
    return lambda l: [x[key] for p in l.get("packet", []) for x in p.get("report", [])]


def avp_kinds(layer):
    return [o["kind"] & 0xffff for o in layer.get("options", []) if o["kind"] < 65536]


OTHERS = [
    ("rtp", lambda l: l.get("csrc", []), "rtp.csrc.item"),
    ("rtp", lambda l: [e["profile"] for e in l.get("ext", [])], "rtp.ext.profile"),
    ("rtp", lambda l: [e["len"] for e in l.get("ext", [])], "rtp.ext.len"),
    ("rtcp", packets("type"), "rtcp.pt"), ("rtcp", packets("len"), "rtcp.length"),
    ("rtcp", packets("padding"), "rtcp.padding"),
    ("rtcp", packets("ssrc", 200, 201, 205, 206), "rtcp.senderssrc"),
    ("rtcp", packets("timestamp"), "rtcp.timestamp.rtp"),
    ("rtcp", packets("packets"), "rtcp.sender.packetcount"),
    ("rtcp", packets("bytes"), "rtcp.sender.octetcount"),
    ("rtcp", packets("media"), "rtcp.mediassrc"), ("rtcp", packets("app"), "rtcp.app.name"),
    ("rtcp", reports("lost_part"), "rtcp.ssrc.fraction"),
    ("rtcp", reports("lost"), "rtcp.ssrc.cum_nr"), ("rtcp", reports("highest"), "rtcp.ssrc.ext_high"),
    ("rtcp", reports("jitter"), "rtcp.ssrc.jitter"), ("rtcp", reports("delay"), "rtcp.ssrc.dlsr"),
    ("rtcp", reports("last_report"), "rtcp.ssrc.lsr"),
    ("l2tp/l2tp3", avp_kinds, "l2tp.avp.type"),
    ("l2tp/l2tp3", opt("message", "type"), "l2tp.avp.message_type"),
    ("l2tp", opt("tunnel", "value"), "l2tp.avp.assigned_tunnel_id"),
    ("l2tp", opt("session", "value"), "l2tp.avp.assigned_session_id"),
    ("l2tp/l2tp3", opt("host", "value"), "l2tp.avp.host_name"),
    ("l2tp", opt("vendor", "value"), "l2tp.avp.vendor_name"),
    ("l2tp", opt("serial", "value"), "l2tp.avp.call_serial_number"),
    ("l2tp", opt("window", "value"), "l2tp.avp.receive_window_size"),
    ("l2tp", opt("called", "value"), "l2tp.avp.called_number"),
    ("l2tp", opt("version", "version"), "l2tp.avp.protocol_version"),
    ("l2tp/l2tp3", opt("result", "code"), "l2tp.result_code"),
    ("l2tp/l2tp3", opt("result", "message"), "l2tp.avp.error_message"),
    ("l2tp3", opt("connection", "value"), "l2tp.avp.assigned_control_conn_id"),
    ("l2tp3", opt("local_session", "value"), "l2tp.avp.local_session_id"),
    ("l2tp3", opt("remote_session", "value"), "l2tp.avp.remote_session_id"),
]

MAKERS = [t.wireguard, t.rtp, t.rtcp, t.l2tp_control, t.l2tp_data, t.l2tp3_control, t.l2tp3_ip]


def captures(seed):
    r = random.Random(seed)
    return [(1, [make(r) for make in MAKERS for _ in range(12)])]
