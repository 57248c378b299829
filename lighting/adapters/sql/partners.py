"""SqlPartnerStore: partners, their trials, tokens and devices."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lighting.adapters.sql import partner_devices as devices
from lighting.adapters.sql.engine import Database
from lighting.adapters.sql.partner_rows import partner_of, token_of, trial_of, trial_row
from lighting.adapters.sql.partner_tables import PARTNER, TOKEN, TRIAL, TRIAL_DEVICE
from lighting.adapters.sql.times import to_ms
from lighting.errors import NotFoundError, RefusedError
from lighting.registration.trial import NewTrial, Partner, Trial, TrialDevice, Word
from lighting.registration.trial_rules import Wish
from lighting.registration.trial_store import DeviceState, Judge, Token

_UNBOUND = TRIAL_DEVICE.c.commissioning_id.is_(None)


class SqlPartnerStore:
    """Partners in the database; see ``lighting.registration.trial_store.PartnerStore``.

    Every method is one transaction and raises StoreError if the database cannot do it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add_partner(self, partner: Partner, made: Word) -> None:
        """Add a partner.

        Raises:
            RefusedError: there is one with this id.
        """
        kind = sqlite if self._database.kind == "sqlite" else postgresql
        row = kind.insert(PARTNER).values(
            partner_id=partner.partner_id,
            name=partner.name,
            contact=partner.contact,
            made_at=to_ms(made.at),
            made_by=made.by,
        )
        async with self._database.writing() as connection:
            added = row.on_conflict_do_nothing().returning(PARTNER.c.partner_id)
            if (await connection.execute(added)).scalar() is None:
                raise RefusedError(f"there is a partner {partner.partner_id!r}; choose another id")

    async def partners(self) -> list[Partner]:
        """Return all partners, by id."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(PARTNER).order_by(PARTNER.c.partner_id))
            return [partner_of(row) for row in rows]

    async def add_trial(self, new: NewTrial) -> Trial:
        """Add a trial.

        Raises:
            NotFoundError: no such partner.
        """
        partner = select(PARTNER.c.partner_id).where(PARTNER.c.partner_id == new.partner_id)
        async with self._database.writing() as connection:
            if (await connection.execute(partner)).scalar() is None:
                raise NotFoundError("partner", new.partner_id)
            added = insert(TRIAL).values(trial_row(new)).returning(TRIAL)
            return trial_of((await connection.execute(added)).one())

    async def trials(self) -> list[Trial]:
        """Return all trials, in order of id."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(TRIAL).order_by(TRIAL.c.trial_id))
            return [trial_of(row) for row in rows]

    async def find_trial(self, trial_id: int) -> Trial | None:
        """Return a trial or None."""
        async with self._database.reading() as connection:
            query = select(TRIAL).where(TRIAL.c.trial_id == trial_id)
            row = (await connection.execute(query)).one_or_none()
            return None if row is None else trial_of(row)

    async def end_trial(self, trial_id: int, ending: Word) -> Trial:
        """End a trial; one that was ended before stays as it is.

        Raises:
            NotFoundError: no such trial.
        """
        this = TRIAL.c.trial_id == trial_id
        ended = update(TRIAL).where(this, TRIAL.c.ended_at.is_(None))
        ended = ended.values(ended_at=to_ms(ending.at), ended_by=ending.by, ended_why=ending.reason)
        async with self._database.writing() as connection:
            await connection.execute(ended)
            return await devices.hold_trial(connection, trial_id)

    async def add_token(self, trial_id: int, digest: str, made: Word) -> Token:
        """Add a token to a trial that exists."""
        row = insert(TOKEN).values(
            trial_id=trial_id,
            digest=digest,
            made_at=to_ms(made.at),
            made_by=made.by,
            revoked_by="",
        )
        async with self._database.writing() as connection:
            return token_of((await connection.execute(row.returning(TOKEN))).one())

    async def tokens(self) -> list[Token]:
        """Return all tokens, in order of number."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(TOKEN).order_by(TOKEN.c.number))
            return [token_of(row) for row in rows]

    async def find_token(self, digest: str) -> tuple[Token, Trial, Partner] | None:
        """Return the token with this digest, its trial and whose it is, or None."""
        async with self._database.reading() as connection:
            token = (
                await connection.execute(select(TOKEN).where(TOKEN.c.digest == digest))
            ).one_or_none()
            if token is None:
                return None
            of_trial = select(TRIAL).where(TRIAL.c.trial_id == token.trial_id)
            trial = trial_of((await connection.execute(of_trial)).one())
            whose = select(PARTNER).where(PARTNER.c.partner_id == trial.agreed.partner_id)
            partner = partner_of((await connection.execute(whose)).one())
        return token_of(token), trial, partner

    async def revoke(self, number: int, revoked: Word) -> Token:
        """Revoke a token; one that was revoked before stays as it is.

        Raises:
            NotFoundError: no such token.
        """
        this = TOKEN.c.number == number
        ended = update(TOKEN).where(this, TOKEN.c.revoked_at.is_(None))
        ended = ended.values(revoked_at=to_ms(revoked.at), revoked_by=revoked.by)
        async with self._database.writing() as connection:
            await connection.execute(ended)
            row = (await connection.execute(select(TOKEN).where(this))).one_or_none()
        if row is None:
            raise NotFoundError("token", number)
        return token_of(row)

    async def reserve(
        self, trial_id: int, wish: Wish, judge: Judge, *, at: datetime
    ) -> TrialDevice:
        """Note a device under a trial, if ``judge`` lets it; of two that ask at once one waits.

        Raises:
            NotFoundError: no such trial.
            TrialRefusedError: whatever the judge raises, or it hangs under another trial.
        """
        async with self._database.writing() as connection:
            return await devices.reserve(connection, trial_id, wish, judge, at)

    async def bind(self, number: int, commissioning_id: int) -> bool:
        """Note the commissioning of a reserved device; False if it is no longer reserved."""
        this = update(TRIAL_DEVICE).where(TRIAL_DEVICE.c.number == number, devices.HANGS)
        async with self._database.writing() as connection:
            bound = await connection.execute(this.values(commissioning_id=commissioning_id))
            return bool(bound.rowcount)

    async def release(self, number: int) -> None:
        """Forget a reserved device that has no commissioning."""
        async with self._database.writing() as connection:
            await connection.execute(
                delete(TRIAL_DEVICE).where(TRIAL_DEVICE.c.number == number, _UNBOUND)
            )

    async def take_off(self, number: int, at: datetime) -> None:
        """Note that a device was removed; one that was removed before stays as it is."""
        async with self._database.writing() as connection:
            await devices.take_off(connection, number, at)

    async def devices(self, trial_id: int) -> list[DeviceState]:
        """Return the devices that are or were under a trial, in order of number."""
        async with self._database.reading() as connection:
            return await devices.read_devices(connection, TRIAL_DEVICE.c.trial_id == trial_id)

    async def unbound(self, before: datetime) -> list[tuple[Trial, TrialDevice]]:
        """Return devices that were reserved before a time and have no commissioning."""
        old = TRIAL_DEVICE.c.added_at < to_ms(before)
        async with self._database.reading() as connection:
            found = await devices.read_devices(connection, devices.HANGS, _UNBOUND, old)
        trials = {each.trial_id: each for each in await self.trials()} if found else {}
        return [(trials[each.device.trial_id], each.device) for each in found]

    async def silence_over(self, at: datetime) -> int:
        """Take the devices of trials that are over out of their streams; return how many."""
        async with self._database.writing() as connection:
            return await devices.silence_over(connection, at)
