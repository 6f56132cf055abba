# SPDX-License-Identifier: GPL-2.0-or-later
"""curvetun -s and -c between two network namespaces: packets of both families, large TCP and UDP,
who may send what, and what is left of privilege. (sys/tun.h, sys/netconf.h)"""
import hashlib
import json
import os
import pathlib
import shutil
import socket
import threading

import pytest
from lib import tunnel
from lib.net import Net
from lib.probe import need
from lib.relay import Breaker, Relay
from lib.tunnel import CLIENT4, CLIENT6, PORT, SERVER4, SERVER6, Tunnel, tunnel_of_a_pair
from lib.wait import wait_for
from lib.where import program


@pytest.fixture(name="t")
def fixture_t():
    with tunnel_of_a_pair() as t:
        yield t


def ping(host, to, n=2):
    return host.run(["ping", "-c", str(n), "-i", "0.05", "-W", "5", to]).rc == 0


def copy(src, dst, where, n_bytes, family=socket.AF_INET):
    """Sends random bytes over TCP from 'src' to 'where' of 'dst'; they arrive as they were."""
    data = os.urandom(n_bytes)
    listener = dst.socket(family, socket.SOCK_STREAM)
    listener.bind((where, 0))
    listener.listen()
    got = hashlib.sha256()

    def take():
        conn, _ = listener.accept()
        with conn:
            while piece := conn.recv(1 << 20):
                got.update(piece)
    taker = threading.Thread(target=take, daemon=True)
    taker.start()
    with src.socket(family, socket.SOCK_STREAM) as s:
        s.settimeout(60)
        s.connect((where, listener.getsockname()[1]))
        s.sendall(data)
    taker.join(60)
    listener.close()
    assert got.digest() == hashlib.sha256(data).digest()


def test_both_families_both_ways(t):
    t.start()
    assert ping(t.b, SERVER4) and ping(t.a, CLIENT4) and ping(t.b, SERVER6) and ping(t.a, CLIENT6)
    copy(t.b, t.a, SERVER4, 20_000_000)
    copy(t.a, t.b, CLIENT4, 20_000_000)
    copy(t.b, t.a, SERVER6, 20_000_000, socket.AF_INET6)
    copy(t.a, t.b, CLIENT6, 20_000_000, socket.AF_INET6)
    assert t.client.stop() == 0 and t.server.stop() == 0


def test_over_ipv6(t):
    t.c.write("servers", f"home;fd00::1;{PORT};udp;{t.s.key}")
    t.start()
    assert ping(t.b, SERVER4)
    copy(t.b, t.a, SERVER6, 5_000_000, socket.AF_INET6)


def test_datagrams_of_all_sizes(t):
    t.start()
    far = t.a.socket(socket.AF_INET, socket.SOCK_DGRAM)
    far.bind((SERVER4, 0))
    far.settimeout(60)
    near = t.b.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for n in [*range(0, 1500, 7), 1392, 1393, 5000, 65507]:
        data = os.urandom(n)
        near.sendto(data, far.getsockname())
        assert far.recv(65536) == data, n
    near.close()
    far.close()


def test_segmented_datagrams_pass_whole(t):
    """UDP_SEGMENT through the device: cut by us, joined at the far end, cut by the kernel."""
    t.start()
    far = t.a.socket(socket.AF_INET, socket.SOCK_DGRAM)
    far.bind((SERVER4, 0))
    far.settimeout(60)
    near = t.b.socket(socket.AF_INET, socket.SOCK_DGRAM)
    near.setsockopt(socket.SOL_UDP if hasattr(socket, "SOL_UDP") else 17, 103, 1000)
    data = os.urandom(40_500)
    near.sendto(data, far.getsockname())
    got = [far.recv(65536) for _ in range(41)]
    assert [len(g) for g in got] == [1000] * 40 + [500] and b"".join(got) == data
    near.close()
    far.close()


