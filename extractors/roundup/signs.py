"""What a headline says about the form of its article: a round-up of the news, or a look back.

In: a headline. Out: yes or no. The expressions name forms of journalism in seven languages, never a site.
"""

from __future__ import annotations

import re


def _any(*alternatives: str) -> str:
    return "(?:" + "|".join(alternatives) + ")"


_SPAN = r"(?:day|week|weekend|fortnight|month|quarter)"
_FORM = (
    r"(?:round[- ]?up|recap|digest|review|wrap(?:[- ]up)?|briefing|brief|briefs|bulletin|update|summary|report|news)"
)
_THINGS = (
    r"(?:(?:data |security |cyber ?|privacy |ransomware )*"
    r"(?:breaches|hacks|leaks|attacks|incidents|break-ins|intrusions|victims|cyberattacks|security|cybersecurity|"
    r"breach news|news))"
)
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_MONAT = r"(?:januar|jänner|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)"
_ANNOUNCED = re.compile(
    _any(
        rf"\b{_SPAN} in (?:\w+ ){{0,2}}{_any('review', 'brief', 'security', 'cyber ?security', 'cyber', _THINGS)}\b",
        rf"\b(?:daily|weekly|bi-?weekly|fortnightly|monthly) (?:\w+ ){{0,3}}{_FORM}\b",
        rf"\b(?:this|the|last|past) {_SPAN}['’]s (?:\w+ ){{0,3}}{_THINGS}\b",
        rf"\b{_THINGS} (?:of|from|for) (?:this|the|last) (?:past )?{_SPAN}\b",
        rf"\b(?:data breaches|cyber ?attacks|breaches) (?:of|in) {_MONTH}\b",
        rf"\b{_MONTH} in {_any('review', 'brief', _THINGS)}\b",
        rf"\b(?:{_MONAT}|woche|monat) im (?:über|rück)blick\b",
        r"\bround-?up\b|\b(?:breach|security|cyber|hacks?|news) (?:digest|recap|wrap)\b",
        r"\b(?:news|security|cyber|breaches|incidents) in brief\b|^in brief\b|\bin other (?:security |cyber )?news\b",
        r"\bnews (?:in short|bites|nuggets)\b|\bstories you may have missed\b",
        r"\bwochen(?:rückblick|rückschau|überblick|schau)\b|\bmonatsrückblick\b",
        r"\bkurz(?:meldungen| notiert| gemeldet)\b|\b(?:vorfälle|angriffe|datenlecks|cyberangriffe) der woche\b",
        r"\b(?:résumé|récap(?:itulatif)?|revue|actus?) (?:\w+ ){0,3}de la semaine\b|\ben bref\b|\btour d['’]horizon\b",
        r"\bresumen (?:semanal|mensual|de la semana|del mes)\b|\b(?:los )?ciberataques de la semana\b",
        r"\briepilogo (?:settimanale|della settimana)\b|\bin breve\b|\bla settimana (?:cyber|in breve)\b",
        r"\bresumo (?:semanal|da semana|do mês)\b|\bas notícias da semana\b",
        r"\bweekoverzicht\b|\bmaandoverzicht\b|\bhet (?:security)?nieuws van de week\b",
    ),
    re.IGNORECASE,
)
_LOOKING_BACK = re.compile(
    r"\b(?:of all time|in history|history of|timeline|looking back|of the (?:year|decade|century)|ever recorded|"
    r"year in (?:review|\w+)|(?:biggest|worst|largest|top) .{0,60}\b(?:of|in|since) (?:19|20)\d\d|ever)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r";|(?:,|\band\b|\bplus\b|&)\s*(?:more|others?|other (?:news|stories))\W*$|\bplus:", re.IGNORECASE)


_TOPIC = re.compile(
    r"\b(?:sector|industry|attacks?|breaches|enforcement|numbers|figures|patch(?:es)?|vulnerabilit(?:y|ies)|news|updates?|"
    r"tools?|research|statistics|trends|malware|ransomware|phishing|policy|regulations?|arrests?|chain|week|month|"
    r"reports?|threats?|security|privacy|crime|cybercrime|outlook|reading|links|branche|zahlen|chiffres|cifras)$",
    re.IGNORECASE,
)


def is_topic(name: str) -> bool:
    """Whether a heading's words name a subject ("Healthcare Sector", "Law Enforcement") rather than somebody."""
    return bool(_TOPIC.search(name))


def is_announced(title: str) -> bool:
    """Whether the headline says that the article rounds up the news of some days."""
    return bool(_ANNOUNCED.search(title)) and not looks_back(title)


def looks_back(title: str) -> bool:
    """Whether the headline promises old news: the largest breaches of all time, a chronicle, a year's review."""
    return bool(_LOOKING_BACK.search(title))


def is_joined(title: str) -> bool:
    """Whether the headline strings several together: by semicolons, or with "and more" at its end."""
    return bool(_JOINED.search(title))
