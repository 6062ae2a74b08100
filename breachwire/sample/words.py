"""The small print of a news page in each of the sample's languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a site writes around its articles."""

    sections: tuple[str, ...]
    by: str
    read_more: str
    also_like: str
    related: str
    most_read: str
    cookies: str
    accept: str
    newsletter: str
    subscribe: str
    comments: tuple[str, ...]
    paywall: str
    minutes: str
    rights: str


WORDS = {
    "en": Words(
        sections=("Home", "News", "Business", "Technology", "Security", "Sport", "Opinion"),
        by="By",
        read_more="READ MORE:",
        also_like="You may also like",
        related="Related stories",
        most_read="Most read",
        cookies="We and our 641 partners keep and read information on your device to show you ads.",
        accept="Accept all",
        newsletter="The morning briefing: hacks, leaks and ransomware news in your inbox before breakfast.",
        subscribe="Sign up",
        comments=(
            "Was my bank hacked too? Nobody tells us anything.",
            "Third story like this in a week.",
            "First!",
        ),
        paywall="This article is for subscribers. Subscribe from 1.99 a week to read on.",
        minutes="min read",
        rights="All rights reserved.",
    ),
    "de": Words(
        sections=("Start", "Politik", "Wirtschaft", "Digital", "Regional", "Sport", "Meinung"),
        by="Von",
        read_more="LESEN SIE AUCH:",
        also_like="Das könnte Sie auch interessieren",
        related="Mehr zum Thema",
        most_read="Meistgelesen",
        cookies="Wir und 388 Partner speichern Informationen auf Ihrem Gerät, um Reichweiten zu messen.",
        accept="Alle akzeptieren",
        newsletter="Der Newsletter am Morgen: Hackerangriffe, Datenlecks und was sonst wichtig wird.",
        subscribe="Anmelden",
        comments=("Und wieder zahlt es der Kunde.", "Gab es da nicht schon letztes Jahr ein Datenleck?"),
        paywall="Diesen Artikel lesen Sie mit einem Abo ab 2,49 Euro in der Woche.",
        minutes="Min. Lesezeit",
        rights="Alle Rechte vorbehalten.",
    ),
    "es": Words(
        sections=("Portada", "Local", "Economía", "Tecnología", "Deportes", "Opinión"),
        by="Por",
        read_more="LEA TAMBIÉN:",
        also_like="También le puede interesar",
        related="Noticias relacionadas",
        most_read="Lo más leído",
        cookies="Nosotros y 275 socios guardamos información en su dispositivo para medir la audiencia.",
        accept="Aceptar todo",
        newsletter="El boletín de la mañana: ciberataques, filtraciones y todo lo que hay que saber.",
        subscribe="Suscríbase",
        comments=("Y nadie dimite, como siempre.", "A mí también me llegó un correo raro."),
        paywall="Contenido para suscriptores. Suscríbase desde 1 euro al mes.",
        minutes="min de lectura",
        rights="Todos los derechos reservados.",
    ),
}
