"""Answers on a port after some seconds. `answers_after.py PORT SECONDS`; the greeting is `SAYS`."""

import os
import socket
import sys
import time

time.sleep(float(sys.argv[2]))
with socket.socket() as listener:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", int(sys.argv[1])))
    listener.listen()
    while True:
        client, _ = listener.accept()
        with client:
            client.sendall(os.environ.get("SAYS", "hello").encode())
