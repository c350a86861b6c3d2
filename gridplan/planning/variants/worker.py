"""Plan one variant in a process of its own: an order comes in, a plan or a refusal goes out."""

from __future__ import annotations

import os
import pickle
import sys

from gridplan.planning.variants.elsewhere import answer


def main() -> None:
    """Read a pickled order, write what came of it; whatever prints meanwhile goes to stderr."""
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)
        out.write(pickle.dumps(answer(pickle.load(sys.stdin.buffer))))


if __name__ == "__main__":
    main()
