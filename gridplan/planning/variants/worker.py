"""Plan variants in a process of its own: orders come in, a plan or a refusal goes out for each."""

from __future__ import annotations

import os
import pickle
import sys

from gridplan.planning.variants.elsewhere import answer


def main() -> None:
    """Read pickled orders, write what came of each; whatever prints meanwhile goes to stderr."""
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)
        while True:
            try:
                order = pickle.load(sys.stdin.buffer)
            except EOFError:  # nobody wants any more
                return
            pickle.dump(answer(order), out)
            out.flush()


if __name__ == "__main__":
    main()
