"""A progress bar for notebook and terminal."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from tqdm import tqdm

from gridplan.planning.plan import Tell


class Bar:
    """
    Shows the stages of a plan, one bar each, while it is entered.

    Parameters
    ----------
    progress
        True shows bars on stderr; a function is told instead of them; None and False say nothing.
    """

    def __init__(self, progress: Tell | bool | None) -> None:
        self._shown = progress is True
        self._tell: Tell | None = progress if callable(progress) else None
        self._bar: tqdm[Any] | None = None
        self._stage = ""

    def __enter__(self) -> Tell | None:
        return self._step if self._shown else self._tell

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close(done=kind is None)

    def _step(self, stage: str, progress: Any) -> None:  # noqa: ANN401  # an engine's Progress
        if stage != self._stage or self._bar is None:
            self._close(done=True)
            self._stage = stage
            layout = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}{postfix}"
            self._bar = tqdm(total=1.0, desc=stage, bar_format=layout)
        self._bar.n = max(self._bar.n, min(1.0, float(progress.fraction)))
        if progress.gap is not None:
            self._bar.set_postfix_str(f"gap {100 * progress.gap:.2f} %", refresh=False)
        self._bar.refresh()

    def _close(self, *, done: bool) -> None:
        if self._bar is not None:
            self._bar.n = 1.0 if done else self._bar.n
            self._bar.refresh()
            self._bar.close()
            self._bar = None
