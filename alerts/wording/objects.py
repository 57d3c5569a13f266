"""Which matched words say what is regulated, and which only how: for the line "It concerns …". Data only.

A rule fires on nouns and on the words around them alike (`leased line`, `must not`, `Shanghai`). Only the
first kind tells a reader what a document is about.
"""

from __future__ import annotations

import re

# "leased line (专线)", "value-added telecom services", "climbing the wall (circumvention)", "foreign share"
OBJECT = re.compile(
    r"VPN|virtual private|network|\blines?\b|circuit|internet|gateway|channel|telecom|communications"
    r"|licen[cs]|permit\b"
    r"|\bapps?\b|app store|proxy|proxies|accelerat|software|\btools?\b|platform|\bsites?\b|website"
    r"|\bservers?\b|\bnodes?\b"
    r"|subscription|capital|equity|holding|investment|wholly|foreign share|data centre|data center"
    r"|airport|ladder|climb"
    r"|surfing|through the wall|circumvent|bypass|firewall|blockade|censorship|bandwidth|encrypted|browser"
    r"|free trade|SD-WAN|MPLS|IPLC|IEPL|Shadowsocks|Lantern|Freegate|Ultrasurf"
    r"|专线|翻墙|虚拟专用网|外资|许可证|线路",
    re.IGNORECASE,
)

# "must not set up", "without a telecom licence", "telecom authority", "only", "Ministry of …"
MANNER = re.compile(
    r"^(?:must|shall|may|without|with|order|not|no|never|only|any|these|this|is|are|to|what|who|whose|how|it"
    r"|its|of|by|wording|words?|for|the rules|the wording|widely|running|for own use"
    r"|officially|lawful|unlawful|illegal|strict)\b"
    r"|authorit|ministry|administration|\bbureau|police|regulator|\bcourt|council|commission|department"
    r"|committee"
    r"|\bcarriers?$|operator arrested|netizens|users report|China (?:Telecom|Unicom|Mobile)|a place in"
    r"|\bChina$"
    r"|offence|\bcrime\b|penalt|revoked|is aimed|does not affect|rumour|question|answers?$|statement",
    re.IGNORECASE,
)
