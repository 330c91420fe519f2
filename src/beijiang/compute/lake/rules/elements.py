"""The standard data elements (数据元) that every lake knows, named after public-security practice.

Codes follow the convention of short names made of pinyin initials (公民身份号码 → GMSFHM) that public-security data
elements use; numbers of GA/T 543 are not repeated here, for its text is sold and was not at hand. A lake may register
more, or others under the same codes (`define_element`), which then stand in their place.
"""

from __future__ import annotations

from beijiang.kernel.words import Words

from ..types import Element

COLUMN_NAMES: dict[str, str] = {}
"""Element code → what a column that holds it is called unless somebody says otherwise."""


def _element(
    code: str,
    zh: str,
    en: str,
    column: str,
    type_: str = "text",
    length: int | None = None,
    *aliases: str,
    check: str = "",
    subject: str | None = None,
    mask: str = "none",
    codes: tuple[str, ...] = (),
) -> Element:
    COLUMN_NAMES[code] = column
    return Element(code, Words(zh, en), type_, length, codes, "in_force", False, check, subject, mask, aliases)


_SEX = ("0", "1", "2", "9", "男", "女", "未知", "未说明")

STANDARD: tuple[Element, ...] = (
    _element("GMSFHM", "公民身份号码", "Identity number", "id_number", "text", 18, "身份证号", "身份证号码", "身份证", "证件号", "证件号码",
             "身份号码", "sfzh", "sfzhm", "zjhm", "id card", "id number", "identity card", check="id_card", subject="id_card", mask="last4"),
    _element("XM", "姓名", "Name of person", "person_name", "text", 60, "人员姓名", "姓名全称", "名字", "full name", "person name",
             subject="name", mask="redact"),
    _element("XING", "姓", "Surname", "surname", "text", 60, "姓氏", "surname", "last name", "family name", subject="name", mask="redact"),
    _element("MING", "名", "Given name", "given_name", "text", 60, "given name", "first name", "forename", subject="name", mask="redact"),
    _element("MC", "名称", "Name", "name", "text", 200, "name", "标题", "title"),
    _element("CYM", "曾用名", "Former name", "former_name", "text", 60, "别名", "绰号", "alias name", subject="name", mask="redact"),
    _element("XB", "性别", "Sex", "sex", "text", 4, "性别代码", "xbdm", "sex", "gender", codes=_SEX),
    _element("CSRQ", "出生日期", "Date of birth", "born_on", "date", None, "出生年月", "生日", "出生时间", "dob", "birth date", "birthday",
             "date of birth", mask="year"),
    _element("LXDH", "联系电话", "Telephone", "phone", "text", 20, "电话", "手机", "手机号", "手机号码", "联系方式", "电话号码", "移动电话",
             "phone", "mobile", "tel", "telephone", "sjh", "sjhm", check="phone", subject="phone", mask="first4"),
    _element("HZHM", "护照号码", "Passport number", "passport_number", "text", 12, "护照号", "通行证号", "passport", "passport no",
             check="passport", subject="passport", mask="last4"),
    _element("JSZH", "驾驶证号", "Driving licence number", "licence_number", "text", 18, "驾驶证号码", "驾驶证编号", "licence number",
             "driver license", check="id_card", subject="licence", mask="last4"),
    _element("DZYX", "电子邮箱", "E-mail address", "email", "text", 100, "邮箱", "电子邮件", "email", "e-mail", "mail",
             check="email", subject="account", mask="first4"),
    _element("ZH", "账号", "Account", "account", "text", 40, "帐号", "银行账号", "银行卡号", "卡号", "account number", "bank card",
             subject="account", mask="last4"),
    _element("GJDQ", "国家或地区", "Country", "country", "text", 20, "国籍", "国别", "国籍代码", "gjdm", "citizenship", "country code"),
    _element("WHCD", "文化程度", "Education", "education", "text", 30, "学历", "education"),
    _element("ZY", "职业", "Occupation", "occupation", "text", 60, "occupation", "profession", "job"),
    _element("FWCS", "工作单位", "Employer", "employer", "text", 120, "服务处所", "employer", "company", "work unit"),
    _element("ZZ", "住址", "Address", "address", "text", 200, "地址", "现住址", "家庭住址", "居住地址", "户籍地址", "户籍地", "详细地址",
             "address", "home address", mask="redact"),
    _element("HPHM", "号牌号码", "Plate number", "plate_number", "text", 12, "车牌", "车牌号", "车牌号码", "机动车号牌", "cph", "plate",
             "plate no", "license plate", "licence plate", check="plate", subject="plate", mask="none"),
    _element("HPZL", "号牌种类", "Kind of plate", "plate_kind", "text", 20, "号牌种类代码", "plate type", "plate kind"),
    _element("CLSBDH", "车辆识别代号", "Vehicle identification number", "vin", "text", 17, "车架号", "车辆识别代码", "vin", check="vin"),
    _element("FDJH", "发动机号", "Engine number", "engine_number", "text", 40, "发动机号码", "engine number", "engine no"),
    _element("CLPP", "车辆品牌", "Make of vehicle", "brand", "text", 60, "品牌", "中文品牌", "brand", "make"),
    _element("CSYS", "车身颜色", "Colour of vehicle", "colour", "text", 20, "颜色", "color", "colour"),
    _element("XZQH", "行政区划代码", "Division code", "area_code", "text", 12, "行政区划", "区划代码", "旗县区", "区县", "县区", "辖区", "所属辖区", "旗县区代码", "所属区划", "辖区代码",
             "区县代码", "地区代码", "xzqhdm", "area code", "county code", "division code", "adcode", check="area_code"),
    _element("GAJGJGDM", "公安机关机构代码", "Police unit code", "unit_code", "text", 12, "单位代码", "机构代码", "登记单位代码", "办案单位代码",
             "受理单位代码", "管辖单位代码", "部门编码", "unit code", "department code", check="unit_code"),
    _element("DWMC", "单位名称", "Name of unit", "unit_name", "text", 120, "机构名称", "部门名称", "登记单位", "办案单位", "受理单位",
             "department", "unit name", "authority"),
    _element("TYSHXYDM", "统一社会信用代码", "Unified social credit code", "credit_code", "text", 18, "社会信用代码", "信用代码", "tyshxydm",
             "usci", "credit code", check="usci"),
    _element("QYMC", "企业名称", "Name of business", "business_name", "text", 120, "公司名称", "场所名称", "法人名称", "company name", "business"),
    _element("AJBH", "案件编号", "Case number", "case_number", "text", 30, "案号", "立案编号", "案件号", "case no", "case number", check="case_number"),
    _element("JQBH", "警情编号", "Incident number", "incident_number", "text", 30, "接警单编号", "警情号", "报警编号", "incident number", "call number"),
    _element("AJLB", "案件类别", "Kind of case", "case_kind", "text", 40, "案由", "案别", "案件类型", "case type"),
    _element("ZTMC", "状态", "State", "status", "text", 30, "办理状态", "处理状态", "当前状态", "status", "state"),
    _element("SLSJ", "受理时间", "Time of receipt", "received_at", "timestamp", None, "接报时间", "报案时间", "接警时间", "received", "received at"),
    _element("FASJ", "发案时间", "Time of occurrence", "occurred_at", "timestamp", None, "案发时间", "发生时间", "事发时间", "occurred at"),
    _element("DJSJ", "登记时间", "Time of registration", "registered_at", "timestamp", None, "录入时间", "入库时间", "登记日期", "registered at",
             "entered at"),
    _element("GXSJ", "更新时间", "Time of change", "updated_at", "timestamp", None, "修改时间", "更新日期", "updated at", "modified at"),
    _element("KSSJ", "开始时间", "Start", "starts_at", "timestamp", None, "起始时间", "start time", "begin time"),
    _element("JSSJ", "结束时间", "End", "ends_at", "timestamp", None, "终止时间", "截止时间", "end time"),
    _element("SJ", "时间", "Time", "observed_at", "timestamp", None, "采集时间", "观测时间", "定位时间", "time", "timestamp", "phenomenontime"),
    _element("DD", "地点", "Place", "place", "text", 200, "发案地点", "案发地点", "事发地点", "地点名称", "place", "location"),
    _element("JD", "经度", "Longitude", "longitude", "number", None, "lon", "lng", "longitude", "x坐标", check="longitude"),
    _element("WD", "纬度", "Latitude", "latitude", "number", None, "lat", "latitude", "y坐标", check="latitude"),
    _element("JHXX", "几何图形", "Geometry", "geometry", "text", None, "空间图形", "geometry", "geom", "wkt", "shape"),
    _element("YZBM", "邮政编码", "Postal code", "postcode", "text", 10, "邮编", "postcode", "zip code", "zip", check="postcode"),
    _element("JE", "金额", "Amount (yuan)", "amount_yuan", "decimal", None, "价值", "涉案金额", "损失金额", "价格", "金额（元）", "价值（元）", "amount"),
    _element("SL", "数量", "Quantity", "quantity", "integer", None, "件数", "个数", "人数", "quantity", "count"),
    _element("WPMC", "物品名称", "Name of item", "item_name", "text", 100, "物品", "品名", "item", "item name"),
    _element("XLH", "序列号", "Serial number", "serial_number", "text", 60, "机身号", "出厂编号", "serial", "serial number"),
    _element("SBBH", "设备编号", "Device number", "device_number", "text", 40, "设备编码", "传感器编号", "sensor id", "device id"),
    _element("BZ", "备注", "Remark", "remark", "text", 2000, "说明", "描述", "简要案情", "remark", "note", "description", "comment"),
)  # fmt: skip
BY_CODE: dict[str, Element] = {element.code: element for element in STANDARD}
