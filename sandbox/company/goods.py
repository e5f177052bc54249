"""What the company sells: bearings, belts, seals and what keeps them running."""

from dataclasses import dataclass
from random import Random
from typing import Final

from foundation.money import Money
from receivables.actions.invoices import LineDraft

# How list prices in euro cents become another currency's minor units, per mille.
RATES: Final = {"EUR": 1_000, "GBP": 860, "USD": 1_090, "JPY": 1_620}
UNITS: Final = {"pc": "pce", "m": "m", "box": "bte", "can": "bidon", "set": "jeu"}
# Value-added tax in per cent by seller and buyer; what is not here leaves the country untaxed.
TAX: Final = {("FR", "FR"): 20, ("GB", "GB"): 20}
LINES: Final = (1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One article in both languages; `cents` is the list price in euro cents for one `unit`."""

    english: str
    french: str
    unit: str
    cents: int
    sold_in: tuple[int, ...]


def _products(text: str) -> tuple[Product, ...]:
    """A line an article: English | French | unit | euro cents | usual quantities."""
    rows = [[part.strip() for part in line.split("|")] for line in text.strip().splitlines()]
    return tuple(
        Product(
            english=english,
            french=french,
            unit=unit,
            cents=int(cents),
            sold_in=tuple(int(count) for count in counts.split()),
        )
        for english, french, unit, cents, counts in rows
    )


PRODUCTS: Final = _products("""
Deep groove ball bearing 6204-2RS | Roulement à billes 6204-2RS | pc | 645 | 10 20 40 50
Deep groove ball bearing 6308-ZZ | Roulement à billes 6308-ZZ | pc | 1890 | 4 8 10 20
Tapered roller bearing 32210 | Roulement à rouleaux coniques 32210 | pc | 3475 | 2 4 8
Spherical roller bearing 22216 E | Roulement à rotule sur rouleaux 22216 E | pc | 14250 | 1 2 4
Angular contact bearing 7208-B | Roulement à contact oblique 7208-B | pc | 2780 | 2 4 6
Needle roller bearing HK 2520 | Douille à aiguilles HK 2520 | pc | 495 | 10 20 50
Pillow block UCP 208 | Palier à semelle UCP 208 | pc | 2390 | 2 4 6 10
Flanged bearing unit UCF 210 | Palier applique UCF 210 | pc | 3160 | 2 4 8
Stainless pillow block UCP 205 | Palier inox à semelle UCP 205 | pc | 5890 | 2 4
V-belt SPB 2240 | Courroie trapézoïdale SPB 2240 | pc | 2140 | 3 4 6 12
V-belt SPA 1500 | Courroie trapézoïdale SPA 1500 | pc | 1265 | 4 6 10
Timing belt HTD 8M-1280-30 | Courroie crantée HTD 8M-1280-30 | pc | 3845 | 1 2 4
Round belt, green polyurethane, 8 mm | Courroie ronde polyuréthane verte 8 mm | m | 420 | 10 25 30
Conveyor belting, food grade, 600 mm | Bande transporteuse alimentaire 600 mm | m | 6480 | 6 8 12 18
V-belt pulley SPB 250-4 | Poulie trapézoïdale SPB 250-4 | pc | 11830 | 1 2
Taper lock bush 2517-42 | Moyeu amovible 2517-42 | pc | 1785 | 2 4 6
Roller chain 08B-1, 5 m | Chaîne à rouleaux 08B-1, 5 m | box | 3290 | 1 2 4
Roller chain 12B-2, 5 m | Chaîne à rouleaux 12B-2, 5 m | box | 9960 | 1 2
Stainless chain 10B-1, 5 m | Chaîne inox 10B-1, 5 m | box | 18740 | 1 2
Sprocket 08B-1, 25 teeth | Pignon 08B-1, 25 dents | pc | 1940 | 2 4
Oil seal 35 x 52 x 7 NBR | Joint à lèvre 35 x 52 x 7 NBR | pc | 310 | 10 20 50
Oil seal 60 x 80 x 10 FKM | Joint à lèvre 60 x 80 x 10 FKM | pc | 1475 | 4 6 10
O-rings, assorted, 382 pieces | Coffret de joints toriques, 382 pièces | set | 4950 | 1 2
Mechanical seal, 32 mm, pump type | Garniture mécanique 32 mm pour pompe | pc | 8640 | 1 2 3
Flat gasket sheet, 2 mm | Feuille de joint plat 2 mm | m | 2270 | 2 5 10
Lithium grease, 400 g cartridge | Graisse lithium, cartouche 400 g | pc | 585 | 12 24 48
Food grade grease, 400 g cartridge | Graisse alimentaire, cartouche 400 g | pc | 1180 | 12 24
Gear oil ISO VG 220, 20 l | Huile pour engrenages ISO VG 220, 20 l | can | 9870 | 1 2 4
Chain lubricant spray, 500 ml | Aérosol lubrifiant chaîne, 500 ml | pc | 895 | 6 12 24
Automatic lubricator, 125 ml | Graisseur automatique 125 ml | pc | 3620 | 2 4 8
Worm gearbox, size 63, ratio 30 | Réducteur à vis, taille 63, rapport 30 | pc | 24690 | 1 2
Geared motor 0.75 kW, 46 rpm | Motoréducteur 0,75 kW, 46 tr/min | pc | 48900 | 1 2
Jaw coupling, size 24/32, complete | Accouplement élastique 24/32, complet | set | 4310 | 1 2 4
Linear guide rail, 20 mm | Rail de guidage linéaire 20 mm | m | 7420 | 1 2 3
Linear carriage, 20 mm | Chariot de guidage 20 mm | pc | 5150 | 2 4
Retaining rings, assorted, box of 300 | Circlips assortis, boîte de 300 | box | 2685 | 1 2 3
""")


def lines_for(
    rng: Random, *, currency: str, language: str, seller: str, buyer: str
) -> tuple[LineDraft, ...]:
    """What one invoice bills: one to eight different articles, each with its tax."""
    chosen = rng.sample(PRODUCTS, rng.choice(LINES))
    percent = TAX.get((seller, buyer), 0)
    return tuple(_line(rng, product, currency, language, percent) for product in chosen)


def _line(rng: Random, product: Product, currency: str, language: str, percent: int) -> LineDraft:
    count = rng.choice(product.sold_in)
    price = (product.cents * RATES[currency] + 500) // 1_000
    net = price * count
    is_french = language == "fr"
    return LineDraft(
        description=product.french if is_french else product.english,
        quantity=str(count),
        unit=UNITS[product.unit] if is_french else product.unit,
        net=Money(net, currency),
        tax=Money((net * percent + 50) // 100, currency),
    )
