# SPDX-License-Identifier: GPL-2.0-or-later
"""trafgen's engine in the kernel: each packet arrives exactly once with the bytes that every other
engine makes, a device that cannot is told before the run, bad luck during it ends with the account."""
import json
import signal
import socket
import struct

import pytest
from lib.live import FarEnd, hash_of, open_far
from lib.net import Net
from lib.trafgen import SO_RCVBUFFORCE, SOL_SOCKET, file_of, generate, receiver, refusal, take
from lib.where import program

PLAIN = "{ fill(0xff, 6), fill(2, 6), c16(0x88b5), fill(1, 46) }"
ETH = "eth(da=ff:ff:ff:ff:ff:ff, sa=02:00:00:00:00:09, type=0x88b5)"
# constant and changing, short and long, with checksums, by weight
MANY = f"weight(3): {{ {ETH}, fill(1, 46) }}" \
       f"weight(2): {{ {ETH}, c16(0), dinc(0, 255, 1), drnd(45) }}" \
       f"{{ {ETH}, ip4(sa=drnd(), da=10.0.0.1), udp(sport=drnd(1024, 65535), dport=dinc(1, 9)), " \
       "fill(7, 901) }" \
       f"{{ {ETH}, ip6(), tcp(seq=drnd(), dport=80), drnd(300) }}"


@pytest.fixture(name="link")
def fixture_link():
    with Net() as net:
        a, b = net.pair(queues=2)
        open_far(b)
        yield a, b


@pytest.mark.parametrize("engine", ["live", "mmsg", "ring", "xsk"])
@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("script, n", [(PLAIN, 301), (MANY, 14 * 80)], ids=["plain", "many"])
def test_same_seed_same_bytes_whatever_the_engine(link, tmp_path, engine, workers, script, n):
    a, b = link
    rx = receiver(b)
    report = generate(a, "-n", str(n), "-P", workers, "-E", "7", script, engine=engine)
    got, want = take(rx), file_of(a, tmp_path, script, n)
    assert report["engine"] == engine
    assert report["packets"] == n == len(got)
    assert report["bytes"] == sum(map(len, got))
    assert sorted(got) == sorted(want)


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("script", [PLAIN, MANY], ids=["plain", "many"])
def test_a_far_end_that_scribbles_on_frames(link, tmp_path, workers, script):
    """Pages come back with what the receiver left in them: every byte is written each time."""
    a, b = link
    far = FarEnd(b, scribble=True)
    n = 14 * 400
    report = generate(a, "-n", str(n), "-P", workers, "-E", "7", script)
    got, want = far.done(), file_of(a, tmp_path, script, n)
    assert report["packets"] == n == got["packets"]
    assert got["bytes"] == sum(map(len, want))
    assert got["hash"] == hash_of(want)


def test_random_order_is_the_same_too(link, tmp_path):
    a, b = link
    rx = receiver(b)
    report = generate(a, "-r", "-n", "500", "-P", "1", "-E", "7", MANY)
    path = tmp_path / "x.pcap"
    a.run([program("trafgen"), "-o", str(path), "-r", "-n", "500", "-E", "7", MANY], check=0)
    got = take(rx)
    assert report["packets"] == 500 == len(got)
    assert report["bytes"] == sum(map(len, got))
    data, at = path.read_bytes(), 24
    for p in got:
        assert data[at + 16:at + 16 + len(p)] == p
        at += 16 + len(p)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_number_is_exact_though_the_other_end_is_full(workers):
    """Two CPUs into one queue: frames are lost on the way, and sent again."""
    with Net() as net:
        a, b = net.pair()
        open_far(b)
        before = b.counters()["rx_packets"]
        report = generate(a, "-n", "300001", "-P", workers, PLAIN)
        assert report["packets"] == 300001 == report["made_packets"]
        assert report["device_sent_packets"] == 300001
        assert b.counters()["rx_packets"] - before == 300001


