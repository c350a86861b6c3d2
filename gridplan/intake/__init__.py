"""Files as people have them -> a district folder, with a ledger of residents.

The route of a file:

1. :mod:`~gridplan.intake.files` looks at what it is before anything opens it, and reads its rows.
2. :mod:`~gridplan.intake.columns` finds what its columns hold, reads numbers, compares names.
3. :mod:`~gridplan.intake.places` settles where rows lie, cleans areas, reads institutions.
4. :mod:`~gridplan.intake.residents` brings residents onto units without losing one.
5. :mod:`~gridplan.intake.prepare` puts the layers together and writes the folder.

What could be read two ways is a question with a key (:mod:`~gridplan.intake.record.decisions`);
every step that changes rows or residents is a line of the ledger
(:mod:`~gridplan.intake.record.ledger`).
"""
