"""Phrases around a name that tell what part it plays: attacked, speaking, located, mentioned in passing.

In: the words before and after a name in its sentence. Out: the roles that these give it. English first; the basics of
German, Spanish, French, Italian, Portuguese and Dutch. Patterns before a name end at it, patterns after it begin at
it.
"""

from __future__ import annotations

import re

from extractors.facts.alternation import compiled

BREACH = compiled(  # on small letters
    r"\b(?:breach|hack|cyber|ransom|attack|leak|stole|steal|theft|exposed|exposes?\b|unauthori[sz]ed|"
    r"intrusion|compromis|malware|phish|extort|ddos|"
    r"data|incident|infiltrat|infected|virus|outage|knocked|defac|blackmail|disrupt|hit by|encrypted|shut "
    r"down|angriff|angegriffen|ciberata|hackeo|piratage|"
    r"piraté|cyberatta|daten\b|datos\b|données\b|dati\b|dados\b|gegevens|gestohlen|robad|volée|attacco|"
    r"ataque|vazamento|fuga|fuite|violazione|aanval|datalek|lösegeld|erpress|robo "
    r"de|vol de|rançon|offline|credentials|scam|insider|class action)"
)
HARM = re.compile(  # on small letters; what else the first sentences of a report say was done to its victim
    r"\b(?:struck|lock(?:ed|s) (?:out|up)|erase|wip(?:ed|ing)|taken (?:down|over|hostage)|fraud|trick|duped|"
    r"swindl|lifted|copied|siphon|"
    r"intrud|broke in|break-in|got in(?:to|side)?\b|snoop|laptop|stick\b|cloned|hijack|takeover|paraly|crippl|"
    r"frozen|down\b|dark\b|"
    r"unprotected|publicly|open to|visible|posted|sold|sale\b|forum|pirat|crook|thie(?:f|ves)|criminal|gang\b|"
    r"fined|sued|"
    r"court|penalt|verschlüssel|lahm|gekapert|betrüger|täter|eindring|unbekannte|cifr|secuestr|extors|roba|filtr|"
    r"ransom|medusa)"
)
_NOUN = (
    r"(?i:(?:data|cyber[- ]?|security|cyber ?security|ransomware|hacking|phishing|malware|ddos|information|"
    r"privacy|network|it|computer|customer data|massive|major|recent|"
    r"third-party|alleged|suspected|latest|malicious|extortion|supply[- ]chain|credential[- ]stuffing|"
    r"personal(?: data)?|user data|patient data)[ -]?){0,4}"
    r"(?i:breach(?:es)?|hack(?:s|ing|ed)?|attacks?|cyber[- ]?attacks?|incidents?|leaks?|leakage|"
    r"intrusions?|ransomware|outage|data theft|heist|compromise|break-in|cyberincident|spill|extortion)\b"
)
_STOP = (
    r"(?!(?:said|says|that|by|from|and|or|after|when|to|with|which|who|as|were|was|is|are|has|have|had|"
    r"according|because|while|over|through|using|via|but|where|than|before|since|of)\b)"
)
_DESC = (
    rf"(?:(?i:the|its|their|a|an|at least|several|two|three|multiple|one "
    rf"of)\s+)*(?:{_STOP}[a-z0-9][\w.'’/&-]*\s+|(?:South |North )?[A-Z]\w*(?:n|sh|ese|ch|an's|"
    rf"ss)\s+(?=[a-z])|"
    r"(?:UK|US|EU|U\.S\.|U\.K\.|NHS|IT|AI|Big Tech)(?:-based)?\s+|[A-Z]\w+-(?:based|listed|owned|"
    r"headquartered)\s+){0,6}[\"“‘']?"
)
_OBJECT = compiled(
    rf"\b(?:(?:{_NOUN}(?:\s+(?i:that|which|which has|has|had|have|also|recently|reportedly|impacting|"
    rf"allegedly|campaign|gang)){{0,2}}\s+(?i:on|at|against|targeting|hitting|hits|hit|affecting|affected|"
    rf"affects|involving|impacting|impacted|within|inside|crippled|"
    rf"cripples|struck|strikes|disrupted|disrupts|shut down|forced|forces|knocked|exposes|rocks|rocked|"
    rf"halts|halted|paraly[sz]es|paraly[sz]ed|of)"
    rf"|(?i:hackers?|attackers?|criminals|cybercriminals|intruders?|gang|group|hacked|breached|breaching|"
    rf"breaches|hacking|attacked|attacking|targeted|targeting|targets|compromised|compromises|compromising|"
    rf"infiltrated|infiltrates|hits?|struck|crippled|infected|"
    rf"penetrated|extorting|extort|blackmail(?:s|ed|ing)?|defaced?|defaces|defacing|victims?(?: of| "
    rf"include| such as)?|broke into|breaking into|stolen from|stole from|stealing from|taken from|"
    rf"obtained from|leaked from|exfiltrated from|swiped from|data from|"
    rf"information from|records from|files from|belonging to|access to|accessed|shut down|ddosed|doxx?ed|"
    rf"to breach|to hack|the hack of|hack of|breach of|leak of|the breach at|compromise of|pwned|ransoms?|"
    rf"intrusion into|raid on|attempt on|breach by)"
    rf"|(?i:customers|users|patients|employees|clients|data|records|systems?|servers?|databases?|websites?|"
    rf"networks?|members|students|accounts|passengers|subscribers|workers|staff|details|files|information|"
    rf"e?-?mails?|site)\s+(?i:of|at|from|for|held by|owned by|stored by|operated by|run by))\s+{_DESC}$"
    rf"|(?i:cyber-?angriff|hacker-?angriff|hacker-?attacke|cyber-?attacke|ransomware-?angriff|datenleck|"
    rf"datenpanne|datendiebstahl|it-?angriff|angriff|hack)\s+(?:auf|bei|gegen|"
    rf"beim)\s+(?:[\wäöüß-]+\s+){{0,4}}$"
    rf"|(?i:ciberataque|ataque inform[áa]tico|hackeo|ataque cibern[ée]tico|ataque de ransomware|brecha(?: "
    rf"de seguridad| de datos)?|filtraci[óo]n(?: de datos)?|ataque hacker|ataque)\s+(?:masivo\s+|"
    rf"grave\s+)?(?:a|al|contra|en|de|ao|à|aos|do|da)\s+(?:(?:el|la|los|las|o|os|as|empresa|compañía|"
    rf"cadena|grupo)\s+|[a-zà-ÿ]+\s+){{0,4}}$"
    rf"|(?i:cyber-?attaque|piratage|attaque informatique|fuite de donn[ée]es|vol de donn[ée]es|"
    rf"attaque)\s+(?:massive\s+)?(?:contre|visant|de|chez|du|à|au)\s+(?:(?:l['’]|le |la |les "
    rf")?[a-zà-ÿ]*\s*){{0,4}}$"
    rf"|(?i:attacco (?:hacker|informatico|ransomware)|violazione dei dati|furto di dati|attacco)\s+(?:a|al|"
    rf"alla|ai|contro|di|della|del|all['’])\s*(?:[a-zà-ÿ]+\s+){{0,4}}$"
    rf"|(?i:cyberaanval|hackaanval|datalek|ransomware-?aanval|aanval|hack)\s+(?:op|bij|van)\s+(?:[a-z]+\s+){{0,4}}$)"
)
_ACTION = (
    r"(?i:confirms?|confirmed|confirming|discloses?|disclosed|reveals?|revealed|admits?|admitted|says?|"
    r"said|warns?|warned|warning|notif(?:y|ies|ied|ying)|alerts?|alerted|reports?|reported|"
    r"announces?|announced|acknowledges?|acknowledged|investigat(?:es?|ed|ing)|prob(?:es?|ed|ing)|"
    r"responds?|responded|responding|discovers?|discovered|detects?|detected|denie[sd]|deny|denying|"
    r"thwarts?|thwarted|apologi[sz]es?|apologi[sz]ed|faces?|facing|faced|hires?|tells?|told|agrees?|agreed|"
    r"settles?|reset|resets|identifie[sd]|learned|refut(?:es?|ed)|downplay(?:s|ed)|dismiss(?:es|ed)|"
    r"restor(?:es|ed|ing)|resumes?|resumed|"
    r"fined|sued|paid|pays|refus(?:es|ed)|rejects?|rejected|began notifying|is notifying|shares?|updates?|"
    r"has begun|working|struggl(?:es|ed|ing)|informed|claims?|claimed|suspects?|becomes?|became|"
    r"launche[sd]|declares?|declared|exposed|leaked|leaks|exposes|spill(?:s|ed)|left|lost|loses|counts|"
    r"estimates?|expects?|remains?|fixe[sd]|secured|halts?|halted|shuts? down|took|takes|pulls|pulled|"
    r"suspends?|suspended|cuts?|blames?|blamed|offers?|offered|gets|got|fails|failed)"
)
_AFFECTED = (
    r"(?i:(?:has|have|had|was|were|is|are|been|being|be|got|gets|becomes?|became|may have been|could have "
    r"been|allegedly|reportedly|again|also|recently|appears? to have|the latest|latest|another|only|just|"
    r"itself|all|website|site|systems?|network|servers?|services|account|database|computers?|stores?|"
    r"customers?|users?|data|e-?mails?|employees?|says it was|said it was|says it is|said it has|says it "
    r"has|now|still|one)\s+){0,6}"
    r"(?i:hit|hacked|breached|targeted|attacked|compromised|crippled|infected|struck|victimi[sz]ed|knocked|"
    r"suffers?|suffered|suffering|experienced|experiences|falls? victim|fell victim|fallen victim|victim "
    r"(?:of|to)|victims? of|under attack|defaced|extorted|"
    r"disrupted|paralysed|paralyzed|impacted|affected|targets? of|blackmailed|held (?:to|for) ransom|"
    r"locked out|brought down|taken down|goes? offline|went offline|offline|pwned|caught up in|swept up in|"
    r"rocked|sustained|among (?:the )?victims|dealing with|grappling with|reeling|recover(?:s|ing|ed)|"
    r"listed|named as|added|at the center of|behind)"
)
_SUBJECT_SURE = compiled(
    rf"\s+(?:saw|had) (?:its|their) [^.;]{{0,80}}?\b(?:hit|disrupted|affected|stolen|hacked|breached|"
    rf"compromised|knocked|crippled) by|"
    rf"(?:,[^,;]{{2,80}},)?(?:\s*\([^)]{{1,40}}\))?\s*(?:['’]s?)?\s*[,:–—-]?\s*{_AFFECTED}\b"
)
_SUBJECT_ACT = compiled(
    rf"(?:,[^,;]{{2,80}},)?(?:\s*\([^)]{{1,40}}\))?\s*(?:(?i:has|have|had|was|is|are|also|recently|"
    rf"officials?|spokes\w+|management|bosses|CEO|chief|staff|quietly|now|just|on \w+day|today|finally|"
    rf"publicly|first|again|data)\s+){{0,4}}{_ACTION}\b"
)
_COMPOUND = compiled(
    rf"\s*(?:\([^)]{{1,40}}\)\s*)?(?:['’]s?\s+)?[\"“‘']?(?:{_STOP}[\w&-]+\s+){{0,3}}?[\"“‘']?{_NOUN}|"
    rf"-?(?:Hack|Leak|Angriff|Cyberangriff|Datenleck)\b"
)
_ADJACENT = re.compile(rf"\s*(?:\([^)]{{1,40}}\)\s*)?(?:['’]s?\s+)?[\"“‘']?{_NOUN}")
_HOLDER = compiled(
    r"\s*(?:\([^)]{1,40}\)\s*)?(?:['’]s?\s+)?(?:[a-z-]+\s+){0,2}(?i:customers?|users?|patients?|employees?|"
    r"clients?|data|records|systems?|servers?|databases?|websites?|networks?|members|students|accounts?|"
    r"passengers|subscribers|staff|workers|"
    r"shoppers|guests|policyholders|donors|applicants|computers?|source code|files|information|"
    r"mailbox(?:es)?|production|operations|services|stores|plants|factories)\b"
)
_FOREIGN_SUBJECT = compiled(
    r"(?i)\s*,?\s*(?:wurde|wird|ist|sind|wurden|meldet|bestätigt|warnt|"
    r"informiert)?\s*(?:\w+\s+){0,7}(?:opfer|von (?:hackern|cyberkriminellen|einem)|gehackt|angegriffen|"
    r"ziel eines|lahmgelegt|datenleck|cyberangriff)"
    r"|\s*,?\s*(?:ha |han |fue |es |ha sido )?(?:sufre|sufri[óo]|sufrido|víctima de|confirma|confirmado|"
    r"reconoce|denuncia|investiga|alerta|hackead[oa]|atacad[oa])\b"
    r"|\s*,?\s*(?:a été |est |ont été )?(?:victime|piratée?s?|touchée?s?|visée?s?|frappée?s?|ciblée?s?|"
    r"confirme|annonce|alerte|subit|paralysée?)\b"
    r"|\s*,?\s*(?:è stat[ao] |ha )?(?:colpit[ao]|vittima|sotto attacco|subito|subisce|hackerat[ao]|conferma)\b"
    r"|\s*,?\s*(?:foi |é |sofre|sofreu|vítima|confirma|atacad[oa]|hackead[oa]|alvo de)\b"
    r"|\s*,?\s*(?:is |werd |was )?(?:slachtoffer|getroffen|gehackt|aangevallen|meldt|bevestigt)\b"
)
_SPEAKER_AFTER = compiled(
    r"(?:\s*\([^)]{1,40}\))?(?:['’]s?)?\s*,?\s*(?:(?i:security|threat|own|the|a|an|senior|lead|cyber "
    r"?security|firm|company|analyst|vice president|in a|also|has|have)\s+){0,3}"
    r"(?i:said|says|told|noted|wrote|explained|added|researchers?|analysts?|experts?|reports?|reported|"
    r"reporting|reporter|warned|commented|believes?|tweeted|estimates?|observed|found|discovered|uncovered|"
    r"spotted|investigation|statement|founder|CEO|chief|spokes\w+|director|executive|president|attorneys?|"
    r"lawyers?)\b"
)
_SPEAKER_BEFORE = compiled(
    r"\b(?i:according to|told|researchers? (?:at|from|with|for)|experts? (?:at|from|with)|analysts? "
    r"(?:at|from|with)|reported by|seen by|reviewed by|obtained by|first reported|report (?:by|from|in)|"
    r"interview with|statement to|speaking to|"
    r"security (?:firm|company|vendor|provider|outfit|blog|site|news site|news outlet|researchers?)|cyber "
    r"?security (?:firm|company|vendor|provider)|intelligence (?:firm|company)|news (?:agency|outlet|site|"
    r"website)|newspaper|outlet|"
    r"research (?:by|from)|by|via|blogger|law firm|consultancy|consultants?|forensics? (?:firm|company)|"
    r"hired|hires|contractor hired|with help from|working with|alongside|posted (?:on|to)|published (?:on|"
    r"by)|forum|on|messaging app|partnered with|contacted|survey by|study by|fbi and|such as|competitor|"
    r"rival|rivals)\s+(?:the\s+)?[\"“‘]?$"
)
_VEHICLE_AFTER = re.compile(
    r"(?:['’]s?)?\s+(?:[\w-]+\s+){0,2}(?i:software|platforms?|e-business|tools?|vulnerabilit(?:y|ies)|"
    r"flaws?|zero[- ]day|products?|plug-?ins?|instances?|environments?|appliances?|apps?|cloud|suite|"
    r"integration|exploit|bug|patch|firewalls?|code)\b"
)
_VEHICLE_BEFORE = compiled(
    r"(?i:via|through|using|uses?|tied to|linked to|flaw in|vulnerability in|zero-day in|bug in|"
    r"exploit(?:ed|ing)|breach of|hosted (?:on|by|in)|running|stored (?:on|in))\s+(?:an?\s+|the\s+|its\s+|"
    r"their\s+)?(?:[a-z-]+\s+){0,2}$"
)
_AGENT_AFTER = compiled(
    r"(?:\s*\([^)]{1,40}\))?\s*,?\s*(?i:has|have|had|also|allegedly|reportedly)?\s*(?:(?i:breached|hacked|"
    r"attacked|infiltrated|stole|leaked|targeted|carried out|hit|hits|hacks|leaks|breaches)\s+(?:the\s+|"
    r"its\s+|their\s+|data\s+)?(?=[A-Z\"“‘]|(?i:data|information|records|files|emails|documents|"
    r"databases?)\b)|"
    r"(?i:claims? (?:to have|responsibility|breach|attack|it has|credit)|claimed (?:to have|responsibility|"
    r"credit|the attack|that it)|took (?:credit|responsibility)|takes credit|listed|threatens?|threatened "
    r"to (?:leak|publish|release)|demands?|demanded)\b)"
)
_SMALL_BUSINESS = re.compile(
    r"\s+(?:[a-z-]+\s+){0,3}(?:stores?|shops?|firms?|compan(?:y|ies)|hotels?|hospitals?|schools?|banks?|"
    r"business(?:es)?|retailers?|clinics?|dealership|operator|provider|giant|maker|startup|website|sites?|"
    r"group|man|woman|teen\w*|hackers?|government|officials?|"
    r"market|brand|exchange|airline|carrier|insurer|utility|politicians?|organi[sz]ations?|users|customers|"
    r"citizens|residents|branch|office|unit|subsidiary|arm|team|club|residents|law|authorities|regulators?|"
    r"investigators|prosecutors|ministers?)\b"
)
_AFTERMATH = compiled(
    rf"(?:['’]s?)?\s[^.;]{{0,70}}\b(?i:after|following|over|amid|since|due to|because of|caused by|in "
    rf"(?:the )?wake of|in response to|from|linked to|as)\s+(?:[\w‘'“\"-]+\s+){{0,4}}[\"“‘']?{_NOUN}"
)
_LOCATED = re.compile(
    r"(?i)\b(?:in|near|based in|across|from|outside|northern|southern|eastern|western|north|south|east|"
    r"west|downtown|throughout|at the)\s+(?:the\s+)?$"
)
_PERSON_AFTER = compiled(
    r",? (?:(?i:the|a|an|our|its|who|who is|group|global|senior|vice|deputy|interim|former|chief|"
    r"co-)\s*){0,3}(?i:ceo|ciso|cto|cio|chief|director|president|founder|co-founder|spokes\w+|manager|head "
    r"of|professor|analyst|researcher|minister|secretary|"
    r"senator|officer|attorney|lawyer|partner at|mayor|superintendent|commissioner|engineer|executive|"
    r"consultant|editor|\d\d,|expert|vp\b|chairman)|\s*\(@|, \d\d\b"
)
_MENTION = compiled(  # on small letters
    r"\b(?:days?|weeks?|months?|years?|hours?) after\b|\bcomes? (?:just |only )?(?:\w+ )?(?:days|weeks|"
    r"months|amid|after|as)\b|\bfollow(?:s|ed|ing) (?:(?:one|another|those) "
    r"(?:in|at|on|against|that)|similar|a (?:string|series|spate|wave|number)|recent|"
    r"other|attacks|high-profile|the (?:recent )?(?:attacks?|hacks?|breach(?:es)?) (?:on|at|of))|"
    r"\b(?:similar|other|previous|earlier|past|recent|high-profile|biggest|largest|notable|string of|wave "
    r"of|spate of|series of) (?:\w+[ -]){0,3}(?:attacks?|breach(?:es)?|hacks?|incidents?|victims|"
    r"cyber-?attacks?|targets|companies|firms|retailers|cases)\b|"
    r"\b(?:such as|including|like|unlike|reminiscent of|remember)\b|\b(?:in|since|back in|of) (?:19|"
    r"20)\d\d\b|\blast year\b|\bearlier this year\b|\blast (?:month|week|spring|summer|autumn|fall|"
    r"winter)\b|\bpreviously\b|\b(?:also|were also|was also) (?:hit|targeted|hacked|attacked|breached|"
    r"affected|claimed|suffered)\b|\bfor (?:instance|example)\b|\bin that (?:case|attack|incident)\b|\ba "
    r"(?:week|month|year) ago\b|\bwe have discussed\b|"
    r"\bcompetitors?\b|\brivals?\b|\bin the \w+ (?:attack|breach|hack)\b|"
    r"\bsame (?:strain|group|gang)\b"
)


