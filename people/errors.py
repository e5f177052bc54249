"""What the room of persons refuses. The words are the faces'."""

from foundation.errors import QuittanceError


class PeopleError(QuittanceError):
    """A refusal about who somebody is."""

    code = "people.refused"


class EmailUnreadable(PeopleError):
    """This cannot be an e-mail address."""

    code = "person.email_unreadable"


class EmailTaken(PeopleError):
    """Another person has this e-mail address."""

    code = "person.email_taken"


class LanguageUnknown(PeopleError):
    """We do not speak this language."""

    code = "person.language_unknown"


class SignInRefused(PeopleError):
    """The proof is not right. Says nothing about whether such a person exists."""

    code = "sign_in.refused"


class SignInBusy(PeopleError):
    """Too many passwords are being checked at this moment; trying again shortly helps."""

    code = "sign_in.busy"


class SignInLinkDead(PeopleError):
    """The link was used, is too old, was never ours, or its person may no longer sign in."""

    code = "sign_in_link.dead"


class PasswordTooShort(PeopleError):
    """Fewer characters than we take."""

    code = "password.too_short"

    def __init__(self, minimum: int) -> None:
        self.minimum = minimum
        super().__init__(f"fewer than {minimum} characters")


class PasswordTooLong(PeopleError):
    """More characters than we take."""

    code = "password.too_long"

    def __init__(self, maximum: int) -> None:
        self.maximum = maximum
        super().__init__(f"more than {maximum} characters")


class PasswordUnreadable(PeopleError):
    """Contains control characters, which no keyboard types twice the same way."""

    code = "password.unreadable"


class PasswordTooCommon(PeopleError):
    """Among the first guesses of anybody who tries."""

    code = "password.too_common"


class PasswordUnchanged(PeopleError):
    """The very password that is to be replaced."""

    code = "password.unchanged"


class PasswordNamesPerson(PeopleError):
    """Little more than the person's own name or e-mail address."""

    code = "password.names_person"


class CurrentPasswordWrong(PeopleError):
    """The password that is to be replaced was not typed right."""

    code = "password.current_wrong"


class FreshSignInNeeded(PeopleError):
    """Without a current password, only a sign-in by mail a short while ago may set one."""

    code = "password.fresh_sign_in_needed"


class CodeWrong(PeopleError):
    """Neither a code of the app that is new now, nor a recovery code that was not used."""

    code = "codes.wrong"


class CodesNotBegun(PeopleError):
    """There is no app to confirm or to take away."""

    code = "codes.not_begun"


class CodesAlreadySetUp(PeopleError):
    """An app is in use already."""

    code = "codes.set_up_already"


class PasskeyRefused(PeopleError):
    """Not signed by a passkey of somebody who may sign in, or not just now, or not for us."""

    code = "passkey.refused"


class PasskeysFull(PeopleError):
    """A person keeps so many passkeys and no more."""

    code = "passkey.full"

    def __init__(self, maximum: int) -> None:
        self.maximum = maximum
        super().__init__(f"{maximum} already")
