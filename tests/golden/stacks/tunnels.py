# SPDX-License-Identifier: GPL-2.0-or-later
"""Tunnels with a frame or a packet inside, IPsec, SCTP."""


def stacks():
    from scapy.all import IP, TCP, UDP, Ether, IPv6, Raw
    from scapy.contrib.geneve import GENEVE
    from scapy.contrib.gtp import GTP_U_Header
    from scapy.layers.ipsec import AH, ESP
    from scapy.layers.l2 import GRE
    from scapy.layers.ppp import PPP, PPPoE, PPPoED, PPPoED_Tags, PPPoETag
    from scapy.layers.sctp import SCTP, SCTPChunkCookieAck, SCTPChunkData, SCTPChunkInit
    from scapy.layers.vxlan import VXLAN
    a, b = "02:00:00:00:00:01", "02:00:00:00:00:02"
    eth = Ether(src=a, dst=b)
    ip = IP(src="10.0.0.1", dst="10.0.0.2", id=7)
    inner = Ether(src=b, dst=a) / IP(src="192.0.2.1", dst="192.0.2.2", id=8) / \
        UDP(sport=1, dport=9) / b"in"
    inner_ip = inner[IP]
    erspan = bytes.fromhex("1005100700000009")
    gre_erspan = bytes.fromhex("100088be00000001")
    return {
        "gre": (1, [
            eth / ip / GRE(proto=0x0800) / inner_ip,
            eth / ip / GRE(proto=0x0800, chksum_present=1, key_present=1, seqnum_present=1,
                           key=5, seqence_number=6) / inner_ip,
            eth / ip / GRE(proto=0x6558, key_present=1, key=9) / inner,
            eth / IP(src="10.0.0.1", dst="10.0.0.2", id=7, proto=47) /
            Raw(gre_erspan + erspan + bytes(inner)),
            eth / IP(src="10.0.0.1", dst="10.0.0.2", id=7, proto=47) /
            Raw(bytes.fromhex("000088be") + bytes(inner)),
            eth / IP(src="10.0.0.1", dst="10.0.0.2", id=7, proto=47) /
            Raw(bytes.fromhex("000088be") +
                bytes(Ether(src=b, dst="10:00:00:00:00:01") / inner_ip)),
            eth / IP(src="10.0.0.1", dst="10.0.0.2", id=7, proto=47) /
            Raw(bytes.fromhex("100022eb00000002" "2005040700000009" "00000808") +
                bytes(inner_ip)[:24]),
            eth / IP(src="10.0.0.1", dst="10.0.0.2", id=7, proto=47) /
            Raw(bytes.fromhex("3081880b" "00000005" "00000007" "00000006")),
            eth / IPv6(src="fd00::1", dst="fd00::2") / GRE(proto=0x86dd) /
            IPv6(src="fd01::1", dst="fd01::2") / TCP(sport=5, dport=6)]),
        "overlay": (1, [
            eth / ip / UDP(sport=5555, dport=4789) / VXLAN(vni=77, flags=8) / inner,
            eth / ip / UDP(sport=5555, dport=6081) / GENEVE(vni=78, proto=0x6558) / inner,
            eth / ip / UDP(sport=5555, dport=6081) /
            Raw(bytes.fromhex("0200080000004f00" "0102830100000007") + bytes(inner_ip)),
            eth / ip / UDP(sport=2152, dport=2152) / GTP_U_Header(teid=0x1234) / inner_ip,
            eth / ip / UDP(sport=2152, dport=2152) /
            Raw(bytes.fromhex("34ff") + (8 + len(inner_ip)).to_bytes(2, "big") +
                bytes.fromhex("00001235" "00000085" "01100900") + bytes(inner_ip))]),
        "pppoe": (1, [
            eth / PPPoED(code=9, sessionid=0) /
            PPPoED_Tags(tag_list=[PPPoETag(tag_type=0x0101, tag_value=b"dsl"),
                                  PPPoETag(tag_type=0x0103, tag_value=b"\1\2\3")]),
            eth / PPPoE(sessionid=5) / PPP(proto=0x21) / inner_ip,
            eth / PPPoE(sessionid=5) / PPP(proto=0xc021) / Raw(b"\1\1\0\4")]),
        "ipsec": (1, [
            eth / IP(src="10.0.0.1", dst="10.0.0.2", id=7) /
            AH(nh=17, payloadlen=4, spi=0x100, seq=3, icv=b"\xaa" * 12) /
            UDP(sport=1, dport=9) / b"x",
            eth / ip / ESP(spi=0x200, seq=4, data=b"\xbb" * 20)]),
        "sctp": (1, [
            eth / ip / SCTP(sport=5, dport=6, tag=0) /
            SCTPChunkInit(init_tag=7, a_rwnd=1000, n_out_streams=2, n_in_streams=3, init_tsn=9),
            eth / ip / SCTP(sport=5, dport=6, tag=1) / SCTPChunkCookieAck() /
            SCTPChunkData(tsn=9, stream_id=1, stream_seq=0, proto_id=46, beginning=1, ending=1,
                          data=b"hello"),
            eth / IP(src="10.0.0.1", dst="10.0.0.2", id=7, proto=136) /
            Raw(bytes.fromhex("00010009000800005858"))]),
    }
