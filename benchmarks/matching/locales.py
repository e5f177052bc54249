"""Where customers live: how companies are called there, what they owe in, how accounts look.

Names are put together from syllables of our own, so that they are nobody's.
"""

from dataclasses import dataclass


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


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


_GERMAN_HEADS = _words(
    "Ald Bren Carl Dorn Eich Fal Grun Har Ilm Jor Kal Lind Mar Nord Ost Pel Quar Rein Schar Tann "
    "Ul Vel Wies Zell Blau Feld Hoch Kron Lauter Mühl Stein Wald Bär Köl Rös"
)
_GERMAN_TAILS = _words(
    "hausen mann berg bach rath holt inger stedt wig ner feld hof moser egger brück thal ling "
    "huber reuter kamp dorfer städter meier walt"
)
_GERMAN_TRADES = _words(
    "Bau Metallbau Logistik Elektro Handel Technik Holzwerke Druck Maschinenbau Getränke Textil "
    "Spedition Sanitär Gastro Immobilien Medizintechnik Verpackung Kunststoff Gartenbau Software "
    "Werkzeuge Fördertechnik Glas Dachdeckerei"
)
_ENGLISH_HEADS = _words(
    "Ash Brack Cold Dun Elm Fair Glen Hart Iver Kes Lang Mar North Oak Pen Quill Red Stan Thorn "
    "Under Vale West Yar Black Carr Holl Lock Mill Rook Sel Wyn Brigg Crom Hazel"
)
_ENGLISH_TAILS = _words(
    "ley ton ford well worth by combe ham field wick stead mere dale bourne more shaw croft gate "
    "bridge ridge son man stow hurst"
)
_ENGLISH_TRADES = _words(
    "Supplies Engineering Foods Logistics Building_Services Electrical Packaging Print Motors "
    "Catering Medical Plastics Timber Software Textiles Tools Fabrications Landscapes Brewing "
    "Interiors Hardware Freight Roofing Chemicals"
)
_FRENCH_HEADS = _words(
    "Beau Cler Dar Fou Gar Haut Jol Lam Mar Nav Pel Roch Sau Tour Val Ver Bel Cour Mont Bri Char "
    "Gran Lor Pré Thé Hé"
)
_FRENCH_TAILS = _words(
    "mont ville court bert ier eau lier geron in ard aud ot on çon din neuil tel rand lan sin"
)
_FRENCH_TRADES = _words(
    "Bâtiment Transports Électricité Menuiserie Distribution Imprimerie Boissons Emballages "
    "Services Plomberie Textile Mécanique Agro Négoce Matériaux Hôtellerie Santé Conseil "
    "Maintenance Peinture"
)

