// Files that are dropped, pasted or chosen are sent at once, and what shows them is written into the text.

import "../../vendor/js/file-attachment-element.js";
import { addParagraph } from "./text.js";

const ADDRESS = "/files";
const BROKEN = "The connection broke. Add it again.";
// A screen reader says each of these; more would only be noise.
const SAID_EVERY = 25;

export function followFiles({ root, field, say }) {
  const place = root.querySelector("file-attachment");
  if (!place) return;
  const chooser = place.querySelector("input[type=file]");
  place.querySelector("[data-choose]").addEventListener("click", () => chooser.click());

  const waiting = [];
  let isSending = false;

  place.addEventListener("file-attachment-accepted", async ({ detail }) => {
    waiting.push(...detail.attachments);
    if (isSending) return;
    isSending = true;
    while (waiting.length) await add(waiting.shift(), field, say);
    isSending = false;
  });

  field.form.addEventListener("submit", (event) => {
    if (!isSending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    say("A file is still on its way. Wait until it is in your text, then press again.");
  }, { capture: true });
}

async function add(attachment, field, say) {
  const { name } = attachment.file;
  say(`Adding ${name}.`);
  let saidAt = 0;
  const answer = await send(attachment.file, field.form.elements.csrf_token.value, (percent) => {
    attachment.saving(percent);
    if (percent < saidAt + SAID_EVERY || percent >= 100) return;
    saidAt = percent - (percent % SAID_EVERY);
    say(`Adding ${name}: ${saidAt}%.`);
  });
  if (answer.markdown) {
    attachment.saved({ href: answer.url, name: answer.name });
    addParagraph(field, answer.markdown);
    say(`${name} is in your text.`);
  } else {
    say(`${name} was not added. ${answer.title ?? BROKEN}`);
  }
}

// What the site answers: {markdown, url, name}, or {title} with what is wrong. `fetch` tells nothing of the progress.
function send(file, token, onProgress) {
  const form = new FormData();
  form.set("file", file);
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", ADDRESS);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token);
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(Math.floor((100 * loaded) / total)));
    request.addEventListener("loadend", () => resolve(request.response ?? {}));
    request.send(form);
  });
}
