"""The 31 provincial communications administrations (通信管理局): codes and names. Data only.

The code is the host's first label in capitals (`gdca.miit.gov.cn` → GDCA). Shaanxi, Henan, Hubei, Hunan and
Hainan share letters with others and have longer or shorter ones; the catalogue's notes say what is sure.
"""

from __future__ import annotations

# code, the place as in the Chinese name, the short form where the press drops a part, the place in English
_PLACES: tuple[tuple[str, str, str, str], ...] = (
    ("BJCA", "北京市", "北京", "Beijing"),
    ("TJCA", "天津市", "天津", "Tianjin"),
    ("HBCA", "河北省", "河北", "Hebei"),
    ("SXCA", "山西省", "山西", "Shanxi"),
    ("NMCA", "内蒙古自治区", "内蒙古", "Inner Mongolia"),
    ("LNCA", "辽宁省", "辽宁", "Liaoning"),
    ("JLCA", "吉林省", "吉林", "Jilin"),
    ("HLJCA", "黑龙江省", "黑龙江", "Heilongjiang"),
    ("SHCA", "上海市", "上海", "Shanghai"),
    ("JSCA", "江苏省", "江苏", "Jiangsu"),
    ("ZJCA", "浙江省", "浙江", "Zhejiang"),
    ("AHCA", "安徽省", "安徽", "Anhui"),
    ("FJCA", "福建省", "福建", "Fujian"),
    ("JXCA", "江西省", "江西", "Jiangxi"),
    ("SDCA", "山东省", "山东", "Shandong"),
    ("HCA", "河南省", "河南", "Henan"),
    ("HUBCA", "湖北省", "湖北", "Hubei"),
    ("HUNCA", "湖南省", "湖南", "Hunan"),
    ("GDCA", "广东省", "广东", "Guangdong"),
    ("GXCA", "广西壮族自治区", "广西", "Guangxi"),
    ("HNCA", "海南省", "海南", "Hainan"),
    ("CQCA", "重庆市", "重庆", "Chongqing"),
    ("SCCA", "四川省", "四川", "Sichuan"),
    ("GZCA", "贵州省", "贵州", "Guizhou"),
    ("YNCA", "云南省", "云南", "Yunnan"),
    ("XZCA", "西藏自治区", "西藏", "Tibet"),
    ("SHXCA", "陕西省", "陕西", "Shaanxi"),
    ("GSCA", "甘肃省", "甘肃", "Gansu"),
    ("QHCA", "青海省", "青海", "Qinghai"),
    ("NXCA", "宁夏回族自治区", "宁夏", "Ningxia"),
    ("XJCA", "新疆维吾尔自治区", "新疆", "Xinjiang"),
)

ENGLISH: dict[str, str] = {code: f"{place} Communications Administration" for code, _, _, place in _PLACES}
CHINESE: dict[str, str] = {code: f"{place}通信管理局" for code, place, _, _ in _PLACES}

NAMES: tuple[tuple[str, str, tuple[str, ...]], ...] = tuple(
    (code, CHINESE[code], (f"{short}通信管理局", ENGLISH[code])) for code, _, short, _ in _PLACES
)
"""As rows of the table of authorities: code, name in canonical form, other names."""
