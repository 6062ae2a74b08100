"""What extraction leaves that is not the article: links to other stories, prompts, agency tails, bylines.

Every rule is about a whole paragraph: one that merely contains "read more" in a sentence stays. Rules were written from
the furniture that news sites of seven languages carry (English, German, French, Spanish, Italian, Portuguese, Dutch).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_LINK_CHARS = 220  # a paragraph longer than this is no link or headline
MAX_PROMPT_CHARS = 320
_LONGEST_LIST = 30  # lines of a list of other stories
_HEAD_PARAGRAPHS = 6  # where the title is repeated and bylines stand


def _any(*alternatives: str) -> str:
    return "(?:" + "|".join(alternatives) + ")"


# "READ MORE: <headline>", or the words alone. What follows the words must be a colon, a dash, an arrow, or nothing.
_POINTER = re.compile(
    r"[\W_]*"
    + _any(
        r"(?:you (?:can )?)?(?:also )?read (?:more|also|next|this|the full (?:story|article))(?: (?:on|about) [^:.]{2,60})?",
        r"also read|see (?:also|more)|watch(?: (?:now|this|more|next))?|related(?: (?:news|stor(?:y|ies)|articles?|reading|posts?|coverage|content|topics?))?",
        r"(?:don['’]t|do not) miss(?: (?:this|out))?|must[ -]read|more (?:on|about|from|to) (?:this|the) (?:story|topic)|recommended(?: (?:reading|for you|stories))?",
        r"up next|trending(?: now)?|editor['’]?s['’]? (?:pick|choice)s?|further reading|learn more|find out more|in case you missed it|explore more|continue reading",
        r"lesen sie (?:auch|hier|dazu|mehr)(?: (?:dazu|mehr|zum thema))?|mehr (?:zum thema|dazu|lesen|erfahren|infos?)|auch interessant|passend dazu|siehe auch|das könnte (?:sie|dich) auch interessieren|weiterlesen|zum thema|lesetipp",
        r"(?:à )?lire (?:aussi|également|la suite|plus)|à voir(?: aussi)?|voir aussi|sur le même (?:sujet|thème)|notre dossier|pour aller plus loin|en savoir plus|à ne pas manquer",
        r"(?:lea|lee|leer|ver|mira|vea|te puede interesar|le puede interesar|le recomendamos|te recomendamos)(?: (?:también|más|además))?|más (?:información|sobre)|relacionad[oa]s?|noticias? relacionadas?|no te pierdas",
        r"leggi (?:anche|pure|di più|qui)|vedi anche|guarda anche|per approfondire|potrebbe interessarti|approfondisci",
        r"(?:leia|veja|saiba|confira|assista)(?: (?:também|mais|ainda))|relacionad[oa]s|notícias relacionadas|não perca",
        r"lees (?:ook|meer|verder)|bekijk ook|meer over|zie ook|gerelateerd",
    )
    + r"\s*(?:[:»›>→|]+|[-–—]\s|$)",
    re.IGNORECASE,
)

# A heading over a list of other stories.
_LIST_HEADING = re.compile(
    r"[\W_]*"
    + _any(
        r"(?:you (?:may|might) (?:also )?(?:like|be interested in|have missed)|more (?:stories|news|like this|headlines|for you|from [^.]{2,40}|in [^.]{2,30}|on this(?: story)?)|most (?:read|popular|viewed|shared|commented)|top stories|latest (?:news|stories|headlines)|popular (?:now|stories|posts)|what to read next|what others are reading|around the web|from the web|sponsored (?:content|links|stories)|promoted (?:content|stories)|related(?: (?:news|stor(?:y|ies)|articles?|reading|posts?|coverage|content|topics?|links))?|recommended(?: (?:reading|for you|stories|articles))?|trending(?: (?:now|stories))?|editor['’]?s['’]? (?:pick|choice)s?|don['’]t miss|read (?:more|next|also)|also read|see also|similar (?:stories|articles|posts)|more on this topic|suggested (?:reading|articles)|in other news)",
        r"(?:das könnte (?:sie|dich) auch interessieren|auch interessant|mehr zum thema|meistgelesen(?:e artikel)?|am meisten gelesen|weitere (?:artikel|themen|meldungen|nachrichten)|ähnliche artikel|lesen sie auch|neueste (?:artikel|nachrichten)|empfehlungen(?: der redaktion)?|aus dem (?:ressort|archiv)|weiterführende links|zum thema|verwandte (?:artikel|themen))",
        r"(?:(?:à )?lire aussi|sur le même (?:sujet|thème)|les plus (?:lus|populaires)|vous aimerez aussi|à lire également|articles? (?:similaires|liés|recommandés)|nos derniers articles|à découvrir|dans la même rubrique|la rédaction vous conseille)",
        r"(?:te puede interesar|le puede interesar|también te puede interesar|(?:lo )?más (?:leído|visto|noticias)|noticias relacionadas|artículos relacionados|lea también|relacionados?|recomendad[oa]s?|últimas noticias)",
        r"(?:leggi anche|potrebbe interessarti(?: anche)?|articoli (?:correlati|consigliati)|i più letti|le più lette|ultime notizie|notizie correlate|altre notizie)",
        r"(?:leia (?:também|mais)|veja (?:também|mais)|mais lidas?|notícias relacionadas|você (?:também )?pode gostar|artigos relacionados|últimas notícias)",
        r"(?:lees ook|meest gelezen|gerelateerde (?:artikelen|berichten)|meer nieuws|aanbevolen|misschien vind je dit ook (?:leuk|interessant)|laatste nieuws)",
    )
    + r"[\W_]*",
    re.IGNORECASE,
)
# "READ MORE:" alone mostly lost its link in conversion; where one follows, it is one line, and the text goes on behind.
_LONE_POINTER = re.compile(
    r"[\W_]*(?:read (?:more|next|also)|also read|see also|don['’]t miss|lesen sie auch|(?:à )?lire aussi|lea también|leggi anche|"
    r"leia (?:também|mais)|veja (?:também|mais)|lees ook)[\W_]*",
    re.IGNORECASE,
)
_COMMENTS_HEADING = re.compile(
    r"(?:\d+ )?(?:comments?|leave a (?:comment|reply)|join the (?:discussion|conversation)|(?:view|show|post a|add a) comments?|reader comments|"
    r"kommentare?|diskussion|leserkommentare|commentaires?|réactions|laisser un commentaire|comentarios?|deja (?:un|tu) comentario|"
    r"commenti|lascia un commento|comentários?|deixe um comentário|reacties|reageer)(?: ?\(?\d+\)?)?:?",
    re.IGNORECASE,
)

_TAIL = re.compile(
    _any(
        r"[(\[]?(?:additional |further )?reporting by .*",
        r"[(\[]?(?:written|compiled|edited|translated|editing|writing) by [A-Z].*",
        r"with (?:additional )?(?:inputs|files|reporting|contributions?|agency|post wires|wires?)\b[^.!?]{0,90}\.?[)\]]?",
        r"(?:this|the) (?:story|article|report|content) (?:has been|was|is) (?:published|auto-?generated|sourced|syndicated|originally published|first published|translated)\b.*",
        r"(?:originally|first) published (?:on|in|by|at) .{2,80}",
        r"only the headline has been changed.*",
        r"(?:©|\(c\)|copyright\b).{0,200}",
        r".{0,120}\ball rights reserved\b.{0,160}",
        r".{0,80}\bmay not be (?:published|reproduced|republished|copied|redistributed)\b.{0,160}",
        r"(?:alle rechte vorbehalten|tous droits réservés|todos los derechos reservados|tutti i diritti riservati|todos os direitos reservados|alle rechten voorbehouden).{0,80}",
        r"(?:quellen?|source|fuente|fonte|bron|via) ?: ?[^.]{2,60}",
        r"(?:mit material (?:von|der) .{2,60}|avec (?:l['’])?(?:afp|reuters|agences?).{0,40}|con información de .{2,60}|con agencias|com agências|met informatie van .{2,40})\.?",
        r"our standards:? ?(?:the thomson reuters trust principles)?.?",
        r"[(\[]?(?:dpa|afp|ap|reuters|ansa|efe|lusa|anp|pti|ians|ani)(?:[/ -][\w-]{2,12})*[)\]]?",
        r"_{2,}|[*•·—–-]{1,5}|#{2,}",
    ),
    re.IGNORECASE | re.DOTALL,
)
_PROMPT = re.compile(
    _any(
        r"(?:please )?(?:sign|signing) up (?:now |here |today )?(?:for|to|and)\b.*",
        r"(?:please )?(?:subscribe|register|log in|sign in)(?: (?:now|here|today|for free))?(?: (?:to|for|and|or|with)\b.*|[.!]?)",
        r".{0,120}\b(?:in|to|into) your inbox\b.{0,80}",
        r"(?:enter|submit) your e-?mail\b.*",
        r"(?:get|receive) (?:the|our|all|more|daily|weekly)\b.{0,80}\b(?:newsletter|headlines|alerts?|big stories|delivered)\b.*",
        r"(?:[\w' ]{0,30} )?newsletter",
        r"(?:please )?(?:follow|like|join|find) us (?:on|in|at)\b.*",
        r"follow (?:@?\w+ ){1,4}on (?:x|twitter|facebook|instagram|whatsapp|telegram|linkedin|google news|youtube|bluesky|threads)\b.*",
        r"(?:share|tweet|print|e-?mail|copy link|save|whatsapp|facebook|twitter|linkedin|reddit|telegram|pinterest|flipboard|x)(?:[ ,/|•·]+(?:this|it|the|article|story|page|post|on|via|via e-?mail|share|tweet|print|e-?mail|copy link|save|whatsapp|facebook|twitter|linkedin|reddit|telegram|pinterest|flipboard|x))*",
        r"(?:advertisement|advertising|sponsored|promoted|ad|anzeige|werbung|publicité|publicidad|pubblicità|publicidade|advertentie)(?: feature)?(?: ?[-–—:].{0,60})?",
        r"article continues (?:below|after).{0,60}|story continues below.{0,60}|continue reading.{0,60}|article content|loading\W*|scroll (?:down )?(?:to|for).{0,60}",
        r"(?:we|our (?:site|website|partners)|this (?:site|website|page))\b.{0,60}\b(?:uses?|stores?|sets?|access)\b.{0,80}\b(?:cookies?|information on a device)\b.*",
        r"(?:by (?:continuing|clicking|using|signing up)|accept (?:all|cookies)|manage (?:cookies|preferences)|reject all)\b.*",
        r"(?:download|get) (?:our|the) (?:free )?app\b.*|(?:click|tap) here\b.*|listen to (?:this )?(?:article|story).*|have (?:a|you got a) (?:tip|story)\b.*",
        r"(?:get in touch with|contact|e-?mail) (?:our news(?: ?team| ?desk)?|the (?:newsroom|author|reporter)).*|for more stories like this.*|image(?: credit| source)? ?: .*|photo(?:graph)?(?: credit| by)? ?: .*|(?:picture|foto|bild|imagen|immagine|crédit photo) ?: .*",
        r"(?:melden sie sich|jetzt) .{0,60}newsletter.*|(?:newsletter|whatsapp-kanal) .{0,40}(?:abonnieren|anmelden).*|jetzt (?:abonnieren|anmelden|registrieren).{0,60}|diesen artikel (?:teilen|drucken).*|folgen sie uns .*|(?:teilen|drucken|merken)",
        r"(?:inscrivez-vous|abonnez-vous|recevez) .*|suivez-nous .*|(?:partager|imprimer)(?: .{0,40})?|la suite est réservée aux abonnés.*|il vous reste .{0,60}à lire.*",
        r"(?:suscríbe(?:te|ase)|regístrate|síguenos|siga(?:nos)?|recibe) .*|(?:compartir|imprimir)(?: .{0,40})?",
        r"(?:iscriviti|abbonati|seguici|ricevi) .*|(?:condividi|stampa)(?: .{0,40})?",
        r"(?:inscreva-se|assine|siga-nos|receba) .*|(?:compartilhe|compartilhar|partilhar)(?: .{0,40})?",
        r"(?:schrijf je in|abonneer|meld je aan|volg ons) .*|(?:deel dit artikel|delen|afdrukken)(?: .{0,40})?",
    ),
    re.IGNORECASE | re.DOTALL,
)

_MONTH = r"[^\W\d]{3,10}\.?"
_STAMP = (
    r"(?:\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?"
    rf"|\d{{1,2}}[./]\s?\d{{1,2}}[./]\s?\d{{2,4}}|(?:[^\W\d]{{3,10}},? )?\d{{1,2}}\.? (?:de )?{_MONTH}(?: de)?,? \d{{4}}|(?:[^\W\d]{{3,10}},? )?{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})"
    r"(?:,? ?(?:at|um|à|a las|-|–|\||,)? ?\d{1,2}[:.h]\d{2}(?: ?(?:[ap]\.?m\.?|uhr|hrs?))?(?: [A-Z]{2,5})?)?"
)
_NAME = r"(?:(?:de|van|von|der|la|al|bin) )?[^\W\d_a-zß-ÿ][\w.'’-]+"
_BYLINE = re.compile(
    _any(
        rf"(?:(?:first |last )?(?:published|posted|updated|modified|created)(?: on| at)?:?|am|le|el|il|op|em|stand:?|veröffentlicht:?|aktualisiert:?|publié le|mis à jour le|publicado(?: el| em)?:?|actualizado:?|pubblicato il|gepubliceerd op)? ?{_STAMP}(?:[\s|·•,/–-]*\d+ ?min.{{0,20}}|[\s|·•,/–-]+.{{0,60}})?",
        r"(?:\d+|one|two|three|four|five|six) ?[- ]?min(?:ute)?s?\.?(?: read(?:ing time)?| lesezeit| de lecture| de lectura| di lettura| de leitura| leestijd)?",
        r"(?:lesezeit|tempo de leitura|tiempo de lectura|temps de lecture|tempo di lettura|leestijd|reading time|read time) ?:? ?\d+ ?\w{3,8}\.?",
        rf"(?:by|von|par|por|di|door) (?-i:{_NAME})(?:,? (?:(?:and|und|et|y|e|en|&) )?(?-i:{_NAME})){{0,7}}(?: ?[|,·•/–-] ?.{{0,60}})?(?: ?{_STAMP})?",
        r"\d+ (?:minutes?|hours?|days?) ago",
        r"(?:share|posted) (?:this|by) .{0,40}",
    ),
    re.IGNORECASE,
)
_TRAILING_STAMP = re.compile(rf"(?:\s*[|«»–—-]\s.{{0,80}}?)?[\s|·•,–-]*{_STAMP}[\s|]*", re.IGNORECASE)
_SITE_BEHIND = re.compile(rf"\s*(?:[|«»–—-]\s.{{0,100}}?)?(?:[\s|·•,–-]*{_STAMP})?[\s|]*", re.IGNORECASE)

_SENTENCE_END = re.compile(r"[.!?:;…。][\"”’')\]»]*$")
_TWO_SENTENCES = re.compile(r"[.!?][\"”’')\]]* +[\"“‘(]?[A-ZÄÖÜÀ-Ý][^.!?]{20,}[.!?]")
_SPEECH_END = re.compile(r"[.!?,][\"”’»]$")
_BULLET = re.compile(r"^(?:[-*•·–]|\d{1,2}[.)])\s+")


def tidy(paragraphs: Sequence[str], title: str) -> tuple[str, ...]:
    """The paragraphs that are the article's own, in order, with their spaces collapsed.

    The title's repetition at the top goes too, unless nothing else would be left.
    """
    lines = [line for line in (" ".join(p.split()) for p in paragraphs) if line]
    lines = _without_comments(lines)
    lines = _without_lists(lines)
    body = [line for line in lines if not _is_furniture(line)]
    return tuple(_without_head(body, title) or body or lines)


def looks_like_headline(line: str) -> bool:
    """Whether a line could be another story's headline: short, and not a sentence that ends as sentences do."""
    line = _BULLET.sub("", line)
    if len(line) > MAX_LINK_CHARS or _TWO_SENTENCES.search(line) or _SPEECH_END.search(line):
        return False
    if not _SENTENCE_END.search(line) or line.endswith(("...", "…", "?", "!")):
        return True
    return _is_title_case(line)


