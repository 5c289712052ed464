// Starts govuk-frontend's behaviour; without scripts every page still works.
import { initAll } from "./govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
