"""Who a name may be: exact after normalising, else near by letters' triples, then re-ranked."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import numpy as np
from rapidfuzz import fuzz
from scipy.sparse import csr_matrix
from sparse_dot_topn import sp_matmul_topn

from matching.values import Customer

NAME_MAX: Final = 80  # characters of a name that are looked at
NEAR_MAX: Final = 6  # names brought back for one query
NEAR_MIN: Final = 0.35  # cosine below which a name is not near
GRAM_SHARE_MAX: Final = 0.2  # a triple in more of the names than this tells nothing
GRAM_COUNT_MIN: Final = 500  # unless there are few names
_WORD: Final = re.compile(r"[A-Z0-9]+")
_BEHALF: Final = re.compile(
    r"\b(?:B/O|O/B/O|I/A|C/O|IN NAME OF|ON BEHALF OF|OBO|PER CONTO DI|ORD)\b"
)
# fmt: off
_FORMS: Final = frozenset({
    "GMBH", "MBH", "AG", "KG", "KGAA", "OHG", "EK", "EV", "UG", "SE", "CO", "COMPANY",
    "LTD", "LIMITED", "PLC", "LLP", "LP", "LLC", "INC", "INCORPORATED", "CORP",
    "CORPORATION", "SA", "SAS", "SARL", "SASU", "EURL", "SNC", "SCI", "SRL", "SPA", "SL",
    "SLU", "SC", "BV", "NV", "VOF", "AB", "AS", "ASA", "OY", "OYJ", "APS", "ZOO", "SPZOO",
    "SPOLKA", "SP", "KK", "PTY", "PTE", "GESELLSCHAFT", "AKTIEBOLAG", "AKTIENGESELLSCHAFT",
    "AKTIESELSKAB", "FORENING", "CV", "BVBA", "SPRL", "DOO", "SRO", "AD", "THE", "TRUST",
})
# fmt: on
_LETTERS: Final = str.maketrans(
    {"Ł": "L", "Ø": "O", "Æ": "AE", "ß": "SS", "ẞ": "SS", "Œ": "OE", "Đ": "D", "Þ": "TH"}
)
_UMLAUTS: Final = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE"})


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name without what varies: capitals, ASCII, no punctuation; and without its legal form."""

    whole: str
    core: str


@lru_cache(maxsize=65_536)
def spelled(name: str) -> Spelling:
    """Normalise one name; empty for nothing."""
    capitals = name[:NAME_MAX].upper().translate(_UMLAUTS).translate(_LETTERS)
    if not capitals.isascii():
        decomposed = unicodedata.normalize("NFKD", capitals)
        capitals = "".join(c for c in decomposed if c.isascii())
    if "/" in capitals or " " in capitals:
        capitals = _BEHALF.sub(" ", capitals)
    words = _WORD.findall(capitals.replace("'", "").replace(".", ""))
    core = [word for word in words if word not in _FORMS]
    return Spelling(" ".join(words), " ".join(core or words))


def likeness(one: Spelling, other: Spelling) -> float:
    """How alike two names are, 0 to 100; a name cut off by a bank is compared as far as it goes."""
    if one.core == other.core:
        return 100.0 if one.whole == other.whole else 98.0
    best = fuzz.ratio(one.core, other.core)
    if best < 92:
        best = max(best, 0.97 * fuzz.token_sort_ratio(one.core, other.core))
    if 97 > best > 40:
        best = max(best, _abbreviated(one, other), _cut(one, other))
    return best


def _cut(one: Spelling, other: Spelling) -> float:
    """A cut of eleven letters or more that the other begins with."""
    short, long = sorted((one.whole, other.whole), key=len)
    return 96.0 if len(short) >= 11 and long.startswith(short) else 0.0


def _abbreviated(one: Spelling, other: Spelling) -> float:
    """Word by word, one being the beginning of the other."""
    pairs = list(zip(one.core.split(), other.core.split(), strict=False))
    same = one.core.count(" ") == other.core.count(" ")
    begun = all(a.startswith(b[:3]) and (a.startswith(b) or b.startswith(a)) for a, b in pairs)
    return 95.0 if same and len(pairs) > 1 and begun else 0.0


