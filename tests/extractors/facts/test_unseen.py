"""Each class of sentence that an unknown victim comes in: fictional names, several languages, one row a case."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from breachwire.records import Dated, Figure, Money

Case = tuple[str, str, object]

VICTIM: list[Case] = [
    ("Austrian freight group Thalwerk stops lorries after hackers strike", "Thalwerk said its servers were encrypted.", "Thalwerk"),
    ("York law firm Aldous Penrith counts cost of ransomware", "Aldous Penrith, which has four offices, was hit in May.", "Aldous Penrith"),
    ("Dubai exchange Palmcoin loses $9m to hackers", "The exchange Palmcoin halted withdrawals.", "Palmcoin"),
    ("E-bike app Wheelio leaks rider data", "Wheelio told riders on Friday that their data had been stolen.", "Wheelio"),
    ("Insurer leaves database open", "Belmore Mutual, a nonprofit insurer in Tulsa, left a database open.", "Belmore Mutual"),
    ("Ransomware gang hits German clinics", "Kliniken Altmoor was hit by ransomware on Sunday night.", "Kliniken Altmoor"),
    ("Council website replaced by hackers' message", "Wetherlow District Council took its website down after it was defaced.", "Wetherlow District Council"),
    ("Norvalia admite el robo de datos de sus clientes", "La eléctrica Norvalia confirmó ayer el robo.", "Norvalia"),
    ("Sternkauf: Daten von 300.000 Kunden gestohlen", "Der Onlinehändler Sternkauf hat seine Kunden informiert.", "Sternkauf"),
    ("Employee who sold customer files fired", "Canterly Water said an employee who sold customer files had been fired.", "Canterly Water"),
    ("Brightacre fires employee over stolen records", "The payroll provider Brightacre fired an employee who copied records.", "Brightacre"),
    ("Hollinmere resets 2,140 accounts", "The online grocer Hollinmere reset the accounts after a credential stuffing attack.", "Hollinmere"),
    ("Qilin lists Ferrovane on leak site", "The ransomware gang Qilin has listed Ferrovane, an Italian parts maker, on its leak site.", "Ferrovane"),
    ("NoName057(16) knocks Port of Ystrand offline", "The site of the Port of Ystrand was offline on Monday after a DDoS attack.", "Port of Ystrand"),
    ("Akira claims attack on Danish brewer", "The brewer Humlegaard confirmed on Tuesday that it was hit. Akira claimed the attack.", "Humlegaard"),
    ("Hackers shut down ferry line", "Skerryvoe Ferries cancelled sailings on Monday after a cyber attack on its booking system.", "Skerryvoe Ferries"),
    ("Hacker legen Logistiker lahm", "Der Logistiker Uhlenbrock ist in der Nacht zum Montag Opfer eines Cyberangriffs geworden.", "Uhlenbrock"),
    ("Datenleck bei Versandhändler", "Unbekannte haben Daten von Kunden des Versandhändlers Morgenkauf gestohlen.", "Morgenkauf"),
    ("Roban datos de alumnos", "La Universidad de Monteclaro sufrió el pasado lunes un ciberataque que paralizó sus sistemas.", "Universidad de Monteclaro"),
    ("Credit union members see accounts drained", "Cedar Fork Credit Union said 900 accounts were taken over with passwords stolen elsewhere.", "Cedar Fork Credit Union"),
    ("Ticket site Stagefair says 400,000 buyers' data taken", "Stagefair, based in Melbourne, said hackers took the data.", "Stagefair"),
    ("Chip supplier Kitagawa Optics halts plant after malware", "Kitagawa Optics, based in Nagano, halted a plant on Friday.", "Kitagawa Optics"),
    ("Poisoned update: software maker Grachtwerk hit", "Attackers put malicious code into an update of the Dutch software maker Grachtwerk.", "Grachtwerk"),
    ("La mutuelle Orsanne victime d'un vol de données", "La mutuelle Orsanne a annoncé que les données de ses assurés ont été volées.", "Orsanne"),
    ("Attacco informatico, ferma la produzione di Valtorre", "Il produttore Valtorre ha subito un attacco.", "Valtorre"),
    ("Thieves drain wallets at Harbourfin", "Harbourfin said thieves stole $12 million in crypto from its hot wallets.", "Harbourfin"),
    ("Wholesaler Penhallow Foods pays ransom", "Penhallow Foods paid hackers after its systems were locked.", "Penhallow Foods"),
    ("Ransomware gang claims Belgian architect", "LockBit says it stole files from Studio Vandermolen. The firm has not commented.", "Studio Vandermolen"),
    ("Schools trust offline", "The Lowmoor Learning Trust, which runs nine schools in Leeds, took systems offline after an attack.", "Lowmoor Learning Trust"),
    ("Hackers publican datos de la aseguradora Granpino", "La aseguradora Granpino investiga la filtración de datos de sus clientes.", "Granpino"),
    ("Ciberataque paraliza al grupo Ternado", "El grupo Ternado, con sede en Bilbao, sufrió un ciberataque.", "Ternado"),
    ("Data of 40,000 Brindlewood Telecom users put up for sale", "A hacker is selling the data on a forum.", "Brindlewood Telecom"),
    ("Hackers leak files of Indian drugmaker Suryamed", "The files were posted on Monday.", "Suryamed"),
    ("Suryamed shares fall after cyber attack halts output", "Output stopped at two plants.", "Suryamed"),
    ("Korean card issuer Hanbit Card apologises over leak of 2 million users' data", "The data was stolen in August.", "Hanbit Card"),
    ("Ransomware attack forces Ashcombe hospital to divert ambulances", "Ashcombe General Hospital said systems were down.", "Ashcombe General Hospital"),
    ("Regulator fines Belmore Mutual over 2023 breach", "The regulator said Belmore Mutual had failed to protect data.", "Belmore Mutual"),
    ("Cyberattack on Lakemont schools cancels classes", "Lakemont Unified School District closed schools on Tuesday.", "Lakemont Unified School District"),
    ("Hackers claim breach of Norwegian shipyard Skarvik Verft", "The yard said it was investigating.", "Skarvik Verft"),
    ("Class action filed against Gladewater Dental after data breach", "Patients sued Gladewater Dental.", "Gladewater Dental"),
    ("Ticketing firm Stagefair investigates 'security incident'", "Stagefair said it was investigating.", "Stagefair"),
    ("City of Larkhaven declares emergency after cyberattack", "The city of Larkhaven shut down servers.", "City of Larkhaven"),
    ("Cyberattaque : la ville de Montbrisson paralysée", "La ville de Montbrisson a été victime d'une cyberattaque.", "Montbrisson"),
    ("IT outage at Quellbach Versicherung after hack", "Quellbach Versicherung said its servers were shut down.", "Quellbach Versicherung"),
    ("Vermilion Airways says flyers' details accessed via call centre", "Vermilion Airways said a call centre was breached.", "Vermilion Airways"),
    ("Scattered Spider suspects charged over Oakridge Casino hack", "Two men were charged over the attack on Oakridge Casino.", "Oakridge Casino"),
    ("Customers of broker Tradewell lose funds in account hijack", "Tradewell said hackers had taken over accounts.", "Tradewell"),
    ("Dutch police: data of telecom Zuidnet customers stolen", "Zuidnet said 300,000 customers were affected.", "Zuidnet"),
    ("ShinyHunters leaks Castlemaine Coffee customer records", "Castlemaine Coffee confirmed the records were real.", "Castlemaine Coffee"),
    ("Hospital group Vitalis paga rescate tras ciberataque", "El grupo Vitalis pagó a los atacantes.", "Vitalis"),
    ("Nach Cyberangriff: Stadt Lindenroda schaltet Server ab", "Die Stadt Lindenroda ist nach einem Angriff offline.", "Stadt Lindenroda"),
]  # fmt: skip
SECTOR: list[Case] = [
    ("Hackers stop Skerryvoe Ferries", "The ferry line Skerryvoe Ferries was hit by a cyber attack.", "transport"),
    ("Cyber attack on Uhlenbrock", "The haulier Uhlenbrock was hit by a cyber attack on Sunday.", "transport"),
    ("Cyberangriff auf Uhlenbrock", "Die Spedition Uhlenbrock ist Opfer eines Cyberangriffs.", "transport"),
    ("Wheelio hacked", "Wheelio, the scooter app, was hacked in May.", "transport"),
    ("Brightacre data breach", "The payroll provider Brightacre suffered a data breach.", "professional"),
    ("York law firm Aldous Penrith hacked", "Aldous Penrith was hacked.", "professional"),
    ("Cedar Fork Credit Union hacked", "Cedar Fork Credit Union said accounts were taken over.", "finance"),
    ("Dubai exchange Palmcoin hacked", "The crypto exchange Palmcoin was hacked.", "finance"),
    ("Payments app Rupeezo hacked", "Rupeezo, a payments app, said data was stolen.", "finance"),
    ("Grachtwerk breached", "The Dutch software maker Grachtwerk was breached.", "technology"),
    ("Norvalia hackeada", "La eléctrica Norvalia sufrió un ciberataque.", "energy"),
    ("Sternkauf gehackt", "Der Onlinehändler Sternkauf wurde gehackt.", "retail"),
    ("Supermarket chain Penfold hit", "The supermarket chain Penfold was hit by a cyber attack.", "retail"),
    ("Stagefair breached", "The ticket seller Stagefair was breached.", "entertainment"),
    ("Telia Norte hackeada", "La operadora Norcall confirma un ciberataque.", "telecom"),
    ("Kitagawa Optics hit", "The lens maker Kitagawa Optics was hit by ransomware.", "manufacturing"),
    ("Studio Vandermolen hacked", "The architecture practice Studio Vandermolen was hacked.", "professional"),
    ("Lowmoor Learning Trust hacked", "The Lowmoor Learning Trust, which runs nine schools, was hacked.", "education"),
    ("Landkreis Moorfeld offline", "Der Landkreis Moorfeld wurde angegriffen.", "public"),
    ("Helping Hearth hacked", "The homelessness charity Helping Hearth was hacked.", "nonprofit"),
    ("Mountview Inn hacked", "The hotel chain Mountview was hacked.", "hospitality"),
    ("Daily Lantern offline", "The newspaper Daily Lantern was hit by a cyber attack.", "media"),
    ("Belmore Mutual breach", "Belmore Mutual, a nonprofit health insurer in Tulsa, was breached.", "health"),
]  # fmt: skip
COUNTRY: list[Case] = [
    ("Aldous Penrith hacked", "The York law firm Aldous Penrith was hacked. The ICO has been informed.", "GB"),
    ("Orsanne hacked", "The mutual insurer Orsanne was hacked and told the CNIL.", "FR"),
    ("Belmore hacked", "Belmore, an insurer in Tulsa, Oklahoma, was hacked.", "US"),
    ("Cyberangriff auf Uhlenbrock", "Die Spedition Uhlenbrock aus Kassel ist Opfer eines Cyberangriffs.", "DE"),
    ("Stagefair hacked", "The ticket seller Stagefair, based in Melbourne, was hacked.", "AU"),
    ("Rupeezo hacked", "The payments app Rupeezo, based in Pune, told CERT-In that 3 lakh accounts were breached.", "IN"),
    ("Kitagawa Optics hacked", "Kitagawa Optics, based in Nagano, was hacked.", "JP"),
    ("Grachtwerk gehackt", "Das niederländische Softwarehaus Grachtwerk wurde gehackt.", "NL"),
    ("Ataque a Uhlenbrock", "El grupo logístico alemán Uhlenbrock sufrió un ciberataque.", "DE"),
    ("Hackers hit Penfold", "Penfold was hacked, it said at penfold.co.uk. Customers in Hull and Grimsby saw empty shelves.", "GB"),
    ("Norvalia hackeada", "Norvalia, con sede en Valencia, sufrió un ciberataque. La AEPD investiga.", "ES"),
    ("Cedar Fork Credit Union hacked", "Cedar Fork Credit Union of Boise told its members.", "US"),
    ("Bank hacked", "Banca Valdorno was hacked, the Garante said.", "IT"),
    ("Hackers hit Mapleton", "Mapleton, which runs clinics in Saskatoon, was hacked.", "CA"),
]  # fmt: skip
RECORDS: list[Case] = [
    ("Rupeezo breach", "Data of 3.9 lakh customers of Rupeezo was stolen.", (390000, 390000, "people", "about")),
    ("Stagefair breach hits 1.1 million", "Stagefair said 1.1 million people were affected.", (1100000, 1100000, "people", "about")),
    ("Kliniken Altmoor", "Bei dem Angriff wurden Daten von 412.000 Patienten gestohlen.", (412000, 412000, "people", "exact")),
    ("Norvalia", "Norvalia admite el robo de datos de medio millón de clientes.", (500000, 500000, "people", "about")),
    ("Universidad", "Los atacantes robaron los datos de 48.000 estudiantes y empleados.", (48000, 48000, "people", "exact")),
    ("Spedition", "Los datos de unos 4.300 trabajadores fueron robados.", (4300, 4300, "people", "about")),
    ("Hollinmere resets 2,140 accounts", "Hollinmere reset 2,140 accounts after a credential stuffing attack.", (2140, 2140, "accounts", "exact")),
    ("Data of 620,000 Orsanne members stolen", "Orsanne said 620,000 members had their data stolen.", (620000, 620000, "people", "exact")),
    ("Wheelio: 1.7m riders' data stolen", "Names of riders were taken.", (1700000, 1700000, "people", "about")),
    ("Daten von 1,2 Millionen Kunden gestohlen", "Betroffen ist Sternkauf.", (1200000, 1200000, "people", "about")),
    ("Supplier hack", "Attackers used the update to reach 42,000 organisations.", None),
    ("Vol de données", "Les données de 870 000 assurés ont été volées.", (870000, 870000, "people", "exact")),
    ("Law firm", "Aldous Penrith wrote to 31,000 current and former clients whose files were taken.", (31000, 31000, "people", "exact")),
    ("Shop", "Datos de más de 90.000 compradores quedaron expuestos.", (90000, None, "people", "at_least")),
    ("Exposed", "The server held the policy details of 740,000 households and was open to anyone.", (740000, 740000, "people", "exact")),
    ("Ferry", "Skerryvoe, which carries 300,000 passengers a year, was hit by ransomware.", None),
    ("Vazamento", "Os dados de 2,3 milhões de clientes foram roubados.", (2300000, 2300000, "people", "about")),
    ("Datalek", "De gegevens van 75.000 patiënten zijn gestolen.", (75000, 75000, "people", "exact")),
    ("Furto", "Rubati i dati di 120mila clienti.", (120000, 120000, "people", "about")),
]  # fmt: skip
RANSOM: list[Case] = [
    ("Skerryvoe Ferries hit", "The attackers demanded $4 million to unlock the servers.", (4000000, "USD")),
    ("Hackers demand 15 bitcoin from shop", "The hackers want 15 bitcoin for the data.", (15, "BTC")),
    ("Erpresser fordern 20 Bitcoin", "Die Erpresser fordern 20 Bitcoin von dem Händler.", (20, "BTC")),
    ("Lösegeld", "Die Täter verlangten ein Lösegeld von 2,5 Millionen Euro.", (2500000, "EUR")),
    ("Rescate", "Los atacantes exigen un rescate de 3 millones de dólares.", (3000000, "USD")),
    ("Rançon", "Les pirates réclament une rançon de 800 000 euros.", (800000, "EUR")),
    ("Ransom", "A note left on the servers asked for 40 bitcoin.", (40, "BTC")),
    ("Fine", "The regulator fined the hacked insurer £2 million.", None),
    ("Theft", "Thieves stole $12 million in crypto from the exchange.", None),
    ("Ransom", "The gang set a price of £650,000 for the stolen files.", (650000, "GBP")),
]  # fmt: skip
BEGAN: list[Case] = [  # published on Wednesday 12 November 2025
    ("Ferry line hacked", "Skerryvoe was hit by a cyber attack on Sunday night.", ("2025-11-09", "day")),
    ("Shop hacked", "Attackers entered the network in the early hours of 8 November, Penfold said.", ("2025-11-08", "day")),
    ("Council hacked", "Systems have been down since last Thursday after a cyber attack.", ("2025-11-06", "day")),
    ("Cyberangriff", "Die Spedition wurde am Sonntagabend Opfer eines Cyberangriffs.", ("2025-11-09", "day")),
    ("Cyberangriff", "In der Nacht zum Montag haben Hacker die Server der Klinik verschlüsselt.", ("2025-11-09", "day")),
    ("Ciberataque", "La universidad sufrió el pasado lunes un ciberataque.", ("2025-11-10", "day")),
    ("Ciberataque", "El ciberataque se produjo la noche del sábado.", ("2025-11-08", "day")),
    ("Ciberataque", "La empresa sufrió un ciberataque el 3 de noviembre.", ("2025-11-03", "day")),
    ("Clinics hacked", "The attack began shortly after midnight on Tuesday, the clinics said.", ("2025-11-11", "day")),
    ("Insurer breach", "An intruder had access to the mailbox between 4 June and 9 June 2025.", ("2025-06-04", "day")),
    ("Law firm breach", "The intruders had been in the network since October, Aldous Penrith said.", ("2025-10-01", "month")),
    ("Exposed", "The database had been open to the internet since January 2024.", ("2024-01-01", "month")),
    ("Exchange", "The thieves emptied the wallets on Tuesday evening.", ("2025-11-11", "day")),
    ("Website", "The website was defaced on Monday morning.", ("2025-11-10", "day")),
    ("Attack", "The break-in dates from March, the shop said.", ("2025-03-01", "month")),
    ("Cyberattaque", "La mutuelle a été victime d'une cyberattaque dans la nuit de dimanche à lundi.", ("2025-11-09", "day")),
    ("Fine", "The regulator said on Monday that it would fine the hacked insurer.", None),
    ("Breach", "The shop discovered the breach on 3 November.", None),
    ("Attack", "The shop said on Tuesday it had been hit by a cyber attack.", None),
    ("Update", "Malicious code was added to the update on 2 November.", ("2025-11-02", "day")),
    ("Theft", "The employee copied the files in February.", ("2025-02-01", "month")),
    ("Outage", "The site was unreachable for six hours on Saturday after a DDoS attack.", ("2025-11-08", "day")),
    ("Angriff", "Der Angriff begann am 8. November gegen 3 Uhr.", ("2025-11-08", "day")),
    ("Clinic", "The clinic has been working without computers since Sunday night.", ("2025-11-09", "day")),
    ("Attack", "The port was the target of a denial-of-service attack on Monday, 10 November.", ("2025-11-10", "day")),
    ("Raid", "A teenager is suspected of being behind last June's raid on the shop's customers.", ("2025-06-01", "month")),
    ("Intrusos", "Los intrusos entraron en la red el 28 de octubre y cifraron los servidores.", ("2025-10-28", "day")),
    ("Traces", "The inquiry found traces of the intruders going back to 2 October.", ("2025-10-02", "day")),
    ("Logins", "Attackers tried stolen passwords over three days beginning 5 November.", ("2025-11-05", "day")),
]  # fmt: skip
ATTACK: list[Case] = [
    ("Hollinmere resets 2,140 accounts", "Attackers used passwords stolen elsewhere to log in to customer accounts.", "account_takeover"),
    ("Grachtwerk: poisoned update", "Attackers put malicious code into a software update that 300 customers installed.", "supply_chain"),
    ("Schadcode im Update von Grachtwerk", "Über ein manipuliertes Update gelangte Schadcode zu den Kunden.", "supply_chain"),
    ("Uhlenbrock: servers encrypted", "The attackers encrypted servers and left a note.", "ransomware"),
    ("Klinik: Server verschlüsselt", "Hacker haben die Server der Klinik verschlüsselt und fordern Lösegeld.", "ransomware"),
    ("Universidad: cifran sus servidores", "Los atacantes cifraron los servidores y robaron datos.", "ransomware"),
    ("Port website offline", "The website was flooded with traffic and could not be reached.", "ddos"),
    ("Council page replaced", "The home page of the council showed a political message left by hackers.", "defacement"),
    ("Insurer left data open", "A storage bucket with policies could be read by anyone without a password.", "exposed_data"),
    ("Employee sold files", "An employee sold customer files to debt collectors, the utility said.", "insider"),
    ("Brightacre: invoice fraud", "An employee was tricked by a fake email into sending payslips.", "phishing_bec"),
    ("Shop hit by cyber attack", "The chain said its tills were down after a cyber attack. It did not say who did it.", "other"),
    ("Akira lists Uhlenbrock", "The Akira ransomware gang encrypted the servers of Uhlenbrock and stole 200 GB.", "ransomware"),
    ("Laptop stolen", "A laptop with records of patients was stolen from a car.", "theft_loss"),
    ("Law firm hit by ransomware, client files on leak site", "The Play gang published client files of the firm after it refused to pay.", "ransomware"),
]  # fmt: skip
CASES: dict[str, list[Case]] = {
    "victim": VICTIM,
    "sector": SECTOR,
    "country": COUNTRY,
    "records": RECORDS,
    "ransom": RANSOM,
    "began_on": BEGAN,
    "attack_type": ATTACK,
}


def _short(value: object) -> object:
    """A value as the tables above write it."""
    if isinstance(value, Figure):
        return value.minimum, value.maximum, value.unit, value.qualifier
    if isinstance(value, Money):
        return int(value.amount), value.currency
    if isinstance(value, Dated):
        return value.on.isoformat(), value.precision
    return value


@pytest.mark.parametrize(
    ("field", "title", "body", "wanted"), [(field, *case) for field, cases in CASES.items() for case in cases]
)
def test_fact_of_an_unknown_victim(facts: Callable, field: str, title: str, body: str, wanted: object) -> None:
    assert _short(facts(title, body).best(field)) == wanted
