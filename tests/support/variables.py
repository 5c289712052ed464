"""Variables of the environment that remember which of them were asked for."""


class Recording(dict[str, str]):
    """What `Config.from_env` is given."""

    def __init__(self, given: dict[str, str]) -> None:
        super().__init__(given)
        self.names: set[str] = set()

    def get(self, name: str, default: object = None) -> object:  # type: ignore[override] # a test's
        self.names.add(name)
        return super().get(name, default)
