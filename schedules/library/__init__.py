"""Library: named policies that a council would recognise, each a document with its source."""

from importlib import resources

from schedules.errors import PolicyError, Problem

_SUFFIX = ".toml"


def library_names() -> tuple[str, ...]:
    """Return the names of the policies here, in alphabetical order."""
    files = (entry.name for entry in resources.files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in files if name.endswith(_SUFFIX)))


def library_text(name: str) -> str:
    """Return the TOML document of the policy called ``name``.

    Raises:
        PolicyError: the library has no policy of that name.
    """
    names = library_names()
    if name not in names:
        problem = Problem(
            field="name", message=f"the library has no policy {name!r}", allowed=", ".join(names)
        )
        raise PolicyError("policy library", (problem,))
    return (resources.files(__name__) / f"{name}{_SUFFIX}").read_text(encoding="utf-8")
