"""CVE identifiers, as written.

In: a Text. Out: one `cve` claim for each identifier, upper case.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from breachwire.records import Claim
    from extractors.facts.text import Text

_CVE = re.compile(r"(?i)\bCVE[-‐‑–](\d{4})[-‐‑–](\d{4,7})\b")


def read(text: Text) -> list[Claim]:
    """`cve` claims in order of appearance, each identifier once."""
    claims: dict[str, Claim] = {}
    for zone, content in text.zones:
        if "cve" not in content.lower():
            continue
        for match in _CVE.finditer(content):
            value = f"CVE-{match[1]}-{match[2]}"
            if value not in claims:
                claims[value] = text.claim("cve", value, (zone, match.start(), match.end()), ("cve.id", 0.95))
    return list(claims.values())
