# SPDX-License-Identifier: GPL-2.0-or-later
"""bpfc's object files where they are for: loaded by ip(8) and tc(8), deciding about live frames."""
from lib import bpfc, send

ARP = send.eth(bpfc.ARP_FRAME[14:], 0x0806, dst=b"\xff" * 6)
IP = send.eth(send.udp4(b"x" * 40), 0x0800)


def make(folder):
    bpfc.fill(folder)
    for target in "xdp", "tc":
        p = bpfc.run(folder, "-f", "elf", "--target", target, "arp.bpf", text=False)
        assert p.returncode == 0, p.stderr
        (folder / f"{target}.o").write_bytes(p.stdout)
    return folder


def send_frames(host, frames):
    sock = host.socket(send.AF_PACKET, send.SOCK_RAW, 0)
    sock.bind(("eth0", 0))
    for f in frames:
        sock.send(f)
    sock.close()


def test_xdp_passes_what_the_filter_accepts(pair, tmp_path):
    _, a, b = pair
    make(tmp_path)
    a.ip("link", "set", "dev", "eth0", "xdpgeneric", "obj", tmp_path / "xdp.o", "sec", "xdp")
    sock = a.socket(send.AF_PACKET, send.SOCK_RAW, 0)
    sock.bind(("eth0", send.ETH_P_ALL))
    sock.settimeout(20)
    send_frames(b, [IP, ARP, IP, IP, ARP])
    assert [sock.recv(2000) for _ in range(2)] == [ARP, ARP]
    sock.setblocking(False)
    try:
        assert sock.recv(2000) is None
    except BlockingIOError:
        pass
    sock.close()


def tc(host, *args):
    return host.run(["tc", *map(str, args)], check=0).text()


def test_tc_takes_the_classifier(pair, tmp_path):
    """What it answers is compared in unit/ebpf_target_test; here tc loads and attaches it."""
    _, a, _ = pair
    make(tmp_path)
    tc(a, "qdisc", "add", "dev", "eth0", "clsact")
    tc(a, "filter", "add", "dev", "eth0", "ingress", "bpf", "obj", tmp_path / "tc.o", "sec", "tc",
       "classid", "1:3")
    shown = tc(a, "filter", "show", "dev", "eth0", "ingress")
    assert "tc.o:[tc]" in shown and "name filter" in shown
