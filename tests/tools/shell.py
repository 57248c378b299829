"""`lamplighter` as a person runs it, in this process, and what its answers must look like."""

import json
from typing import Any

from typer.testing import CliRunner, Result

from tools.cli import app


class Cli:
    """Runs commands. An exception that is not an exit is a bug of the command and shows."""

    def run(self, *words: object, code: int = 0) -> Result:
        """Run a command, which must end with ``code``."""
        result = CliRunner().invoke(app, [str(word) for word in words], prog_name="lamplighter")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result

    def text(self, *words: object, code: int = 0) -> str:
        """Return what a command prints for people."""
        return self.run(*words, code=code).stdout

    def json(self, *words: object, code: int = 0) -> Any:  # noqa: ANN401 - any JSON document
        """Return the document that ``--json`` prints: one, on one line, and nothing else."""
        printed = self.run(*words, "--json", code=code).stdout
        assert printed.count("\n") == 1
        assert printed.endswith("\n")
        return json.loads(printed)

    def refused(self, *words: object) -> str:
        """Return the one line with which a command refuses; nothing is on stdout."""
        result = self.run(*words, code=1)
        (line,) = result.stderr.strip().splitlines()
        assert result.stdout == ""
        assert line.startswith("error: ")
        return line

    def misused(self, *words: object) -> str:
        """Return what is said of a command line that cannot be read (exit code 2)."""
        result = self.run(*words, code=2)
        assert result.stdout == ""
        return result.stderr
