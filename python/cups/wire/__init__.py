"""Every body and frame that crosses a socket, as msgspec structs: the only definition there is.

OpenAPI, JSON Schema, AsyncAPI and the page's TypeScript types are generated from these (`python -m cups.wire.generate`).
Unknown fields are refused everywhere, so that nobody can assign what they may not. All times are integers:
milliseconds since the epoch, UTC. People are known by their name alone; no account id leaves the server.
"""
