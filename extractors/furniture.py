"""How the furniture of news pages reads: one expression for each kind of line that is not the article.

Written from the furniture of news sites in English, German, French, Spanish, Italian, Portuguese and Dutch. All but
`POINTER` and the two that look behind a title are for whole lines (`fullmatch`). `clutter` says what is done with them.
"""

from __future__ import annotations

import re


def _any(*alternatives: str) -> str:
    return "(?:" + "|".join(alternatives) + ")"


# "READ MORE: <headline>", or the words alone. What follows the words must be a colon, a dash, an arrow, or nothing.
POINTER = re.compile(
    r"[\W_]*"
    + _any(
        r"(?:you (?:can )?)?(?:also )?read (?:more|also|next|this|the full (?:story|article))(?: (?:on|"
        r"about) [^:.]{2,60})?",
        r"also read|see (?:also|more)|watch(?: (?:now|this|more|next))?|related(?: (?:news|stor(?:y|ies)|"
        r"articles?|reading|posts?|coverage|content|topics?))?",
        r"(?:don['’]t|do not) miss(?: (?:this|out))?|must[ -]read|more (?:on|about|from|to) (?:this|"
        r"the) (?:story|topic)|recommended(?: (?:reading|for you|stories))?",
        r"up next|trending(?: now)?|editor['’]?s['’]? (?:pick|choice)s?|further reading|learn more|"
        r"find out more|in case you missed it|explore more|continue reading",
        r"lesen sie (?:auch|hier|dazu|mehr)(?: (?:dazu|mehr|zum thema))?|mehr (?:zum thema|dazu|lesen|erfahren|"
        r"infos?)|auch interessant|passend dazu|siehe auch|das könnte (?:sie|dich) auch interessieren|"
        r"weiterlesen|zum thema|lesetipp",
        r"(?:à )?lire (?:aussi|également|la suite|plus)|à voir(?: aussi)?|voir aussi|sur le même (?:sujet|"
        r"thème)|notre dossier|pour aller plus loin|en savoir plus|à ne pas manquer",
        r"(?:lea|lee|leer|ver|mira|vea|te puede interesar|le puede interesar|le recomendamos|"
        r"te recomendamos)(?: (?:también|más|además))?|más (?:información|sobre)|relacionad[oa]s?|"
        r"noticias? relacionadas?|no te pierdas",
        r"leggi (?:anche|pure|di più|qui)|vedi anche|guarda anche|per approfondire|potrebbe interessarti|"
        r"approfondisci",
        r"(?:leia|veja|saiba|confira|assista)(?: (?:também|mais|ainda))|relacionad[oa]s|notícias relacionadas|"
        r"não perca",
        r"lees (?:ook|meer|verder)|bekijk ook|meer over|zie ook|gerelateerd",
    )
    + r"\s*(?:[:»›>→|]+|[-–—]\s|$)",
    re.IGNORECASE,
)

