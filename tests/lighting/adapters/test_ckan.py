"""Open data on a CKAN catalogue: created once, then brought up to date; what it refuses is told."""

from dataclasses import replace

import httpx
import pytest

from lighting.adapters.ckan import (
    CatalogueAwayError,
    CatalogueRefusedError,
    CkanAccess,
    CkanCatalogue,
    open_ckan,
)
from lighting.config import Settings
from lighting.errors import RefusedError
from lighting.operations.open_data_record import About, OpenPackage, OpenResource
from lighting.wiring import open_catalogue
from tests.lighting.adapters.fake_ckan import TOKEN, FakeCkan

OTHER_TOKEN = TOKEN[::-1]
PACKAGE = OpenPackage(
    about=About(publisher="The city"),
    description="Lights.",
    version="1",
    resources=(
        OpenResource(name="inventory.csv", title="i", description="d", content=b"a,b\r\n\x00\xff"),
        OpenResource(name="datapackage.json", title="p", description="d", content=b"{}"),
    ),
)


async def publish(
    ckan: FakeCkan, package: OpenPackage = PACKAGE, *, token: str = TOKEN, organisation: str = "c"
) -> tuple[str, ...]:
    async with httpx.AsyncClient(
        base_url="https://data.test",
        headers={"Authorization": token},
        transport=httpx.MockTransport(ckan.answer),
    ) as client:
        return await CkanCatalogue(client, organisation).publish(package)


async def test_a_data_set_is_created_with_its_files() -> None:
    ckan = FakeCkan()
    assert await publish(ckan) == (
        "data set street-lighting created", "inventory.csv created", "datapackage.json created",
    )  # fmt: skip
    kept = ckan.packages["street-lighting"]
    assert (kept["owner_org"], kept["license_id"], kept["author"]) == ("c", "uk-ogl", "The city")
    assert ckan.files == {"inventory.csv": b"a,b\r\n\x00\xff", "datapackage.json": b"{}"}
    assert [each["format"] for each in kept["resources"]] == ["CSV", "JSON"]


async def test_publishing_the_same_again_only_looks() -> None:
    ckan = FakeCkan()
    await publish(ckan)
    ckan.actions.clear()
    assert await publish(ckan) == ("inventory.csv unchanged", "datapackage.json unchanged")
    assert ckan.actions == ["package_show"]


async def test_what_changed_is_updated_and_what_others_put_there_stays() -> None:
    ckan = FakeCkan()
    await publish(ckan)
    kept = ckan.packages["street-lighting"]
    kept["resources"].append({"id": "x", "name": "map.pdf", "hash": ""})
    kept["tags"] = [{"name": "lights"}]
    inventory, package = PACKAGE.resources
    changed = replace(PACKAGE, version="2", resources=(replace(inventory, content=b"new"), package))
    assert await publish(ckan, changed) == (
        "data set street-lighting updated", "inventory.csv updated", "datapackage.json unchanged",
    )  # fmt: skip
    now = ckan.packages["street-lighting"]
    assert [each["name"] for each in now["resources"]] == [
        "inventory.csv", "datapackage.json", "map.pdf",
    ]  # fmt: skip
    assert now["tags"] == [{"name": "lights"}]
    assert (now["version"], ckan.files["inventory.csv"]) == ("2", b"new")


async def test_publishing_again_goes_on_where_the_catalogue_went_away() -> None:
    ckan = FakeCkan()
    ckan.down_after = 3  # looked, created, one file
    with pytest.raises(CatalogueAwayError, match="ConnectError"):
        await publish(ckan)
    ckan.down_after = None
    assert await publish(ckan) == ("inventory.csv unchanged", "datapackage.json created")


async def test_a_refusal_is_told_in_the_catalogues_words_and_without_the_token() -> None:
    with pytest.raises(CatalogueRefusedError, match="403 Access denied") as refused:
        await publish(FakeCkan(), token=OTHER_TOKEN)
    assert OTHER_TOKEN not in str(refused.value)
    with pytest.raises(CatalogueRefusedError, match=r"owner_org.*An organization must be provided"):
        await publish(FakeCkan(), organisation="")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(502, text="<html>Bad gateway</html>"),
        httpx.Response(200, text="<html>Please sign in</html>"),
        httpx.Response(200, json={"success": "yes"}),
        httpx.Response(302, headers={"location": "https://elsewhere.test/"}),
    ],
)
async def test_what_is_no_answer_of_ckans_is_told_as_away(answer: httpx.Response) -> None:
    async with httpx.AsyncClient(
        base_url="https://data.test", transport=httpx.MockTransport(lambda _: answer)
    ) as client:
        with pytest.raises(CatalogueAwayError, match="package_show answered"):
            await CkanCatalogue(client).publish(PACKAGE)


@pytest.mark.parametrize("url", ["http://data.test", "data.test", "ftp://data.test", ""])
def test_the_token_goes_over_tls_or_nowhere(url: str) -> None:
    with pytest.raises(RefusedError, match="https://"):
        CkanAccess(url=url, token=TOKEN)
    assert TOKEN not in repr(CkanAccess(url="http://127.0.0.1:5000", token=TOKEN))


async def test_there_is_no_catalogue_unless_the_settings_name_one() -> None:
    with pytest.raises(RefusedError, match="LAMPLIGHTER_CKAN_URL and LAMPLIGHTER_CKAN_TOKEN"):
        async with open_catalogue(Settings(ckan_url="https://data.test")):
            pass
    async with open_ckan(CkanAccess(url="https://data.test/", token=TOKEN)) as catalogue:
        assert isinstance(catalogue, CkanCatalogue)
