"""kill -9 at any moment: what is in the file afterwards is whole, and work goes on from there."""

import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest

from tests.lighting.adapters.sql.endless_writer import ADDED_AT_ONCE

ROOT = Path(__file__).parents[4]
WRITER = Path(__file__).parent / "endless_writer.py"

HALF_DONE = {
    "an order whose tries are not those of its transmissions": """
        SELECT order_id FROM downlink_order AS o WHERE attempts <>
        (SELECT count(*) FROM transmission AS t WHERE t.order_id = o.order_id)""",
    "an order that was sent without a time": """
        SELECT order_id FROM downlink_order WHERE (attempts = 0) <> (sent_at IS NULL)""",
    "a node with two orders in flight": """
        SELECT dev_eui FROM downlink_order WHERE state IN ('sent', 'accepted')
        GROUP BY dev_eui HAVING count(*) > 1""",
    "a proof without the message that came with it": """
        SELECT order_id FROM downlink_order JOIN node USING (dev_eui)
        WHERE state = 'echoed' AND (proved_at IS NULL OR last_seen_at < proved_at)""",
}
"""What only a part of a transaction would leave behind."""


def write_and_die(url: str, *, rounds: int, delay_s: float) -> None:
    """Let the writer write some rounds, then kill it ``delay_s`` into the next."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(WRITER), url], stdout=subprocess.PIPE, cwd=ROOT, env=environment
    ) as writer:
        assert writer.stdout is not None
        for _ in range(rounds):
            assert writer.stdout.readline()
        Event().wait(delay_s)
        writer.kill()


@pytest.mark.parametrize("seed", range(3))
def test_a_writer_that_is_killed_leaves_nothing_half_done(file: Path, seed: int) -> None:
    rng = random.Random(seed)
    before = 0
    for _ in range(2):
        write_and_die(f"sqlite:///{file}", rounds=rng.randrange(2, 6), delay_s=rng.random() / 50)
        connection = sqlite3.connect(file)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        (orders,) = connection.execute("SELECT count(*) FROM downlink_order").fetchone()
        assert orders % ADDED_AT_ONCE == 0
        assert orders > before
        before = orders
        for what, query in HALF_DONE.items():
            assert connection.execute(query).fetchall() == [], what
        connection.close()
