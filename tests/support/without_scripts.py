"""What must hold on a page that is shown without script: nothing on it waits for one."""

from playwright.sync_api import Locator, Page

PASSKEY = "[data-passkey]"  # the one thing that a page cannot do without script
WAITS = """() => {
    const found = [];
    const shown = (each) => each.checkVisibility({ visibilityProperty: true });
    const say = (what, each) => found.push(`${what}: ${each.outerHTML.slice(0, 160)}`);
    const mine = (each) => !each.closest("[data-passkey], [aria-hidden=true]");
    const all = (selector) => [...document.querySelectorAll(selector)].filter(mine);
    const conveniences = ".govuk-password-input__toggle, .govuk-service-navigation__toggle";
    const address = (link) => link.getAttribute("href") ?? "";
    for (const each of document.querySelectorAll("details")) each.open = true; // as anybody can
    const heading = (each) => shown(each) && each.textContent.trim();
    if (!all("main h1").some(heading)) found.push("no heading is shown");
    for (const each of all("body *:not(script, noscript, option, datalist, [type=hidden])")) {
        const gone = each.hidden || getComputedStyle(each).display === "none";
        if (gone && !each.matches(`${conveniences}, [class^=hub-paper]`)) say("shown to nobody", each);
    }
    for (const each of all("button, input[type=button], [role=button]:not(a)").filter(shown))
        if (each.type !== "submit" || !each.form) say("does nothing when pressed", each);
    for (const each of all("a").filter(shown))
        if (!address(each) || address(each) === "#" || address(each).startsWith("javascript:"))
            say("leads nowhere", each);
    for (const each of all("input[type=hidden]:not([name=version])")) // a draft that is new has no version
        if (!each.value) say("filled in by nobody", each);
    const sends = (part) => part.type === "submit" && shown(part);
    for (const each of all("form")) if (![...each.elements].some(sends)) say("cannot be sent", each);
    return found;
}"""


def waits_for_a_script(page: Page) -> list[str]:
    """Return what on the open page needs a script; a passkey's button where it does not say so itself."""
    found: list[str] = page.evaluate(WAITS)
    silent = [each for each in page.locator(PASSKEY).all() if "JavaScript" not in each.inner_text()]
    return [*found, *["a passkey's button does not say that it needs JavaScript" for _ in silent]]


def buttons(page: Page) -> list[Locator]:
    """Return the buttons of the page's own forms that need no passkey."""
    return page.locator(f"main button:visible:not({PASSKEY} *):not([aria-hidden=true])").all()
