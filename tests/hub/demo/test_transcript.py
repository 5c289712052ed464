import io

from hub.demo.transcript import Transcript, width


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_steps_are_numbered_and_name_what_proved_them() -> None:
    out = io.StringIO()
    transcript = Transcript(out)
    transcript.step("窓口", "opens PI-2026-7K3QX", proof="gpg")
    transcript.step("IPA", "reviews")
    first, second = out.getvalue().splitlines()
    assert first == "  1  窓口: opens PI-2026-7K3QX  ✓ proof by gpg"
    assert second == "  2  IPA: reviews"


def test_colours_are_for_a_terminal_only() -> None:
    plain, coloured = io.StringIO(), Terminal()
    for out in (plain, coloured):
        Transcript(out).step("窓口", "opens", proof="gpg")
    assert "\033" not in plain.getvalue()
    assert "\033[32m" in coloured.getvalue()


def test_columns_line_up_with_japanese_in_them() -> None:
    out = io.StringIO()
    Transcript(out).table(["name", "role"], [["水道 ISAC", "contact"], ["A", "auditor"]])
    columns = [
        width(line[: line.index(word)])
        for line, word in zip(out.getvalue().splitlines(), ("role", "contact", "auditor"), strict=True)
    ]
    assert len(set(columns)) == 1
