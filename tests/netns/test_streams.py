# SPDX-License-Identifier: GPL-2.0-or-later
"""Streams of a trafgen script: the same packets on every engine by any number of workers, in the order
and at the moments that weights, bursts, counts and rates ask for."""
import collections

import pytest
from lib.live import open_far
from lib.net import Net
from lib.trafgen import (ENGINES, file_of, generate, packets_of, receiver, records_of, refusal,
                         take)
from lib.where import program

ETH = "eth(da=ff:ff:ff:ff:ff:ff, sa=02:00:00:00:00:09, type=0x88b5)"
A, B, C = (f"{{ {ETH}, '{c}', dinc(0, 255), drnd(44) }}" for c in "abc")
SCRIPTS = {
    "weights": f"stream x(weight=3, burst=2) {{ {A} weight(2): {B} }} {C}",
    "counts": f"stream x(count=70) {{ {A} {B} }} stream y(count=3) {{ {C} }}",
    "rates": f"stream x(rate=70kpps) {{ {A} {B} }} stream y(gap=1ms, burst=5) {{ {C} }}",
}


@pytest.fixture(name="link")
def fixture_link():
    with Net() as net:
        a, b = net.pair(queues=2)
        open_far(b)
        yield a, b


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", SCRIPTS)
def test_the_same_packets_on_every_engine(link, tmp_path, engine, workers, kind):
    a, b = link
    rx = receiver(b)
    report = generate(a, "-n", "1234", "-P", workers, "-E", "7", SCRIPTS[kind], engine=engine)
    got, want = take(rx), file_of(a, tmp_path, SCRIPTS[kind], 1234)
    assert report["packets"] == 1234 == len(got)
    assert sorted(got) == sorted(want)
    streams = collections.Counter()
    for s in report["streams"]:
        streams[s.get("stream", "")] += s["made_packets"]
    count = collections.Counter("x" if p[14:15] in b"ab" else "y" for p in want)
    assert sorted(streams.values()) == sorted(count.values())


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_script_of_many_changing_packets_in_the_kernel(link, tmp_path, workers):
    """More than one eBPF program holds, checksums over all of a long packet among them."""
    a, b = link
    rx = receiver(b)
    many = "".join(f"{{ {ETH}, ip4(sa=drnd(), id=dinc()), udp(sport=dinc(1, {i + 2})), drnd(9) }}"
                   for i in range(700)) + f"{{ {ETH}, ip4(sa=10.0.0.9), sctp(sport=dinc()), fill(1, 1400) }}"
    script = tmp_path / "many.cfg"
    script.write_text(many)
    report = generate(a, "-n", "1500", "-P", workers, "-E", "7", "-i", str(script))
    got, want = take(rx), file_of(a, tmp_path, many, 1500)
    assert report["engine"] == "live" and report["packets"] == 1500 == len(got)
    assert sorted(got) == sorted(want)


@pytest.mark.parametrize("engine", ENGINES)
def test_rates_of_streams_are_kept(link, engine):
    a, _ = link
    script = f"stream x(rate=20kpps) {{ {A} }} stream y(rate=5kpps, burst=10) {{ {B} }}"
    report = generate(a, "-P", "2", "-n", "25000", script, engine=engine)
    assert [s["made_packets"] for s in report["streams"]] == [20000, 5000]
    assert 0.9 < report["seconds"] < 30


def test_time_stamps(tmp_path):
    """In a file streams have the moments that they ask for."""
    with Net() as net:
        host = net.host("h")
        path = tmp_path / "y.pcap"
        script = f"stream x(rate=1kpps) {{ {A} }} stream y(gap=10ms, burst=3) {{ {B} }}"
        host.run([program("trafgen"), "-o", str(path), "-n", "260", script], check=0)
        records = records_of(path)
        start = records[0][0]
        for kind, burst, gap in ((b"a", 1, 1000), (b"b", 3, 10000)):
            times = [t - start for t, p in records if p[14:15] == kind]
            assert len(times) > 50
            for i, t in enumerate(times):
                assert abs(t - i // burst * gap) <= 1
        kinds = b"".join(p[14:15] for p in packets_of(path))
        assert kinds.startswith(b"abbbaaaaaaaaaabbba")


@pytest.mark.parametrize("script, args, words", [
    ("stream x { }", [], ":1:12: stream x has no packet"),
    ("stream { { 1 } }", [], "expected the name of the stream, not '{'"),
    ("stream x { { 1 }", [], "expected '}' at the end of the stream"),
    ("stream x(speed=3) { { 1 } }", [], "expected weight, burst, count, rate or gap"),
    ("stream x(rate=10) { { 1 } }", [], "rate: 10 of what? say 10pps"),
    ("stream x(rate=fast) { { 1 } }", [], "expected a rate such as 10kpps"),
    ("stream x(rate=1kpps, gap=1ms) { { 1 } }", [], "give one"),
    ("stream x(weight=0) { { 1 } }", [], "a weight is 1 to"),
    ("stream x(burst=2 weight=1) { { 1 } }", [], "expected ',' between attributes"),
    ("stream x { { 1 } } stream x { { 2 } }", [], "there is a stream x already"),
    ("stream x { cpu(0): { 1 } }", [], "cpu() in a script with streams"),
    ("stream x(rate=1kpps) { { 1 } } { 2 }", [], "packets outside of streams"),
    ("stream x(rate=1kpps) { { 1 } }", ["-b", "2kpps"], "a rate of its own"),
])
def test_what_cannot_be_is_one_sentence(tmp_path, script, args, words):
    with Net() as net:
        p = net.host("h").run([program("trafgen"), "-o", str(tmp_path / "x.pcap"), "-n", "1", *args,
                               script], check=1)
        assert words in p.err.decode()
        assert len(p.err.decode().splitlines()) == 1


def test_what_the_kernel_cannot_is_left_to_another_engine(link):
    """Random order within several streams is refused by one engine, and auto takes the next."""
    a, _ = link
    words = "random order within streams"
    assert words in refusal(a, "-r", "-n", "10", SCRIPTS["weights"])
    report = generate(a, "-r", "-n", "30000", SCRIPTS["weights"], engine="auto")
    assert report["engine"] == "mmsg" and words in report["engine_reason"]
    assert report["packets"] == 30000
