"""What the hosted page says, in English and French. The English sentence is the key."""

from collections.abc import Callable

Say = Callable[..., str]
LANGUAGES = ("en", "fr")

FRENCH = {
    "Test mode: no money moves": "Mode test : aucun argent ne circule",
    "Pay %(seller)s": "Paiement à %(seller)s",
    "Back to %(seller)s": "Retour à %(seller)s",
    "Amount to pay": "Montant à payer",
    "What you pay": "Ce que vous payez",
    "Receipt to": "Reçu envoyé à",
    "Pay by card": "Payer par carte",
    "Save a way to pay %(seller)s": "Enregistrer un moyen de payer %(seller)s",
    "Nothing is taken now.": "Rien n’est débité maintenant.",
    "What you save": "Ce que vous enregistrez",
    "Save a card": "Enregistrer une carte",
    "Save this card": "Enregistrer cette carte",
    "Save a bank account": "Enregistrer un compte bancaire",
    "Save this account": "Enregistrer ce compte",
    "You allow %(seller)s to collect from this account what you order to pay.": (
        "Vous autorisez %(seller)s à prélever sur ce compte ce que vous demandez de payer."
    ),
    "You are about to save a card with %(seller)s.": (
        "Vous êtes sur le point d’enregistrer une carte auprès de %(seller)s."
    ),
    "This is saved": "C’est enregistré",
    "Nothing was taken. %(seller)s can charge it when you order a payment.": (
        "Rien n’a été débité. %(seller)s peut l’utiliser quand vous demandez un paiement."
    ),
    "Nothing was saved. Start again from the seller's site.": (
        "Rien n’a été enregistré. Recommencez depuis le site du vendeur."
    ),
    "Can be saved, is declined when charged": "S’enregistre, mais est refusée au paiement",
    "Your card was declined. This transaction requires authentication.": (
        "Votre carte a été refusée. Ce paiement demande une confirmation."
    ),
    "Card number": "Numéro de carte",
    "Expiry date": "Date d’expiration",
    "For example 12/30": "Par exemple 12/30",
    "Security code": "Code de sécurité",
    "The three digits on the back": "Les trois chiffres au dos",
    "Only test numbers are taken here, never a real card.": (
        "Seuls les numéros de test sont acceptés ici, jamais une vraie carte."
    ),
    "Pay %(amount)s": "Payer %(amount)s",
    "Pressing the button moves no money.": "Appuyer sur le bouton ne débite rien.",
    "Pay by bank debit": "Payer par prélèvement",
    "Test account to debit": "Compte de test à prélever",
    "Debit succeeds": "Le prélèvement réussit",
    "Not enough money on the account": "Provision insuffisante",
    "Paid, and taken back days later": "Payé, puis rejeté quelques jours après",
    "The account is closed": "Le compte est clos",
    "The account is closed.": "Le compte est clos.",
    "The account has insufficient funds.": "Le compte n’est pas assez approvisionné.",
    "Choose one of the accounts.": "Choisissez l’un des comptes.",
    "You allow %(seller)s to collect this amount. The bank answers in some days.": (
        "Vous autorisez %(seller)s à prélever ce montant. La banque répond en quelques jours."
    ),
    "Pay %(amount)s by bank debit": "Payer %(amount)s par prélèvement",
    "Test numbers": "Numéros de test",
    "Choose one to fill in the form.": "Choisissez-en un pour remplir le formulaire.",
    "Fill in": "Remplir",
    "What happens": "Ce qui se passe",
    "Payment succeeds": "Le paiement réussit",
    "Asks for 3-D Secure": "Demande 3-D Secure",
    "Asks for 3-D Secure every time": "Demande 3-D Secure à chaque fois",
    "Declined by the bank": "Refusée par la banque",
    "Insufficient funds": "Fonds insuffisants",
    "Expired card": "Carte expirée",
    "Wrong security code": "Code de sécurité incorrect",
    "Processing error": "Erreur de traitement",
    "Nothing was taken. Try again or use another card.": (
        "Rien n’a été débité. Réessayez ou utilisez une autre carte."
    ),
    "Your card was declined.": "Votre carte a été refusée.",
    "Your card has insufficient funds.": "Les fonds de votre carte sont insuffisants.",
    "Your card has expired.": "Votre carte a expiré.",
    "Your card's security code is incorrect.": (
        "Le code de sécurité de votre carte est incorrect."
    ),
    "An error occurred while processing your card. Try again in a little bit.": (
        "Une erreur est survenue pendant le traitement de votre carte. Réessayez dans un instant."
    ),
    "We are unable to authenticate your payment method. "
    "Please choose a different payment method and try again.": (
        "Votre banque n’a pas confirmé que c’est vous. Réessayez ou utilisez une autre carte."
    ),
    "Please correct what is marked below.": "Veuillez corriger ce qui est signalé ci-dessous.",
    "Type a card number.": "Saisissez un numéro de carte.",
    "This is not a card number.": "Ce n’est pas un numéro de carte.",
    "This is not one of the test numbers. It was not kept; real cards are never taken here.": (
        "Ce n’est pas un des numéros de test. Il n’a pas été conservé ; "
        "les vraies cartes ne sont jamais acceptées ici."
    ),
    "Type month and year, for example 12/30.": "Saisissez mois et année, par exemple 12/30.",
    "This date has passed.": "Cette date est passée.",
    "Type the three digits on the back of the card.": (
        "Saisissez les trois chiffres au dos de la carte."
    ),
    "Your bank asks: is it you?": "Votre banque demande : est-ce bien vous ?",
    "Played bank, 3-D Secure": "Banque jouée, 3-D Secure",
    "You are about to pay %(amount)s to %(seller)s.": (
        "Vous êtes sur le point de payer %(amount)s à %(seller)s."
    ),
    "Confirm: it is me": "Confirmer : c’est moi",
    "It is not me": "Refuser : ce n’est pas moi",
    "Use another card": "Utiliser une autre carte",
    "Your bank still waits for an answer.": "Votre banque attend encore une réponse.",
    "Answer the bank": "Répondre à la banque",
    "This payment is done": "Ce paiement est fait",
    "%(amount)s were paid to %(seller)s. Nothing more can be paid on this page.": (
        "%(amount)s ont été payés à %(seller)s. Plus rien ne peut être payé sur cette page."
    ),
    "This payment is being processed": "Ce paiement est en cours de traitement",
    "The bank has not answered yet. Please do not pay again.": (
        "La banque n’a pas encore répondu. Merci de ne pas payer une seconde fois."
    ),
    "This page has expired": "Cette page a expiré",
    "Nothing was taken. Start the payment again from the seller's site.": (
        "Rien n’a été débité. Recommencez le paiement depuis le site du vendeur."
    ),
    "There is no such payment page": "Cette page de paiement n’existe pas",
    "Please check the address, or start again from the seller's site.": (
        "Vérifiez l’adresse ou recommencez depuis le site du vendeur."
    ),
}


def speaking(language: str) -> Say:
    """The function that says a sentence in that language, with its facts filled in."""

    def say(sentence: str, **facts: str) -> str:
        return (FRENCH[sentence] if language == "fr" else sentence) % facts

    return say


def language_for(wanted: str | None, accepted: str | None) -> str:
    """The session's language where we speak it, else what the browser prefers, else English."""
    for tag in (wanted, accepted):
        if tag and tag[:2] in LANGUAGES:
            return tag[:2]
    return "en"
