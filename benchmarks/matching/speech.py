"""What payers write around their numbers, by language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """The words of one language on a transfer."""

    labels: tuple[str, ...]  # before an invoice number
    phrases: tuple[str, ...]  # instead of one
    range_words: tuple[str, ...]
    order: tuple[str, ...]  # before the payer's purchase order
    customer: tuple[str, ...]  # before our customer number
    rate: tuple[str, ...]  # {0} of {1} instalments
    short: tuple[str, ...]  # why less is paid
    discount: tuple[str, ...]
    credit: tuple[str, ...]
    prepay: tuple[str, ...]
    more: tuple[str, ...]  # the list is not complete
    dated: str  # before a date
    decimal: str


SPEECHES = {
    "de": Speech(
        labels=("RE", "RE-Nr.", "Rg.", "Rechnung", "Rechnungsnr", "R.Nr.", "Beleg", "Re.", ""),
        phrases=("", "", "Zahlung", "Ueberweisung", "danke", "Ausgleich Konto", "lt. Absprache"),
        range_words=("bis", "-", "b."),
        order=("Best.", "Bestellung", "Ihr Auftrag", "PO"),
        customer=("KD", "Kd-Nr.", "Kundennr.", "Debitor"),
        rate=("Rate {0} von {1}", "{0}. Rate", "Teilzahlung {0}/{1}", "Ratenzahlung"),
        short=("abzgl. Mangel", "gekuerzt", "Reklamation", "minus Bruch", "Kuerzung", ""),
        discount=("abz. Skonto", "-Skonto", "Skonto", ""),
        credit=("GS", "Gutschrift", "abzgl. GS", "./. Gutschrift"),
        prepay=("Vorkasse", "Anzahlung", "Vorauszahlung Auftrag", "AB", "Proforma"),
        more=("u.a.", "usw.", "div. Rechnungen", "+ weitere"),
        dated="vom",
        decimal=",",
    ),
    "en": Speech(
        labels=("INV", "Inv.", "invoice", "Invoice no", "inv#", "Invoices", "your ref", "#", ""),
        phrases=("", "", "payment", "thank you", "as agreed", "account", "remittance to follow"),
        range_words=("to", "-", "thru"),
        order=("PO", "P.O.", "order", "our PO"),
        customer=("cust", "a/c", "acct", "customer no"),
        rate=("instalment {0} of {1}", "part {0}/{1}", "inst {0}", "part payment"),
        short=("less damaged", "short delivery", "disputed", "less deduction", "claim", ""),
        discount=("less discount", "disc taken", "less settlement discount", ""),
        credit=("CN", "less credit", "credit note", "less CN"),
        prepay=("deposit", "prepayment", "proforma", "on account", "advance order"),
        more=("etc", "and others", "+ more", "various"),
        dated="dated",
        decimal=".",
    ),
    "fr": Speech(
        labels=("facture", "FACT", "Fact.", "Fac n°", "FA", "votre facture", "Réf.", ""),
        phrases=("", "", "virement", "règlement", "merci", "paiement", "solde"),
        range_words=("à", "au", "-"),
        order=("commande", "BC", "cde"),
        customer=("client", "cpt client", "n° client"),
        rate=("échéance {0}/{1}", "acompte {0}", "versement {0} sur {1}", "paiement partiel"),
        short=("moins litige", "retenue", "casse déduite", "déduction", ""),
        discount=("escompte déduit", "moins escompte", "esc.", ""),
        credit=("avoir", "AV", "moins avoir", "déduit avoir"),
        prepay=("acompte commande", "arrhes", "proforma", "devis"),
        more=("etc.", "et autres", "diverses factures"),
        dated="du",
        decimal=",",
    ),
    "it": Speech(
        labels=("fattura", "Ft.", "fatt. n.", "FT", "saldo fattura", "Fatt", ""),
        phrases=("", "", "bonifico", "saldo", "grazie", "pagamento", "come da accordi"),
        range_words=("al", "-", "a"),
        order=("ordine", "ord.", "ODA"),
        customer=("cliente", "cod. cliente"),
        rate=("rata {0} di {1}", "rata {0}/{1}", "acconto {0}"),
        short=("meno reso", "contestazione", "trattenuta", ""),
        discount=("sconto cassa", "meno sconto", ""),
        credit=("NC", "nota credito", "meno NC"),
        prepay=("acconto", "anticipo ordine", "proforma", "caparra"),
        more=("ecc.", "e altre", "varie fatture"),
        dated="del",
        decimal=",",
    ),
    "es": Speech(
        labels=("factura", "Fra.", "Fact", "fra nº", "FRAS", "pago factura", ""),
        phrases=("", "", "transferencia", "pago", "gracias", "liquidación", "saldo"),
        range_words=("a", "-", "hasta"),
        order=("pedido", "ped.", "OC"),
        customer=("cliente", "cod cliente"),
        rate=("plazo {0} de {1}", "cuota {0}/{1}", "pago parcial"),
        short=("menos rotura", "incidencia", "descontado", ""),
        discount=("dto pronto pago", "menos dto.", ""),
        credit=("abono", "menos abono", "NC"),
        prepay=("anticipo", "señal pedido", "proforma"),
        more=("etc.", "y otras", "varias facturas"),
        dated="de",
        decimal=",",
    ),
    "nl": Speech(
        labels=("factuur", "fact.nr", "Factuurnr.", "fnr", "nota", "uw factuur", ""),
        phrases=("", "", "betaling", "voldaan", "bedankt", "overboeking", "conform afspraak"),
        range_words=("t/m", "-", "tot"),
        order=("bestelling", "inkooporder", "order"),
        customer=("debnr", "klantnr", "relatie"),
        rate=("termijn {0} van {1}", "termijn {0}/{1}", "deelbetaling"),
        short=("minus schade", "ingehouden", "korting klacht", ""),
        discount=("betalingskorting", "kredietbeperking", ""),
        credit=("creditnota", "CN", "min credit"),
        prepay=("aanbetaling", "vooruitbetaling", "proforma"),
        more=("e.a.", "enz.", "diverse facturen"),
        dated="d.d.",
        decimal=",",
    ),
    "pl": Speech(
        labels=("faktura", "FV", "fakt. nr", "za fakture", "F-ra", ""),
        phrases=("", "", "przelew", "zaplata", "dziekujemy", "rozliczenie"),
        range_words=("do", "-"),
        order=("zamowienie", "zam.", "PO"),
        customer=("klient", "nr klienta"),
        rate=("rata {0} z {1}", "rata {0}/{1}", "czesc {0}"),
        short=("potracenie", "reklamacja", "mniej uszkodzone", ""),
        discount=("skonto", "minus skonto", ""),
        credit=("korekta", "KOR", "minus korekta"),
        prepay=("zaliczka", "przedplata", "proforma"),
        more=("itd.", "i inne"),
        dated="z dnia",
        decimal=",",
    ),
    "sv": Speech(
        labels=("faktura", "fakt nr", "Faktnr", "avser faktura", "F", ""),
        phrases=("", "", "betalning", "tack", "inbetalning", "enligt avtal"),
        range_words=("till", "-"),
        order=("order", "bestallning", "ink.order"),
        customer=("kundnr", "kund"),
        rate=("delbetalning {0} av {1}", "del {0}/{1}", "avbetalning {0}"),
        short=("avdrag skada", "reklamation", "avgar", ""),
        discount=("kassarabatt", "minus rabatt", ""),
        credit=("kredit", "KF", "minus kreditfaktura"),
        prepay=("forskott", "handpenning", "proforma"),
        more=("mfl", "m.m."),
        dated="dat",
        decimal=",",
    ),
}
