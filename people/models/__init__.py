"""Persons, what they prove themselves with, and where they are signed in."""

from people.models.credential import Credential
from people.models.passkey import Passkey
from people.models.person import Person, PersonKind
from people.models.second_factor import CodeSecret, RecoveryCode
from people.models.sign_in_link import SignInLink
from people.models.web_session import Face, Proof, WebSession

__all__ = [
    "CodeSecret",
    "Credential",
    "Face",
    "Passkey",
    "Person",
    "PersonKind",
    "Proof",
    "RecoveryCode",
    "SignInLink",
    "WebSession",
]
