"""Rows of compressed sparse tables (CSR), in which stored zeros are entries like any other."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy import sparse


def row_of(table: sparse.csr_array) -> np.ndarray:
    """Name the row of each stored entry: ``(entries,)``."""
    return np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))


def only(
    table: sparse.csr_array, keep: np.ndarray, data: np.ndarray | None = None
) -> sparse.csr_array:
    """
    Keep some of the stored entries.

    Parameters
    ----------
    table
        Any table.
    keep
        ``(entries,)`` mask.
    data
        ``(entries,)`` values of all entries; by default their own.
    """
    sizes = np.bincount(row_of(table)[keep], minlength=table.shape[0])
    starts = np.concatenate([[0], np.cumsum(sizes)])
    values = table.data if data is None else data
    return sparse.csr_array((values[keep], table.indices[keep], starts), shape=table.shape)


def pattern(table: sparse.csr_array) -> sparse.csr_array:
    """Put a one where an entry is stored."""
    ones = np.ones(len(table.indices))
    return sparse.csr_array((ones, table.indices, table.indptr), shape=table.shape)


def alike_rows(table: sparse.csr_array, rows: Iterable[int]) -> list[list[int]]:
    """
    Group rows that store the same columns.

    Parameters
    ----------
    table
        With sorted indices.
    rows
        Those to be grouped.

    Returns
    -------
    list
        Rows of each group, in the order in which they were given.
    """
    groups: dict[bytes, list[int]] = {}
    for i in rows:
        columns = table.indices[table.indptr[i] : table.indptr[i + 1]]
        groups.setdefault(columns.tobytes(), []).append(int(i))
    return list(groups.values())


def joined_rows(
    table: sparse.csr_array, group: np.ndarray, *, most: bool = False
) -> sparse.csr_array:
    """
    Join rows into one each: the columns that all of them store, with the sum of their entries.

    Parameters
    ----------
    table
        Any table.
    group
        ``(rows,)`` number of the row that each becomes part of, none left out.
    most
        Whether to give the largest of the entries, not their sum.
    """
    rows, columns = int(group.max(initial=-1)) + 1, table.shape[1]
    pair = group[row_of(table)].astype(np.int64) * columns + table.indices
    found, where, count = np.unique(pair, return_inverse=True, return_counts=True)
    if most:
        values = np.full(len(found), -np.inf)
        np.maximum.at(values, where, table.data)
    else:
        values = np.bincount(where, weights=table.data, minlength=len(found))
    every = count == np.bincount(group, minlength=rows)[found // columns]
    starts = np.bincount(found[every] // columns, minlength=rows)
    return sparse.csr_array(
        (values[every], found[every] % columns, np.concatenate([[0], np.cumsum(starts)])),
        shape=(rows, columns),
    )
