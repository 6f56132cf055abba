# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages of applications. Verdicts: tshark writes times of NTP as text, its
delays in seconds and its keys in digits without a sign that they are hexadecimal; so it does
with the identifiers of DHCPv6. Names of DHCPv6 clients it shows only where the flags fit the sender.
Of a record behind a hello of TLS 1.3 it calls the type opaque, since another is encrypted in it."""
import random

from lib import app_packets as a
from lib.layer import opt

LEAST = 3


FIELDS = [
    ("ntp", "leap", "ntp.flags.li"), ("ntp", "version", "ntp.flags.vn"),
    ("ntp", "mode", "ntp.flags.mode"), ("ntp", "stratum", "ntp.stratum"),
    ("ntp", "poll", "ntp.ppoll"), ("ntp", "opcode", "ntp.ctrl.flags2.opcode"),
    ("ntp", "seq", "ntp.ctrl.sequence"), ("ntp", "status", "ntp.ctrl.status"),
    ("ntp", "association", "ntp.ctrl.associd"), ("ntp", "count", "ntp.ctrl.count"),
    ("dhcp", "op", "dhcp.type"), ("dhcp", "htype", "dhcp.hw.type"), ("dhcp", "hlen", "dhcp.hw.len"),
    ("dhcp", "hops", "dhcp.hops"), ("dhcp", "xid", "dhcp.id"), ("dhcp", "secs", "dhcp.secs"),
    ("dhcp", "flags", "dhcp.flags"), ("dhcp", "ciaddr", "dhcp.ip.client"),
    ("dhcp", "yiaddr", "dhcp.ip.your"), ("dhcp", "siaddr", "dhcp.ip.server"),
    ("dhcp", "giaddr", "dhcp.ip.relay"), ("dhcp", "chaddr", "dhcp.hw.mac_addr"),
    ("dhcp", "sname", "dhcp.server"), ("dhcp", "file", "dhcp.file"),
    ("dhcp6", "type", "dhcpv6.msgtype"),
    ("dhcp6", "hops", "dhcpv6.hopcount"), ("dhcp6", "link", "dhcpv6.linkaddr"),
    ("dhcp6", "peer", "dhcpv6.peeraddr"),
]

def sub6(key):
    """The values of 'key' in all options of DHCPv6, those within options after what holds them."""
    def found(o):
        own = o.get(key, [])
        yield from own if isinstance(own, list) else [own]
        for m in o.get("message", []) if isinstance(o.get("message"), list) else []:
            yield from found(m)
        for inner in o.get("option", []):
            yield from found(inner)
    return lambda l: [v for o in l.get("options", []) for v in found(o)]


def codes6(layer):
    def found(o):
        yield o["code"] if "kind" not in o else o["kind"]
        for m in o.get("message", []) if isinstance(o.get("message"), list) else []:
            for inner in m.get("option", []):
                yield from found(inner)
        for inner in o.get("option", []):
            yield from found(inner)
    return [v for o in layer.get("options", []) for v in found(o)]


def tls(*path):
    """The values at 'path' in all records."""
    def get(layer):
        found = layer.get("record", [])
        for key in path:
            found = [v for f in found if key in f for v in
                     (f[key] if isinstance(f[key], list) else [f[key]])]
        return found
    return get


def plain_types(layer):
    types = tls("type")(layer)
    return types if types[0] == 23 else [t for t in types if t != 23]


OTHERS = [
    ("ntp", lambda l: [e["type"] for e in l.get("extension", [])], "ntp.ext.type"),
    ("ntp", lambda l: [e["len"] for e in l.get("extension", [])], "ntp.ext.length"),
    ("dhcp", opt("message_type", "type"), "dhcp.option.dhcp"),
    ("dhcp", opt("requested_address", "requested"), "dhcp.option.requested_ip_address"),
    ("dhcp", opt("host_name", "host"), "dhcp.option.hostname"),
    ("dhcp", opt("vendor_class", "class"), "dhcp.option.vendor_class_id"),
    ("dhcp", opt("max_size", "value"), "dhcp.option.dhcp_max_message_size"),
    ("dhcp", opt("parameters", "wants"), "dhcp.option.request_list_item"),
    ("dhcp", opt("fqdn", "fqdn"), "dhcp.fqdn.name"),
    ("dhcp", opt("server_id", "server"), "dhcp.option.dhcp_server_id"),
    ("dhcp", opt("lease_time", "lease"), "dhcp.option.ip_address_lease_time"),
    ("dhcp", opt("subnet_mask", "mask"), "dhcp.option.subnet_mask"),
    ("dhcp", opt("router", "router"), "dhcp.option.router"),
    ("dhcp", opt("dns", "addr"), "dhcp.option.domain_name_server"),
    ("dhcp", opt("domain_name", "text"), "dhcp.option.domain_name"),
    ("dhcp", opt("broadcast", "addr"), "dhcp.option.broadcast_address"),
    ("dhcp", opt("renewal_time", "seconds"), "dhcp.option.renewal_time_value"),
    ("dhcp", opt("mtu", "value"), "dhcp.option.interface_mtu"),
    ("dhcp", opt("domain_search", "domain"), "dhcp.option.dhcp_dns_domain_search_list_fqdn"),
    ("dhcp", opt("message", "message"), "dhcp.option.message"),
    ("dhcp", opt("tftp_server", "text"), "dhcp.option.tftp_server_name"),
    ("dhcp", lambda l: [s["code"] for o in l["options"] for s in o.get("sub", [])],
     "dhcp.option.agent_information_option.suboption"),
    ("tls", plain_types, "tls.record.content_type"), ("tls", tls("version"), "tls.record.version"),
    ("tls", tls("len"), "tls.record.length"), ("tls", tls("handshake", "message"), "tls.handshake.type"),
    ("tls", tls("alert", "level"), "tls.alert_message.level"),
    ("tls", tls("alert", "description"), "tls.alert_message.desc"),
    ("tls", tls("handshake", "message_bytes"), "tls.handshake.length"),
    ("tls", tls("handshake", "hello_version"), "tls.handshake.version"),
    ("tls", tls("handshake", "cipher"), "tls.handshake.ciphersuite"),
    ("tls", tls("handshake", "extension"), "tls.handshake.extension.type"),
    ("tls", tls("handshake", "sni"), "tls.handshake.extensions_server_name"),
    ("tls", tls("handshake", "alpn"), "tls.handshake.extensions_alpn_str"),
    ("tls", tls("handshake", "versions"), "tls.handshake.extensions.supported_version"),
    ("tls", tls("handshake", "groups"), "tls.handshake.extensions_supported_group"),
    ("tls", tls("handshake", "signature"), "tls.handshake.sig_hash_alg"),
    ("tls", tls("handshake", "share"), "tls.handshake.extensions_key_share_group"),
    ("dhcp6", codes6, "dhcpv6.option.type"), ("dhcp6", sub6("wants"), "dhcpv6.requested_option_code"),
    ("dhcp6", sub6("t1"), "dhcpv6.iaid.t1"), ("dhcp6", sub6("t2"), "dhcpv6.iaid.t2"),
    ("dhcp6", sub6("prefix"), "dhcpv6.iaprefix.pref_addr"),
    ("dhcp6", sub6("prefix_len"), "dhcpv6.iaprefix.pref_len"),
    ("dhcp6", sub6("status"), "dhcpv6.status_code"),
    ("dhcp6", lambda l: [d + "." for d in sub6("domain")(l)], "dhcpv6.search_list_entry"),
    ("dhcp6", lambda l: [l["xid"]] if "xid" in l else sub6("xid")(l), "dhcpv6.xid"),
    ("dhcp6", sub6("duid"), "dhcpv6.duid.bytes"),
]

MAKERS = [a.ntp, a.ntp_control, a.dhcp_ask, a.dhcp_answer, a.dhcp6, a.dhcp6_relay, a.tls_client, a.tls_server, a.tls_other]


def captures(seed):
    r = random.Random(seed)
    return [(1, [make(r) for make in MAKERS for _ in range(12)])]
