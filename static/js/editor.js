// Everything here helps with writing a text; without it, the text is a plain field of a plain form.
//
// A script that saves drafts says so on the form, and nobody is warned about losing what was saved:
//   form.dispatchEvent(new CustomEvent("firsthand:draft-saved", { detail: { takenAt } }))
// `takenAt` is what performance.now() was when the text was read for saving. Without it, all is taken to be saved.

import { followFiles } from "./editor/files.js";
import { showLength } from "./editor/length.js";
import { convertPasted } from "./editor/paste.js";
import { addPreview } from "./editor/preview.js";
import { sendByKeyboard, warnBeforeLeaving } from "./editor/sending.js";
import { suggest } from "./editor/suggestions.js";
import { addTools } from "./editor/tools.js";

const forms = new Map();

for (const root of document.querySelectorAll("[data-editor]")) {
  const said = root.querySelector("[data-said]");
  const editor = {
    root,
    field: root.querySelector("textarea"),
    say: (words) => { said.textContent = words; },
  };
  addTools(editor);
  suggest(editor);
  convertPasted(editor);
  followFiles(editor);
  showLength(editor);
  forms.set(editor.field.form, editor.say);
}

for (const [form, say] of forms) {
  sendByKeyboard(form);
  warnBeforeLeaving(form);
  addPreview(form, say);
}
