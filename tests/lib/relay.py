# SPDX-License-Identifier: GPL-2.0-or-later
"""A relay of UDP datagrams for one client: loses, doubles and reorders some of them, by chance of a
fixed seed; reads them one by one, as a network card without offloads would."""
import contextlib
import random
import select
import socket
import struct
import threading

UDP_GRO = 104


class Breaker:
    """A relay that spoils bursts: of datagrams that come as one (UDP_GRO), as they do over veth when
    their sender handed them over together, all but the first have a wrong byte."""

    def __init__(self, host, here, there):
        self.front, self.back = (host.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        self.front.bind(here)
        self.back.connect(there)
        for s in (self.front, self.back):
            s.setsockopt(socket.IPPROTO_UDP, UDP_GRO, 1)
            s.setsockopt(socket.SOL_SOCKET, 33, 1 << 23)  # SO_RCVBUFFORCE
            s.setblocking(False)
        self.client, self.spoilt, self.stopped = None, 0, False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _one(self, s):
        data, control, _, where = s.recvmsg(65536, 100)
        piece = struct.unpack("i", control[0][2])[0] if control else len(data)
        if s is self.front:
            self.client = where
        for at in range(0, len(data), max(piece, 1)):
            d = bytearray(data[at:at + piece])
            if at:
                d[-1] ^= 1
                self.spoilt += 1
            if s is self.front:
                self.back.send(d)
            else:
                self.front.sendto(d, self.client)

    def _run(self):
        while not self.stopped:
            for s in select.select([self.front, self.back], [], [], 0.05)[0]:
                with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
                    for _ in range(64):
                        self._one(s)

    def close(self):
        self.stopped = True
        self.thread.join()
        self.front.close()
        self.back.close()


class Relay:
    """Between (host's) 'here' and the server 'there'; shares of each kind."""

    def __init__(self, host, here, there, lose=0.01, double=0.02, late=0.05):
        self.front = host.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.front.bind(here)
        self.back = host.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.back.connect(there)
        for s in (self.front, self.back):
            s.setsockopt(socket.SOL_SOCKET, 33, 1 << 23)  # SO_RCVBUFFORCE
            s.setblocking(False)
        self.odds, self.random = (lose, double, late), random.Random(1)
        self.client, self.held, self.stopped = None, [], False
        self.n = dict.fromkeys(("lost", "doubled", "late"), 0)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _pass(self, send, data):
        lose, double, late = self.odds
        x = self.random.random()
        if x < lose:
            self.n["lost"] += 1
        elif x < lose + late:
            self.n["late"] += 1
            self.held.append((send, data))
        else:
            send(data)
            if x > 1 - double:
                self.n["doubled"] += 1
                send(data)
        if self.held and (len(self.held) > 8 or self.random.random() < 0.2):
            other, data = self.held.pop(0)
            other(data)

    def _run(self):
        while not self.stopped:
            ready, _, _ = select.select([self.front, self.back], [], [], 0.05)
            for s in ready:
                try:
                    for _ in range(64):
                        data, where = s.recvfrom(65536)
                        if s is self.front:
                            self.client = where
                        self._pass(self.back.send if s is self.front else
                                   lambda d: self.front.sendto(d, self.client), data)
                except (BlockingIOError, ConnectionRefusedError):
                    pass

    def close(self):
        self.stopped = True
        self.thread.join()
        self.front.close()
        self.back.close()
