// Asks the browser for a passkey when a form is sent by a button in a [data-passkey] block (the macro
// passkey_button in ui.html), puts the answer as JSON into the block's hidden field, and sends the form.
// The block's data-passkey holds WebAuthn's options as JSON: creation options make a passkey, request
// options sign a challenge.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const named = (credentials) => (credentials ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

function make(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: named(options.excludeCredentials),
  };
  return navigator.credentials.create({ publicKey });
}

function sign(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: named(options.allowCredentials),
  };
  return navigator.credentials.get({ publicKey });
}

function written({ id, rawId, type, response }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature"];
  const given = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
  return JSON.stringify({ id, rawId: text(rawId), type, response: Object.fromEntries(given) });
}

function reason(error) {
  if (error.name === "InvalidStateError") return "known";
  return error.name === "NotAllowedError" || error.name === "AbortError" ? "cancelled" : "failed";
}

function install(block) {
  const form = block.closest("form");
  const field = block.querySelector("input[type=hidden]");
  const button = block.querySelector("button");
  const said = block.querySelector("[data-passkey-said]");
  const options = JSON.parse(block.dataset.passkey);
  const say = (what) => { said.textContent = what ? said.dataset[what] : ""; };
  let asking = false;

  if (!window.PublicKeyCredential) {
    button.disabled = true;
    say("missing");
    return;
  }

  async function ask() {
    asking = true;
    say("");
    try {
      field.value = written(await (options.pubKeyCredParams ? make : sign)(options));
      form.requestSubmit(button);
    } catch (error) {
      say(reason(error));
    } finally {
      asking = false;
    }
  }

  form.addEventListener("submit", (event) => {
    // Another button was pressed, the answer is there, or the server has something to say about a field.
    if (event.submitter !== button || field.value || !form.checkValidity()) return;
    event.preventDefault();
    if (!asking) ask();
  });
  window.addEventListener("pageshow", () => { field.value = ""; });
}

document.querySelectorAll("[data-passkey]").forEach(install);