# A heading over a list of other stories.
LIST_HEADING = re.compile(
    r"[\W_]*"
    + _any(
        r"(?:you (?:may|might) (?:also )?(?:like|be interested in|have missed)|more (?:stories|news|like this|"
        r"headlines|for you|from [^.]{2,40}|in [^.]{2,30}|on this(?: story)?)|most (?:read|popular|viewed|"
        r"shared|commented)|top stories|latest (?:news|stories|headlines)|popular (?:now|stories|posts)|"
        r"what to read next|what others are reading|around the web|from the web|sponsored (?:content|links|"
        r"stories)|promoted (?:content|stories)|related(?: (?:news|stor(?:y|ies)|articles?|reading|posts?|"
        r"coverage|content|topics?|links))?|recommended(?: (?:reading|for you|stories|articles))?|"
        r"trending(?: (?:now|stories))?|editor['’]?s['’]? (?:pick|choice)s?|don['’]t miss|read (?:more|next|"
        r"also)|also read|see also|similar (?:stories|articles|posts)|more on this topic|suggested (?:reading|"
        r"articles)|in other news)",
        r"(?:das könnte (?:sie|dich) auch interessieren|auch interessant|mehr zum thema|"
        r"meistgelesen(?:e artikel)?|am meisten gelesen|weitere (?:artikel|themen|meldungen|nachrichten)|"
        r"ähnliche artikel|lesen sie auch|neueste (?:artikel|nachrichten)|empfehlungen(?: der redaktion)?|"
        r"aus dem (?:ressort|archiv)|weiterführende links|zum thema|verwandte (?:artikel|themen))",
        r"(?:(?:à )?lire aussi|sur le même (?:sujet|thème)|les plus (?:lus|populaires)|vous aimerez aussi|"
        r"à lire également|articles? (?:similaires|liés|recommandés)|nos derniers articles|à découvrir|"
        r"dans la même rubrique|la rédaction vous conseille)",
        r"(?:te puede interesar|le puede interesar|también te puede interesar|(?:lo )?más (?:leído|visto|"
        r"noticias)|noticias relacionadas|artículos relacionados|lea también|relacionados?|recomendad[oa]s?|"
        r"últimas noticias)",
        r"(?:leggi anche|potrebbe interessarti(?: anche)?|articoli (?:correlati|consigliati)|i più letti|"
        r"le più lette|ultime notizie|notizie correlate|altre notizie)",
        r"(?:leia (?:também|mais)|veja (?:também|mais)|mais lidas?|notícias relacionadas|"
        r"você (?:também )?pode gostar|artigos relacionados|últimas notícias)",
        r"(?:lees ook|meest gelezen|gerelateerde (?:artikelen|berichten)|meer nieuws|aanbevolen|"
        r"misschien vind je dit ook (?:leuk|interessant)|laatste nieuws)",
    )
    + r"[\W_]*",
    re.IGNORECASE,
)
# "READ MORE:" alone mostly lost its link in conversion; where one follows, it is one line, and the text goes on behind.
LONE_POINTER = re.compile(
    r"[\W_]*(?:read (?:more|next|also)|also read|see also|don['’]t miss|lesen sie auch|(?:à )?lire aussi|"
    r"lea también|leggi anche|"
    r"leia (?:também|mais)|veja (?:também|mais)|lees ook)[\W_]*",
    re.IGNORECASE,
)
COMMENTS_HEADING = re.compile(
    r"(?:\d+ )?(?:comments?|leave a (?:comment|reply)|join the (?:discussion|conversation)|(?:view|show|post a|"
    r"add a) comments?|reader comments|"
    r"kommentare?|diskussion|leserkommentare|commentaires?|réactions|laisser un commentaire|comentarios?|"
    r"deja (?:un|tu) comentario|"
    r"commenti|lascia un commento|comentários?|deixe um comentário|reacties|reageer)(?: ?\(?\d+\)?)?:?",
    re.IGNORECASE,
)

