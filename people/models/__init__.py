"""Persons, what they prove themselves with, and where they are signed in."""

from people.models.credential import Credential
from people.models.person import Person, PersonKind
from people.models.sign_in_link import SignInLink
from people.models.web_session import Face, Proof, WebSession

__all__ = ["Credential", "Face", "Person", "PersonKind", "Proof", "SignInLink", "WebSession"]
