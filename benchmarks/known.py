"""Best values published for siting instances, to compare with; the engine never sees them.

OR-Library (pmedopt, pmedcap), Lorena and Senne (SJC), Stefanello, de Araujo and Mueller (ITOR
22(1), 2015) and later solution files re-evaluated (lin, u, rl, pr, fnl, p3038), Kong et al.
(Kaifeng, Zhengzhou, Gongyi).
"""

from __future__ import annotations

_PMED = [
    5819, 4093, 4250, 3034, 1355, 7824, 5631, 4445, 2734, 1255, 7696, 6634, 4374, 2968, 1729,
    8162, 6999, 4809, 2845, 1789, 9138, 8579, 4619, 2961, 1828, 9917, 8307, 4498, 3033, 1989,
    10086, 9297, 4700, 3013, 10400, 9934, 5057, 11060, 9423, 5128,
]  # fmt: skip
_PMEDCAP = [
    713, 740, 751, 651, 664, 778, 787, 820, 715, 829, 1006, 966, 1026, 982, 1091, 954, 1034, 1043,
    1031, 1005,
]  # fmt: skip

KNOWN: dict[tuple[str, int | None], float] = {
    **{(f"pmed{k + 1}", None): float(v) for k, v in enumerate(_PMED)},
    **{(f"cpmp{k + 1:02d}", None): float(v) for k, v in enumerate(_PMEDCAP)},
    ("SJC1", None): 17288.99,
    ("SJC2", None): 33270.94,
    ("SJC3a", None): 45335.16,
    ("SJC3b", None): 40635.90,
    ("SJC4a", None): 61925.51,
    ("SJC4b", None): 52458.02,
    ("lin318_005", None): 180281.21,
    ("lin318_015", None): 88901.56,
    ("lin318_040", None): 47988.38,
    ("lin318_070", None): 32198.64,
    ("lin318_100", None): 22942.69,
    ("u724_030", None): 95034.01,
    ("u724_075", None): 54735.05,
    ("u724_125", None): 38976.77,
    ("u724_200", None): 28079.97,
    ("rl1304_010", None): 2146484.11,
    ("rl1304_300", None): 191224.85,
    ("pr2392_020", None): 2235376.75,
    ("pr2392_075", None): 1092294.03,
    ("pr2392_150", None): 711111.26,
    ("pr2392_300", None): 458145.30,
    ("pr2392_500", None): 316042.98,
    ("p3038_600", None): 122710.59,
    ("p3038_700", None): 109670.53,
    ("p3038_800", None): 100060.06,
    ("p3038_900", None): 92309.53,
    ("p3038_1000", None): 85854.06,
    ("fnl4461_0020", None): 1283536.75,
    ("fnl4461_0100", None): 548909.04,
    ("fnl4461_0250", None): 335888.89,
    ("fnl4461_0500", None): 224662.51,
    ("fnl4461_1000", None): 145862.49,
    ("geo_kf", 18): 589019.6,
    ("geo_kf", 20): 562264.5,
    ("geo_kf", 26): 498859.5,
    ("geo_zz", 48): 3640336.9,
    ("geo_zz", 52): 3443420.1,
    ("geo_zz", 56): 3288316.7,
    ("geo_zz", 60): 3153313.4,
    ("geo_zz", 64): 3059409.7,
    ("geo_gy", 22): 1670208.4,
    ("geo_gy", 24): 1537200.6,
    ("geo_gy", 26): 1459800.1,
    ("geo_gy", 28): 1389821.2,
    ("geo_gy", 30): 1333953.7,
}


def known(name: str, p: int) -> float | None:
    """Return the best value published for an instance, None where there is none."""
    return KNOWN.get((name, None), KNOWN.get((name, p)))


def questions(name: str) -> tuple[int, ...]:
    """Numbers of sites asked of a file that does not name one."""
    return tuple(p for (stem, p) in KNOWN if stem == name and p is not None)
