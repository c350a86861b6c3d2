"""
Travel matrices of several districts -> those of the district they are joined to.

1. Each district's own ways stay, under the names its places have in the joint district. 2. Ways
across the border are in a table of their own, which the list of the batch names: no district's
matrix knows them. 3. A way that neither tells comes to at least the least ``beyond`` of the
districts; where none of them tells one, no way that is needed may be missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from gridplan.batch.across.names import MARK, joined_name
from gridplan.district.district import District
from gridplan.district.files.intake import Intake
from gridplan.district.folder.matrix_file import RawPairs, read_pairs
from gridplan.district.folder.write import quoted
from gridplan.district.manifest.layer_entry import Entry
from gridplan.district.matrix import MATRICES, PLACED, Ends, TravelMatrix
from gridplan.district.schema.labels import DOUBT
from gridplan.errors import InputError, Problem

Names = Mapping[str, frozenset[str]]
DOUBTFUL = "modelled"
"""Label of ways that no district's own matrix vouches for."""
HEADER = ("from", "to")


@dataclass(frozen=True, eq=False)
class JoinedWays:
    """
    One matrix of a joint district.

    Parameters
    ----------
    name
        One of :data:`gridplan.district.matrix.MATRICES`.
    table
        Columns ``from``, ``to`` and the figure, named by what it is measured in.
    entry
        What ``district.toml`` says of it.
    """

    name: str
    table: pd.DataFrame
    entry: str

    @property
    def file(self) -> str:
        """Name of its file."""
        return f"{self.name}.csv"


def joined_ways(
    members: Mapping[str, District],
    across: Mapping[str, Path],
    clashes: Names,
    there: Mapping[str, frozenset[str]],
) -> list[JoinedWays]:
    """
    Put the matrices of several districts together.

    Parameters
    ----------
    members
        The districts, by the name of their folder.
    across
        Table of the ways across the border, by matrix, in the form of a district's own matrix:
        places by their ids, with the folder of their district before them (``440303:u17``) where
        both districts have one of that id.
    clashes
        Names that need their district before them, by layer.
    there
        Ids of the joint district, by layer: ways to what it does not have are left out.

    Returns
    -------
    matrices
        None where neither a district nor ``across`` has one.

    Raises
    ------
    InputError
        ``joined-matrix`` where a district brings a matrix and no table leads across;
        ``joined-matrix-some`` where another brings none; ``joined-matrix-measure`` where they are
        not measured alike; and what is wrong with a table.
    """
    problems: list[Problem] = []
    made = []
    for name in MATRICES:
        own = {home: getattr(one, name) for home, one in members.items()}
        having = {home: matrix for home, matrix in own.items() if matrix is not None}
        if name not in across:
            problems += [
                Problem("joined-matrix", {"value": home, "layer": name}) for home in having
            ]
            continue
        if having and len(having) < len(own):
            lacking = [home for home in own if home not in having]
            problems.append(
                Problem(
                    "joined-matrix-some", {"value": lacking, "layer": name, "having": list(having)}
                )
            )
            continue
        intake = Intake()
        pairs = read_pairs(_entry(name, across[name]), intake)
        problems += intake.problems
        if pairs is not None:
            made.append((name, having, pairs))
    problems += [
        Problem("joined-matrix-measure", {"layer": name, "file": pairs.entry.file})
        for name, having, pairs in made
        if {matrix.measure for matrix in having.values()} - {pairs.measure}
    ]
    if problems:
        raise InputError(problems)
    return [_joined(name, members, pairs, clashes, there) for name, _, pairs in made]


def _entry(name: str, path: Path) -> Entry:
    return Entry(name, path, "", DOUBTFUL, path.name, "", None, "")


def _joined(
    name: str,
    members: Mapping[str, District],
    across: RawPairs,
    clashes: Names,
    there: Mapping[str, frozenset[str]],
) -> JoinedWays:
    tables, beyond, labels, sources = [], [], [], []
    for home, one in members.items():
        matrix: TravelMatrix | None = getattr(one, name)
        if matrix is None:
            continue
        tables.append(_own(matrix, home, clashes, there, across.measure))
        beyond += [] if matrix.beyond is None else [matrix.beyond]
        for source in (source for source in one.layers if source.layer == name):
            labels.append(source.label)
            sources.append(f"{home}: {source.source}")
    known = frozenset().union(*there.values())
    ends = [_called(part, tuple(members), known) for part in (across.origin, across.target)]
    told = dict(zip(HEADER, ends, strict=True)) | {across.measure: across.value}
    tables.append(pd.DataFrame(told).dropna())
    label = max(labels, key=DOUBT.__getitem__) if labels else DOUBTFUL
    lines = [
        f"\n[layers.{name}]",
        f"file = {quoted(f'{name}.csv')}",
        f"label = {quoted(label)}",
        f"source = {quoted('; '.join([*sources, across.entry.file]))}",
        f"measured_in = {quoted(across.measure)}",
        *([f"beyond = {min(beyond):g}"] if beyond else []),
    ]
    return JoinedWays(name, pd.concat(tables, ignore_index=True), "\n".join(lines) + "\n")


def _called(texts: Iterable[str], homes: Sequence[str], known: frozenset[str]) -> list[str]:
    """Call places as the joint district does: with their district before them only if need be."""
    found: dict[str, str] = {}
    for text in dict.fromkeys(texts):
        layer, mark, rest = text.partition(MARK)
        ahead, name = (layer + mark, rest) if layer in PLACED else ("", text)
        home, _, own = name.partition(MARK)
        bare = name not in known and home in homes and own in known
        found[text] = ahead + (own if bare else name)
    return [found[text] for text in texts]


def _own(
    matrix: TravelMatrix, home: str, clashes: Names, there: Mapping[str, frozenset[str]], unit: str
) -> pd.DataFrame:
    """List a district's own ways; those to what the joint district does not have are left out."""
    rows, columns = (list(_labels(ends, home, clashes, there))
                     for ends in (matrix.origins, matrix.targets))  # fmt: skip
    row = np.repeat(np.arange(matrix.cost.shape[0]), np.diff(matrix.cost.indptr))
    ends = np.array(rows, dtype=object)[row], np.array(columns, dtype=object)[matrix.cost.indices]
    table = pd.DataFrame(dict(zip(HEADER, ends, strict=True)))
    return table.assign(**{unit: matrix.cost.data}).dropna()


def _labels(
    ends: Ends, home: str, clashes: Names, there: Mapping[str, frozenset[str]]
) -> Iterator[str | None]:
    for layer, key in zip(ends.layer, ends.id, strict=True):
        name = str(joined_name(key, home, clashes[layer]))
        yield f"{layer}:{name}" if name in there.get(layer, frozenset()) else None
