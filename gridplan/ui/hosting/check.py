"""Whether a server is well: ``python -m gridplan.ui.hosting.check [URL]`` ends with 0 if it is.

For the health check of a container or of a service manager: the server must answer, and its folder
must take a file.
"""

from __future__ import annotations

import sys
import tempfile
import urllib.error
import urllib.request

from gridplan.ui.hosting.person import place

URL = "http://127.0.0.1:8501"
_PATIENCE = 5.0  # seconds


def ailments(url: str = URL) -> list[str]:
    """
    Say what is wrong with a server, in the words of its log; empty where nothing is.

    Parameters
    ----------
    url
        Where it listens, with the base path if it has one.
    """
    found = []
    if not url.startswith(("http://", "https://")):
        return [f"not an address of a server: {url}"]
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/_stcore/health", timeout=_PATIENCE) as told:
            if told.status != 200:
                found.append(f"the server answers {told.status}")
    except (urllib.error.URLError, OSError) as error:
        found.append(f"the server does not answer: {error}")
    try:
        place().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place()) as file:
            file.write(b"well")
    except OSError as error:
        found.append(f"its folder takes no file: {error}")
    return found


if __name__ == "__main__":
    wrong = ailments(*sys.argv[1:2])
    print("\n".join(wrong) or "well")
    sys.exit(bool(wrong))
