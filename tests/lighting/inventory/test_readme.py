"""The README's own examples: its mapping is read, and its table names every shipped mapping."""

import io
import re
from pathlib import Path

from lighting.inventory.council_file import read_lanterns
from lighting.inventory.mapping_text import parse_mapping, shipped_mappings
from lighting.inventory.rows import Accepted

README = Path(__file__).parents[3] / "lighting" / "inventory" / "README.md"


def test_the_mapping_in_the_readme_reads_a_file_as_its_comments_say() -> None:
    example = re.search(r"```toml\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    assert example
    mapping = parse_mapping(example[1], name="README.md")
    text = (
        "District;Number;East;North;Street;Street Type;Lamp;Circuit Watts;Height;Area\n"
        "N;7;430000;433900;Taper;Lane;LED 20;N/A;20;North East\n"
        "N;;430030;433900;Taper;Lane;SON;70;20;Unknown\n"
    )
    found = list(read_lanterns(io.BytesIO(text.encode("cp1252")), mapping))
    lanterns = [outcome.lantern for outcome in found if isinstance(outcome, Accepted)]
    assert [x.lantern_id for x in lanterns] == ["mytown:N-7", "mytown:at:430030:433900"]
    assert [x.tags for x in lanterns] == [{"led", "area:north-east"}, frozenset()]
    assert [x.power_w for x in lanterns] == [None, 70.0]
    assert lanterns[0].height_m == 6.096  # 20 international feet of 0.3048 m
    assert (lanterns[0].road, lanterns[0].regime) == ("Taper Lane", "35/18")


def test_the_readme_names_every_shipped_mapping() -> None:
    text = README.read_text("utf-8")
    assert all(f"| `{name}` |" in text for name in shipped_mappings())