@dataclass(slots=True)
class NameIndex:
    """All spellings of all customers."""

    owners: list[str] = field(default_factory=list)  # by spelling
    spellings: list[Spelling] = field(default_factory=list)
    whole: dict[str, tuple[str, ...]] = field(default_factory=dict)
    core: dict[str, tuple[str, ...]] = field(default_factory=dict)
    gram_columns: dict[str, int] = field(default_factory=dict)
    weights: Any = None  # by column
    matrix: Any = None  # triples x spellings

    def exact(self, name: str) -> tuple[str, ...]:
        """Customers of exactly this name, then of this name with another legal form."""
        asked = spelled(name)
        if not asked.core:
            return ()
        return self.whole.get(asked.whole) or self.core.get(asked.core, ())

    def near(self, names: Sequence[str]) -> list[list[tuple[str, float]]]:
        """For each name the customers that come near, with their likeness, the best first."""
        asked = [spelled(name) for name in names]
        if self.matrix is None or not names:
            return [[] for _ in names]
        queries = self._vectors(asked, learn=False)
        found = sp_matmul_topn(queries, self.matrix, NEAR_MAX, threshold=NEAR_MIN, sort=True)
        bounds = zip(found.indptr, found.indptr[1:], strict=False)
        return [
            self._ranked(one, found.indices[low:high].tolist())
            for one, (low, high) in zip(asked, bounds, strict=True)
        ]

    def _ranked(self, asked: Spelling, rows: Iterable[int]) -> list[tuple[str, float]]:
        best: dict[str, float] = {}
        for row in rows:
            owner = self.owners[row]
            best[owner] = max(best.get(owner, 0.0), likeness(asked, self.spellings[row]))
        return sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))

    def _vectors(self, spellings: Sequence[Spelling], *, learn: bool) -> Any:
        """Triples of letters, weighted by rarity, each row of length one."""
        columns: list[int] = []
        bounds = [0]
        known = self.gram_columns
        for spelling in spellings:
            text = f" {spelling.core} "
            grams = {text[n : n + 3] for n in range(len(text) - 2)}
            if learn:
                columns.extend(known.setdefault(gram, len(known)) for gram in sorted(grams))
            else:
                columns.extend(sorted(known[gram] for gram in grams if gram in known))
            bounds.append(len(columns))
        if learn:
            self._weigh(columns, len(spellings))
        return self._normalised(np.array(columns, np.int32), np.array(bounds, np.int32))

    def _weigh(self, columns: list[int], rows: int) -> None:
        counts = np.bincount(np.array(columns, np.int64), minlength=len(self.gram_columns))
        weights = np.log((rows + 1) / (counts + 0.5)).astype(np.float32)
        weights[counts > max(GRAM_SHARE_MAX * rows, GRAM_COUNT_MIN)] = 0.0
        self.weights = np.maximum(weights, 0.0)

    def _normalised(self, columns: Any, bounds: Any) -> Any:
        values = self.weights[columns]
        squares = np.concatenate([[0.0], np.cumsum(values.astype(np.float64) ** 2)])
        lengths = np.sqrt(np.maximum(squares[bounds[1:]] - squares[bounds[:-1]], 1e-9))
        scaled = (values / np.repeat(lengths, np.diff(bounds))).astype(np.float32)
        kept = scaled > 0
        kept_bounds = np.concatenate([[0], np.cumsum(kept)])[bounds].astype(np.int32)
        shape = (len(bounds) - 1, len(self.gram_columns))
        return csr_matrix((scaled[kept], columns[kept], kept_bounds), shape=shape)


def index_names(customers: Iterable[Customer]) -> NameIndex:
    """Build the index; the order of customers does not matter."""
    pairs = {(c.id, name) for c in customers for name in c.names if spelled(name).core}
    index = NameIndex()
    whole: dict[str, dict[str, None]] = {}
    core: dict[str, dict[str, None]] = {}
    for owner, name in sorted(pairs):
        spelling = spelled(name)
        index.owners.append(owner)
        index.spellings.append(spelling)
        whole.setdefault(spelling.whole, {})[owner] = None
        core.setdefault(spelling.core, {})[owner] = None
    index.whole = {name: tuple(owners) for name, owners in whole.items()}
    index.core = {name: tuple(owners) for name, owners in core.items()}
    if pairs:
        index.matrix = index._vectors(index.spellings, learn=True).T.tocsr()
    return index