TAIL = re.compile(
    _any(
        r"[(\[]?(?:additional |further )?reporting by .*",
        r"[(\[]?(?:written|compiled|edited|translated|editing|writing) by [A-Z].*",
        r"with (?:additional )?(?:inputs|files|reporting|contributions?|agency|post wires|"
        r"wires?)\b[^.!?]{0,90}\.?[)\]]?",
        r"(?:this|the) (?:story|article|report|content) (?:has been|was|is) (?:published|auto-?generated|"
        r"sourced|syndicated|originally published|first published|translated)\b.*",
        r"(?:originally|first) published (?:on|in|by|at) .{2,80}",
        r"only the headline has been changed.*",
        r"(?:©|\(c\)|copyright\b).{0,200}",
        r".{0,120}\ball rights reserved\b.{0,160}",
        r".{0,80}\bmay not be (?:published|reproduced|republished|copied|redistributed)\b.{0,160}",
        r"(?:alle rechte vorbehalten|tous droits réservés|todos los derechos reservados|"
        r"tutti i diritti riservati|todos os direitos reservados|alle rechten voorbehouden).{0,80}",
        r"(?:quellen?|source|fuente|fonte|bron|via) ?: ?[^.]{2,60}",
        r"(?:mit material (?:von|der) .{2,60}|avec (?:l['’])?(?:afp|reuters|agences?).{0,40}|"
        r"con información de .{2,60}|con agencias|com agências|met informatie van .{2,40})\.?",
        r"our standards:? ?(?:the thomson reuters trust principles)?.?",
        r"[(\[]?(?:dpa|afp|ap|reuters|ansa|efe|lusa|anp|pti|ians|ani)(?:[/ -][\w-]{2,12})*[)\]]?",
        r"_{2,}|[*•·—–-]{1,5}|#{2,}",
    ),
    re.IGNORECASE | re.DOTALL,
)
PROMPT = re.compile(
    _any(
        r"(?:please )?(?:sign|signing) up (?:now |here |today )?(?:for|to|and)\b.*",
        r"(?:please )?(?:subscribe|register|log in|sign in)(?: (?:now|here|today|for free))?(?: (?:to|for|and|"
        r"or|with)\b.*|[.!]?)",
        r".{0,120}\b(?:in|to|into) your inbox\b.{0,80}",
        r"(?:enter|submit) your e-?mail\b.*",
        r"(?:get|receive) (?:the|our|all|more|daily|weekly)\b.{0,80}\b(?:newsletter|headlines|alerts?|"
        r"big stories|delivered)\b.*",
        r"(?:[\w' ]{0,30} )?newsletter",
        r"(?:please )?(?:follow|like|join|find) us (?:on|in|at)\b.*",
        r"follow (?:@?\w+ ){1,4}on (?:x|twitter|facebook|instagram|whatsapp|telegram|linkedin|google news|"
        r"youtube|bluesky|threads)\b.*",
        r"(?:share|tweet|print|e-?mail|copy link|save|whatsapp|facebook|twitter|linkedin|reddit|telegram|"
        r"pinterest|flipboard|x)(?:[ ,/|•·]+(?:this|it|the|article|story|page|post|on|via|via e-?mail|share|"
        r"tweet|print|e-?mail|copy link|save|whatsapp|facebook|twitter|linkedin|reddit|telegram|pinterest|"
        r"flipboard|x))*",
        r"(?:advertisement|advertising|sponsored|promoted|ad|anzeige|werbung|publicité|publicidad|pubblicità|"
        r"publicidade|advertentie)(?: feature)?(?: ?[-–—:].{0,60})?",
        r"article continues (?:below|after).{0,60}|story continues below.{0,60}|continue reading.{0,60}|"
        r"article content|loading\W*|scroll (?:down )?(?:to|for).{0,60}",
        r"(?:we|our (?:site|website|partners)|this (?:site|website|page))\b.{0,60}\b(?:uses?|stores?|sets?|"
        r"access)\b.{0,80}\b(?:cookies?|information on a device)\b.*",
        r"(?:by (?:continuing|clicking|using|signing up)|accept (?:all|cookies)|manage (?:cookies|preferences)|"
        r"reject all)\b.*",
        r"(?:download|get) (?:our|the) (?:free )?app\b.*|(?:click|tap) here\b.*|listen to (?:this )?(?:article|"
        r"story).*|have (?:a|you got a) (?:tip|story)\b.*",
        r"(?:get in touch with|contact|e-?mail) (?:our news(?: ?team| ?desk)?|the (?:newsroom|author|"
        r"reporter)).*|for more stories like this.*|image(?: credit| source)? ?: .*|photo(?:graph)?(?: credit|"
        r" by)? ?: .*|(?:picture|foto|bild|imagen|immagine|crédit photo) ?: .*",
        r"(?:melden sie sich|jetzt) .{0,60}newsletter.*|(?:newsletter|whatsapp-kanal) .{0,40}(?:abonnieren|"
        r"anmelden).*|jetzt (?:abonnieren|anmelden|registrieren).{0,60}|diesen artikel (?:teilen|drucken).*|"
        r"folgen sie uns .*|(?:teilen|drucken|merken)",
        r"(?:inscrivez-vous|abonnez-vous|recevez) .*|suivez-nous .*|(?:partager|imprimer)(?: .{0,40})?|"
        r"la suite est réservée aux abonnés.*|il vous reste .{0,60}à lire.*",
        r"(?:suscríbe(?:te|ase)|regístrate|síguenos|siga(?:nos)?|recibe) .*|(?:compartir|imprimir)(?: .{0,40})?",
        r"(?:iscriviti|abbonati|seguici|ricevi) .*|(?:condividi|stampa)(?: .{0,40})?",
        r"(?:inscreva-se|assine|siga-nos|receba) .*|(?:compartilhe|compartilhar|partilhar)(?: .{0,40})?",
        r"(?:schrijf je in|abonneer|meld je aan|volg ons) .*|(?:deel dit artikel|delen|afdrukken)(?: .{0,40})?",
    ),
    re.IGNORECASE | re.DOTALL,
)

