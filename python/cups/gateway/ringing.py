"""Personal requests over the socket: what rings at a listener, its end, and which listeners are connected."""

import trio

from cups import steady
from cups.gateway.hub import Class, Connection, Hub, person_group
from cups.news import RequestClosed, RequestHeld, RequestRings
from cups.nodes.site import Site
from cups.requests.here import Here
from cups.requests.personal import Personal
from cups.requests.service import Requests
from cups.wire.frames import PersonallyAsked, PersonalOver, RequestChanged


class Ringing:
    def __init__(
        self, hub: Hub, personal: Personal, requests: Requests, here: Here, site: Site, jobs: trio.Nursery
    ) -> None:
        self._hub, self._personal, self._requests, self._here, self._jobs = hub, personal, requests, here, jobs
        self._site = site
        site.elsewhere.came, site.elsewhere.left = self._came_elsewhere, self._left_elsewhere

    # Who is connected

    def came(self, connection: Connection) -> None:
        """Whom it rings at hears of it at once, and so does who waits for the answer."""
        if connection.visitor.kind == "listener":
            self._here.came(connection.account)
            self._site.came(connection.account, listener=True)
        if self._personal.rings.at(connection.account) is not None:
            self._jobs.start_soon(steady.once, self._tell_listener, connection.account)
        if self._personal.rings.of(connection.account) is not None:
            self._jobs.start_soon(steady.once, self._tell_asker, connection.account)

    def gone(self, connection: Connection) -> None:
        if not self._hub.members(person_group(connection.account)):
            self._site.left(connection.account)
            if not self._site.connected_elsewhere(connection.account):
                self._here.left(connection.account)

    def _came_elsewhere(self, account: str, listener: bool) -> None:
        if listener:
            self._here.came(account)
        self._requests.line.holds.came(account)

    def _left_elsewhere(self, account: str) -> None:
        """Who has nobody's connection any more is away; from the queue `Waiting` sees it by itself."""
        if not self._hub.count(person_group(account)):
            self._here.left(account)

    # News

    def rings(self, news: RequestRings) -> None:
        self._jobs.start_soon(steady.once, self._tell_listener, news.listener)
        self._jobs.start_soon(steady.once, self._tell_asker, news.asker)

    def held(self, news: RequestHeld) -> None:
        if news.listener:
            self._over(news.listener, PersonalOver(id=news.id, reason="taken"))

    def closed(self, news: RequestClosed) -> None:
        """Once it was accepted, its end is the chat's affair."""
        if not news.listener or news.reason == "matched":
            return
        match news.reason:
            case "declined" | "missed":
                self._over(news.listener, PersonalOver(id=news.id, reason=news.reason))
            case _:
                self._over(news.listener, PersonalOver(id=news.id, reason="over"))

    def _over(self, listener: str, frame: PersonalOver) -> None:
        self._hub.publish(person_group(listener), frame, Class.CLAIM)

    async def _tell_listener(self, listener: str) -> None:
        if not self._hub.count(person_group(listener)):
            return
        request = await self._personal.asked(listener)
        # It may have ended while it was read, and its end was told already.
        if request is not None and self._personal.rings.at(listener) == request.id:
            self._hub.publish(person_group(listener), PersonallyAsked(request=request), Class.CLAIM)

    async def _tell_asker(self, asker: str) -> None:
        if not self._hub.count(person_group(asker)):
            return
        state = await self._requests.mine(asker)
        if state is not None and self._personal.rings.of(asker) == state.id:
            self._hub.publish(person_group(asker), RequestChanged(request=state), Class.CLAIM)
