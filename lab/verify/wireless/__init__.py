"""Wireless LAN as the suites see it: one time of listening for all that is read from the air, and attempts to get in."""
