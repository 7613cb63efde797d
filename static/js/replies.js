// Puts a reply template where one is writing, without the reload that the button means otherwise.

import { gapBefore, insert } from "./editor/text.js";

for (const chooser of document.querySelectorAll("[data-replies]")) {
  const form = chooser.closest("form");
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name !== "insert") return;
    event.preventDefault();
    begin(form, chooser, event.submitter);
  });
}

async function begin(form, chooser, button) {
  const reply = chooser.querySelector("select").value;
  const answer = await fetch(`/desk/replies/${reply}/for/${chooser.dataset.replies}`).catch(() => null);
  if (!answer?.ok) {
    reload(form, button);
    return;
  }
  const field = form.elements.body;
  insert(field, gapBefore(field) + await answer.text());
}

// What the button would have done without a script.
function reload(form, button) {
  const pressed = document.createElement("input");
  Object.assign(pressed, { type: "hidden", name: button.name, value: button.value });
  form.append(pressed);
  form.dispatchEvent(new Event("firsthand:reloading"));
  form.submit();
}
