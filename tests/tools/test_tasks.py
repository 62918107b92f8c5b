"""The commands of a fresh machine: a port that somebody has is passed over."""

from __future__ import annotations

import socket

from tools import tasks


def test_a_port_that_is_taken_is_passed_over():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        found = tasks._free_port(taken)
        assert taken < found < taken + 100
        with socket.socket() as ours:
            ours.bind(("127.0.0.1", found))
