"""The door for the browser: ``streamlit run app.py``, or ``make app``."""

from __future__ import annotations

from pathlib import Path

from gridplan.ui.page import page

if __name__ == "__main__":
    page(Path(__file__).parent / "data")