@pytest.mark.parametrize("rate, n, seconds", [("1kpps", 500, 0.5), ("100kpps", 50000, 0.5),
                                              ("48Mbit", 50000, 0.5)])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_rates_hold(link, rate, n, seconds, workers):
    a, _ = link
    report = generate(a, "-n", str(n), "-b", rate, "-P", workers, PLAIN)
    assert report["packets"] == n
    assert seconds * 0.98 < report["seconds"] < seconds * 1.3


def test_auto_takes_it_for_much_and_says_why_not_for_little(link):
    a, _ = link
    report = generate(a, "-n", "100000", PLAIN, engine="auto")
    assert (report["engine"], report["engine_reason"]) == ("live", "the fastest")
    report = generate(a, "-n", "100", PLAIN, engine="auto")
    assert report["engine"] == "mmsg"
    assert "not live: 100 packets do not repay its set-up" in report["engine_reason"]


@pytest.mark.parametrize("args, words", [
    (["-q", PLAIN], "past the queueing discipline"),
    (["{ fill(1, 1600) }"], "the packet of line 1 has 1600 bytes, it takes 14 to 1514"),
    (["{ 1, 2 }"], "has 2 bytes, it takes 14"),
])
def test_what_it_cannot_do_is_told_before_the_run(link, args, words):
    a, b = link
    before = b.counters()["rx_packets"]
    assert words in refusal(a, "-n", "5", *args)
    assert b.counters()["rx_packets"] == before


def test_a_veth_whose_end_takes_no_frames():
    with Net() as net:
        a, b = net.pair()
        b.run(["ethtool", "-K", "eth0", "gro", "off"], check=0)
        assert "gro on" in refusal(a, "-n", "5", PLAIN)
        before = b.counters()["rx_packets"]
        report = generate(a, "-n", "50000", PLAIN, engine="auto")
        assert report["engine"] == "mmsg"
        assert "gro on" in report["engine_reason"]
        assert b.counters()["rx_packets"] - before == 50000


@pytest.mark.parametrize("make", [["type", "bridge"], None], ids=["bridge", "lo"])
def test_devices_that_take_no_frames(link, make):
    a, _ = link
    device = "x0" if make else "lo"
    if make:
        a.ip("link", "add", device, *make)
        a.ip("link", "set", device, "up")
    report = json.loads(a.run([program("trafgen"), "-o", device, "--json", "-n", "50000", PLAIN],
                              check=0).out)["report"]
    assert report["engine"] == "mmsg" and "not live" in report["engine_reason"]
    assert report["packets"] == 50000
    assert "x0 takes no redirected frames" in refusal(a, "-n", "5", PLAIN, device=device) or not make


@pytest.mark.parametrize("args, words", [
    (["-q", PLAIN], "past the queueing discipline"),
    (["-J", "{ fill(1, 4097) }"], "4096 bytes at most, not 4097"),
    (["-P", "2", PLAIN], "has no queue 1"),
])
def test_what_af_xdp_cannot_do_is_told(args, words):
    with Net() as net:
        a, _ = net.pair()
        assert words in refusal(a, "-n", "5", *args, engine="xsk")


def test_a_queue_has_one_af_xdp_socket(link):
    a, b = link
    rx = receiver(b)
    rx.setblocking(True)
    argv = [program("trafgen"), "-o", "eth0", "--engine", "xsk", "-P", "1", PLAIN]
    p = a.start(argv)
    rx.recv(2048)
    assert "queue 0 has an AF_XDP socket already" in a.run(argv, check=1).err.decode()
    p.signal(signal.SIGINT)
    p.wait(20)
    assert p.rc == 0


def test_a_device_that_is_down(link):
    a, _ = link
    a.ip("link", "set", "eth0", "down")
    assert "eth0: the device is down" in refusal(a, "-n", "5", PLAIN)


def running(link):
    a, b = link
    rx = receiver(b)
    rx.setblocking(True)
    p = a.start([program("trafgen"), "-o", "eth0", "--json", "--engine", "live", PLAIN])
    rx.recv(2048)
    return p


def test_ctrl_c_ends_with_the_report(link):
    p = running(link)
    p.signal(signal.SIGINT)
    p.wait(20)
    assert p.rc == 0
    report = json.loads(p.out)["report"]
    assert report["packets"] == report["device_sent_packets"] > 0


