"""1-to-1 chats: their two people, marks, end, blocking, reports and rating."""
