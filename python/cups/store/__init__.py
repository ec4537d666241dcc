"""Where things last: the database seam, the bus of news, and the tables' common ground."""
