"""Words and facts that ship with the platform: agreements, guidelines, the listener training, helplines, topics, names.

Data only. In `helplines.json`, `verified` is the date of a page that states the service's number, never the date on which
somebody copied it, and null where no dated page has been seen; pairs name each other. A country code is ISO 3166-1.
"""
