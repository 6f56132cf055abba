# SPDX-License-Identifier: GPL-2.0-or-later
"""Link headers other than Ethernet's, tags of switches and small tunnels; above all, that the same IP
packet is found behind them. Verdicts: addresses of FDDI are shown as they stand in the file, tshark
turns the bits of each byte (the order on the fibre: the file does not say which it has); of two
NLPIDs it gives the padding before them a number too; the frames in netANALYZER's, EPON's and DOCSIS'
it only looks at where preambles and checksums of devices are right."""
import random

from lib.link_packets import LINKS

LEAST = 3
# what tshark of Debian does not read, or not without what only the device can make
UNKNOWN = ("slip", "slipbsdos", "pppbsdos", "pppd", "chdlcdir", "frelaydir", "mfr", "brcm", "dsa",
           "edsa", "brcmpre", "netanalyzer", "netanalyzert", "epon", "docsis")

FIELDS = [
    ("udp", "len", "udp.length"), ("ip", "ttl", "ip.ttl"), ("ip", "csum", "ip.checksum"),
    ("fddi", "fc", "fddi.fc"),
    ("tokenring", "dst", "tr.dst"), ("tokenring", "ac", "tr.ac"), ("tokenring", "fc", "tr.fc"),
    ("arcnet/arclinux", "src", "arcnet.src"), ("arcnet/arclinux", "dst", "arcnet.dst"),
    ("arcnet/arclinux", "type", "arcnet.protID"),
    ("frelay", "dlci", "fr.dlci"), ("frelay", "fecn", "fr.fecn"), ("frelay", "becn", "fr.becn"),
    ("frelay", "de", "fr.de"),
    ("sunatm", "vpi", "atm.vpi"), ("sunatm", "vci", "atm.vci"),
    ("enc", "spi", "enc.spi"), ("pflog", "action", "pflog.action"), ("pflog", "reason", "pflog.reason"),
    ("pflog", "ifname", "pflog.ifname"), ("pflog", "rule", "pflog.rulenr"), ("pflog", "dir", "pflog.dir"),
    ("pflog", "subrule", "pflog.subrulenr"), ("pflog", "uid", "pflog.uid"), ("pflog", "pid", "pflog.pid"),
    ("nflog", "group", "nflog.res_id"), ("nflog", "family", "nflog.family"),
    ("pktap", "ifname", "pktap.ifname"), ("pktap", "pid", "pktap.pid"), ("pktap", "command", "pktap.cmdname"),
    ("isl", "vlan", "isl.vlan_id"), ("isl", "bpdu", "isl.bpdu"), ("isl", "index", "isl.index"),
    ("isl", "src", "isl.src"), ("isl", "len", "isl.len"), ("isl", "kind", "isl.type"),
    ("ieee802154", "kind", "wpan.frame_type"), ("ieee802154", "seq", "wpan.seq_no"),
    ("ieee802154", "dst_pan", "wpan.dst_pan"), ("ieee802154", "dst", "wpan.dst16"),
    ("ieee802154", "src", "wpan.src16"),
    ("can", "id", "can.id"), ("can", "len", "can.len"),
    ("vsock", "src", "vsock.src_cid"), ("vsock", "dst", "vsock.dst_cid"), ("vsock", "sport", "vsock.src_port"),
    ("vsock", "dport", "vsock.dst_port"), ("vsock", "op", "vsock.op"),
    ("hsr", "path", "hsr.path"), ("hsr", "seq", "hsr.sequence_nr"),
    ("pbb", "sid", "ieee8021ah.isid"), ("pbb", "pcp", "ieee8021ah.priority"),
    ("hsr", "size", "hsr.lsdu_size"), ("etag", "ecid", "etag.ecid_base"), ("etag", "pcp", "etag.pcp"),
    ("pim", "csum", "pim.cksum"), ("ipoib", "type", "ipoib.type"),
    ("vntag", "dst", "vntag.dst"), ("vntag", "src", "vntag.src"),
    ("trill", "egress", "trill.egress_nick"), ("trill", "ingress", "trill.ingress_nick"),
    ("trill", "hops", "trill.hop_cnt"),
    ("lisp", "instance", "lisp-data.iid"), ("pim", "type", "pim.type"),
    ("ipcomp", "next", "ipcomp.next_header"), ("ipcomp", "cpi", "ipcomp.cpi"), ("tzsp", "type", "tzsp.type"),
]


OTHERS = [("nlpid", lambda layer: [0] * (layer["nlpid"] == 0x80) + [layer["nlpid"]], "fr.nlpid")]


def captures(seed):
    r = random.Random(seed)
    return [(linktype, [make(r) for make in makers for _ in range(8)])
            for name, (linktype, makers) in LINKS.items() if name not in UNKNOWN]
