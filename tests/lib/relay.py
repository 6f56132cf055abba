# SPDX-License-Identifier: GPL-2.0-or-later
"""A box in a link: frames that come at device 'a' leave by 'b' and the other way round, later, or not
at all. Runs as a program in a namespace of its own: relay.py JSON, with

  delay_ms     that long on the way, in each direction
  lose         of 1000 frames towards b, so many at random (seed) are lost

Prints "ready" when it takes frames."""
import heapq
import itertools
import json
import random
import select
import socket
import sys
import time

ETH_P_ALL = 3
SOL_PACKET, PACKET_IGNORE_OUTGOING = 263, 23


def port(device):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    s.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
    s.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)  # SO_RCVBUFFORCE
    s.bind((device, ETH_P_ALL))
    s.setblocking(False)
    return s


class Relay:
    def __init__(self, how):
        self.how = how
        self.a, self.b = port("a"), port("b")
        self.delay = how.get("delay_ms", 0) / 1000
        self.random = random.Random(how.get("seed", 1))
        self.waiting, self.number = [], itertools.count()

    def send_later(self, to, frame, now):
        heapq.heappush(self.waiting, (now + self.delay, next(self.number), to, frame))

    def take(self, frm, to):
        while True:
            try:
                frame = frm.recv(65536)
            except BlockingIOError:
                return
            if to is self.b and self.random.randrange(1000) < self.how.get("lose", 0):
                continue
            self.send_later(to, frame, time.monotonic())

    def send_due(self):
        while self.waiting and self.waiting[0][0] <= time.monotonic():
            _, _, to, frame = heapq.heappop(self.waiting)
            try:
                to.send(frame)
            except OSError:
                pass  # a device that is down loses frames

    def run(self):
        print("ready", flush=True)
        while True:
            left = self.waiting[0][0] - time.monotonic() if self.waiting else None
            ready, _, _ = select.select([self.a, self.b], [], [],
                                        None if left is None else max(left, 0))
            for s in ready:
                self.take(s, self.b if s is self.a else self.a)
            self.send_due()


if __name__ == "__main__":
    Relay(json.loads(sys.argv[1])).run()