GERMANY = Locale(
    country="DE",
    language="de",
    currency="EUR",
    account_digits=18,
    heads=_GERMAN_HEADS,
    tails=_GERMAN_TAILS,
    trades=_GERMAN_TRADES,
    forms=_words("GmbH GmbH GmbH GmbH_&_Co._KG AG KG OHG e.K. UG"),
    towns=_words("Nord Süd West Mitte Ost Rhein Elbe Neustadt Altmark Hellweg"),
)
AUSTRIA = Locale(
    country="AT",
    language="de",
    currency="EUR",
    account_digits=16,
    heads=_GERMAN_HEADS,
    tails=_GERMAN_TAILS,
    trades=_GERMAN_TRADES,
    forms=_words("GmbH Ges.m.b.H. KG AG GmbH_&_Co_KG"),
    towns=_words("Ost West Donau Tirol Inn Mur Süd"),
)
SWITZERLAND = Locale(
    country="CH",
    language="de",
    currency="CHF",
    account_digits=17,
    heads=_GERMAN_HEADS,
    tails=_GERMAN_TAILS,
    trades=_GERMAN_TRADES,
    forms=_words("AG AG GmbH Söhne_AG"),
    towns=_words("Zürichsee Aare Nord Seeland Oberland"),
)
BRITAIN = Locale(
    country="GB",
    language="en",
    currency="GBP",
    account_digits=18,
    heads=_ENGLISH_HEADS,
    tails=_ENGLISH_TAILS,
    trades=_ENGLISH_TRADES,
    forms=_words("Ltd Ltd Limited PLC LLP"),
    towns=_words("North South Midlands Northern Southern Group Eastern"),
)
AMERICA = Locale(
    country="US",
    language="en",
    currency="USD",
    account_digits=0,
    heads=_ENGLISH_HEADS,
    tails=_ENGLISH_TAILS,
    trades=_ENGLISH_TRADES,
    forms=_words("Inc Inc. LLC Corp Co. Corporation LP"),
    towns=_words("Midwest East West Coastal Central of_Ohio Mountain"),
)
FRANCE = Locale(
    country="FR",
    language="fr",
    currency="EUR",
    account_digits=23,
    heads=_FRENCH_HEADS,
    tails=_FRENCH_TAILS,
    trades=_FRENCH_TRADES,
    forms=_words("SARL SAS SA EURL SNC"),
    towns=_words("Nord Sud Ouest Loire Rhône Est Atlantique"),
)
ITALY = Locale(
    country="IT",
    language="it",
    currency="EUR",
    account_digits=23,
    heads=_words("Bel Cas Dal Fer Gal Lom Mar Nar Pol Ros Sal Tor Val Zan Bru Cor Gran Mon Ven"),
    tails=_words("etti ani ini oni aro elli azzo one ardi essi enti ucci ora ario andi"),
    trades=_words(
        "Costruzioni Trasporti Impianti Alimentari Meccanica Tessuti Arredi Servizi Stampa "
        "Plastica Vini Ceramiche Logistica Ferramenta Edilizia"
    ),
    forms=_words("S.r.l. Srl S.p.A. SpA S.n.c. S.a.s."),
    towns=_words("Nord Sud Veneto Lombarda Adriatica Tirreno"),
)
SPAIN = Locale(
    country="ES",
    language="es",
    currency="EUR",
    account_digits=20,
    heads=_words("Ald Bar Cam Del Esc Fuen Gal Her Jim Lar Mal Nav Oliv Per Quin Riv Sol Tor Val"),
    tails=_words("ano era illo osa ares ida uelo anza ete ino era ados ondo igo ena"),
    trades=_words(
        "Construcciones Transportes Instalaciones Alimentación Talleres Textil Muebles Servicios "
        "Imprenta Plásticos Bodegas Cerámicas Logística Suministros Obras"
    ),
    forms=_words("S.L. SL S.A. S.L.U. SA"),
    towns=_words("Norte Sur Levante Ebro Centro Cantábrico"),
)
NETHERLANDS = Locale(
    country="NL",
    language="nl",
    currency="EUR",
    account_digits=14,
    heads=_words("Van_der_Aal De_Brink Oost West Kolk Maas Veen Rijn Duin Hoog Laag Zuider Linde"),
    tails=_words("huis stra man burg dijk veld kamp sma water hoven beek ma laar"),
    trades=_words(
        "Bouw Transport Techniek Handel Groothandel Drukkerij Installaties Vlees Zuivel Logistiek "
        "Verpakking Kantoor Horeca Metaal Tuinbouw"
    ),
    forms=_words("B.V. BV B.V. N.V. VOF"),
    towns=_words("Noord Zuid Oost West Randstad Holland"),
)
POLAND = Locale(
    country="PL",
    language="pl",
    currency="PLN",
    account_digits=24,
    heads=_words("Bor Dąb Gór Jas Kal Lip Mod Now Ols Pol Rad Sos Tar Wil Zal Brzo Krze Świer"),
    tails=_words("owski ewicz niak czyk ska ski owa pol mex bud ex tex in ów"),
    trades=_words(
        "Budowa Transport Instalacje Handel Hurtownia Drukarnia Metal Drewno Logistyka Serwis "
        "Tworzywa Meble Spożywczy Technika"
    ),
    forms=_words("Sp._z_o.o. sp._z_o.o. S.A. Sp.j. Sp.k."),
    towns=_words("Północ Południe Śląsk Mazowsze Pomorze"),
)
SWEDEN = Locale(
    country="SE",
    language="sv",
    currency="SEK",
    account_digits=20,
    heads=_words("Alm Berg Dal Ek Fjäll Gran Hag Kull Lind Lund Norr Ö Sand Sjö Sten Sund Väst Åk"),
    tails=_words("ström gren kvist qvist man berg dal vik lund by mark hult sson fors"),
    trades=_words(
        "Bygg Åkeri El Handel Livsmedel Tryckeri Verkstad Trä Plast Möbler Konsult Fastigheter "
        "Städ Rör Industri"
    ),
    forms=_words("AB AB HB KB Aktiebolag"),
    towns=_words("Norr Syd Väst Öst Mälardalen Norrland"),
)
PORTUGAL = Locale(
    country="PT",
    language="pt",
    currency="EUR",
    account_digits=21,
    heads=_words("Alv Barr Cam Dour Esp Figu Gou Lob Mor Nog Oliv Pal Quint Rib San Tav Vasc"),
    tails=_words("eira ares inho ado ães osa edo ais ões ela ura im anda eiro"),
    trades=_words(
        "Construções Transportes Cortiças Têxteis Vinhos Metalúrgica Calçado Conservas Gráfica "
        "Distribuição Mobiliário Cerâmica"
    ),
    forms=_words("Lda Lda. S.A. Unipessoal_Lda"),
    towns=_words("Norte Minho Algarve Centro Tejo"),
)
DENMARK = Locale(
    country="DK",
    language="da",
    currency="DKK",
    account_digits=14,
    heads=_words("Bak Dyr Egh Fris Gam Holm Jep Kær Lyng Mose Nør Øst Ravn Skov Thor Vest"),
    tails=_words("gaard lund sen toft ager høj bro rup dal mark strup by"),
    trades=_words("Byg VVS Transport Møbler Fisk El Tømrer Maskiner Grafisk Foder Smede Engros"),
    forms=_words("ApS A/S ApS I/S"),
    towns=_words("Fyn Jylland Sjælland Nord Midt"),
)
CZECHIA = Locale(
    country="CZ",
    language="cs",
    currency="CZK",
    account_digits=20,
    heads=_words("Bart Černo Dvoř Hav Jand Kol Mach Nov Pol Růž Svob Tich Vesel Zem"),
    tails=_words("ák ský ek ínek oš ota an ík ka ava ich or"),
    trades=_words("Stavby Doprava Sklo Tisk Kovo Obaly Potraviny Servis Nábytek Technika"),
    forms=_words("s.r.o. s.r.o. a.s. spol._s_r.o."),
    towns=_words("Morava Sever Jih Praha Haná"),
)
FINLAND = Locale(
    country="FI",
    language="fi",
    currency="EUR",
    account_digits=14,
    heads=_words("Aho Hiet Järv Kallio Lahd Mänt Niem Ojan Pelto Ran Saar Tuom Vuor"),
    tails=_words("nen la mäki aho lampi ranta salo kangas linna joki"),
    trades=_words("Rakennus Kuljetus Sähkö Metalli Puu Paino Pakkaus Huolto Kone Tukku"),
    forms=_words("Oy Oy Ab Oyj Ky"),
    towns=_words("Pohjola Savo Häme Lappi Uusimaa"),
)
LOCALES = {
    one.country: one
    for one in (
        *(GERMANY, AUSTRIA, SWITZERLAND, BRITAIN, AMERICA, FRANCE),
        *(ITALY, SPAIN, NETHERLANDS, POLAND, SWEDEN),
        *(PORTUGAL, DENMARK, CZECHIA, FINLAND),
    )
}
