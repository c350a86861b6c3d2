"""Answers: checked by independent code, with status, bound and gap."""
