"""Licences of therapists and background checks of listeners: applied for by themselves, recorded by staff, ending by themselves."""
