"""Travel: metres and minutes from residents to hospitals and centers, sparse, by a stated way.

``straight`` lines, ``roads`` of the district, or a ``matrix`` the planner brings; every figure says
which. Distances are kept for the nearest sites or within a limit only.
"""
