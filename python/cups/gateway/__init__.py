"""One port for page, REST and WebSocket; connections, their outboxes, and the live protocol."""
