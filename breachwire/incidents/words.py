"""Words and figures that tell one breach story from another.

In: a title or a lead. Out: folded words, numbers written out, without what every breach story says.
"""

from __future__ import annotations

import functools
import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = re.compile("['\u2019\u2018\u02bc](?:s\\b)?")
_NUMBER = re.compile(
    r"(?<![\w.])(\d{1,3}(?:[,.\u00a0' ]\d{3})+|\d+)(?:[.,]\s?(\d{1,2}))?(?!\d)"
    r"(?:[\s-]?(k|m|mn|mio|millones|million[se]?n?|bn|billion[s]?|milliarden?|thousand|tausend|mille|mil)\b)?",
    re.IGNORECASE,
)
_SHORT_NAME = re.compile(r"\b(?:[A-Z]{2}|[A-Z]\d|\d[A-Z])\b")
_MAGNITUDE = {"k": 1000, "t": 1000, "b": 10**9}
_THOUSANDS = frozenset({"mil", "mille"})
_FEWEST = 100
_YEARS = range(1990, 2050)

COMMON = frozenset(
    re.findall(
        r"\w+",
        """
    and are was were for not all its his him she they who our you nor yes why
    about above accessed according account accounts across actor actors address addresses admit admits affect affected
    affecting affects after against alert alleged allegedly along also amid among announced another any are around asked
    attack attacked attackers attacker attacks attempt aware back been before behind being believed below between breach
    breached breaches but called campaign can claim claimed claiming claims client clients come compan companies company
    compromise compromised computer computers concern concerns confirm confirmed confirms contact could credential
    credentials criminal criminals crook customer customers cyber cyberattack cyberattacks cybercriminal cybercriminals
    cybersecurity cybersecurit dark data database databases day days demand demanded deny denies detail details did
    disclosed disclosure discovered does down due during each early email emails employee employees even every expert
    experts expose exposed exposes exposing exposure extortion file files find first following force former found free
    from gang get give going good got government group groups hack hacked hacker hackers hacking hacks had has have
    having help here high his hit hits hour hours how however huge identit identity impact impacted inc incident
    incidents include included including individual individuals inform information informed infosec internal internet
    into investigate investigated investigating investigation involving issue its just know known large last late later
    latest law lawsuit leak leaked leaking leaks least left like local look lost made major make malicious malware many
    massive may member members might million millions month months more most much name names near network networks new
    news next not notice notified notify now number numbers official officials once one online only operation operations
    other others our out over own part password passwords patient patients people person personal personnel phishing
    phone police possible post potential potentially press previously private probe protect public ransom ransomware
    read recent recently record records report reported reportedly reporting reports respond response responsible reveal
    revealed reveals risk said same saturday say saying says scam secure security sensitive sent server servers service
    services several share shared should showed shows since site sites social some soon source sources spokesperson
    spokeswoman spokesman staff statement steal steals still stole stolen such sunday suffer suffered suffers suspected
    system systems take taken taking target targeted targeting targets team tech technology tells than that the their
    them then there these they third this those thought thousand thousands threat threatened threats three through thus
    time today told took twitter two unauthorised unauthorized under unknown until update urged urges use used user
    users using valley very via victim victims wake want warn warned warning warns was way web website websites week
    weeks well were what when where whether which while who whose why will with within without work working world worth
    would year years yesterday yet you your
    cannot channel copied copy false halt halts invoice lose loses losing offline open opened page pages stop stopped
    stops
    monday tuesday wednesday thursday friday january february march april june july august september october november
    december everything massive everyone what's here's
    aber alle als auch auf aus bei beim betroffen daten datenleck das dem den der des die durch ein eine einem einen
    einer eines einige hacker hackerangriff haben hat hatte ihre ist kann kunden nach nicht noch nur oder sich sie sind
    sollen soll uber und unter vom von vor war waren werden wie wird wurde wurden zum zur angriff cyberangriff
    ainsi apres attaque aux avec ces cette clients comme dans des dont donnees elle entre ete etre fait fuite leur
    leurs     les mais meme nous par pas pirates plus pour que qui sans selon ses son sont sur tout tous une victime
    algunos ante ataque ciberataque como con contra cuando datos del desde donde ella entre esta este estos fue han
    hasta las los mas muy para pero por que segun ser sin sobre son sus tambien una uno usuarios
    alla anche attacco che clienti come con dagli dal dalla dati degli del della delle dopo era gli hanno nel nella non
    per piu quali sono stata stati stato sua sui suo tra una utenti
    ainda apos ataque cibernetico como com dados das depois dos ela ele entre era essa esse foi foram isso mais mas nao
    nas nos para pela pelo por que sao segundo sem seu seus sobre sua tambem uma usuarios vazamento
    aan aanval bij dan dat deze door een gegevens geen haar heeft hebben het hun ook meer met naar niet nog ook onder
    over tegen uit van voor waren was werd werden wordt zijn
    """,
    )
)
"""Words of every breach story, and the small words of seven languages: they are no sign that two stories are one."""


NOT_NAMES = frozenset(
    re.findall(
        r"\w+",
        """
    ai al am an ap as at au be by ca ce co cv da dc de di do dr du ed el em en es et eu ex fy go he hr id if il im in ip
    is it la le ll lo ma md me mp mr ms my ne no ny of oh ok on or os pa pc pm pr q1 q2 q3 q4 re se si so st su te tn to
    tv tx uk un up us va ve vs wa we
    """,
    )
)
"""Two capital letters that are no name in a headline."""


@functools.lru_cache(maxsize=4096)
def distinctive(text: str) -> tuple[str, ...]:
    """The words and figures of a text in their order, each once. Numbers are written out: "1.2 million" is 1200000.

    Left out: COMMON words, words of one or two letters that are not written like a name, years, and numbers below 100.
    A plural ends like its singular. Remembered for a night's titles and leads: a telling is profiled three times.
    """
    short = {w.casefold() for w in _SHORT_NAME.findall(text)} - NOT_NAMES
    plain = _APOSTROPHES.sub("", _plain(text))
    figures = [_written_out(m) for m in _NUMBER.finditer(plain)]
    found = _WORD.findall(_NUMBER.sub(" ", plain))
    words = [as_token(w) for w in found if w in short or (len(w) > 2 and not w.isdigit())]
    return tuple(dict.fromkeys(w for w in (*words, *figures) if w))


def as_token(word: str) -> str:
    """A folded word as `distinctive` gives it; "" for a COMMON one."""
    return "" if word in COMMON else _singular(word)


def _plain(text: str) -> str:
    if text.isascii():
        return text.casefold()
    folded = unicodedata.normalize("NFKD", text)
    return "".join(c for c in folded if not unicodedata.combining(c)).casefold()


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def _written_out(match: re.Match[str]) -> str:
    whole, part, unit = re.sub(r"\D", "", match[1]), match[2], (match[3] or "").casefold()
    if unit in _THOUSANDS or unit == "tausend":
        factor = 1000
    elif unit.startswith("milliard"):
        factor = 10**9
    else:
        factor = _MAGNITUDE.get(unit[:1], 10**6) if unit else 1
    count = int(whole) * factor + (int(part) * factor // 10 ** len(part) if part and unit else 0)
    if count < _FEWEST or (factor == 1 and count in _YEARS):
        return ""
    return str(count)