def test_the_client_sends_from_its_own_addresses_alone(t):
    t.start()
    t.b.ip("addr", "add", "10.9.0.77/24", "dev", "curvec0")
    near = t.b.socket(socket.AF_INET, socket.SOCK_DGRAM)
    near.bind(("10.9.0.77", 0))
    far = t.a.socket(socket.AF_INET, socket.SOCK_DGRAM)
    far.bind((SERVER4, 0))
    far.settimeout(60)
    near.sendto(b"spoofed", far.getsockname())
    with t.b.socket(socket.AF_INET, socket.SOCK_DGRAM) as own:
        own.bind((CLIENT4, 0))
        own.sendto(b"own", far.getsockname())
    assert far.recv(100) == b"own"
    near.close()
    far.close()


class Ear:
    """Counts the UDP datagrams that reach host 'h' from PORT and to it."""

    def __init__(self, h):
        self.sock = h.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x800))
        self.sock.bind(("eth0", 0x800))
        self.sock.setblocking(False)
        self.n_from, self.n_to = 0, 0

    def listen(self):
        while True:
            try:
                data, _ = self.sock.recvfrom(65536)
            except BlockingIOError:
                return self
            if data[9] == 17:
                self.n_from += int.from_bytes(data[20:22], "big") == PORT
                self.n_to += int.from_bytes(data[22:24], "big") == PORT


def test_a_stranger_gets_no_answer(t):
    t.start_server()
    here, there = Ear(t.b), Ear(t.a)
    stranger = tunnel.Folder(t.base, "bert")
    stranger.write("servers", f"home;10.0.0.1;{PORT};udp;{t.s.key}")
    p = t.b.start([program("curvetun"), "--dir", stranger.path, "-c", "-D", "-V"])
    wait_for(lambda: there.listen().n_to >= 3, "three handshakes")
    with t.b.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for n in range(0, 300):
            s.sendto(os.urandom(n), ("10.0.0.1", PORT))
            there.listen()
    assert p.stop() == 0
    wait_for(lambda: there.listen().n_to >= 303, "all of it to arrive")
    assert "connected" not in p.text() and here.listen().n_from == 0
    t.start_client()  # one who is known is answered, after all that
    assert here.listen().n_from >= 1


def test_privilege_is_gone(t):
    t.start()
    for p in (t.server, t.client):
        status = pathlib.Path(f"/proc/{p.pid}/status").read_text()
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        assert set(fields["Uid"].split()) != {"0"} and "0" not in fields["Uid"].split()
        assert int(fields["CapPrm"], 16) == 0 and int(fields["CapBnd"], 16) == 0
        assert fields["Seccomp"] == "2" and fields["NoNewPrivs"] == "1"


def test_a_restarted_server_is_found_again(t):
    t.start()
    assert ping(t.b, SERVER4)
    t.server.stop()
    t.start_server()
    wait_for(lambda: ping(t.b, SERVER4, 1), "the way through after a restart", 40)


@pytest.mark.parametrize("flag, works, not_", [("-4", SERVER4, SERVER6), ("-6", SERVER6, SERVER4)])
def test_only_one_family_inside(t, flag, works, not_):
    t.start_server(flag)
    t.start_client()
    assert ping(t.b, works)
    assert t.b.run(["ping", "-c", "1", "-W", "1", not_]).rc == 1


def test_a_deleted_device_is_made_again(t):
    """With its addresses and routes, which connections inside outlive; again and again."""
    t.a.ip("addr", "add", "203.0.113.1/32", "dev", "lo")
    t.start_server()
    t.start_client("--route", "203.0.113.0/24")
    for host, dev in ((t.b, "curvec0"), (t.a, "curves0"), (t.b, "curvec0")):
        before = host.ip("route")
        host.ip("link", "del", dev)
        wait_for(lambda h=host, b=before: h.ip("route") == b, "the routes to be there again", 60)
        assert ping(t.b, "203.0.113.1") and ping(t.b, SERVER6)
    assert "the device curvec0 was removed, and is made again" in t.client.text()
    assert t.client.stop() == 0 and t.server.stop() == 0