# What a page says where it stops for those who have not paid. Found anywhere in its markup; \s+ as lines are wrapped.
ASKS_TO_SUBSCRIBE = re.compile(
    _any(
        r"(?:subscribe|sign\s+in|log\s+in|register)(?:\s+(?:now|or\s+\w+(?:\s+in)?|today))?\s+to\s+(?:continue|keep)\s+reading",
        r"subscribe\s+to\s+(?:read|unlock)\s+(?:the\s+(?:full|rest)|this|more)",
        r"(?:this|the\s+full)\s+(?:article|story|content)\s+is\s+(?:only\s+)?(?:available\s+)?(?:(?:only|exclusively)\s+)?"
        r"(?:for|to|reserved\s+for)\s+(?:our\s+)?(?:paying\s+)?(?:subscribers|members)",
        r"to\s+(?:continue|keep)\s+reading,?\s+(?:please\s+)?(?:subscribe|sign\s+(?:in|up)|log\s+in|register)",
        r"already\s+a\s+subscriber\?\s+(?:log|sign)\s+in\s+to\s+(?:read|continue)",
        r"(?:jetzt\s+)?weiterlesen\s+mit\s+\S{1,30}(?:\+|\s+plus|\s*abo)|(?:dieser|der)\s+artikel\s+ist\s+(?:nur\s+)?"
        r"(?:exklusiv\s+)?für\s+(?:\S+\s+)?abonnent",
        r"(?:la\s+suite\s+est|(?:cet\s+)?article)\s+(?:est\s+)?réservée?\s+(?:à\s+nos|aux)\s+abonné",
        r"(?:contenido|artículo|noticia)\s+(?:exclusiv[oa]|sol[oa])\s+para\s+(?:\w+\s+)?suscriptor",
        r"(?:contenuto|articolo)\s+(?:è\s+)?(?:riservato|esclusivo)\s+(?:agli|per\s+gli)\s+abbonati",
        r"(?:conteúdo|matéria|reportagem)\s+(?:exclusiv[oa]|restrit[oa])\s+(?:para|a)\s+assinantes",
        r"(?:dit|het)\s+artikel\s+is\s+(?:alleen|exclusief)\s+(?:\w+\s+){0,3}(?:abonnees|leden)",
    )
)
# Words of which each of those has one, and which are quicker to look for.
SUBSCRIBERS = re.compile("reading|subscribe|members|weiterlesen|abonn|suscriptor|abbonati|assinantes|leden")

_MONTH = r"[^\W\d]{3,10}\.?"
_STAMP = (
    r"(?:\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?)?"
    rf"|\d{{1,2}}[./]\s?\d{{1,2}}[./]\s?\d{{2,4}}|"
    rf"(?:[^\W\d]{{3,10}},? )?\d{{1,2}}\.? (?:de )?{_MONTH}(?: de)?,? \d{{4}}|"
    rf"(?:[^\W\d]{{3,10}},? )?{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})"
    r"(?:,? ?(?:at|um|à|a las|-|–|\||,)? ?\d{1,2}[:.h]\d{2}(?: ?(?:[ap]\.?m\.?|uhr|hrs?))?(?: [A-Z]{2,5})?)?"
)
_NAME = r"(?:(?:de|van|von|der|la|al|bin) )?[^\W\d_a-zß-ÿ][\w.'’-]+"
BYLINE = re.compile(
    _any(
        rf"(?:(?:first |last )?(?:published|posted|updated|modified|created)(?: on| at)?:?|am|le|el|il|op|em|"
        rf"stand:?|veröffentlicht:?|aktualisiert:?|publié le|mis à jour le|publicado(?: el| em)?:?|"
        rf"actualizado:?|pubblicato il|gepubliceerd op)? ?{_STAMP}(?:[\s|·•,/–-]*\d+ ?min.{{0,20}}|[\s|"
        rf"·•,/–-]+.{{0,60}})?",
        r"(?:\d+|one|two|three|four|five|six) ?[- ]?min(?:ute)?s?\.?(?: read(?:ing time)?| lesezeit|"
        r" de lecture| de lectura| di lettura| de leitura| leestijd)?",
        r"(?:lesezeit|tempo de leitura|tiempo de lectura|temps de lecture|tempo di lettura|leestijd|"
        r"reading time|read time) ?:? ?\d+ ?\w{3,8}\.?",
        rf"(?:by|von|par|por|di|door) (?-i:{_NAME})(?:,? (?:(?:and|und|et|y|e|en|"
        rf"&) )?(?-i:{_NAME})){{0,7}}(?: ?[|,·•/–-] ?.{{0,60}})?(?: ?{_STAMP})?",
        r"\d+ (?:minutes?|hours?|days?) ago",
        r"(?:share|posted) (?:this|by) .{0,40}",
    ),
    re.IGNORECASE,
)
TRAILING_STAMP = re.compile(rf"(?:\s*[|«»–—-]\s.{{0,80}}?)?[\s|·•,–-]*{_STAMP}[\s|]*", re.IGNORECASE)
SITE_BEHIND = re.compile(rf"\s*(?:[|«»–—-]\s.{{0,100}}?)?(?:[\s|·•,–-]*{_STAMP})?[\s|]*", re.IGNORECASE)
