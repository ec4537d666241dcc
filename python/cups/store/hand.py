"""The writing connection, and how its database begins, ends and undoes: all that the writer has to know of it."""

from collections.abc import Collection, Sequence
from types import TracebackType
from typing import Any, Protocol

import sqlalchemy as sa

from cups.news import News
from cups.store.news_log import Entry


class Hand(Protocol):
    """Used by the writer's thread alone. Entered when that begins, left when it ends."""

    @property
    def conn(self) -> sa.Connection:
        """To SQLAlchemy every statement commits itself: transactions are begun and ended here."""

    @property
    def driver(self) -> Any:
        """The same connection as its driver has it. Transactions are spelled out to it: for a batch of small statements the bookkeeping of a
        library in between costs as much as they do."""

    @property
    def in_transaction(self) -> bool:
        """False too when the database undid everything by itself, or the connection is gone."""

    def __enter__(self) -> Any: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def begin(self) -> bool:
        """Begins a transaction in which nobody else writes; connects anew where that is needed. True if somebody else wrote since the last one."""

    def missed(self) -> Sequence[Entry]:
        """Inside the transaction: what other processes have committed and this one has not heard yet. Empty where there are none."""

    def upset(self) -> Collection[str] | None:
        """After a `begin` that was True: the accounts and channels of which what this process remembers may not hold any more. None: of any."""

    def note(self, news: Sequence[News], upset: Collection[str]) -> Entry | None:
        """Inside the transaction, at its end: writes down for other processes what is told after the commit, and what they are to look up again. None
        where there are none."""

    def commit(self) -> None:
        """Returns once all is on disk."""

    def committed(self, items: int) -> None:
        """Between two batches, when nobody's answer waits: what has to be done now and then."""

    def rollback(self) -> None: ...

    def savepoint(self) -> None: ...

    def rollback_to_savepoint(self) -> None: ...

    def release_savepoint(self) -> None: ...

    def truncate_log(self) -> bool:
        """See `Truncatable.truncate_log`. Outside of a transaction."""

    def of_storage(self, error: Exception) -> Exception:
        """A full disk, an I/O error or a lost connection is the storage's failure, whichever statement met it: `StorageFailed`. Any other as it is."""

    def close(self) -> None:
        """After the writer's thread has ended."""
