# SPDX-License-Identifier: GPL-2.0-or-later
"""802.11 bare, with radiotap and with the older radio headers.
Verdicts: rates are 500 kbit/s here and Mbit/s in tshark (as radiotap.org has them); the flags of
frames are compared as a byte."""
import random

from lib import wlan_packets as w
from lib.layer import opt

LEAST = 6


FIELDS = [
    ("wlan", "flags", "wlan.flags"), ("wlan", "seq", "wlan.seq"),
    ("wlan", "frag", "wlan.frag"), ("wlan", "tid", "wlan.qos.tid"),
    ("wlanbeacon", "timestamp", "wlan.fixed.timestamp"),
    ("wlanend", "reason", "wlan.fixed.reason_code"),
    ("wlanauth", "seq", "wlan.fixed.auth_seq"), ("wlanassoc/wlanreassoc", "listen",
                                                 "wlan.fixed.listen_ival"),
    ("wlanaction", "category", "wlan.fixed.category_code"),
    ("radiotap", "tsft", "radiotap.mactime"), ("radiotap", "freq", "radiotap.channel.freq"),
    ("radiotap", "len", "radiotap.length"), ("radiotap", "flags", "radiotap.flags"),
    ("radiotap", "noise", "radiotap.dbm_antnoise"), ("prism", "len", "prism.msglen"),
    ("avs", "channel", "wlancap.channel"),
]
ELEMENTS = "wlanbeacon/wlanprobe/wlanassoc/wlanreassoc/wlanassocresp"

OTHERS = [
    ("wlan", lambda l: (l["kind"] & 3) << 4 | l["kind"] >> 2, "wlan.fc.type_subtype"),
    ("wlan", lambda l: l.get("da"), "wlan.da"), ("wlan", lambda l: l.get("sa"), "wlan.sa"),
    ("wlan", lambda l: l["duration"], "wlan.duration"),
    ("radiotap", lambda l: [l.get("signal")] + [m["signal"] for m in l.get("more", [])],
     "radiotap.dbm_antsignal"),
    ("radiotap", lambda l: [l.get("antenna")] + [m["antenna"] for m in l.get("more", [])],
     "radiotap.antenna"),
    (ELEMENTS, opt("ds", "channel"), "wlan.ds.current_channel"),
    (ELEMENTS, opt("csa", "channel"), "wlan.csa.new_channel_number"),
    (ELEMENTS, opt("csa", "count"), "wlan.csa.channel_switch.count"),
    (ELEMENTS, opt("ht", "caps"), "wlan.ht.capabilities"),
    (ELEMENTS, opt("ht_operation", "channel"), "wlan.ht.info.primarychannel"),
    (ELEMENTS, opt("vht", "caps"), "wlan.vht.capabilities"),
    (ELEMENTS, opt("vht", "rx_mcs"), "wlan.vht.mcsset.rxmcsmap"),
    (ELEMENTS, opt("vht_operation", "center"), "wlan.vht.op.channelcenter0"),
    (ELEMENTS, opt("rsn", "version"), "wlan.rsn.version"),
    (ELEMENTS, opt("rsn", "pairwise"), "wlan.rsn.pcs"),
    (ELEMENTS, opt("rsn", "akm"), "wlan.rsn.akms"),
    (ELEMENTS, opt("rsn", "group"), "wlan.rsn.gcs"),
    (ELEMENTS, opt("rsn", "caps"), "wlan.rsn.capabilities"),
    (ELEMENTS, opt("tim", "count"), "wlan.tim.dtim_count"),
    ("wlanassocresp/wlanauth", lambda l: l["status"], "wlan.fixed.status_code"),
]


def captures(seed):
    r = random.Random(seed)
    bare = [make(r) for make in (w.management, w.management, w.data, w.control) for _ in range(15)]
    return [(105, bare), (127, [w.radio(r) for _ in range(30)]),
            (119, [w.prism(r) for _ in range(3)]),
            (163, [w.avs(r) for _ in range(3)])]
