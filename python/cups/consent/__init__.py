"""Whether a young person may talk with others: how that is established in their country, and a parent's consent by letters."""
