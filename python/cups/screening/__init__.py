"""Screening: what people write, read for contact details, harm, and signs that somebody is in danger."""
