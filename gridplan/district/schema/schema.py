"""What the layers of a district folder must hold, written once.

:data:`LAYERS` is the only definition. :func:`gridplan.district.schema.headers.pandera_schema` turns
it into the schema that validates a layer, :mod:`gridplan.district.pages.page` into the page
``docs/district-folder.md``, so that the two cannot part.
"""

from __future__ import annotations

from gridplan.district.schema.field import Field, LayerSchema
from gridplan.district.schema.labels import with_labels
from gridplan.district.schema.resources import (
    CANDIDATE_FIELDS,
    CENTER_FIELDS,
    HOSPITAL_FIELDS,
    SUBDISTRICT_FIELDS,
    UNIT_FIELDS,
)
from gridplan.district.schema.vocabulary import (
    BARRIERS,
    CLASSES,
    KINDS,
    LEVELS,
    OWNERSHIPS,
)

NAMES = (
    "名称",
    "机构名称",
    "医院名称",
    "中心名称",
    "社康名称",
    "社康中心名称",
    "机构",
    "医院",
    "全称",
)
ENGLISH = ("英文名称", "英文名", "english name")
SUBDISTRICT = ("街道", "街道(镇)", "街道名称", "镇街", "街镇", "乡镇", "镇", "街道镇", "street")
COMMUNITY = ("社区", "社区名称", "居委会", "社区(村)", "村居", "社区居委会")
CODES = ("编号", "编码", "代码", "序号", "id", "code", "objectid", "fid")
PERSONS = ("人口", "常住人口", "人口数", "总人口", "常住人口数", "pop", "residents", "人数")

ROAD_CLASS = ("highway", "fclass", "道路等级", "等级", "道路类型", "类型", "rclass", "type")
ROAD_USES = {
    "foot": ("步行",),
    "access": ("通行",),
    "motor_vehicle": ("机动车",),
    "junction": (),
    "bridge": ("桥梁", "桥"),
    "tunnel": ("隧道",),
    "layer": ("层", "level"),
}
"""Who may use a road and on which level it runs, as OpenStreetMap's keys say it."""

LAYERS: dict[str, LayerSchema] = {
    schema.layer: with_labels(schema)
    for schema in (
        LayerSchema(
            "units",
            "area",
            (
                Field(
                    "unit",
                    "id",
                    ("单元", "单元编号", "基本单元", "格网编号", "网格编号", *CODES),
                    unique=True,
                ),
                Field("population", "number", PERSONS, required=True, lower=0, unit="persons"),
                Field(
                    "population_65",
                    "number",
                    (
                        "65岁以上",
                        "65岁及以上",
                        "65岁以上人口",
                        "65岁及以上人口",
                        "老年人口",
                        "pop65",
                        "65+",
                    ),
                    lower=0,
                    unit="persons",
                ),
                Field("community", "text", COMMUNITY),
                Field("subdistrict", "text", SUBDISTRICT),
                *UNIT_FIELDS,
            ),
            required=True,
        ),
        LayerSchema(
            "subdistricts",
            "area",
            (
                Field(
                    "subdistrict",
                    "text",
                    (*SUBDISTRICT, "name", *NAMES),
                    required=True,
                    unique=True,
                ),
                Field("name_en", "text", ENGLISH),
                Field("population", "number", PERSONS, lower=0, unit="persons"),
                *SUBDISTRICT_FIELDS,
            ),
        ),
        LayerSchema(
            "hospitals",
            "point",
            (
                Field("hospital", "id", ("医院编号", "机构编号", "机构代码", *CODES), unique=True),
                Field("name", "text", NAMES, required=True),
                Field("name_en", "text", ENGLISH),
                Field(
                    "level",
                    "word",
                    ("等级", "级别", "医院等级", "医院级别", "grade"),
                    required=True,
                    words=LEVELS,
                    blank="ungraded",
                ),
                Field(
                    "kind", "word", ("类别", "医院类别", "类型", "机构类别", "type"), words=KINDS
                ),
                Field(
                    "ownership",
                    "word",
                    ("举办主体", "性质", "隶属", "隶属关系", "主办单位", "owner"),
                    words=OWNERSHIPS,
                ),
                Field(
                    "beds",
                    "number",
                    ("床位", "床位数", "编制床位", "开放床位"),
                    lower=0,
                    unit="beds",
                ),
                Field(
                    "eligible",
                    "answer",
                    ("是否可牵头", "可牵头", "牵头", "可否牵头", "eligible lead", "can lead"),
                ),
                *HOSPITAL_FIELDS,
            ),
        ),
        LayerSchema(
            "centers",
            "point",
            (
                Field("center", "id", ("中心编号", "机构编号", "机构代码", *CODES), unique=True),
                Field("name", "text", NAMES, required=True),
                Field("name_en", "text", ENGLISH),
                Field("class", "word", ("类别", "级别", "等级", "社康类别", "type"), words=CLASSES),
                Field(
                    "capacity",
                    "number",
                    ("能力", "服务能力", "容量", "服务人口上限"),
                    lower=0,
                    unit="persons",
                ),
                *CENTER_FIELDS,
            ),
        ),
        LayerSchema(
            "candidates",
            "point",
            (
                Field("candidate", "id", ("候选点", "候选点编号", *CODES), unique=True),
                Field(
                    "capacity",
                    "number",
                    ("能力", "服务能力", "容量", "服务人口上限"),
                    lower=0,
                    unit="persons",
                ),
                Field("community", "text", COMMUNITY),
                *CANDIDATE_FIELDS,
            ),
        ),
        LayerSchema(
            "stations",
            "point",
            (
                Field("station", "id", ("站点编号", "卫生站编号", "机构编号", *CODES), unique=True),
                Field("name", "text", (*NAMES, "卫生站", "村卫生站", "卫生站名称"), required=True),
                Field("name_en", "text", ENGLISH),
            ),
        ),
        LayerSchema(
            "outside_centers",
            "point",
            (
                Field("center", "id", ("中心编号", "机构编号", "机构代码", *CODES), unique=True),
                Field("name", "text", NAMES, required=True),
                Field("name_en", "text", ENGLISH),
            ),
        ),
        LayerSchema(
            "roads",
            "line",
            (
                Field("road", "id", ("道路编号", *CODES), unique=True),
                Field("class", "text", ROAD_CLASS),
                Field("name", "text", ("道路名称", "路名", "名称")),
                Field("oneway", "text", ("单行", "单行线", "单向")),
                Field("speed_kmh", "number", ("限速", "车速", "maxspeed"), lower=0, unit="kmh"),
                *(Field(name, "text", aliases) for name, aliases in ROAD_USES.items()),
            ),
        ),
        LayerSchema(
            "barriers",
            "line",
            (
                Field("barrier", "id", ("障碍编号", *CODES), unique=True),
                Field(
                    "kind",
                    "word",
                    ("类别", "类型", "障碍类型", "type", "fclass", "waterway", "railway"),
                    required=True,
                    words=BARRIERS,
                ),
                Field("name", "text", ("名称", "河流名称", "线路名称")),
                Field("price", "number", ("穿越代价", "每米代价"), lower=0, unit="person-metres"),
            ),
        ),
    )
}
"""The layers of a district folder, units first."""
