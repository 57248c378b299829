"""What a catalogue reads of a package: a Frictionless Data Package and a DCAT record (JSON-LD).

Standards: Data Package and Table Schema 1.0 (specs.frictionlessdata.io), DCAT 3 (W3C, vocab-dcat).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from lighting.operations.open_data_tables import OpenTable

LICENCE = "OGL-UK-3.0"
LICENCE_TITLE = "Open Government Licence v3.0"
LICENCE_URL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
CSV_TYPE = "text/csv"

_VERSION_DIGITS = 12
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_IANA = "https://www.iana.org/assignments/media-types"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a publisher says of the data; ``publisher`` and ``url`` may be left out.

    ``name`` is the key in a catalogue: lower case, digits, ``-``. ``url`` is the folder that the
    files will be reached in.
    """

    name: str = "street-lighting"
    title: str = "Street lighting: inventory, energy and savings"
    publisher: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenResource:
    """A file of the package."""

    name: str
    title: str
    description: str
    content: bytes
    media_type: str = CSV_TYPE

    @property
    def sha256(self) -> str:
        """The SHA-256 of the content, in hex digits."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPackage:
    """Everything that is published: the tables as files, and their two descriptions."""

    about: About
    description: str
    version: str
    resources: tuple[OpenResource, ...]


def package_of(
    tables: Sequence[OpenTable], about: About, period: tuple[date, date] | None
) -> OpenPackage:
    """Return the package of ``tables``; the same tables and words give the same bytes."""
    data = [
        OpenResource(
            name=f"{table.name}.csv",
            title=table.title,
            description=table.description,
            content=table.csv(),
        )
        for table in tables
    ]
    version = sha256("".join(each.sha256 for each in data).encode()).hexdigest()[:_VERSION_DIGITS]
    description = _description(period)
    records = (
        OpenResource(
            name="dcat.jsonld",
            title="DCAT record",
            description="What this data set is, for catalogues.",
            content=_json(_dcat(data, tables, about, description, period)),
            media_type="application/ld+json",
        ),
        OpenResource(
            name="datapackage.json",
            title="Data package",
            description="Columns, types and checksums of the files.",
            content=_json(_data_package(data, tables, about, description, version)),
            media_type="application/json",
        ),
    )
    return OpenPackage(
        about=about, description=description, version=version, resources=(*data, *records)
    )


def _description(period: tuple[date, date] | None) -> str:
    told = (
        "Street lighting as its control system knows it. Places are those of lanterns; nothing"
        " tells of people or single homes."
    )
    if period is None:
        return told
    first, last = period
    return f"{told} Energy and savings of the nights of {first} to {last} (dates of the evening)."


def _data_package(
    data: Sequence[OpenResource],
    tables: Sequence[OpenTable],
    about: About,
    description: str,
    version: str,
) -> dict[str, object]:
    told: dict[str, object] = {
        "profile": "tabular-data-package",
        "name": about.name,
        "title": about.title,
        "description": description,
        "version": version,
        "licenses": [{"name": LICENCE, "path": LICENCE_URL, "title": LICENCE_TITLE}],
    }
    if about.publisher:
        told["contributors"] = [{"title": about.publisher, "role": "publisher"}]
    told["resources"] = [_resource(each, table) for each, table in zip(data, tables, strict=True)]
    return told


def _resource(resource: OpenResource, table: OpenTable) -> dict[str, object]:
    return {
        "name": table.name,
        "path": resource.name,
        "profile": "tabular-data-resource",
        "title": table.title,
        "description": table.description,
        "format": "csv",
        "mediatype": CSV_TYPE,
        "encoding": "utf-8",
        "bytes": len(resource.content),
        "hash": f"sha256:{resource.sha256}",
        "schema": {
            "fields": [each.schema() for each in table.fields],
            "missingValues": [""],
            "primaryKey": [table.fields[0].name],
        },
    }


def _dcat(
    data: Sequence[OpenResource],
    tables: Sequence[OpenTable],
    about: About,
    description: str,
    period: tuple[date, date] | None,
) -> dict[str, object]:
    told: dict[str, object] = {
        "@context": _CONTEXT,
        "@type": "dcat:Dataset",
        "dct:identifier": about.name,
        "dct:title": {"@value": about.title, "@language": "en"},
        "dct:description": {"@value": description, "@language": "en"},
        "dct:license": {"@id": LICENCE_URL},
    }
    if about.publisher:
        told["dct:publisher"] = {"@type": "foaf:Organization", "foaf:name": about.publisher}
    box = _box(tables)
    if box:
        told["dct:spatial"] = {
            "@type": "dct:Location",
            "dcat:bbox": {"@value": box, "@type": "geo:wktLiteral"},
        }
    if period is not None:
        told["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _date(period[0]),
            "dcat:endDate": _date(period[1]),
        }
    told["dcat:distribution"] = [_distribution(each, about) for each in data]
    return told


def _distribution(resource: OpenResource, about: About) -> dict[str, object]:
    at = f"{about.url.rstrip('/')}/{resource.name}" if about.url else resource.name
    return {
        "@type": "dcat:Distribution",
        "dct:title": {"@value": resource.title, "@language": "en"},
        "dcat:accessURL": {"@id": at},
        "dcat:downloadURL": {"@id": at},
        "dcat:mediaType": {"@id": f"{_IANA}/{resource.media_type}"},
        "dcat:byteSize": {
            "@value": str(len(resource.content)), "@type": "xsd:nonNegativeInteger",
        },
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": resource.sha256, "@type": "xsd:hexBinary"},
        },
        "dct:license": {"@id": LICENCE_URL},
    }  # fmt: skip


def _date(day: date) -> dict[str, str]:
    return {"@value": day.isoformat(), "@type": "xsd:date"}


def _box(tables: Iterable[OpenTable]) -> str:
    """Return the rectangle around all places, as WKT (longitude first); "" without any."""
    places = [
        (float(row[2]), float(row[1]))
        for table in tables
        if table.name == "inventory"
        for row in table.rows
        if row[1] is not None and row[2] is not None
    ]
    if not places:
        return ""
    west, south = (min(each[axis] for each in places) for axis in (0, 1))
    east, north = (max(each[axis] for each in places) for axis in (0, 1))
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return f"POLYGON(({', '.join(f'{x:.5f} {y:.5f}' for x, y in corners)}))"


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
