"""Answers: checked by independent code, measured, certified, or refused with a reason."""
