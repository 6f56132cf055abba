# SPDX-License-Identifier: GPL-2.0-or-later
"""A host that answers: answerer.py PORT... TCP connections get a line for what they send first, UDP
datagrams are sent back. Both families. Prints "ready"."""
import selectors
import socket
import sys


def listening(kind, port):
    s = socket.socket(socket.AF_INET6, kind)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind(("::", port))
    s.setblocking(False)
    if kind == socket.SOCK_STREAM:
        s.listen(128)
    return s


def on_data(s, sel):
    try:
        data = s.recv(65536)
        if data:
            s.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")
            return
    except OSError:
        pass
    sel.unregister(s)
    s.close()


def on_connection(s, sel):
    c, _ = s.accept()
    c.setblocking(False)
    sel.register(c, selectors.EVENT_READ, on_data)


def on_datagram(s, _sel):
    s.sendto(*s.recvfrom(65536))


def main(ports):
    sel = selectors.DefaultSelector()
    for p in ports:
        sel.register(listening(socket.SOCK_STREAM, p), selectors.EVENT_READ, on_connection)
        sel.register(listening(socket.SOCK_DGRAM, p), selectors.EVENT_READ, on_datagram)
    print("ready", flush=True)
    while True:
        for key, _ in sel.select():
            try:
                key.data(key.fileobj, sel)
            except OSError:
                pass  # the peer is gone already


if __name__ == "__main__":
    main([int(p) for p in sys.argv[1:]])
