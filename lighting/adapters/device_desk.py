"""Open the network server where devices are registered, and the safe in which their keys wait."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from lighting.adapters.secrets import read_ring
from lighting.errors import RefusedError
from lighting.operations.tell_server import ServerDesk
from lighting.registration.device_server import DeviceServer
from lighting.registration.server_plan import ServerKind, ServerPlan, parse_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings:
    """What the settings say: the file of the plan, the token, the secrets."""

    plan: Path | None = None
    token: str | None = None
    secret_key: str | None = None
    secret_key_file: Path | None = None
    keep_keys: bool = False


@asynccontextmanager
async def open_desk(settings: DeskSettings) -> AsyncIterator[ServerDesk]:
    """Yield the desk; the network server is connected to when it is first asked.

    Raises:
        RefusedError: the file of the plan cannot be used, or there is no token for it.
        KeySafeError: the secrets cannot be used.
    """
    safe = read_ring(settings.secret_key, settings.secret_key_file)
    if settings.plan is None:
        yield ServerDesk(safe=safe, keep_keys=settings.keep_keys)
        return
    plan = read_plan(settings.plan)
    if not settings.token:
        raise RefusedError(
            f"{settings.plan} names a network server, and there is no API key for it; set"
            " LAMPLIGHTER_DEVICE_SERVER_TOKEN"
        )
    async with _server(plan, settings.token) as server:
        yield ServerDesk(safe=safe, server=server, plan=plan, keep_keys=settings.keep_keys)


def read_plan(path: Path) -> ServerPlan:
    """Return the plan in a file.

    Raises:
        RefusedError: it cannot be read, or is no plan, or its ``tls_ca`` is no certificate.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise RefusedError(f"the file {path} of the device server cannot be read: {exc}") from None
    plan = parse_plan(text, source=str(path))
    try:
        ssl.create_default_context(cafile=plan.tls_ca or None)
    except OSError as exc:
        raise RefusedError(
            f"tls_ca in {path}: {plan.tls_ca} holds no certificate that can be read: {exc}"
        ) from None
    return plan


@asynccontextmanager
async def _server(plan: ServerPlan, token: str) -> AsyncIterator[DeviceServer]:
    # Imported here: gRPC takes a third of a second, which most commands need not wait for.
    if plan.kind is ServerKind.CHIRPSTACK:
        from lighting.adapters.chirpstack_calls import ChirpStackAccess  # noqa: PLC0415 - see above
        from lighting.adapters.chirpstack_devices import open_chirpstack  # noqa: PLC0415 - same

        access = ChirpStackAccess(
            address=plan.address,
            api_token=token,
            tenant_id=plan.tenant_id,
            tls=plan.tls,
            tls_ca=Path(plan.tls_ca) if plan.tls_ca else None,
        )
        async with open_chirpstack(access) as chirpstack:
            yield chirpstack
        return
    async with _things_stack(plan, token) as things_stack:
        yield things_stack


@asynccontextmanager
async def _things_stack(plan: ServerPlan, token: str) -> AsyncIterator[DeviceServer]:
    from lighting.adapters.things_stack import open_things_stack  # noqa: PLC0415 - httpx, too
    from lighting.adapters.things_stack_calls import ThingsStackAccess  # noqa: PLC0415 - same
    from lighting.adapters.things_stack_messages import ThingsStackProfile  # noqa: PLC0415 - same

    access = ThingsStackAccess(
        url=plan.address,
        api_key=token,
        application_ids=tuple(dict.fromkeys(plan.applications.values())),
        profiles=tuple(ThingsStackProfile(**dict(each)) for each in plan.kinds),
        tls_ca=Path(plan.tls_ca) if plan.tls_ca else None,
    )
    async with open_things_stack(access) as server:
        yield server