@pytest.mark.parametrize("args, words", [(["del", "eth0"], "eth0: the device was removed"),
                                         (["set", "eth0", "down"], "eth0: the device is down")])
def test_a_device_that_goes_away_is_told(link, args, words):
    p = running(link)
    link[0].ip("link", *args)
    p.wait(20)
    assert p.rc == 1
    assert words in p.err.decode()
    assert json.loads(p.out)["report"]["packets"] > 0


def test_without_privilege_after_the_set_up(link):
    a, _ = link
    assert generate(a, "-u", "nobody", "-n", "1000", PLAIN)["packets"] == 1000


def test_two_senders_share_a_device(link):
    a, b = link
    before = b.counters()["rx_packets"]
    argv = [program("trafgen"), "-o", "eth0", "--json", "--engine", "live", "-n", "100000", PLAIN]
    both = [a.start(argv), a.start(argv)]
    for p in both:
        p.wait(60)
        assert p.rc == 0
        assert json.loads(p.out)["report"]["packets"] == 100000
    assert b.counters()["rx_packets"] - before == 200000


@pytest.mark.parametrize("engine", ["live", "mmsg", "ring", "xsk"])
def test_the_report_tells_of_each_packet_of_the_script_and_each_cpu(link, engine):
    a, _ = link
    report = generate(a, "-n", str(14 * 20), "-P", "2", MANY, engine=engine)
    assert [s["made_packets"] for s in report["streams"]] == [120, 80, 40, 40]
    assert [s["line"] for s in report["streams"]] == [1] * 4
    assert report["made_bytes"] == report["bytes"] == sum(s["length"] * s["made_packets"]
                                                          for s in report["streams"])
    assert [w["packets"] for w in report["workers"]] == [140, 140]
    assert (report["device_sent_packets"], report["device_sent_bytes"]) == (280, report["bytes"])
    text = a.run([program("trafgen"), "-o", "eth0", "--engine", engine, "-n", "280", MANY],
                 check=0).err.decode()
    assert "packet 1 (line 1): 120 of 60 bytes" in text


@pytest.mark.parametrize("engine", ["live", "mmsg"])
def test_a_rate_out_of_reach_is_said(link, engine):
    a, _ = link
    argv = [program("trafgen"), "-o", "eth0", "--engine", engine, "--duration", "700ms", PLAIN]
    assert b"out of reach" in a.run([*argv, "-b", "1000Mpps"], check=0).err
    assert b"of the one asked for" in a.run([*argv, "-b", "1kpps"], check=0).err


GSO = {
    "udp4": f"{{ {ETH.replace('0x88b5', '0x0800')}, ip4(id=dinc(), sa=10.0.0.1, da=10.0.0.2), "
            "udp(sport=1, dport=9), drnd(700) }",
    "udp6": f"{{ {ETH.replace('0x88b5', '0x86dd')}, ip6(sa=fd00::1, da=fd00::2), "
            "udp(sport=1, dport=9), drnd(700) }",
    "tcp4": f"{{ {ETH.replace('0x88b5', '0x0800')}, ip4(id=dinc(), sa=10.0.0.1, da=10.0.0.2), "
            "tcp(sport=1, dport=9, ack=1, seq=dinc(0, 4294966000, 500)), drnd(500) }",
    "tcp6": f"{{ {ETH.replace('0x88b5', '0x86dd')}, ip6(sa=fd00::1, da=fd00::2), "
            "tcp(sport=1, dport=9, ack=1, seq=dinc(0, 4294966000, 500)), drnd(500) }",
}


@pytest.mark.parametrize("kind", GSO)
def test_super_packets_are_cut_into_the_same_packets(link, tmp_path, kind):
    """The device cuts nothing and sums nothing, so the far end sees what the kernel made."""
    a, b = link
    a.run(["ethtool", "-K", "eth0", "tx", "off", "tso", "off", "tx-udp-segmentation", "off"], check=0)
    proto = 0x86dd if kind.endswith("6") else 0x0800
    b.run(["ethtool", "-K", "eth0", "gro", "off"], check=0)
    rx = b.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(proto))
    rx.bind(("eth0", proto))
    rx.setsockopt(SOL_SOCKET, SO_RCVBUFFORCE, 1 << 25)
    rx.setblocking(False)
    report = generate(a, "-n", "300", "-P", "1", "-E", "7", GSO[kind], engine="gso")
    got, want = take(rx), file_of(a, tmp_path, GSO[kind], 300)
    assert report["packets"] == 300 == len(got)
    assert report["bytes"] == sum(map(len, want))
    assert report["packets_in_super_packets"] == 300
    assert report["super_packets"] == 5
    assert got == want


