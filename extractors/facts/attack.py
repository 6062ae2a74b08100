"""What kind of attack? Patterns for each term of the vocabulary, weighed by where they stand.

In: a Text and the victims' names. Out: `attack_type` claims, the best-supported first. A headline weighs most;
sentences about other incidents count for nothing; a bare "cyber attack" is `other`, entry without stated theft
`intrusion`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from extractors.facts.hedges import negated

if TYPE_CHECKING:
    from breachwire.records import Claim
    from extractors.facts.text import Sentence, Text

_DATA = (
    r"(?:data|information|details|records|files|documents|e-?mails?|databases?|passwords?|credentials|credit "
    r"cards?|source code|info|secrets|names|addresses|accounts|numbers|photos|passports)"
)
_PATTERNS: tuple[tuple[str, float, str], ...] = (
    ("ransomware", 1.0,
        r"ransomware(?! (?:gang|group|crew|claims?|hackers|operators?|collective|extort|criminals))|ransom "
        r"note|encrypt(?:ed|ing) (?:its |their |the |all |some |our )?(?:files|data|systems|servers|computers|"
        r"network)|(?:files|data|systems|servers|computers) (?:were |was |had been |are )?(?:encrypted|locked)|"
        r"(?:held|hold|holding) (?:\w+ ){0,4}(?:for|to) ransom|verschlüsselungstrojaner|"
        r"erpressungstrojaner|rançongiciel|secuestro de datos|"
        r"(?:server|daten|systeme|rechner|computer|dateien|netzwerk) (?:[\w.,]+ ){0,5}verschlüsselt|verschlüsselte\w* "
        r"(?:\w+ ){0,3}(?:server|daten|systeme|rechner|dateien)|cifr(?:ar|ad[oa]s?|an|aron|ó) (?:[\w.,]+ ){0,4}(?:servidores|datos|"
        r"sistemas|archivos|equipos)|(?:servidores|sistemas|equipos) cifrados|chiffr(?:é|ée|és|ées|ant) (?:\w+ ){0,3}(?:serveurs|données|"
        r"systèmes|fichiers)|lösegeld(?:forderung)?|erpressernachricht|nota de rescate|piden? (?:un )?rescate|exig\w+ (?:un )?rescate|rançon\b|"
        r"decryption key|decryptor|crypto-?locker|"
        r"demand(?:s|ed|ing)? (?:a )?ransom to (?:unlock|restore)|(?:pays?|paid|paying) (?:\w+ "
        r"){0,3}ransom|(?:servers?|systems?|computers?|network)(?: [\w,]+){0,6} ransom\b|ransom(?: "
        r"\w+){0,8} (?:servers?|computers?|network|unlock|decrypt)|locked (?:out of|up)|regain access|"
        r"decrypt\w*"),
    ("data_breach", 0.9,
        r"(?:data|privacy|database|customer|patient|information|personal|user)[ -](?:breach|leak|theft|heist|"
        r"hack|dump|leakage)\w*|breach(?:es|ed)? (?:of|that exposed|exposing|exposes|affect\w+|impact\w+)|"
        r"(?:stole|steals?|stealing|stolen|exfiltrat\w*|swiped|pilfered|obtained|downloaded|copied|dumped|"
        r"scraped|leaked|leaks?|selling|acquired|taken) "
        rf"(?:\w+[ ,'’-]+){{0,7}}{_DATA}|{_DATA} (?:\w+ ){{0,5}}(?:stolen|exfiltrated|taken|leaked|"
        rf"accessed|compromised|exposed|for sale|swiped|obtained|hacked|breached|posted|published|"
        rf"affected)|access(?:ed|ing)? (?:to )?(?:\w+ ){{0,5}}{_DATA}|"
        r"datenleck|datenpanne|datendiebstahl|daten (?:[\w.,]+ ){0,6}(?:gestohlen|erbeutet|abgeflossen|entwendet)|"
        r"(?:stahlen|entwendeten|erbeuteten) (?:[\w.,]+ ){0,4}daten|brecha de datos|filtración|robo de datos|"
        r"(?:expone|expuso|robaron|roban|filtran?) (?:[\w.,]+ ){0,4}(?:datos|nombres|contraseñas)|"
        r"datos (?:[\w.,]+ ){0,5}(?:robados|filtrados|expuestos)|fuite de données|vol de données|"
        r"données (?:[\w.,'’]+ ){0,7}(?:volées|dérobées|compromises)|violazione dei dati|furto di dati|"
        r"rubati (?:\w+ )?dati|dati (?:[\w.,]+ ){0,6}(?:rubati|sottratti)|vazamento|expõe (?:\w+ )?dados|"
        r"dados (?:[\w.,]+ ){0,5}(?:roubados|vazados|expostos)|datalek|gegevens (?:[\w.,]+ ){0,6}(?:gestolen|gelekt)"),
    ("data_breach", 0.5, r"\bbreach(?:es|ed)?\b|skimm\w+|point[- ]of[- ]sale malware"),
    ("exposed_data", 1.5,
        r"unsecured|unprotected|publicly[- ](?:accessible|available|exposed)|(?:left|leaving) (?:\w+ "
        r"){0,6}(?:open|exposed|unsecured|unprotected|accessible|online)|mis-?configur\w+|(?:open|exposed) "
        r"(?:database|bucket|server|directory|api)s?|s3 bucket|without (?:a |any )?passwords?(?: protection)?|"
        r"(?:not|n['’]t) password[- ]protected|accidental(?:ly)? (?:\w+ ){0,2}(?:expos\w+|publish\w+|sent|"
        r"e-?mail\w+|shar\w+|disclos\w+|leak\w+)|sent (?:\w+ ){0,3}(?:to|in) (?:the )?(?:wrong|strangers|"
        r"error)|inadvertent\w*|human error|rsync|anyone (?:with|could|who)|no password|leaky|spills?|"
        r"unredacted|mistakenly|by mistake|publicly viewable"),
    ("ddos", 2.0,
        r"\bddos\b|denial[- ]of[- ]service|flood(?:ed|ing) (?:\w+ ){0,4}(?:traffic|requests)|junk traffic|überlastungsangriff|denegación "
        r"de servicio|déni de service"),
    ("phishing_bec", 1.3,
        r"phishing|spear-?phish\w*|business e-?mail compromise|\bbec\b|w-2s?\b|ceo fraud|(?:posing|posed) as|"
        r"impersonat\w+|spoof\w*|tricked by|gefälschte[rn]? (?:e-?mail|rechnung)\w*|correos? fraudulentos?|scammers?|(?:fraudulent|fake|bogus) (?:e-?mails?|invoices?|wire)|tricked"),
    ("malware", 1.0,
        r"\bmalware\b|\btrojan\b|\bworm\b|\bviruse?s?\b|keyloggers?|spyware|wiper|botnet|infect(?:ed|s|ion) "
        r"(?:with|by)|watering hole|schadsoftware|malicious software|implant"),
    ("insider", 1.8,
        r"\binsiders?\b|(?:former|rogue|disgruntled|ex-)[ -]?(?:employee|worker|staff|contractor)s?|employees? "
        r"(?:who )?(?:\w+ ){0,3}(?:stole|copied|took|downloaded|improperly accessed|sold|leaked|snoop\w*)|staff (?:\w+ ){0,2}(?:accessed|"
        r"looked at|viewed|snoop\w*)|without (?:a )?(?:legitimate|authori[sz]ed) (?:reason|need|purpose)|"
        r"inappropriately accessed|improperly accessed"),
    ("account_takeover", 1.6,
        r"credential[- ]stuffing|account[- ]takeovers?|passwords? (?:\w+ ){0,4}(?:stolen|leaked|taken|reused|from) (?:\w+ ){0,3}(?:elsewhere|"
        r"other (?:sites|services|breaches|websites))|(?:reused|recycled) passwords?|(?:accounts?|members) (?:\w+ ){0,4}taken over|took over "
        r"(?:\w+ ){0,5}accounts?|accounts? (?:\w+ ){0,2}hijack\w*|account hijack\w*|log(?:ged)? in(?:to)? (?:\w+ ){0,4}accounts? with|"
        r"kontoübernahme\w*|konten (?:\w+ ){0,3}übernommen|toma de cuentas|"
        r"(?:twitter|facebook|instagram|x|social media|e-?mail|"
        r"youtube|verizon|linkedin) accounts? (?:\w+ ){0,3}(?:hacked|hijacked|compromised|taken over|accessed)|"
        r"(?:hacked|hijacked|compromised|took over|access to) (?:\w+ ){0,3}(?:twitter|facebook|instagram|"
        r"social media|youtube|employee['’]?s?['’]? e-?mail) accounts?|sim[- ]swap\w*|hijack(?:ed|ing)? (?:\w+ "
        r"){0,3}(?:accounts?|numbers?)|password[- ]spray\w*"),
    ("defacement", 1.8, r"defac(?:e|ed|es|ing|ement)|deface page|replaced (?:\w+ ){0,3}(?:home ?page|website)|"
        r"(?:home ?page|website|front page)[^.;]{0,40}\b(?:showed|displayed|carried|replaced (?:by|with))|verunstaltet"),
    ("supply_chain", 1.6,
        r"supply[- ]chain (?:attack|compromise|hack|breach)|(?:malicious|poisoned|compromised|tampered|"
        r"trojani[sz]ed|hijacked) (?:\w+ ){0,2}(?:updates?|packages?|extensions?|librar(?:y|ies)|plug-?ins?|"
        r"installers?|builds?)|backdoored|(?:malicious|rogue) code (?:\w+ ){0,6}updates?|updates? (?:\w+ ){0,6}(?:malicious|rogue) code|"
        r"(?:hid|hidden|slipped|planted|inserted|injected|added) (?:\w+ ){0,5}updates?|manipulierte[sn]? (?:software-?)?update\w*|"
        r"(?:schadcode|schadsoftware) (?:\w+ ){0,5}update\w*|actualización (?:maliciosa|manipulada)|mise à jour (?:piégée|malveillante)"),
    ("theft_loss", 1.8,
        r"(?:stolen|lost|missing) (?:\w+ ){0,3}(?:laptops?|usb|hard drives?|devices?|phones?|thumb drives?|"
        r"memory sticks?|backup tapes?|paper\w*|servers?|computers?)|(?:laptops?|usb sticks?|hard drives?|"
        r"thumb drives?|memory sticks?|devices) (?:\w+ ){0,3}(?:stolen|lost|went missing|misplaced)|burglar\w*|"
        r"break-in at|stolen from (?:a|the|his|her|an employee's) (?:car|vehicle)"),
    ("ransomware", 0.25, r"ransomware"),
    ("extortion", 1.0,
        r"(?:leak|release|stole)\w* (?:\w+ ){0,5}(?:episodes?|films?|movies?|scripts|songs|album)|extort\w*|"
        r"blackmail\w*|threaten(?:s|ed|ing)? to (?:release|leak|publish|dump|wipe|sell|expose|reset)|"
        r"demand(?:s|ed|ing)? (?:\w+ ){0,5}(?:ransom|payment|bitcoin)|ransom demand|pay(?:s|ing)? (?:a |the "
        r")?ransom|\bransom\b|erpress\w*|chantage|extorsi\w*"),
    ("intrusion", 0.45,
        r"hack(?:ed|ers?|ing|s)?|unauthori[sz]ed access|intrusion|infiltrat\w*|broke into|breaking into|gained "
        r"access|espionage|spying|compromis\w+|hackerangriff|piratage|hackeo|network access|eindringen"),
    ("other", 0.6,
        r"cyber[- ]?attack\w*|cyber[- ]?incident\w*|cyber[- ]?security incident|security incident|\bit "
        r"(?:outage|incident)\b|cyberangriff\w*|ciberataque\w*|cyberattaque\w*|attacco (?:hacker|informatico)|"
        r"ataque hacker|cyberaanval|cyber disruption"),
)  # fmt: skip
_COMPILED = tuple((kind, weight, re.compile(rf"(?i)\b(?:{pattern})")) for kind, weight, pattern in _PATTERNS)
_MORE = re.compile(
    r"(?i)(?:virus|worm|trojan|w-2|keylog|spoof|denial|unsecured|unprotected|publicly|misconfig|laptop|flood|employee|tricked|fake|schad|update|home ?page|overwhelm|lösegeld|rescate|cifra|verschlüssel|"
    r"password|bucket|encrypt|mistake|accident|infect|hijack|decrypt|bogus|fraud)"
)
_PRECEDENCE = (
    "ransomware",
    "ddos",
    "defacement",
    "exposed_data",
    "phishing_bec",
    "insider",
    "account_takeover",
    "supply_chain",
    "theft_loss",
    "malware",
    "data_breach",
    "extortion",
    "intrusion",
    "other",
)
MAX_SENTENCES = 16


def _weight(sentence: Sentence) -> float:
    return 3.0 if sentence.zone == "title" else max(0.35, 1.9 - 0.25 * sentence.order)


def _counts(sentence: Sentence, victims: tuple[str, ...], others: tuple[str, ...]) -> bool:
    if sentence.order <= 2 or any(v in sentence.text for v in victims):
        return True
    return not (any(o in sentence.text for o in others) or sentence.passing)


def _settle(scores: dict[str, float]) -> dict[str, float]:
    """What a kind says about its neighbours: encryption is more than theft, theft more than entry, entry more than an
    incident."""
    specific = max((scores[k] for k in _PRECEDENCE[:10] if k in scores), default=0.0)
    breach = scores.get("data_breach", 0.0)
    if scores.get("ransomware", 0.0) >= 2.0:
        scores["ransomware"] += 0.6 * breach + scores.get("extortion", 0.0) + 0.5 * scores.get("malware", 0.0)
    if scores.get("exposed_data", 0.0) >= 2.5:
        scores["exposed_data"] += 0.7 * breach
    for kind in ("phishing_bec", "insider", "account_takeover", "supply_chain", "theft_loss", "ddos", "defacement"):
        if scores.get(kind, 0.0) >= 3.0:
            scores[kind] += 0.45 * breach
    if breach >= 1.2:
        for kind in ("extortion", "intrusion", "other"):
            scores[kind] = 0.4 * scores.get(kind, 0.0)
    elif specific < 1.5 and scores.get("extortion", 0.0) >= 1.5:
        scores["extortion"] += scores.get("intrusion", 0.0)
    return scores


def read(text: Text, victims: tuple[str, ...], others: tuple[str, ...]) -> list[Claim]:
    """`attack_type` claims: the best-supported kind, then others that have support of their own."""
    scores: dict[str, float] = defaultdict(float)
    spans: dict[str, tuple[float, Sentence, re.Match[str]]] = {}
    for sentence in text.sentences[:MAX_SENTENCES]:
        if not (sentence.breach or _MORE.search(sentence.text)) or not _counts(sentence, victims, others):
            continue
        for kind, weight, pattern in _COMPILED:
            match = pattern.search(sentence.text)
            if match is None or (
                kind not in {"intrusion", "other"} and negated(sentence.text, match.start()) and sentence.order > 1
            ):
                continue
            value = weight * _weight(sentence)
            scores[kind] += value
            if kind not in spans or value > spans[kind][0]:
                spans[kind] = (value, sentence, match)
    if not scores:
        return []
    settled = _settle(dict(scores))
    ordered = sorted((k for k in settled if k in spans), key=lambda k: (-settled[k], _PRECEDENCE.index(k)))
    total = sum(settled[k] for k in ordered) or 1.0
    claims = []
    for rank, kind in enumerate(ordered[:3]):
        _, sentence, match = spans[kind]
        span = (sentence.zone, sentence.start + match.start(), sentence.start + match.end())
        confidence = 0.5 + 0.45 * settled[kind] / total if rank == 0 else 0.35 * settled[kind] / total
        claims.append(text.claim("attack_type", kind, span, (f"attack_type.{kind}", confidence)))
    return claims
