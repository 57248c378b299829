"""DeviceFolderError: a folder that no device can be made of."""

from firmware_profiles.errors import WireError


class DeviceFolderError(WireError):
    """A published device folder cannot be read; names the file, what is wrong and what to do."""

    def __init__(self, file: str, problem: str, cure: str) -> None:
        self.file = file
        self.problem = problem
        self.cure = cure
        super().__init__(f"{file}: {problem}; {cure}")
