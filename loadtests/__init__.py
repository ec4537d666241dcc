"""Load tests: people who behave as real ones do, by the hundred, against a running server (`make load`).

Importing this package puts gevent in the place of threads and sockets for the whole process: run it as one of its own.
"""

import locust  # noqa: F401
