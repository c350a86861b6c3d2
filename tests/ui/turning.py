"""From page to page without a browser."""

from streamlit.util import calc_hash


def go(at, address):
    """Go to a page as a click in the menu does."""
    at._page_hash = calc_hash(address)
    return at.run()
