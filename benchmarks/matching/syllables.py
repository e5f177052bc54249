"""Syllables and trades that names of companies are put together from, by language; nobody's."""


def words(text: str) -> tuple[str, ...]:
    """The words of a text; an underscore stands for a blank inside of one."""
    return tuple(word.replace("_", " ") for word in text.split())


GERMAN_HEADS = words(
    "Ald Bren Carl Dorn Eich Fal Grun Har Ilm Jor Kal Lind Mar Nord Ost Pel Quar Rein Schar Tann "
    "Ul Vel Wies Zell Blau Feld Hoch Kron Lauter Mühl Stein Wald Bär Köl Rös"
)
GERMAN_TAILS = words(
    "hausen mann berg bach rath holt inger stedt wig ner feld hof moser egger brück thal ling "
    "huber reuter kamp dorfer städter meier walt"
)
GERMAN_TRADES = words(
    "Bau Metallbau Logistik Elektro Handel Technik Holzwerke Druck Maschinenbau Getränke Textil "
    "Spedition Sanitär Gastro Immobilien Medizintechnik Verpackung Kunststoff Gartenbau Software "
    "Werkzeuge Fördertechnik Glas Dachdeckerei"
)
ENGLISH_HEADS = words(
    "Ash Brack Cold Dun Elm Fair Glen Hart Iver Kes Lang Mar North Oak Pen Quill Red Stan Thorn "
    "Under Vale West Yar Black Carr Holl Lock Mill Rook Sel Wyn Brigg Crom Hazel"
)
ENGLISH_TAILS = words(
    "ley ton ford well worth by combe ham field wick stead mere dale bourne more shaw croft gate "
    "bridge ridge son man stow hurst"
)
ENGLISH_TRADES = words(
    "Supplies Engineering Foods Logistics Building_Services Electrical Packaging Print Motors "
    "Catering Medical Plastics Timber Software Textiles Tools Fabrications Landscapes Brewing "
    "Interiors Hardware Freight Roofing Chemicals"
)
FRENCH_HEADS = words(
    "Beau Cler Dar Fou Gar Haut Jol Lam Mar Nav Pel Roch Sau Tour Val Ver Bel Cour Mont Bri Char "
    "Gran Lor Pré Thé Hé"
)
FRENCH_TAILS = words(
    "mont ville court bert ier eau lier geron in ard aud ot on çon din neuil tel rand lan sin"
)
FRENCH_TRADES = words(
    "Bâtiment Transports Électricité Menuiserie Distribution Imprimerie Boissons Emballages "
    "Services Plomberie Textile Mécanique Agro Négoce Matériaux Hôtellerie Santé Conseil "
    "Maintenance Peinture"
)
