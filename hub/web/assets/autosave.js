// Sends what is typed in a form[data-autosave] to that address every few seconds while it changes, so that
// an ended session or a closed window loses nothing. The answer's text, or one of the sentences of
// [data-autosave-said], tells the person. Without scripts the form is saved by its button alone.

const EVERY = 20_000; // milliseconds

function install(form) {
  const said = form.querySelector("[data-autosave-said]");
  const typed = () => new URLSearchParams(new FormData(form)).toString();
  let kept = form.dataset.autosaveDirty === undefined ? typed() : "";
  let asking = null;
  let leaving = false;

  async function look() {
    const now = typed();
    if (leaving || asking || now === kept) return;
    asking = new AbortController();
    try {
      const body = new URLSearchParams(now);
      const request = { method: "POST", body, redirect: "manual", signal: asking.signal };
      const answer = await fetch(form.dataset.autosave, request);
      if (answer.ok) kept = now;
      said.textContent = answer.ok ? await answer.text() : said.dataset[reason(answer)];
    } catch {
      if (!leaving) said.textContent = said.dataset.failed;
    } finally {
      asking = null;
    }
  }

  const reason = (answer) => (answer.type === "opaqueredirect" || answer.status === 400 ? "ended" : "failed");

  form.addEventListener("submit", () => { leaving = true; asking?.abort(); });
  window.addEventListener("pageshow", () => { leaving = false; });
  document.addEventListener("visibilitychange", () => { if (document.hidden) look(); });
  setInterval(look, EVERY);
}

document.querySelectorAll("form[data-autosave]").forEach(install);