@pytest.fixture(name="narrow")
def fixture_narrow():
    """a - router - b, of which the second link takes 1400 bytes."""
    need("netns")
    with Net() as net:
        a, r, b = net.host("a"), net.host("r"), net.host("b")
        net.veth(a, "eth0", r, "eth0")
        net.veth(r, "eth1", b, "eth0")
        for host, dev, addr in ((a, "eth0", "10.0.0.1"), (r, "eth0", "10.0.0.9"), (r, "eth1", "10.0.1.9"),
                                (b, "eth0", "10.0.1.2")):
            host.ip("addr", "add", addr + "/24", "dev", dev)
        r.ip("link", "set", "eth1", "mtu", "1400")
        r.sysctl("net.ipv4.ip_forward", 1)
        a.ip("route", "add", "default", "via", "10.0.0.9")
        b.ip("route", "add", "default", "via", "10.0.1.9")
        for host in (a, b):
            host.sysctl("net.ipv6.conf.all.disable_ipv6", 0)
            host.sysctl("net.ipv6.conf.default.disable_ipv6", 0)
        with Tunnel(a, b) as t:
            yield t, r


def test_a_narrow_path_is_found_and_fits(narrow):
    t, router = narrow
    t.start()
    t.client.wait_line("packets of 1340 bytes pass")
    wait_for(lambda: status(t.a, t.s)["peers"][0]["mtu"] == 1340, "the server to be told")

    def cut():
        names, values = [l.split()[1:] for l in router.read("/proc/thread-self/net/snmp").splitlines()
                         if l.startswith("Ip:")]
        return int(dict(zip(names, values))["FragCreates"])
    before = cut()
    copy(t.b, t.a, SERVER4, 3_000_000)
    copy(t.a, t.b, CLIENT4, 3_000_000)
    assert cut() == before
    p = t.b.run(["ping", "-M", "do", "-c", "1", "-s", "1372", "-W", "2", SERVER4])
    assert p.rc == 1 and "mtu = 1340" in p.text() or "mtu=1340" in p.text(), p.text()
    assert t.b.run(["ping", "-M", "dont", "-c", "1", "-s", "1372", "-W", "5", SERVER4]).rc == 0


def test_a_bad_path_corrupts_nothing(t):
    """Loss, reordering and duplicates on the way: TCP inside makes them good."""
    t.start_server()
    relay = Relay(t.a, ("10.0.0.1", PORT + 1), ("10.0.0.1", PORT))
    t.c.write("servers", f"home;10.0.0.1;{PORT + 1};udp;{t.s.key};only")
    t.start_client()
    copy(t.b, t.a, SERVER4, 1_000_000)
    copy(t.a, t.b, CLIENT4, 1_000_000)
    relay.close()
    said = status(t.a, t.s)["peers"][0]
    assert min(relay.n.values()) > 0
    assert said["repeated"] > 0 and said["lost"] > 0 and said["not_authentic"] == 0


def test_bursts_that_do_not_arrive_are_sent_no_more(t):
    t.start_server()
    relay = Breaker(t.a, ("10.0.0.1", PORT + 1), ("10.0.0.1", PORT))
    t.c.write("servers", f"home;10.0.0.1;{PORT + 1};udp;{t.s.key};only")
    t.start_client(wait="datagrams that leave either end together do not arrive: they go one by one")
    wait_for(lambda: not status(t.a, t.s)["peers"][0]["bursts"], "the server to be told", 60)
    assert not status(t.b, t.c)["peers"][0]["bursts"]
    spoilt = relay.spoilt
    assert spoilt >= 14
    copy(t.b, t.a, SERVER4, 300_000)
    copy(t.a, t.b, CLIENT4, 300_000)
    assert relay.spoilt == spoilt
    relay.close()


def test_bursts_that_arrive_go_on(t):
    t.start()
    wait_for(lambda: status(t.b, t.c)["peers"][0]["rx_messages"] > 24, "all answers", 60)
    copy(t.b, t.a, SERVER4, 3_000_000)
    assert all(status(*end)["peers"][0]["bursts"] for end in ((t.a, t.s), (t.b, t.c)))
    assert "one by one" not in t.client.text()


