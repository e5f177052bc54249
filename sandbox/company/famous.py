"""The companies and people a visitor of the demo is introduced to."""

from dataclasses import asdict, dataclass
from typing import Final

from receivables.models import ContactRole
from sandbox.company.values import Company, Habit, Person, Seat, Selling

VIEWER, PAYER, ADMIN = ContactRole.VIEWER, ContactRole.PAYER, ContactRole.ADMIN
DEMO_PASSWORD: Final = "otters-cross-the-lock-at-9"  # noqa: S105 - printed by the demo for all

MILL, PACKER, MALTHOUSE = "C-10001", "C-10002", "C-10003"
WEAVER, EXPORTER, BOTTLER = "C-10007", "C-10008", "C-10009"
EUR_OF_FR = (Selling(entity="FR01", currency="EUR"),)
GBP_OF_GB = (Selling(entity="GB01", currency="GBP"),)
USD_OF_GB = Selling(entity="GB01", currency="USD")


def _branch(number: str, place: str, weight: int) -> Company:
    return Company(
        number=number,
        name=f"Malterie Aubérac SA, {place}",
        country="FR",
        language="fr",
        net_days=45,
        habit=Habit.BATCHES,
        sellings=EUR_OF_FR,
        weight=weight,
        parent=MALTHOUSE,
    )


FAMOUS: Final = (
    Company(
        number=MILL,
        name="Minoterie Vaubriant SAS",
        country="FR",
        language="fr",
        net_days=30,
        habit=Habit.MIXED,
        sellings=EUR_OF_FR,
        weight=130,
    ),
    Company(
        number=PACKER,
        name="Thornwick Packaging Ltd",
        country="GB",
        language="en",
        net_days=30,
        habit=Habit.MIXED,
        sellings=(Selling(entity="GB01", currency="GBP", weight=3), USD_OF_GB),
        weight=100,
    ),
    Company(
        number=MALTHOUSE,
        name="Malterie Aubérac SA",
        country="FR",
        language="fr",
        net_days=45,
        habit=Habit.LATE,
        sellings=EUR_OF_FR,
        weight=60,
    ),
    _branch("C-10004", "Nord", 40),
    _branch("C-10005", "Rhône", 35),
    _branch("C-10006", "Atlantique", 30),
    Company(
        number=WEAVER,
        name="Penhallick Textile Works Ltd",
        country="GB",
        language="en",
        net_days=45,
        habit=Habit.PARTS,
        sellings=GBP_OF_GB,
        weight=45,
    ),
    Company(
        number=EXPORTER,
        name="Saltmarrow Export House Ltd",
        country="GB",
        language="en",
        net_days=60,
        habit=Habit.LATE,
        sellings=(Selling(entity="GB01", currency="JPY", weight=2), GBP_OF_GB[0]),
        weight=50,
    ),
    Company(
        number=BOTTLER,
        name="Cedar Hollow Bottling, Inc.",
        country="US",
        language="en",
        net_days=30,
        habit=Habit.TWICE,
        sellings=(USD_OF_GB,),
        weight=60,
    ),
)


def _person(name: str, email: str, language: str, *seats: tuple[str, ContactRole]) -> Person:
    """Receipts go to those who pay; an admin finds them on the portal."""
    return Person(
        email=email,
        name=name,
        language=language,
        seats=tuple(
            Seat(company=company, role=role, gets_receipts=role is PAYER) for company, role in seats
        ),
    )


FAMOUS_PEOPLE: Final = (
    _person("Claire Esnault", "claire.esnault@minoterie-vaubriant.example", "fr", (MILL, PAYER)),
    _person("Bastien Roucaud", "bastien.roucaud@minoterie-vaubriant.example", "fr", (MILL, ADMIN)),
    _person("Odile Marchais", "odile.marchais@minoterie-vaubriant.example", "fr", (MILL, VIEWER)),
    _person("Hannah Ellerby", "hannah.ellerby@thornwick-packaging.example", "en", (PACKER, PAYER)),
    _person("Rhys Cawthray", "rhys.cawthray@thornwick-packaging.example", "en", (PACKER, ADMIN)),
    _person(
        "Solène Tréhorel",
        "solene.trehorel@malterie-auberac.example",
        "fr",
        (MALTHOUSE, ADMIN),
        ("C-10004", ADMIN),
        ("C-10005", ADMIN),
        ("C-10006", ADMIN),
    ),
    _person("Joël Péchoux", "joel.pechoux@malterie-auberac.example", "fr", ("C-10004", PAYER)),
    _person("Inès Chauvel", "ines.chauvel@malterie-auberac.example", "fr", ("C-10005", PAYER)),
    _person("Noël Orvain", "noel.orvain@malterie-auberac.example", "fr", ("C-10006", PAYER)),
    _person(
        "Edith Quarmby",
        "edith@quarmby-bookkeeping.example",
        "en",
        (WEAVER, PAYER),
        (EXPORTER, PAYER),
    ),
    _person("Lydia Gaskarth", "lydia.gaskarth@penhallick-textile.example", "en", (WEAVER, ADMIN)),
    _person("Nigel Fothergale", "nigel@saltmarrow-export.example", "en", (EXPORTER, ADMIN)),
    _person("Walter Dunmoyer", "walter.dunmoyer@cedar-hollow.example", "en", (BOTTLER, PAYER)),
    _person("Marisol Yarbough", "marisol.yarbough@cedar-hollow.example", "en", (BOTTLER, ADMIN)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Somebody a visitor may come in as."""

    name: str
    company: str
    email: str
    role: str
    language: str
    note: str

    def as_json(self) -> dict[str, str]:
        """What the demo prints: `words` is the whole introduction in one line."""
        told = f"{self.name}, {self.company}: {self.note}"
        return asdict(self) | {"password": DEMO_PASSWORD, "words": told}


def _sign_in(email: str, company: str, note: str) -> SignIn:
    person = next(person for person in FAMOUS_PEOPLE if person.email.startswith(email))
    return SignIn(
        name=person.name,
        company=company,
        email=person.email,
        role=person.seats[0].role,
        language=person.language,
        note=note,
    )


DEMO_SIGN_INS: Final = (
    _sign_in("claire", "Minoterie Vaubriant SAS", "pays, in French; many open invoices in euro"),
    _sign_in("hannah", "Thornwick Packaging Ltd", "pays, in English; pounds and US dollars"),
    _sign_in("solene", "Malterie Aubérac SA", "runs the account and three branches, in French"),
    _sign_in("odile", "Minoterie Vaubriant SAS", "may look, not pay; in French"),
    _sign_in("edith", "two companies", "pays for both, in English; one is billed in yen"),
    _sign_in("walter", "Cedar Hollow Bottling, Inc.", "pays, in English; has credit on account"),
)
