"""What the members' own events set off."""

from members import letters
from members.events import AccountChanged
from outbox.subscribe import subscribe


@subscribe(AccountChanged)
def tell_of_change(event: AccountChanged) -> None:
    letters.tell_of_change(change_id=event.change_id)
