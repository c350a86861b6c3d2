"""Headers that mean a field beside those of the district's schema: in intakes, and in pinyin."""

from __future__ import annotations

EXTRA: dict[str, dict[str, tuple[str, ...]]] = {
    "units": {
        "code": ("行政区划代码", "区划代码", "统计用区划代码", "adcode", "gbcode", "pac"),
        "wkt": ("wkt", "geometry", "the_geom", "geom", "几何"),
        "h3": ("h3", "h3index", "hex", "hexid", "h3id"),
        "density": ("人口密度", "density", "popdensity", "人每平方公里", "人/平方公里"),
    },
    "places": {
        "wkt": ("wkt", "geometry", "the_geom", "geom", "几何"),
        "type": (
            "type",
            "typename",
            "poitype",
            "类型",
            "poi类型",
            "分类",
            "大类",
            "中类",
            "小类",
            "typecode",
        ),
        "address": ("地址", "详细地址", "address", "addr"),
    },
}
"""Columns that only an intake asks for, beside those of the district's schema."""

PINYIN: dict[str, tuple[str, ...]] = {
    "population": ("demand", "renkou", "changzhurenkou", "rks", "czrk", "zrk", "rk"),
    "population_65": ("laonianrenkou", "lnrk", "rk65"),
    "community": ("shequ", "sq", "cun", "juweihui"),
    "subdistrict": ("jiedao", "jd", "xiangzhen", "jiedaomingcheng", "zhen"),
    "name": ("mingcheng", "mc", "yiyuan", "jigoumingcheng"),
    "level": ("dengji", "jibie"),
    "beds": ("chuangwei", "cws"),
    "lon": ("jingdu", "jd84"),
    "lat": ("weidu", "wd84"),
    "code": ("daima", "bianma", "xzqdm", "xzqhdm"),
}
"""Headers written in pinyin, whole or by initials."""