_LAST_WORD = re.compile(r"(?<!\w)([a-z]+)\s+[\"“‘]?$")
_NO_OBJECT = frozenset(
    (
        "said", "says", "that", "and", "or", "after", "when", "with", "who", "which", "were", "was", "is", "are", "has",
        "have", "had", "according", "because", "while", "over", "through", "using", "via", "but", "where", "than",
        "before", "since",
    )
)  # fmt: skip
"""No object of an attack follows them: most names stand behind one, and the long pattern need not be tried."""


def before(left: str) -> tuple[str, ...]:
    """Roles that the words before a name give it."""
    left = left[-100:]
    if not left.strip(' "“‘'):
        return ()
    roles = []
    last = _LAST_WORD.search(left, max(0, len(left) - 16))
    if not (last and last[1] in _NO_OBJECT) and _OBJECT.search(left[-80:]):
        roles.append("object")
    if _SPEAKER_BEFORE.search(left[-60:]):
        roles.append("speaker")
    if _LOCATED.search(left[-16:]):
        roles.append("located")
    if _VEHICLE_BEFORE.search(left[-60:]):
        roles.append("through")
    return tuple(roles)


def speaking(left: str, right: str) -> tuple[str, ...]:
    """Roles in a sentence that speaks of no attack: speaker, place, person."""
    roles = []
    if _SPEAKER_AFTER.match(right) or _SPEAKER_BEFORE.search(left[-60:]):
        roles.append("speaker")
    if _LOCATED.search(left[-16:]):
        roles.append("located")
    if _PERSON_AFTER.match(right):
        roles.append("person")
    return tuple(roles)


