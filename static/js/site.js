// Everything here makes something quicker that works without it.

const page = document.documentElement;

page.classList.add("js");
copyButtons();
growingFields();
shortcuts();

function copyButtons() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const text = button.closest(".code").querySelector("pre").textContent;
    await navigator.clipboard.writeText(text);
    say(button, "Copied");
  });
}

// The button keeps its width and says for a moment what it did; a screen reader is told through its live region.
function say(button, words) {
  const before = button.textContent;
  button.setAttribute("aria-live", "polite");
  button.textContent = words;
  setTimeout(() => { button.textContent = before; }, 2000);
}

// Browsers that know field-sizing grow a field with its text by themselves.
function growingFields() {
  if (CSS.supports("field-sizing", "content")) return;
  document.addEventListener("input", ({ target }) => {
    if (!target.matches("textarea.field")) return;
    target.style.blockSize = "auto";
    target.style.blockSize = `${target.scrollHeight + 2}px`;
  });
}

function shortcuts() {
  const list = document.getElementById("keys");
  const choice = document.getElementById("keys-on");
  choice.checked = localStorage.getItem("keys") !== "off";
  choice.addEventListener("change", () => localStorage.setItem("keys", choice.checked ? "on" : "off"));

  const deeds = {
    "/": () => document.getElementById("q").focus(),
    "?": () => list.togglePopover(),
    a: () => document.querySelector("[data-key=answer]")?.focus(),
    s: () => document.querySelector("[data-key=accepted]")?.click(),
    j: () => step(1),
    k: () => step(-1),
  };

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const deed = deeds[event.key];
    if (!deed || (!choice.checked && event.key !== "?")) return;
    event.preventDefault();
    deed();
  });
}

// To the next or the previous title of a list, or post of a thread.
function step(direction) {
  const stops = [...document.querySelectorAll("main .row .title a, main .post")];
  const now = stops.findIndex((stop) => stop.contains(document.activeElement));
  const next = stops[now === -1 && direction < 0 ? stops.length - 1 : now + direction];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
