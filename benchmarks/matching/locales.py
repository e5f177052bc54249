"""Where customers live: how companies are called there, what they owe in, how accounts look.

Names are put together from syllables of our own, so that they are nobody's.
"""

from dataclasses import dataclass

from benchmarks.matching.syllables import (
    ENGLISH_HEADS,
    ENGLISH_TAILS,
    ENGLISH_TRADES,
    FRENCH_HEADS,
    FRENCH_TAILS,
    FRENCH_TRADES,
    GERMAN_HEADS,
    GERMAN_TAILS,
    GERMAN_TRADES,
    words,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Locale:
    """One country of customers."""

    country: str
    language: str
    currency: str
    account_digits: int  # behind the country code and its two check digits; 0: no IBAN there
    heads: tuple[str, ...]
    tails: tuple[str, ...]
    trades: tuple[str, ...]
    forms: tuple[str, ...]
    towns: tuple[str, ...]


GERMANY = Locale(
    country="DE",
    language="de",
    currency="EUR",
    account_digits=18,
    heads=GERMAN_HEADS,
    tails=GERMAN_TAILS,
    trades=GERMAN_TRADES,
    forms=words("GmbH GmbH GmbH GmbH_&_Co._KG AG KG OHG e.K. UG"),
    towns=words("Nord Süd West Mitte Ost Rhein Elbe Neustadt Altmark Hellweg"),
)
AUSTRIA = Locale(
    country="AT",
    language="de",
    currency="EUR",
    account_digits=16,
    heads=GERMAN_HEADS,
    tails=GERMAN_TAILS,
    trades=GERMAN_TRADES,
    forms=words("GmbH Ges.m.b.H. KG AG GmbH_&_Co_KG"),
    towns=words("Ost West Donau Tirol Inn Mur Süd"),
)
SWITZERLAND = Locale(
    country="CH",
    language="de",
    currency="CHF",
    account_digits=17,
    heads=GERMAN_HEADS,
    tails=GERMAN_TAILS,
    trades=GERMAN_TRADES,
    forms=words("AG AG GmbH Söhne_AG"),
    towns=words("Zürichsee Aare Nord Seeland Oberland"),
)
BRITAIN = Locale(
    country="GB",
    language="en",
    currency="GBP",
    account_digits=18,
    heads=ENGLISH_HEADS,
    tails=ENGLISH_TAILS,
    trades=ENGLISH_TRADES,
    forms=words("Ltd Ltd Limited PLC LLP"),
    towns=words("North South Midlands Northern Southern Group Eastern"),
)
AMERICA = Locale(
    country="US",
    language="en",
    currency="USD",
    account_digits=0,
    heads=ENGLISH_HEADS,
    tails=ENGLISH_TAILS,
    trades=ENGLISH_TRADES,
    forms=words("Inc Inc. LLC Corp Co. Corporation LP"),
    towns=words("Midwest East West Coastal Central of_Ohio Mountain"),
)
FRANCE = Locale(
    country="FR",
    language="fr",
    currency="EUR",
    account_digits=23,
    heads=FRENCH_HEADS,
    tails=FRENCH_TAILS,
    trades=FRENCH_TRADES,
    forms=words("SARL SAS SA EURL SNC"),
    towns=words("Nord Sud Ouest Loire Rhône Est Atlantique"),
)
ITALY = Locale(
    country="IT",
    language="it",
    currency="EUR",
    account_digits=23,
    heads=words("Bel Cas Dal Fer Gal Lom Mar Nar Pol Ros Sal Tor Val Zan Bru Cor Gran Mon Ven"),
    tails=words("etti ani ini oni aro elli azzo one ardi essi enti ucci ora ario andi"),
    trades=words(
        "Costruzioni Trasporti Impianti Alimentari Meccanica Tessuti Arredi Servizi Stampa "
        "Plastica Vini Ceramiche Logistica Ferramenta Edilizia"
    ),
    forms=words("S.r.l. Srl S.p.A. SpA S.n.c. S.a.s."),
    towns=words("Nord Sud Veneto Lombarda Adriatica Tirreno"),
)
SPAIN = Locale(
    country="ES",
    language="es",
    currency="EUR",
    account_digits=20,
    heads=words("Ald Bar Cam Del Esc Fuen Gal Her Jim Lar Mal Nav Oliv Per Quin Riv Sol Tor Val"),
    tails=words("ano era illo osa ares ida uelo anza ete ino era ados ondo igo ena"),
    trades=words(
        "Construcciones Transportes Instalaciones Alimentación Talleres Textil Muebles Servicios "
        "Imprenta Plásticos Bodegas Cerámicas Logística Suministros Obras"
    ),
    forms=words("S.L. SL S.A. S.L.U. SA"),
    towns=words("Norte Sur Levante Ebro Centro Cantábrico"),
)
NETHERLANDS = Locale(
    country="NL",
    language="nl",
    currency="EUR",
    account_digits=14,
    heads=words("Van_der_Aal De_Brink Oost West Kolk Maas Veen Rijn Duin Hoog Laag Zuider Linde"),
    tails=words("huis stra man burg dijk veld kamp sma water hoven beek ma laar"),
    trades=words(
        "Bouw Transport Techniek Handel Groothandel Drukkerij Installaties Vlees Zuivel Logistiek "
        "Verpakking Kantoor Horeca Metaal Tuinbouw"
    ),
    forms=words("B.V. BV B.V. N.V. VOF"),
    towns=words("Noord Zuid Oost West Randstad Holland"),
)
POLAND = Locale(
    country="PL",
    language="pl",
    currency="PLN",
    account_digits=24,
    heads=words("Bor Dąb Gór Jas Kal Lip Mod Now Ols Pol Rad Sos Tar Wil Zal Brzo Krze Świer"),
    tails=words("owski ewicz niak czyk ska ski owa pol mex bud ex tex in ów"),
    trades=words(
        "Budowa Transport Instalacje Handel Hurtownia Drukarnia Metal Drewno Logistyka Serwis "
        "Tworzywa Meble Spożywczy Technika"
    ),
    forms=words("Sp._z_o.o. sp._z_o.o. S.A. Sp.j. Sp.k."),
    towns=words("Północ Południe Śląsk Mazowsze Pomorze"),
)
SWEDEN = Locale(
    country="SE",
    language="sv",
    currency="SEK",
    account_digits=20,
    heads=words("Alm Berg Dal Ek Fjäll Gran Hag Kull Lind Lund Norr Ö Sand Sjö Sten Sund Väst Åk"),
    tails=words("ström gren kvist qvist man berg dal vik lund by mark hult sson fors"),
    trades=words(
        "Bygg Åkeri El Handel Livsmedel Tryckeri Verkstad Trä Plast Möbler Konsult Fastigheter "
        "Städ Rör Industri"
    ),
    forms=words("AB AB HB KB Aktiebolag"),
    towns=words("Norr Syd Väst Öst Mälardalen Norrland"),
)
PORTUGAL = Locale(
    country="PT",
    language="pt",
    currency="EUR",
    account_digits=21,
    heads=words("Alv Barr Cam Dour Esp Figu Gou Lob Mor Nog Oliv Pal Quint Rib San Tav Vasc"),
    tails=words("eira ares inho ado ães osa edo ais ões ela ura im anda eiro"),
    trades=words(
        "Construções Transportes Cortiças Têxteis Vinhos Metalúrgica Calçado Conservas Gráfica "
        "Distribuição Mobiliário Cerâmica"
    ),
    forms=words("Lda Lda. S.A. Unipessoal_Lda"),
    towns=words("Norte Minho Algarve Centro Tejo"),
)
DENMARK = Locale(
    country="DK",
    language="da",
    currency="DKK",
    account_digits=14,
    heads=words("Bak Dyr Egh Fris Gam Holm Jep Kær Lyng Mose Nør Øst Ravn Skov Thor Vest"),
    tails=words("gaard lund sen toft ager høj bro rup dal mark strup by"),
    trades=words("Byg VVS Transport Møbler Fisk El Tømrer Maskiner Grafisk Foder Smede Engros"),
    forms=words("ApS A/S ApS I/S"),
    towns=words("Fyn Jylland Sjælland Nord Midt"),
)
CZECHIA = Locale(
    country="CZ",
    language="cs",
    currency="CZK",
    account_digits=20,
    heads=words("Bart Černo Dvoř Hav Jand Kol Mach Nov Pol Růž Svob Tich Vesel Zem"),
    tails=words("ák ský ek ínek oš ota an ík ka ava ich or"),
    trades=words("Stavby Doprava Sklo Tisk Kovo Obaly Potraviny Servis Nábytek Technika"),
    forms=words("s.r.o. s.r.o. a.s. spol._s_r.o."),
    towns=words("Morava Sever Jih Praha Haná"),
)
FINLAND = Locale(
    country="FI",
    language="fi",
    currency="EUR",
    account_digits=14,
    heads=words("Aho Hiet Järv Kallio Lahd Mänt Niem Ojan Pelto Ran Saar Tuom Vuor"),
    tails=words("nen la mäki aho lampi ranta salo kangas linna joki"),
    trades=words("Rakennus Kuljetus Sähkö Metalli Puu Paino Pakkaus Huolto Kone Tukku"),
    forms=words("Oy Oy Ab Oyj Ky"),
    towns=words("Pohjola Savo Häme Lappi Uusimaa"),
)
LOCALES = {
    one.country: one
    for one in (
        *(GERMANY, AUSTRIA, SWITZERLAND, BRITAIN, AMERICA, FRANCE),
        *(ITALY, SPAIN, NETHERLANDS, POLAND, SWEDEN),
        *(PORTUGAL, DENMARK, CZECHIA, FINLAND),
    )
}
