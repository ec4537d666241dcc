"""Benchmarks of the server against its peers, on server CPU: `make bench`, or `make bench CASE=room`.

The server under test runs on core 0 and the load client (`client/`, Rust) on core 1. Peers take turns, each repeat is a pair with
ours, and what is compared is the server's own CPU time (user and system, all threads) over a measured window after a warm-up.
Imported as `bench`, with `loadtests/` on the path: the package above it gives threads and sockets to gevent.
"""
