"""What the tests stand on: a real server in a process of its own, and clients that speak to it as anyone's would."""
