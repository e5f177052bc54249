"""Names to compose companies and people from; the places are invented and nobody is meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """How companies and people of one country are called; `form` puts place and trade together."""

    form: str
    places: tuple[str, ...]
    trades: tuple[str, ...]
    kinds: tuple[str, ...]
    branches: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    orders: tuple[str, ...]  # how its buyers number their purchase orders


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


COUNTRIES: Final[Mapping[str, Country]] = {
    "FR": Country(
        form="{trade} {place} {kind}",
        places=_list(
            "Vaubriant, Corsenac, Montreuvel, Sauvelin, Bréhandais, Quertois, Aubérac, Valcendre,"
            " Plessandre, Tourvelle, Ardencourt-le-Vieux, Lhermance, Noircombe, Chantelune,"
            " Pierrevive, Ourcelle, Fontégrise, Maraussin"
        ),
        trades=_list(
            "Ateliers, Scierie, Papeterie, Laiterie, Conserverie, Verrerie, Tuilerie, Carrières,"
            " Sucrerie, Filature, Mécanique, Emballages, Brasserie, Fonderie"
        ),
        kinds=_list("SAS, SARL, SA, SAS, et Fils"),
        branches=_list("Nord, Atlantique, Rhône, Est"),
        first_names=_list(
            "Aurélie, Bastien, Cécile, Damien, Élodie, Fabien, Gaëlle, Hervé, Inès, Joël, Karine,"
            " Loïc, Maëlle, Noël, Pascale, Rémi, Solène, Thibault, Violette, Yann"
        ),
        last_names=_list(
            "Esnault, Roucaud, Marchais, Tréhorel, Vassard, Coudrier, Lanvollon, Péchoux, Grimaut,"
            " Delvoisin, Boissarie, Chauvel, Malbrunot, Orvain, Quintard, Sévenier, Tissandre"
        ),
        orders=_list("CDE {}, BC-{}, 45000{}"),
    ),
    "GB": Country(
        form="{place} {trade} {kind}",
        places=_list(
            "Thornwick, Ellersby, Harcombe Vale, Penhallick, Saltmarrow, Wexcombe, Braithmoor,"
            " Kettleshaw, Ormsdale, Dunwether, Tolcarrick, Hazelbrough, Marlsworth, Fenny Oakley"
        ),
        trades=_list(
            "Packaging, Textile Works, Mills, Quarries, Foods, Joinery, Castings, Printers,"
            " Malting, Conveyors, Dairies, Aggregates"
        ),
        kinds=_list("Ltd, Limited, PLC, Ltd, LLP"),
        branches=_list("North, Coast, Midlands, West"),
        first_names=_list(
            "Alfie, Bridget, Callum, Daphne, Edith, Fergus, Gemma, Hannah, Imran, Jocelyn, Keith,"
            " Lydia, Morag, Nigel, Oona, Priya, Rhys, Saskia, Tobias, Una"
        ),
        last_names=_list(
            "Ellerby, Quarmby, Thackrah, Penrose-Hill, Osgathorpe, Birtwell, Cawthray, Dunnachie,"
            " Fothergale, Gaskarth, Heddlestone, Ibbotsen, Kirkbright, Lowther-Vane, Mossfield"
        ),
        orders=_list("PO-{}, PO {}, {}"),
    ),
    "DE": Country(
        form="{place} {trade} {kind}",
        places=_list(
            "Feldermark, Ostraue, Wiesenthal & Söhne, Grünbacher, Steinhufer, Lindhauser,"
            " Bärwalder, Moorkamper, Süderholz, Tannrodt, Ebersfelder"
        ),
        trades=_list(
            "Getränke, Verpackung, Maschinenbau, Mühlenwerke, Fördertechnik, Druckhaus, Sägewerk,"
            " Metallbau, Backwaren"
        ),
        kinds=_list("GmbH, GmbH & Co. KG, GmbH, AG, KG"),
        branches=_list("Werk Nord, Werk Süd, Werk Altmühle"),
        first_names=_list(
            "Anneliese, Bernd, Corinna, Detlef, Elke, Florian, Gudrun, Holger, Ingo, Jonas, Katrin,"
            " Lutz, Maren, Norbert, Petra, Sönke"
        ),
        last_names=_list(
            "Hartweil, Bröcker, Dietmoser, Eschenfeld, Fröhlingen, Gerstacker, Hölscheid, Kessenau,"
            " Lürmann, Mönkeberg, Ostertal, Rüdenau, Straßmeier, Wendelhof"
        ),
        orders=_list("BE{}, 4500{}, EK-{}"),
    ),
    "PL": Country(
        form="{trade} {place} {kind}",
        places=_list(
            "Brzezówka Mała, Dębokrzyż, Jaworzec Górny, Kłosowice, Lipnica Żurawia, Międzyborze,"
            " Ostrołąka, Podgrodzie Śląskie, Rzęśnik, Świerkowiec, Wierzbnik, Żabikowo"
        ),
        trades=_list(
            "Browar, Cukrownia, Garbarnia, Huta Szkła, Młyny, Odlewnia, Papiernia, Tartak,"
            " Zakłady Mięsne"
        ),
        kinds=_list("sp. z o.o., S.A., sp. z o.o., sp.k., sp.j."),
        branches=_list("Oddział Północ, Oddział Zachód"),
        first_names=_list(
            "Agnieszka, Bożena, Cezary, Danuta, Elżbieta, Grażyna, Jędrzej, Kazimierz, Łucja,"
            " Małgorzata, Przemysław, Sławomir, Wojciech, Zdzisław, Żaneta"
        ),
        last_names=_list(
            "Bączyk, Chrząszczewska, Dąbrowiak, Gołębiec, Jaźwiński, Kędzior, Łopuszan, Mściwój,"
            " Niedźwiecka-Rój, Pstrąg, Szczygłowski, Wróbelek, Źrebiec"
        ),
        orders=_list("ZAM/{}, 45001{}, ZK-{}"),
    ),
    "US": Country(
        form="{place} {trade}{kind}",
        places=_list(
            "Cedar Hollow, Marlin Fork, Prairie Lantern, Copper Bend, Blue Larch, Juniper Shelf,"
            " Stony Wharf, Elk Meadow Run, Sable Ridge"
        ),
        trades=_list(
            "Bottling, Milling, Conveyor, Box Works, Creamery, Lumber, Grain Handling, Canning"
        ),
        kinds=(", Inc.", " LLC", " Co.", ", Inc."),
        branches=_list("Plant 2, Plant 3"),
        first_names=_list(
            "Abigail, Brandon, Caleb, Dolores, Emmett, Faith, Gideon, Harriet, Isaac, Juanita,"
            " Kendra, Leland, Marisol, Nadine, Orville, Walter"
        ),
        last_names=_list(
            "Dunmoyer, Castellanoz, Brubacker, Eddington-Lee, Farnsley, Guthridge, Hollenbach,"
            " Jessamine, Kowalchek, Lindenmuth, Okonkwell, Pruittson, Strickenberg, Yarbough"
        ),
        orders=_list("PO{}, {}-A, PO-{}"),
    ),
}
