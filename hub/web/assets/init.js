// Starts govuk-frontend's behaviour, autosaving and passkeys; without scripts every page but those with passkeys works.
import { initAll } from "./govuk-frontend.min.js";
import "./autosave.js";
import "./passkey.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
