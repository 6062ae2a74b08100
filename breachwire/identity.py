"""What makes two things the same: canonical addresses, folded names, and the ids made from them.

Ids are short, readable and stable: the same input gives the same id on every machine.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|igshid|ocid|cmpid|cmp|ref|ref_src|referrer|source|ncid|"
    r"ito|at_\w+|__twitter_impression|guccounter|guce_\w+|smid|partner|mod|xtor|wt_\w+|wtrid|s_cid|feature",
    re.IGNORECASE,
)
_WWW = re.compile(r"^(?:www\.)+(?=.)")
_PATH_SAFE = "/%:@!$&'()*+,;=~"
_LEGAL_ENDINGS = frozenset(
    re.findall(
        r"\w+",
        """inc incorporated corp corporation ltd limited plc llc llp co company group holding holdings gmbh ag se kg mbh
        sa sas sarl srl spa bv nv ab as oy oyj aps pty pte sdn bhd kk kabushiki kaisha lp""",
    )
)


def digest(*parts: str, length: int = 16) -> str:
    """A short lower-case base-32 digest of the parts, `length` characters of 5 bits each."""
    raw = hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=20).digest()
    return base64.b32encode(raw).decode("ascii").lower()[:length]


def canonical_url(url: str) -> str:
    """The address that stands for all ways to write it: no fragment, tracking parameters, default port or `www.`.

    Scheme and host are lowered, query parameters keep their order. An address that cannot be split comes back as it is.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    host = (parts.hostname or "").rstrip(".")
    if not host:
        return url.strip()
    netloc = host if ":" not in host else f"[{host}]"
    if port and port != {"http": 80, "https": 443}.get(parts.scheme):
        netloc = f"{netloc}:{port}"
    pairs = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(k)]
    path = quote(parts.path, safe=_PATH_SAFE, errors="replace").rstrip("/") or "/"
    return urlunsplit((parts.scheme.lower(), _WWW.sub("", netloc), path, urlencode(pairs), ""))


def article_id(canonical: str) -> str:
    """The id of the article at a canonical address. http and https are one."""
    return "a_" + digest(canonical.removeprefix("https:").removeprefix("http:"))


def feed_id(url: str) -> str:
    """The id of a feed, from its address as configured."""
    return "f_" + digest(url.strip(), length=12)


def incident_id(primary_article_id: str, victim_key: str | None) -> str:
    """A first proposal for an incident's id; whoever mints it must check that it was never used."""
    return "i_" + digest(primary_article_id, victim_key or "", length=12)


def fold(name: str) -> str:
    """A name as it is compared: no case, accents, punctuation, possessives, legal forms at the end or "the".

    "The Coca-Cola Company, Inc." and "Coca Cola" fold alike; a name made of legal forms alone keeps them.
    """
    text = unicodedata.normalize("NFKD", name)
    text = "".join(c for c in text if not unicodedata.combining(c)).casefold()
    text = re.sub(r"['’]s\b", "", text)
    text = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", text)
    words = re.sub(r"[^\w&]+", " ", text.replace("&", " and ")).split()
    kept = [word for word in words if word != "the"]
    while kept and kept[-1] in _LEGAL_ENDINGS:
        kept = kept[:-1]
    return " ".join(kept or words)