def test_what_cannot_be_joined(link, tmp_path):
    a, b = link
    words = "can be joined"
    for script in (PLAIN, GSO["udp4"].replace("id=dinc()", "id=7"),
                   GSO["tcp4"].replace("ack=1", "ack=1, psh=1"),
                   GSO["udp6"].replace("sport=1", "sport=drnd()")):
        assert words in refusal(a, "-n", "5", script, engine="gso")
    # a script of both kinds: some go alone
    a.run(["ethtool", "-K", "eth0", "tx", "off", "tso", "off", "tx-udp-segmentation", "off"], check=0)
    mixed = f"weight(3): {GSO['udp6']} {PLAIN}"
    rx = receiver(b)
    report = generate(a, "-n", "400", "-P", "1", mixed, engine="gso")
    assert report["packets"] == 400 and 0 < report["packets_in_super_packets"] < 400
    assert len(take(rx)) == 100


@pytest.mark.parametrize("engine", ["mmsg", "ring"])
def test_a_queue_that_stays_full_is_told_and_waited_for(link, engine):
    """A queueing discipline that lets a frame pass a minute: waited for without spinning, told of
    after a second, given up after five."""
    a, _ = link
    a.run(["tc", "qdisc", "add", "dev", "eth0", "root", "tbf", "rate", "8bit", "burst", "2000",
           "limit", "1g"], check=0)
    p = a.run([program("trafgen"), "-o", "eth0", "-q", "-S", "64KiB", "--engine", engine, "-P", "1",
               "-n", "1M", PLAIN], check=1, timeout=40)
    text = p.err.decode()
    assert "eth0 has taken no frame for a second: its queue is full" in text
    assert "eth0: the device took no frame for 5 seconds" in text
    assert "packets were not sent" in text


@pytest.mark.parametrize("engine, rate, n, seconds", [
    ("mmsg", "1kpps..9kpps/500ms", 2500, 0.5), ("live", "10kpps..90kpps/500ms", 25000, 0.5),
    ("xsk", "4.32Mbit..480kbit/500ms", 2500, 0.5)])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_rate_that_changes(link, engine, rate, n, seconds, workers):
    """The mean of both rates for as long as it changes."""
    a, _ = link
    report = generate(a, "-n", str(n), "-b", rate, "-P", workers, PLAIN, engine=engine)
    assert report["packets"] == n
    assert seconds * 0.95 < report["seconds"] < seconds * 1.5


def test_time_stamps_of_a_rate_that_changes(link, tmp_path):
    a, _ = link
    path = tmp_path / "x.pcap"
    a.run([program("trafgen"), "-o", str(path), "-n", "600", "-b", "100pps..300pps/2s", PLAIN], check=0)
    data, at, times = path.read_bytes(), 24, []
    while at < len(data):
        s, us, size = struct.unpack_from("<III", data, at)
        times.append(s + us / 1e6)
        at += 16 + size
    ramp = [t - times[0] for t in times]
    # 100 t + 50 t^2 packets after t seconds, 300 a second from the second on
    for n, t in ((150, 1), (400, 2), (550, 2.5)):
        assert abs(ramp[n] - t) < 0.001


@pytest.mark.parametrize("rate, words", [
    ("1kpps..2kpps", "in what time"), ("1kpps..2Mbit/1s", "of two kinds"), ("1kpps..x/1s", "x")])
def test_rates_that_are_none(link, rate, words):
    a, _ = link
    p = a.run([program("trafgen"), "-o", "eth0", "-n", "1", "-b", rate, PLAIN], check=2)
    assert words in p.err.decode()
