"""What people can do about what is held of them: have a copy, close the account, be erased. Follows what the tables say they hold."""
