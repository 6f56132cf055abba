# SPDX-License-Identifier: GPL-2.0-or-later
"""astrace --report: loss that goes on behind a link, and a router that answers some probes only."""
from lib.net import Net
from lib.topo import Chain, sysctls, trace
from lib.where import program

N = 6


def test_loss_is_told_from_a_rate_limit():
    with Net() as net:
        c = Chain(net, N, limits=False, silent=(5,), relay=(3, {"lose": 250, "seed": 11}))
        sysctls(c.nodes[2], net__ipv4__icmp_ratelimit=1000)
        r, = trace(c.src, "--udp", "-q", "9", "--report", "120", "--interval", "10ms", c.target())
        text = bytes(c.src.run([program("astrace"), "--udp", "-q", "9", "--report", "60", "--interval",
                                "10ms", c.target()], check=0).out).decode()
    rows = {h["ttl"]: h for h in r["report"]["hops"]}
    assert r["report"]["cycles"] == 120 and all(h["sent"] == 120 for h in rows.values())
    assert [rows[k]["missing"] for k in range(1, N + 2)] == [
        "none", "rate limit", "none", "loss", "silent", "loss", "loss"]
    assert rows[2]["confidence"] > 0.99
    assert 60 < rows[4]["received"] < 115
    assert all(0 < h["best_ms"] <= h["average_ms"] <= h["worst_ms"] for h in rows.values()
               if h["received"])
    assert "rate limit, " in text and " % sure" in text and "silent" in text