def test_a_client_that_moves_keeps_its_connections(t):
    t.start()
    listener = t.a.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.bind((SERVER4, 0))
    listener.listen()
    near = t.b.socket(socket.AF_INET, socket.SOCK_STREAM)
    near.settimeout(60)
    near.connect(listener.getsockname())
    far, _ = listener.accept()
    far.settimeout(60)
    for n, host in enumerate((3, 4, 5)):
        t.b.ip("addr", "flush", "dev", "eth0")
        t.b.ip("addr", "add", f"10.0.0.{host}/24", "dev", "eth0")
        near.sendall(b"%d" % n)
        assert far.recv(1) == b"%d" % n
        far.sendall(b"back")
        assert near.recv(4) == b"back"
        assert status(t.a, t.s)["peers"][0]["endpoint"].startswith(f"10.0.0.{host}:")
    for s in (near, far, listener):
        s.close()


def test_a_server_with_several_addresses(t):
    """The first is nobody's, the second not this server's."""
    t.c.write("servers", f"home;10.0.0.99,fd00::99,10.0.0.1;{PORT};udp;{t.s.key};only")
    t.start()
    assert ping(t.b, SERVER4)


def test_a_server_whose_name_gets_another_address(t):
    """ip-netns(8) gives a namespace its own hosts file, which is written to where it is."""
    etc = pathlib.Path("/etc/netns") / t.b.netns
    etc.mkdir(parents=True)
    try:
        (etc / "hosts").write_text("10.0.0.1 vpn.example\n", encoding="ascii")
        t.c.write("servers", f"home;vpn.example;{PORT};udp;{t.s.key};only")
        t.start()
        t.a.ip("addr", "flush", "dev", "eth0")
        t.a.ip("addr", "add", "10.0.0.9/24", "dev", "eth0")
        (etc / "hosts").write_text("10.0.0.9 vpn.example\n", encoding="ascii")
        wait_for(lambda: ping(t.b, SERVER4, 1), "the server to be found again", 120)
        assert status(t.b, t.c)["peers"][0]["endpoint"] == f"10.0.0.9:{PORT}"
    finally:
        shutil.rmtree(etc)


def test_stun_tells_how_the_port_looks(t):
    server = t.a.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("10.0.0.1", 3478))
    server.settimeout(60)

    def answer():
        ask, where = server.recvfrom(100)
        server.sendto(b"\1\1\0\0" + os.urandom(16), where)  # of somebody else
        attr = b"\0\x20\0\x08\0\1" + (where[1] ^ 0x2112).to_bytes(2, "big") + bytes(
            x ^ y for x, y in zip(socket.inet_aton(where[0]), ask[4:8]))
        server.sendto(b"\1\1\0\x0c" + ask[4:20] + attr, where)
        box.append(where)
    box = []
    thread = threading.Thread(target=answer)
    thread.start()
    p = t.start_client("-t", "10.0.0.1", wait="seen from outside as")
    thread.join()
    assert f"seen from outside as {box[0][0]}:{box[0][1]}" in p.text()
    server.close()


def status(host, folder):
    return json.loads(bytes(host.run([program("curvetun"), "--dir", folder.path, "status", "--json"],
                                     check=0).out))


def test_status_tells_what_there_is(t):
    t.start()
    assert ping(t.b, SERVER4)
    said = json.loads(bytes(t.a.run([program("curvetun"), "--dir", t.s.path, "status", "--json"],
                                    check=0).out))
    peer = said["peers"][0]
    assert said["role"] == "server" and said["offloads"]["udp_segment"]
    assert peer["name"] == "anna" and peer["up"] and peer["endpoint"].startswith("10.0.0.2:")
    assert peer["rx_bytes"] >= 2 * 84 and peer["lost"] == 0 and 0 <= peer["handshake_age_s"] < 60
    text = t.b.run([program("curvetun"), "--dir", t.c.path, "status"], check=0).text()
    assert "client curvec0, up" in text and "home" in text and f"10.0.0.1:{PORT}" in text
    p = t.b.run([program("curvetun"), "--dir", t.c.path, "-c", "-D"], check=1)
    assert "a tunnel runs already" in p.text()
    t.client.stop()
    p = t.b.run([program("curvetun"), "--dir", t.c.path, "status"], check=1)
    assert "no tunnel runs" in p.text()


