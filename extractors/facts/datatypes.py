"""Which kinds of data were taken or exposed?

In: a Text. Out: one `data_type` claim for each kind that a sentence about stolen, exposed or accessed data names and
does not deny. Terms of the vocabulary only; `other` is claimed where nothing else is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractors.facts.hedges import negated

if TYPE_CHECKING:
    from breachwire.records import Claim
    from extractors.facts.text import Sentence, Text

_KINDS = re.compile(  # these patterns are matched on small letters
    r"\b(?:(?P<email>e-?mail addresses|e-?mail ids|e-?mails(?! (?:to|from|sent))|email and|"
    r"e-?mail-adressen|correos electrónicos|adresses (?:e-?)?mail|indirizzi e-?mail)|"
    r"(?P<password>passwords?|passwörter|passwort|contraseñas?|mots? de passe)"
    r"|(?P<address>(?:home|postal|mailing|physical|billing|street|shipping|delivery|residential|email and|"
    r"phone numbers and|names and|and|,) address(?:es)?|addresses|postcodes|anschriften|direcciones|"
    r"adresses postales|indirizzi)"
    r"|(?P<phone>(?:tele)?phone numbers?|mobile numbers?|cell ?phone numbers?|contact numbers?|phone "
    r"details|telefonnummern?|teléfonos?|numéros? de téléphone)|(?P<dob>dates? of births?|birth ?dates?|"
    r"birthdays|dobs?|geburtsdat(?:um|en)|fechas? de nacimiento|dates? de naissance)"
    r"|(?P<ssn_national_id>social security(?: numbers?)?|ssns?|national insurance numbers?|passports?(?: "
    r"numbers?| details| data| scans)?|national id(?:entity|entification)?(?: card)?s?(?: numbers?)?|"
    r"identity cards?|id cards?|driver['’]?s?['’]? licen[cs]es?(?: numbers?)?|driving licen[cs]es?(?: "
    r"numbers?)?|"
    r"aadhaar|government[- ](?:issued )?ids?|government id photos|identity documents|tax(?:payer)? "
    r"(?:identification|id) numbers?|resident registration numbers?|ausweis\w*|dni|w-2s?)"
    r"|(?P<payment_card>(?:credit|debit|payment|bank)(?: and debit| or debit|/debit)? cards?(?: \w+)?|card "
    r"numbers?|card details|card data|kreditkarten\w*|tarjetas de crédito|cvv2?|cv2)"
    r"|(?P<bank>bank(?:ing)? (?:account|details|information|data|records)\w*(?: \w+)?|account numbers|"
    r"financial (?:data|information|details|records)|iban|bankdaten|kontodaten|datos bancarios|routing "
    r"numbers?|salary|salaries|payroll)"
    r"|(?P<health>medical (?:records?|data|information|histor\w+|details|documents)|health (?:records?|"
    r"data|information|insurance)\w*|patient (?:records?|data|information|files)|diagnos[ei]s|"
    r"prescriptions?|treatment (?:information|details)|phi\b|protected health information|clinical|test "
    r"results|gesundheitsdaten|patientendaten|datos médicos|données de santé|dati sanitari|dna|genetic)"
    r"|(?P<location>location data|gps|geolocation|coordinates|locations|whereabouts|travel histor\w+|"
    r"itinerar\w+)|(?P<credentials>credentials|login details|log-?ins?|api keys?|access tokens?|tokens|"
    r"private keys|source code credentials|secret keys|zugangsdaten)"
    r"|(?P<ip>ip addresses|device (?:ids?|identifiers|information))|(?P<name>(?:full |first and last |"
    r"customer |customers['’] |their |user |patients['’] |employees['’] )?names?(?=,| and\b| along\b| or\b|"
    r"\.|;|$| addresses)|(?:details|data) including names|vollständige namen|namen|nombres|noms))\b"
)
_TAKEN = re.compile(
    r"\b(?:expos\w*|stol\w*|steal\w*|breach\w*|leak\w*|compromis\w*|hack\w*|access(?:ed|ing)?|taken|"
    r"theft|obtained|contain\w*|includ\w*|involv\w*|swiped|exfiltrat\w*|lost|scraped|copied|download\w*|"
    r"viewed|spill\w*|publish\w*|released|affected|at risk|dump\w*|betroffen\w*|gestohlen\w*|entwendet|"
    r"abgeflossen|afectad\w*|robad\w*|filtrad\w*|concern\w*|vol[ée]\w*|"
    r"for sale|sell\w*|consist\w*|comprom\w*|reveal\w*|unprotected|posted|impacted|personal)\b"
)
_ADVICE = re.compile(
    r"\b(?:should|must|advis\w+|recommend\w*|urg(?:e|es|ed|ing)|chang(?:e|ing) (?:their|your|all|its)|"
    r"reset\w*|monitor\w*|be (?:wary|cautious|alert)|vigilant|never|offer(?:s|ing|ed)|free (?:credit|"
    r"identity)|encourag\w+|enable|freeze|two-factor|security (?:tips|posture)|reus\w+|strong passwords)\b"
)
_OTHER = re.compile(
    r"\b(?:personal (?:information|data|details)|sensitive (?:information|data)|(?:internal|"
    r"confidential|corporate|proprietary) (?:data|documents|files|information)|source code|customer data|"
    r"user data|staff data|employee data|student data)\b"
)


def _usable(sentence: Sentence) -> bool:
    if not sentence.breach or not _TAKEN.search(sentence.lower) or _ADVICE.search(sentence.lower):
        return False
    return not (sentence.order > 3 and sentence.passing and "includ" not in sentence.text)


def read(text: Text, others: tuple[str, ...]) -> list[Claim]:
    """`data_type` claims, each kind once, where it is first said."""
    claims: dict[str, Claim] = {}
    fallback: Claim | None = None
    for sentence in text.sentences:
        if any(o in sentence.text for o in others) or not _usable(sentence):
            continue
        for match in _KINDS.finditer(sentence.lower):
            kind = match.lastgroup
            if kind and kind not in claims and not negated(sentence.text, match.start()):
                span = (sentence.zone, sentence.start + match.start(), sentence.start + match.end())
                claims[kind] = text.claim(
                    "data_type", kind, span, (f"data_type.{kind}", max(0.5, 0.85 - 0.02 * sentence.order))
                )
        other = _OTHER.search(sentence.lower)
        if other and fallback is None and not negated(sentence.text, other.start()):
            span = (sentence.zone, sentence.start + other.start(), sentence.start + other.end())
            fallback = text.claim("data_type", "other", span, ("data_type.unspecified", 0.4))
    if not claims and fallback:
        return [fallback]
    return list(claims.values())
