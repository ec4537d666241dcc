"""Letters by e-mail: written in the transaction of the act, sent by a steady loop, forgotten once sent."""
