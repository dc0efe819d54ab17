"""The far end of a row's network: takes every connection and holds it, and asks the row's web server for pages.

Ends with the process whose id is given. A line "GET path port" on port 9 asks for that page and holds the connection.
"""

import os
import selectors
import socket
import sys

SERVER = "10.20.0.10"
PORTS = [9, 80, 443, 3333, 4444, 6667, 8443, 14444]

row = os.pidfd_open(int(sys.argv[1]))
watched = selectors.DefaultSelector()
watched.register(row, selectors.EVENT_READ, "row")
held = []
for port in PORTS:
    listener = socket.create_server(("0.0.0.0", port), backlog=16)
    watched.register(listener, selectors.EVENT_READ, "ask" if port == 9 else "hold")
while True:
    for key, _ in watched.select():
        if key.data == "row":
            sys.exit()
        peer, _ = key.fileobj.accept()
        held.append(peer)
        if key.data == "ask":
            verb, path, port = peer.makefile().readline().split()
            page = socket.create_connection((SERVER, int(port)), timeout=10, source_address=("203.0.113.77", 0))
            page.sendall(f"{verb} {path} HTTP/1.1\r\nHost: web1\r\n\r\n".encode())
            held.append(page)
            held.remove(peer)
            peer.close()
