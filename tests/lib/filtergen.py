# SPDX-License-Identifier: GPL-2.0-or-later
"""Random filter expressions by the grammar of pcap-filter(7), from a seed, with addresses, ports and
numbers of packets that are at hand, so that filters accept some of them and reject others."""
import ipaddress
import random
import struct

ETHER, RAW, NULL, SLL, SLL2, WLAN, RADIOTAP = 1, 101, 0, 113, 276, 105, 127
PPP, CHDLC, PRISM, AVS = 9, 104, 119, 163
NAMES = {ETHER: "EN10MB", RAW: "RAW", NULL: "NULL", SLL: "LINUX_SLL", SLL2: "LINUX_SLL2",
         WLAN: "IEEE802_11", RADIOTAP: "IEEE802_11_RADIO", PPP: "PPP", CHDLC: "C_HDLC",
         PRISM: "PRISM_HEADER", AVS: "IEEE802_11_RADIO_AVS"}
HAS_MAC = (ETHER, WLAN, RADIOTAP, PRISM, AVS)
IS_WLAN = (WLAN, RADIOTAP, PRISM, AVS)

IP_WORDS = "ip ip6 tcp udp sctp icmp icmp6 igmp pim ah esp vrrp carp".split()
LINK_WORDS = "arp rarp atalk aarp decnet lat moprc mopdl sca iso stp ipx netbeui".split()
ISO_WORDS = "clnp esis isis l1 l2 iih lsp snp csnp psnp".split()
FLAGS = "tcp-fin tcp-syn tcp-rst tcp-push tcp-ack tcp-urg".split()
ICMP = "icmp-echo icmp-echoreply icmp-unreach icmp-redirect icmp-timxceed".split()
MGT = "assoc-req assoc-resp probe-req probe-resp beacon atim disassoc auth deauth".split()
CTL = "ps-poll rts cts ack cf-end cf-end-ack".split()
DATA = "data data-cf-ack null qos-data qos-data-cf-poll qos".split()


class Pool:
    """Values seen in Ethernet packets 'frames': what filters should ask about."""

    def __init__(self, frames):
        self.v4, self.v6, self.macs, self.ports = set(), set(), set(), {80, 443, 53}
        for p in frames:
            self.macs |= {p[0:6], p[6:12]}
            if p[12:14] == b"\x08\x00" and len(p) >= 38:
                self.v4 |= {p[26:30], p[30:34]}
                at = 14 + (p[14] & 15) * 4
                self.ports |= set(struct.unpack_from("!HH", p, at)) if len(p) >= at + 4 else set()
            elif p[12:14] == b"\x86\xdd" and len(p) >= 58:
                self.v6 |= {p[22:38], p[38:54]}
                self.ports |= set(struct.unpack_from("!HH", p, 54))
        self.macs = sorted(m for m in self.macs if len(m) == 6)
        self.v4, self.v6, self.ports = sorted(self.v4), sorted(self.v6), sorted(self.ports)


