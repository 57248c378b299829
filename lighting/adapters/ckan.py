"""CkanCatalogue: an open package on a CKAN catalogue, created once and then brought up to date.

Actions and answers are those of CKAN 2.9 and later (docs.ckan.org, API guide): POST to
``/api/3/action/NAME``; the body says ``success`` with ``result``, or ``error`` with ``__type`` and
``message``. Files go as multipart in the field ``upload``.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from lighting.errors import RefusedError, UnavailableError
from lighting.operations.open_data_record import OpenPackage, OpenResource

LICENCE_ID = "uk-ogl"
"""The Open Government Licence in CKAN's own list of licences, as published copies of it have it; a
catalogue with a list of its own may know another: not verified against one."""

TIMEOUT_S = 60.0
_TEXT_MAX = 300
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class CatalogueAwayError(UnavailableError):
    """The catalogue did not answer, or with an error of its own; publishing again goes on."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(f"the CKAN catalogue does not answer as it should: {problem}")


class CatalogueRefusedError(RefusedError):
    """The catalogue refused: the token, the organisation or the data set's name."""

    def __init__(self, action: str, problem: str) -> None:
        self.action = action
        self.problem = problem
        super().__init__(
            f"the CKAN catalogue refused {action}: {problem}; check LAMPLIGHTER_CKAN_TOKEN,"
            " LAMPLIGHTER_CKAN_ORGANISATION and the data set's name"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CkanAccess:
    """Where the catalogue is, and how we may use it.

    Raises:
        RefusedError: the address would carry the token in the clear.
    """

    url: str
    token: str = field(repr=False)
    organisation: str = ""

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise RefusedError(
                f"LAMPLIGHTER_CKAN_URL is {self.url[:100]!r}; allowed: an https:// address, since"
                " the token goes there"
            )


class CkanCatalogue:
    """Publishes packages. See ``lighting.operations.open_data.Catalogue``."""

    def __init__(self, client: httpx.AsyncClient, organisation: str = "") -> None:
        self._client = client
        self._organisation = organisation

    async def publish(self, package: OpenPackage) -> tuple[str, ...]:
        """Create the data set with its files, or bring it up to date; tell what was done.

        Files of the same content are left alone, and so are files that others put there.

        Raises:
            CatalogueAwayError: the catalogue is not there; publishing again goes on.
            CatalogueRefusedError: it does not let us.
        """
        told: list[str] = []
        known = await self._show(package.about.name)
        wanted = self._metadata(package)
        if known is None:
            known = await self._call("package_create", wanted)
            told.append(f"data set {package.about.name} created")
        elif any(known.get(key) != value for key, value in wanted.items()):
            known = await self._call("package_update", {**known, **wanted})
            told.append(f"data set {package.about.name} updated")
        there = {str(each.get("name")): each for each in known.get("resources", [])}
        done = [
            await self._put(package.about.name, each, there.get(each.name))
            for each in package.resources
        ]
        return (*told, *done)

    def _metadata(self, package: OpenPackage) -> dict[str, str]:
        about = package.about
        told = {
            "name": about.name,
            "title": about.title,
            "notes": package.description,
            "version": package.version,
            "license_id": LICENCE_ID,
        }
        if about.publisher:
            told["author"] = about.publisher
        if self._organisation:
            told["owner_org"] = self._organisation
        return told

    async def _put(self, name: str, resource: OpenResource, there: Mapping[str, Any] | None) -> str:
        if there is not None and there.get("hash") == resource.sha256:
            return f"{resource.name} unchanged"
        fields = {
            "name": resource.name,
            "description": resource.description,
            "format": resource.name.rpartition(".")[2].upper(),
            "mimetype": resource.media_type,
            "hash": resource.sha256,
        }
        upload = {"upload": (resource.name, resource.content, resource.media_type)}
        if there is None:
            await self._call("resource_create", {"package_id": name, **fields}, upload)
            return f"{resource.name} created"
        await self._call("resource_update", {"id": str(there["id"]), **fields}, upload)
        return f"{resource.name} updated"

    async def _show(self, name: str) -> dict[str, Any] | None:
        try:
            return await self._call("package_show", {"id": name})
        except _MissingError:
            return None

    async def _call(
        self,
        action: str,
        body: Mapping[str, Any],
        upload: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> dict[str, Any]:
        """Return the ``result`` of an action."""
        sent = {"json": body} if upload is None else {"data": body, "files": upload}
        try:
            answer = await self._client.post(f"/api/3/action/{action}", **sent)  # type: ignore[arg-type] # httpx's two forms of a body
        except httpx.HTTPError as exc:
            # The cause is dropped: it holds the request, token and all.
            raise CatalogueAwayError(f"{type(exc).__name__} {exc}".strip()) from None
        return _result(action, answer)


class _MissingError(CatalogueRefusedError):
    """What an action is about is not there."""


class _Answer(msgspec.Struct):
    """What every action answers."""

    success: bool
    result: dict[str, Any] = {}
    error: dict[str, Any] = {}


def _result(action: str, answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.is_redirect:
        raise CatalogueAwayError(f"{action} answered {answer.status_code}")
    try:
        told = msgspec.json.decode(answer.content, type=_Answer)
    except msgspec.MsgspecError:
        raise CatalogueAwayError(
            f"{action} answered {answer.status_code} and no answer of CKAN's"
        ) from None
    if answer.is_success and told.success:
        return told.result
    kind = _MissingError if answer.status_code == HTTPStatus.NOT_FOUND else CatalogueRefusedError
    raise kind(action, f"{answer.status_code} {_words(told.error)}"[:_TEXT_MAX])


def _words(error: Mapping[str, Any]) -> str:
    """Return what an error says: its message, or what is wrong with which field."""
    message = error.get("message")
    if message:
        return str(message)
    fields = {key: value for key, value in error.items() if key != "__type"}
    return "; ".join(f"{key}: {value}" for key, value in fields.items())


@asynccontextmanager
async def open_ckan(access: CkanAccess) -> AsyncIterator[CkanCatalogue]:
    """Open a client to the catalogue; that connects to nothing, the first call does.

    It goes to that address and nowhere else: redirects are not followed, and neither proxies nor
    passwords of the environment are used.
    """
    async with httpx.AsyncClient(
        base_url=access.url.rstrip("/"),
        headers={"Authorization": access.token, "User-Agent": "lamplighter"},
        timeout=TIMEOUT_S,
        follow_redirects=False,
        trust_env=False,
    ) as client:
        yield CkanCatalogue(client, access.organisation)