def after(right: str) -> tuple[str, ...]:
    """Roles that the words after a name give it."""
    right = right[:170]
    if right[:1] in {"", ".", ";", "!", "?"}:
        return ()
    roles = []
    if _SUBJECT_SURE.match(right):
        roles.append("suffers")
    act = _SUBJECT_ACT.match(right)
    if act:
        roles.append("acts" if BREACH.search(right.lower(), act.end(), act.end() + 110) else "speaker")
    if _COMPOUND.match(right):
        roles.append("compound")
        if _ADJACENT.match(right):
            roles.append("adjacent")
    elif not act and _AFTERMATH.match(right):
        roles.append("aftermath")
    if _HOLDER.match(right):
        roles.append("holder")
    if _FOREIGN_SUBJECT.match(right):
        roles.append("suffers")
    if "acts" not in roles and _SPEAKER_AFTER.match(right):
        roles.append("speaker")
    if _PERSON_AFTER.match(right):
        roles.append("person")
    if _VEHICLE_AFTER.match(right):
        roles.append("vehicle")
    if _AGENT_AFTER.match(right):
        roles.append("agent")
    return tuple(roles)


def only_locates(right: str) -> bool:
    """Whether a place is followed by the unnamed thing that it locates ("a Ruritanian hotel group")."""
    return _SMALL_BUSINESS.match(right) is not None


def in_passing(lower: str) -> bool:
    """Whether a sentence, in small letters, talks about other incidents: background, comparisons, earlier cases."""
    return _MENTION.search(lower) is not None
