# SPDX-License-Identifier: GPL-2.0-or-later
"""Domain names over UDP and TCP, with lies in names and lengths."""


def stacks():
    from scapy.all import DNS, DNSQR, DNSRR, DNSRRMX, DNSRROPT, DNSRRSRV, IP, TCP, UDP, Ether
    eth = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
    ip = IP(src="10.0.0.1", dst="10.0.0.2", id=7)
    udp = UDP(sport=5000, dport=53)
    host = "www.example.com"
    question = DNS(id=7, qd=DNSQR(qname=host, qtype="MX"))
    answers = (DNSRR(rrname=host, rdata="10.1.2.3", ttl=60) /
               DNSRR(rrname=host, type="AAAA", rdata="2001:db8::1", ttl=60) /
               DNSRR(rrname=host, type="CNAME", rdata="x.example.com") /
               DNSRR(rrname="x.example.com", type="TXT", rdata=[b"a\x1b[31m", b"b"]) /
               DNSRRMX(rrname=host, type=15, preference=5, exchange="mx.example.com") /
               DNSRRSRV(rrname="_sip._udp.example.com", priority=1, weight=2, port=5060,
                        target="sip.example.com"))
    answer = DNS(id=7, qr=1, ra=1, qd=DNSQR(qname=host), an=answers, ar=DNSRROPT())
    header = bytes.fromhex("000780000001000000000000")
    loop = header + bytes.fromhex("c00c00010001")
    label = header + b"\x01.\x02\x00\x80\x00" + bytes.fromhex("00010001")
    reserved = header + b"\x80aaaaaaa"
    beyond = bytes.fromhex("000780000000000100000000") + b"\x00\x00\x01\x00\x01" + \
        bytes.fromhex("0000000000ff01020304")
    message = bytes(question)
    return {"dns": (1, [eth / ip / udp / question, eth / ip / UDP(sport=53, dport=5000) / answer,
                        eth / ip / udp / loop, eth / ip / udp / label, eth / ip / udp / reserved,
                        eth / ip / udp / beyond,
                        eth / ip / TCP(sport=5000, dport=53, flags="PA", seq=1, ack=1) /
                        (len(message).to_bytes(2, "big") + message)])}
