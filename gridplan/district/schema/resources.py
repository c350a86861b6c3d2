"""Columns that no plan needs but a rule of policy asks for: services, staff, visits, shares.

A layer that lacks them is complete; the findings name the column that would answer a rule.
"""

from __future__ import annotations

from gridplan.district.schema.field import Field
from gridplan.district.schema.vocabulary import ANSWERS, OWNERSHIPS, SITE_STATES


def _count(name: str, *aliases: str, unit: str = "count") -> Field:
    return Field(name, "number", aliases, lower=0, unit=unit, extra=True)


def _answer(name: str, *aliases: str) -> Field:
    # A word, not an answer: an empty cell means that nobody said, which is not "no".
    return Field(name, "word", aliases, words=ANSWERS, extra=True)


UNIT_FIELDS = (
    _count("managed_patients", "健康管理人数", "慢病管理人数", unit="persons"),
    _count("signed_residents", "签约居民", "签约人数", "家庭医生签约人数", unit="persons"),
)

SUBDISTRICT_FIELDS = (
    _count("visits", "总诊疗人次", "居民总就诊人次"),
    _count("visits_inside", "区域内就诊人次", "区内就诊人次", "县域内就诊人次"),
    _count("visits_primary", "基层就诊人次", "基层诊疗人次"),
    _count("admissions", "住院人次", "居民住院人次"),
    _count("admissions_inside", "县域内住院人次", "区内住院人次"),
    _count("key_residents", "重点人群", "重点人群人数", unit="persons"),
    _count("key_residents_signed", "重点人群签约人数", unit="persons"),
    _count("services_year", "年服务数量目标", "年服务目标"),
)

HOSPITAL_FIELDS = (
    _answer("continuing_care", "接续性医疗服务", "提供接续性医疗服务"),
    Field(
        "campus_of", "text", ("所属医院", "院区所属", "院区所属医院", "主院", "总院"), extra=True
    ),
    Field(
        "recognised_as",
        "word",
        ("认定举办主体", "认定为", "视同举办主体"),
        words=OWNERSHIPS,
        extra=True,
    ),
    Field("recognised_number", "text", ("认定文号", "认定文件文号"), extra=True),
    Field("recognised_on", "text", ("认定日期", "认定文件日期"), extra=True),
    Field("serves", "text", ("服务的网格", "跨网格服务对象"), extra=True),
    _answer("lead_agreement", "牵头协议", "是否有牵头协议"),
    _answer("cross_grid", "跨网格服务", "是否跨网格服务"),
    _answer("shared_imaging", "医学影像中心", "影像中心"),
    _answer("shared_laboratory", "医学检验中心", "检验中心"),
    _answer("shared_ecg", "心电诊断中心", "心电中心"),
    _answer("shared_pathology", "病理诊断中心", "病理中心"),
    _answer("shared_sterile", "消毒供应中心"),
    _answer("recommended_standard", "达到国家推荐标准", "推荐标准"),
    _count("outpatient_slots", "门诊号源", "门诊号源数"),
    _count("outpatient_slots_down", "下沉门诊号源", "下沉号源"),
    _count("expert_slots", "专家号源", "专家号源数"),
    _count("expert_slots_down", "下沉专家号源", "家庭医生专家号源"),
    _count("examinations", "预约检查", "预约检查数"),
    _count("examinations_down", "下沉预约检查", "家庭医生预约检查"),
    _count("beds_down", "下沉床位", "下沉床位数", unit="beds"),
    _count("staff", "医务人员", "卫生技术人员", "医务人员数", unit="persons"),
    _count("staff_sent", "下派人员", "下派医务人员", unit="persons"),
)

_AREA = _count("floor_area", "业务用房面积", "建筑面积", unit="square-metres")

SITE_FIELDS = (
    _count("cost_open", "开办费用", "新设费用", "建设费用", "开办费用(万元)", unit="wan-yuan"),
    _count("cost_close", "关闭费用", "关闭费用(万元)", unit="wan-yuan"),
    _count("cost_per_place", "每人扩容费用", "每人扩容费用(万元)", unit="wan-yuan"),
    _count("capacity_max", "最大服务能力", "扩容后服务能力", "扩容上限", unit="persons"),
    Field("ready", "number", ("可用年份", "交付年份"), lower=1900, upper=2200, extra=True),
    Field("origin", "text", ("用房来源", "来源方式"), extra=True),
    Field("status", "word", ("状态", "点位状态", "可用状态"), words=SITE_STATES, extra=True),
    Field("status_reason", "text", ("状态原因", "否决原因", "状态说明"), extra=True),
)
"""Of candidates and of centers that exist: money, size, and whether the premises can be had."""

CANDIDATE_FIELDS = (*SITE_FIELDS, _AREA)

CENTER_FIELDS = (
    *SITE_FIELDS,
    Field("host", "text", ("举办医院", "举办单位", "主办医院"), extra=True),
    _count("daily_visits", "日门诊量", "日均门诊量", "日诊疗人次"),
    _count("gps", "全科医生", "全科医生数", unit="persons"),
    _count("public_health_doctors", "公卫医生", "公共卫生医师", unit="persons"),
    _count("nurses", "护士", "护士数", "注册护士", unit="persons"),
    _AREA,
    _count("observation_beds", "观察床", "观察床位", unit="beds"),
    _count("inpatient_beds", "住院床位", "病床数", unit="beds"),
    _count("diseases", "可收治病种", "病种数"),
    _count("feature_departments", "特色科室", "特色科室数"),
)
