"""Acknowledge a fault: somebody says that they know of it, and what is being done."""

from lighting.errors import RefusedError
from lighting.faults.fault import Fault
from lighting.operations.controller import Office


async def acknowledge_fault(office: Office, fault_id: int, *, by: str, reason: str) -> Fault:
    """Note who knows of an open fault, and why it may stay so for now.

    Raises:
        RefusedError: nobody, or no reason, is named.
        NotFoundError: there is no such fault that is open.
        StoreError: the database could not take it.
    """
    if not by.strip() or not reason.strip():
        raise RefusedError(
            "say who acknowledges the fault and why: later on nobody can ask a name that is empty"
        )
    return await office.stores.faults.acknowledge(
        fault_id, at=office.clock.now(), by=by.strip(), reason=reason.strip()
    )
