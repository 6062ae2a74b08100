"""What makes two things the same: canonical addresses, folded names, and the ids made from them.

Ids are short, readable and stable: the same input gives the same id on every machine.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

# Parameters that say who sent the reader, by their makers' documentation, and those of the big news sites' own feeds.
_TRACKING = re.compile(
    r"utm_\w+|mtm_\w+|matomo_\w+|p(?:iwi)?k_(?:campaign|kwd|keyword|source|medium|content)|hsa_\w+|_hs\w+|__hs\w+|_g[al]|"
    r"(?:fb|g|d|y|tw|tt)clid|msclkid|[gw]braid|gclsrc|gad_\w+|srsltid|igshi?d?|mc_[ce]id|mkt_tok|vero_\w+|oly_\w+_id|"
    r"li_fat_id|s_kwcid|_branch_\w+|fb_(?:action_\w+|ref|source)|__twitter_impression|ref_src|ref_url|referr?er|"
    r"ocid|i?c[mi][pd](?:id)?|int_?cmp|intcid|ncid|cmpid|campaign_?id|s_cid|ns_\w+|at_\w+|xtor|wt_\w+|wtrid|ito|smid|smtyp|"
    r"guccounter|guce_\w+|soc_\w+|mbid|ftag|wpi?src|tpcc|sref|spm|trk|trkinfo|rss|cxrecs_s|dicbo|taid|emci|emdi|ceid|"
    r"sharetype|sr_share|share_?id|__s|usqp|amp_\w+|phpsessid|jsessionid",
    re.IGNORECASE,
)
# Words that mostly say the same, but name the article on some sites: they stay where nothing else would.
_LOOSE = re.compile(r"ref|source|src|partner|mod|feature|via|from", re.IGNORECASE)
_SCRIPT = re.compile(r"/|.*\.(?:php\d?|aspx?|cfm|cgi|pl|jsp|do)", re.IGNORECASE)
_AMP_QUERY = frozenset({("amp", ""), ("amp", "1"), ("amp", "true"), ("outputtype", "amp"), ("output", "amp")})
_AMP_PATH = re.compile(r"(?:/amp(?:\.html)?)+$|^/amp(?=/)|\.amp(?=\.html?$|$)", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:x?html?|s?html|php|aspx?|jsp)$", re.IGNORECASE)
_VARIANTS = frozenset({"www", "m", "mobile", "amp"})
_SESSION = re.compile(r";jsessionid=[^/]*", re.IGNORECASE)
_SLASHES = re.compile(r"(?<!:)/{2,}")
_ESCAPE, _STRAY = re.compile(r"%([0-9A-Fa-f]{2})"), re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_PATH_SAFE = "/%:@!$&'()*+,;=~"
# Addresses that only lead on: host, path, and the parameters that hold where to.
_WRAPPERS = tuple(
    (re.compile(host), re.compile(path), tuple(names.split()))
    for host, path, names in (
        (r"(?:www\.)?google\.[a-z.]{2,6}", r"/url", "q url"),
        (r"(?:\w+\.)?(?:facebook|instagram)\.com", r"/(?:l|flx/warn|linkshim).*", "u"),
        (r"[\w.]+\.safelinks\.protection\.outlook\.com", r"/.*", "url"),
        (r"(?:www\.)?bing\.com", r"/news/apiclick\.aspx", "url"),
        (r"(?:www\.)?youtube\.com", r"/redirect", "q"),
        (r"out\.reddit\.com", r"/.*", "url"),
        (r"(?:www\.)?linkedin\.com", r"/(?:redir/redirect|safety/go)", "url"),
        (r"(?:t|href)\.umblr\.com", r"/redirect", "z"),
        (r"(?:html\.)?duckduckgo\.com", r"/l/?", "uddg"),
        (r"(?:www\.)?vk\.com", r"/away\.php", "to"),
        (r"slack-redir\.net", r"/link", "url"),
        (r"getpocket\.com", r"/redirect", "url"),
        (r"news\.url\.google\.com", r"/.*", "url q"),
    )
)
_AMP_CACHE = re.compile(r"/[a-z]/(s/)?((?:[\w-]+\.)+[a-z]{2,}(?::\d+)?/.*)", re.IGNORECASE)
_AMP_HOSTS = re.compile(r"(?:[\w-]+\.)?(?:cdn\.ampproject\.org|bing-amp\.com)")
_DEFENSE = re.compile(r"/v3/__(https?:/{1,2}.+?)__;")
_RU = re.compile(r"/RU=([^/]+)/")
_UNWRAPPED_MOST = 5
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
    """The address that stands for all ways to write it, of the article's plain edition; tests/cases/addresses.tsv.

    Wrappers are taken off (`unwrapped`); AMP and mobile editions, fragments (but for routes, `#!/…`), `www.`, tracking
    parameters, session ids, default ports and index pages go; query parameters keep their order. An address that cannot
    be split comes back as it is. Articles' ids are made of this: to change it is to see stored articles come as new.
    """
    url = unwrapped(url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url
    host = _plain_host(parts.hostname or "")
    if not host:
        return url
    netloc = host if ":" not in host else f"[{host}]"
    if port and port != {"http": 80, "https": 443}.get(parts.scheme):
        netloc = f"{netloc}:{port}"
    path = _plain_path(parts.path)
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return urlunsplit((parts.scheme.lower(), netloc, path, _plain_query(parts.query, path), fragment))


def unwrapped(url: str) -> str:
    """Where an address leads that only redirects, as far as the address itself says: search engines, AMP caches, mail
    filters. Others, such as t.co and news.google.com, say so only when they are asked."""
    url = url.strip()
    for _ in range(_UNWRAPPED_MOST):
        inner = _inside(url)
        if inner is None:
            break
        url = inner
    return url


def _inside(url: str) -> str | None:
    """The address inside a wrapper's; None where it is no wrapper's, or holds none."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    found = ""
    if _AMP_HOSTS.fullmatch(host) or (parts.path.startswith("/amp/") and re.fullmatch(r"www\.google\.[a-z.]+", host)):
        cached = _AMP_CACHE.fullmatch(re.sub(r"^/amp/", "/c/", parts.path))
        if cached:
            found = f"http{'s' if cached[1] else ''}://{cached[2]}{'?' if parts.query else ''}{parts.query}"
    elif host == "urldefense.com" and (match := _DEFENSE.match(parts.path)):
        found = re.sub(r"^(https?:)/+", r"\1//", match[1]) + (f"?{parts.query}" if parts.query else "")
    elif host == "urldefense.proofpoint.com" and (coded := dict(parse_qsl(parts.query)).get("u")):
        found = unquote(coded.replace("_", "/").replace("-", "%"))
    elif host == "r.search.yahoo.com" and (match := _RU.search(parts.path)):
        found = unquote(match[1])
    else:
        for hosts, paths, names in _WRAPPERS:
            if hosts.fullmatch(host) and paths.fullmatch(parts.path):
                held = dict(parse_qsl(parts.query))
                found = next((held[name] for name in names if name in held), "")
    return found.strip() if re.match(r"https?://[^/?#]", found.strip(), re.IGNORECASE) else None