def _is_title_case(line: str) -> bool:
    """Most of its longer words begin with a capital: "Council Pays Ransom." """
    words = [w for w in re.findall(r"[^\W\d_][\w'’-]*", line) if len(w) > 3]
    return len(words) >= 3 and sum(w[0].isupper() for w in words) >= 0.75 * len(words)


def _is_furniture(line: str) -> bool:
    if len(line) <= MAX_LINK_CHARS and _POINTER.match(line) and not _TWO_SENTENCES.search(line):
        return True
    if len(line) <= MAX_PROMPT_CHARS and (_TAIL.fullmatch(line) or _PROMPT.fullmatch(line)):
        return not (len(line) > 120 and _TWO_SENTENCES.search(line) and not _is_legal(line))
    return bool(_LIST_HEADING.fullmatch(line) or (len(line) <= 140 and _BYLINE.fullmatch(line)))


def _is_legal(line: str) -> bool:
    low = line.casefold()
    return "rights reserved" in low or "may not be" in low or "headline has been changed" in low or "cookie" in low


def _without_comments(lines: list[str]) -> list[str]:
    """Cut at a comment section's heading, where it stands behind at least half of the text."""
    total = sum(map(len, lines))
    before = 0
    for number, line in enumerate(lines):
        if before * 2 >= total and number and _COMMENTS_HEADING.fullmatch(line):
            return lines[:number]
        before += len(line)
    return lines