def test_numbers_for_a_monitor(t):
    t.start()
    assert ping(t.b, SERVER4)
    ask = [program("curvetun"), "--dir", t.s.path, "status"]
    text = t.a.run([*ask, "--openmetrics"], check=0).text()
    labels = '{device="curves0",peer="anna"}'
    got = dict(l.rsplit(" ", 1) for l in text.splitlines() if not l.startswith("#"))
    assert got[f"curvetun_peer_up{labels}"] == "1" and text.endswith("# EOF\n")
    assert int(got[f"curvetun_peer_received_bytes_total{labels}"]) >= 2 * 84
    assert float(got[f"curvetun_peer_heard_age_seconds{labels}"]) < 60
    file = pathlib.Path(t.base) / "curvetun.prom"
    t.a.run([*ask, f"--openmetrics={file}"], check=0)
    assert file.read_text(encoding="ascii").endswith("# EOF\n")
    t.a.run([*ask, f"--openmetrics={file}/no"], check=1)
    t.a.run([*ask, "--openmetrics", "--json"], check=2)
    rtt = t.b.run([program("curvetun"), "--dir", t.c.path, "status", "--openmetrics"], check=0).text()
    assert 'curvetun_rtt_seconds{device="curvec0"} 0.' in rtt


def test_no_names_are_told(t):
    t.start_server("-N")
    t.start_client()
    ask = [program("curvetun"), "--dir", t.s.path, "status"]
    assert 'peer="#1"' in t.a.run([*ask, "--openmetrics"], check=0).text()
    text = t.a.run([*ask, "--json"], check=0).text()
    assert "anna" not in text and "10.0.0.2" not in text and "anna" not in t.server.text()


def test_options_from_a_file(t):
    t.start_server()
    file = pathlib.Path(t.base) / "home.conf"
    file.write_text(f"# anna's\naddress {CLIENT4}/24\naddress {CLIENT6}/64\nroute 203.0.113.0/24\n"
                    "mtu 1300\ndev = tunnel7\nnofork\nverbose\n", encoding="ascii")
    run = [program("curvetun"), "--dir", t.c.path, "-c", "--config", file]
    t.client = t.b.start([*run, "--mtu", "1350"])
    t.client.wait_line("connected over UDP")
    assert ping(t.b, SERVER4) and ping(t.b, SERVER6)
    assert "203.0.113.0/24 dev tunnel7" in t.b.ip("route") and "mtu 1350" in t.b.ip("link", "show", "tunnel7")
    assert t.client.stop() == 0
    for text, said in (("nofork\nadress 1\n", ":2: "), ("config x\n", "leads nowhere"), ("-s\n", ":1: ")):
        file.write_text(text, encoding="ascii")
        assert said in t.b.run(run, check=2).text()


def test_what_cannot_be_is_said(t):
    t.start_server()
    p = t.a.run([program("curvetun"), "--dir", t.s.path, "-s", "-p", str(PORT), "-D"], check=1)
    assert f"bind UDP port {PORT}: Address already in use" in p.text()
    p = t.b.run([program("curvetun"), "--dir", t.c.path, "--client=away", "-D"], check=1)
    assert "servers has no 'away'" in p.text()
    p = t.b.run([program("curvetun"), "--dir", t.c.path, "-c", "-D", "-d", "a/b"], check=1)
    assert "cannot name a network device" in p.text()
    for bad in (["-s"], ["-c", "-p", "1"], ["-s", "-c", "-p", "1"]):
        t.b.run([program("curvetun"), "--dir", t.c.path, *bad], check=2)
