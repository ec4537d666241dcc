"""`cups doctor`: looks over a set-up and says in plain words what is wrong with it and what to do. It changes nothing, and may run beside the server."""