def _plain_host(host: str) -> str:
    """The host in lower case and punycode, without the labels of editions where a name of two labels is left."""
    host = host.rstrip(".").lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return host
    labels = host.split(".")
    while len(labels) > 2 and labels[0] in _VARIANTS and ":" not in host:
        labels = labels[1:]
    return ".".join(labels)


def _plain_path(path: str) -> str:
    path = _STRAY.sub("%25", quote(path, safe=_PATH_SAFE, errors="replace"))
    path = _ESCAPE.sub(_escaped, path)
    before = None
    while path != before:
        before = path
        path = _SLASHES.sub("/", _SESSION.sub("", path)).rstrip("/")
        path = _AMP_PATH.sub("", _INDEX.sub("", path))
    return path or "/"


def _escaped(match: re.Match[str]) -> str:
    """An escape as RFC 3986, 6.2.2 normalises it: letters and digits stand for themselves."""
    letter = chr(int(match[1], 16))
    return letter if letter in _UNRESERVED else f"%{match[1].upper()}"


def _plain_query(query: str, path: str) -> str:
    pairs = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
        if not _TRACKING.fullmatch(name) and (name.lower(), value.lower()) not in _AMP_QUERY
    ]
    telling = [pair for pair in pairs if not _LOOSE.fullmatch(pair[0])]
    if telling or not _SCRIPT.fullmatch(path):
        pairs = telling
    return urlencode(pairs, errors="surrogateescape")


def is_same_article(own: str, shown: str) -> bool:
    """Whether a page found at `shown` may say that its proper address is `own`.

    Only on its own site, and only for an address that has something in common with where it was found: a broken
    template names the home page, a section, or one article in all pages.
    """
    one, other = canonical_url(own), canonical_url(shown)
    if one == other:
        return True
    try:
        a, b = urlsplit(one), urlsplit(other)
    except ValueError:
        return False
    if not a.scheme.startswith("http") or a.path == "/" or _site(a.hostname or "") != _site(b.hostname or ""):
        return False
    last, its_last = (re.sub(r"\.\w{2,5}$", "", x.path.rsplit("/", 1)[-1]).lower() for x in (a, b))
    if last == its_last:
        return a.path.count("/") > 1 or "-" in last or any(c.isdigit() for c in last)
    if _NUMBER.findall(a.path + a.query) and set(_NUMBER.findall(one)) & set(_NUMBER.findall(other)):
        return True
    words, its_words = (set(re.findall(r"[^\W\d_]{3,}", x)) for x in (last, its_last))
    return len(words & its_words) >= 3 and 2 * len(words & its_words) >= min(len(words), len(its_words))


# A number of an article; not a date, which a day's articles share.
_NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d\d[01]\d(?:[0-3]\d)?(?!\d))\d{5,}(?!\d)")


def _site(host: str) -> str:
    """What an organisation registers, roughly: two labels, three where the second looks like a registry's ("co.uk")."""
    labels = host.removeprefix("www.").split(".")
    return ".".join(labels[-3:] if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3 else labels[-2:])


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