def _without_lists(lines: list[str]) -> list[str]:
    """Each list of other stories goes with its heading: the lines behind it, as long as they look like headlines."""
    kept: list[str] = []
    number = 0
    while number < len(lines):
        if not _LIST_HEADING.fullmatch(lines[number]):
            kept.append(lines[number])
            number += 1
            continue
        number += 1
        lone = _LONE_POINTER.fullmatch(lines[number - 1])
        number += _link_behind(lines, number) if lone else _headlines(lines, number)
    return kept


def _link_behind(lines: list[str], number: int) -> int:
    """1 where a lone pointer's link stands in the line behind it: a headline without any final mark."""
    linked = number < len(lines) and looks_like_headline(lines[number]) and not _SENTENCE_END.search(lines[number])
    return int(linked)


def _headlines(lines: list[str], number: int) -> int:
    """How many lines from `number` on look like headlines; furniture between them does not end the run."""
    count = 0
    for line in lines[number : number + _LONGEST_LIST]:
        if not (looks_like_headline(line) or _is_furniture(line)):
            break
        count += 1
    return count


def _without_head(lines: list[str], title: str) -> list[str]:
    """Without the title's repetition among the first paragraphs: alone, or with the site's name or a time behind it."""
    wanted = _key(title)
    kept = list(lines)
    for number in range(min(_HEAD_PARAGRAPHS, len(lines)) - 1, -1, -1):
        line = lines[number].strip("| ")
        if wanted and _key(line) == wanted:
            del kept[number]
        elif wanted and number < 3 and line.casefold().startswith(title.casefold()):
            rest = line[len(title) :]
            if _SITE_BEHIND.fullmatch(rest):
                del kept[number]
            elif stamp := _TRAILING_STAMP.match(rest):
                kept[number : number + 1] = [r] if (r := rest[stamp.end() :].strip("| ")) else []
    return kept


def _key(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
