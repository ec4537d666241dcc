"""All tables of all features, registered on one MetaData: what migrations are compared with. Part of the composition root."""

from cups.accounts import tables as accounts
from cups.bots import tables as bots
from cups.chats import tables as chats
from cups.consent import tables as consent
from cups.courses import tables as courses
from cups.limits import tables as limits
from cups.mail import tables as mail
from cups.messages import tables as messages
from cups.moderation import tables as moderation
from cups.nodes import tables as nodes
from cups.notes import tables as notes
from cups.privacy import tables as privacy
from cups.profiles import tables as profiles
from cups.requests import tables as requests
from cups.rooms import tables as rooms
from cups.screening import tables as screening
from cups.staff import tables as staff
from cups.store import tables as store
from cups.store.schema import metadata
from cups.vetting import tables as vetting

FEATURES = (
    accounts,
    messages,
    chats,
    requests,
    rooms,
    moderation,
    screening,
    courses,
    limits,
    bots,
    notes,
    privacy,
    mail,
    consent,
    profiles,
    vetting,
    staff,
    store,
    nodes,
)

__all__ = ["FEATURES", "metadata"]