class Maker:
    def __init__(self, seed, linktype, pool):
        self.r = random.Random(seed)
        self.link = linktype
        self.pool = pool

    def pick(self, seq):
        return self.r.choice(seq)

    def maybe(self, text, p=0.5):
        return text if self.r.random() < p else ""

    def ip4(self):
        return ".".join(str(b) for b in self.pick(self.pool.v4))

    def ip6(self):
        return str(ipaddress.IPv6Address(self.pick(self.pool.v6)))

    def mac(self):
        return ":".join(f"{b:02x}" for b in self.pick(self.pool.macs))

    def port(self):
        return self.pick(self.pool.ports) if self.r.random() < 0.8 else self.r.randrange(65536)

    def number(self):
        n = self.pick([0, 1, 2, 4, 6, 8, 17, 64, 80, 255, 0x800, 1500, self.r.randrange(65536)])
        return self.pick([str(n), hex(n)])

    def dir(self):
        return self.pick(["", "", "src ", "dst ", "src or dst ", "src and dst "])

    def host(self):
        if self.r.random() < 0.3 and self.pool.v6:
            return f"{self.pick(['', 'ip6 '])}{self.dir()}host {self.ip6()}"
        proto = self.pick(["", "", "ip "] + (["arp ", "rarp "] if self.link != RAW else []))
        return f"{proto}{self.dir()}host {self.ip4()}"

    def net(self):
        if self.r.random() < 0.25 and self.pool.v6:
            n = self.pick([8, 10, 16, 32, 48, 60, 64, 96, 128, 0])
            net = ipaddress.ip_network((self.pick(self.pool.v6), n), strict=False)
            return f"{self.dir()}net {net}"
        n = self.r.randrange(33)
        net = ipaddress.ip_network((self.pick(self.pool.v4), n), strict=False)
        form = self.r.randrange(4)
        if form == 0:
            octets = str(net.network_address).split(".")[:self.r.randrange(1, 4)]
            return f"{self.dir()}net {'.'.join(octets)}"
        if form == 1:
            return f"{self.dir()}net {net.network_address} mask {net.netmask}"
        return f"{self.dir()}net {net}"

    def ports(self):
        proto = self.pick(["", "tcp ", "udp ", "sctp "])
        if self.r.random() < 0.3:
            a, b = sorted((self.port(), self.port()))
            return f"{proto}{self.dir()}portrange {a}-{b}"
        tail = f" or {self.port()}" if self.r.random() < 0.2 else ""
        return f"{proto}{self.dir()}port {self.port()}{tail}"

    def ether(self):
        return self.pick([f"ether {self.dir()}host {self.mac()}", "ether broadcast", "broadcast",
                          "ether multicast", "multicast",
                          f"ether {self.pick(['src', 'dst'])} {self.mac()}"])

    def word(self):
        return self.pick(IP_WORDS + IP_WORDS + ([] if self.link in (RAW, NULL) else LINK_WORDS) +
                         (ISO_WORDS if self.link in (ETHER, SLL) else []))

    def proto(self):
        n = self.pick([1, 2, 6, 17, 41, 44, 47, 50, 51, 58, 89, 132, self.r.randrange(256)])
        t = self.pick([0x800, 0x806, 0x86dd, 0x8100, 0x88cc, 0x8847, 0x42, 0xfe, 0xe0])
        forms = [f"ip proto {n}", f"ip6 proto {n}", f"proto {n}"]
        return self.pick(forms + ([f"ether proto {t:#x}"] if self.link != RAW else []))

    def operand(self, deep=0):
        r = self.r.random()
        if r < 0.1:
            return "len"
        if r < 0.25 and deep < 2:
            op = self.pick("+ - * & | ^ << >>".split())
            n = self.number() if op not in ("<<", ">>") else str(self.r.randrange(9))
            return f"({self.operand(deep + 1)} {op} {n})"
        if r < 0.3 and deep < 2:
            op = self.pick("+ - & |".split())
            return f"({self.operand(deep + 1)} {op} {self.operand(deep + 1)})"
        proto = self.pick("ip ip tcp udp icmp ip6 icmp6 sctp".split() +
                          (["ether"] if self.link == ETHER else ["link"]) +
                          (["arp"] if self.link in (ETHER, SLL) else []))
        at = str(self.r.randrange(24))
        if self.r.random() < 0.07 and deep == 0:
            at = f"({proto}[{at}] & 0xf) << 2"
        return f"{proto}[{at}{self.pick(['', ':1', ':2', ':4'])}]"

    def relation(self):
        r = self.r.random()
        if r < 0.15:
            flags = "|".join(self.r.sample(FLAGS, self.r.randrange(1, 3)))
            return f"tcp[tcpflags] & ({flags}) {self.pick(['!=', '=', '=='])} 0"
        if r < 0.25:
            return f"icmp[icmptype] {self.pick(['=', '!='])} {self.pick(ICMP)}"
        op = self.pick("= == != < > <= >=".split())
        return f"{self.operand()} {op} {self.number()}"

    def length(self):
        n = self.r.randrange(40, 160)
        return self.pick([f"less {n}", f"greater {n}", f"len <= {n}", f"len > {n}"])

    def tags(self):
        """What moves the headers for what follows."""
        inside = self.primitive(plain=True)
        outer = self.pick(["vlan", f"vlan {self.r.randrange(120)}", "vlan and vlan", "mpls",
                           f"mpls {self.r.randrange(1, 40)}", "pppoes", "pppoed",
                           f"pppoes {self.r.randrange(9)}", "geneve"])
        if outer.startswith("mpls"):
            inside = self.pick(["ip", "ip6", "tcp", f"udp port {self.port()}", "icmp"])
        return self.pick([outer, f"{outer} and {inside}", f"({outer} and ({inside}))"])

    def wlan(self):
        return self.pick([
            f"type mgt subtype {self.pick(MGT)}", f"type ctl subtype {self.pick(CTL)}",
            f"type data subtype {self.pick(DATA)}", f"type {self.pick(['mgt', 'ctl', 'data'])}",
            f"subtype {self.pick(MGT + CTL)}", f"dir {self.pick(['nods', 'tods', 'fromds', 'dstods'])}",
            f"wlan {self.pick(['ra', 'ta', 'addr1', 'addr2', 'addr3', 'addr4'])} {self.mac()}"])

    def llc(self):
        return self.pick(["llc", "llc i", "llc s", "llc u", "llc rr", "llc ui", "llc xid"])

    def primitive(self, plain=False):
        kinds = [self.host] * 5 + [self.net] * 3 + [self.ports] * 6 + [self.word] * 5
        kinds += [self.proto] * 2 + [self.relation] * 5 + [self.length]
        if self.link in HAS_MAC:
            kinds += [self.ether] * 2
        if self.link in IS_WLAN:
            kinds += [self.wlan] * 6 + [self.llc]
        if self.link == ETHER:
            kinds += [self.llc] + ([] if plain else [self.tags] * 3)
        kinds += [lambda: self.pick(["ip multicast", "ip6 multicast", "ip broadcast"])]
        return self.pick(kinds)()

    def expression(self, depth=0):
        r = self.r.random()
        if depth > 3 or r < 0.35:
            return self.primitive()
        if r < 0.47:
            return f"{self.pick(['not ', '! '])}{self.primitive()}"
        if r < 0.6:
            return f"({self.expression(depth + 1)})"
        op = self.pick([" and ", " or ", " && ", " || "])
        return self.expression(depth + 1) + op + self.expression(depth + 1)
