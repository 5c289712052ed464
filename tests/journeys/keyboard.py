"""A person's hands where there is no mouse: everything is reached with Tab and done with keys."""

from pathlib import Path

from playwright.sync_api import ElementHandle, Locator, Page

MOST_STOPS = 600  # presses of Tab until something counts as out of reach
NOON = 12
IN_PIECES = {"date", "datetime-local"}


def reach(page: Page, control: Locator) -> ElementHandle:
    """Press Tab until the control has the focus; it begins where the focus is.

    Raises:
        AssertionError: it cannot be reached.

    """
    wanted = control.element_handle()
    assert wanted is not None
    for _ in range(MOST_STOPS):
        if wanted.evaluate("e => e === document.activeElement"):
            return wanted
        page.keyboard.press("Tab")
    raise AssertionError(
        f"{page.url}: cannot be reached with Tab: {wanted.evaluate('e => e.outerHTML')[:200]}"
    )


def press(page: Page, control: Locator) -> None:
    """Reach a link or button and press Enter."""
    reach(page, control)
    page.keyboard.press("Enter")


def tick(page: Page, control: Locator, *, on: bool) -> None:
    """Reach a checkbox and press the space bar, unless it stands as wanted."""
    if control.is_checked() != on:
        reach(page, control)
        page.keyboard.press("Space")
    assert control.is_checked() == on


def choose_one(page: Page, group: Locator, value: str) -> None:
    """Reach a group of radio buttons, which is one stop, and go through it with the arrow keys."""
    wanted = next(each for each in group.all() if each.get_attribute("value") == value)
    if wanted.is_checked():
        return
    chosen = [each for each in group.all() if each.is_checked()]
    reach(page, (chosen or group.all())[0])
    page.keyboard.press("Space")
    for _ in group.all():
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    assert wanted.is_checked()


def select(page: Page, control: Locator, value: str) -> None:
    """Reach a list and go down it with the arrow key."""
    reach(page, control)
    page.keyboard.press("Home")
    for _ in range(control.locator("option").count()):
        if control.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    assert control.input_value() == value


def write(page: Page, control: Locator, value: str) -> None:
    """Reach a field and type in place of what stands there; days and hours digit by digit."""
    kind = control.evaluate("e => e.type")
    reach(page, control)
    if kind in IN_PIECES:
        _write_instant(page, control, value)
        return
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(value)


def choose_file(page: Page, control: Locator, path: Path) -> None:
    """Reach the button of a file field, press the space bar and choose in the dialogue that opens."""
    name = (control.get_attribute("id") or "").removesuffix("-input")
    button = page.locator(f"button[id='{name}']")
    reach(page, button if button.count() else control)
    with page.expect_file_chooser() as opening:
        page.keyboard.press("Space")
    opening.value.set_files(path)


def _write_instant(page: Page, control: Locator, value: str) -> None:
    """Type a day, and an hour if there is one, as the browser's own language orders them: American."""
    day, _, hour = value.partition("T")
    year, month, date = day.split("-")
    page.keyboard.press("ArrowLeft")
    for digits in (month, date, year):
        page.keyboard.type(digits)
    if hour:
        whole, minutes = hour.split(":")
        page.keyboard.press("ArrowRight")  # a year may have six digits
        page.keyboard.type(f"{(int(whole) - 1) % 12 + 1:02}")
        page.keyboard.type(minutes)
        page.keyboard.type("P" if int(whole) >= NOON else "A")
    assert control.input_value() == value, f"{page.url}: typed {value}, stands {control.input_value()}"
