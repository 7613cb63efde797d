// Everything here makes something quicker that works without it.

const page = document.documentElement;

page.classList.add("js");
copyButtons();
growingFields();
suggestions();
shortcuts();

function copyButtons() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy], [data-copy-link]");
    if (!button) return;
    const isLink = "copyLink" in button.dataset;
    await navigator.clipboard.writeText(isLink ? linkOf(button) : button.closest(".code").querySelector("pre").textContent);
    say(button, "Copied");
  });
}

// The page's one address, whatever it was opened by, and what leads from there to a post.
function linkOf(button) {
  const page = document.querySelector("link[rel=canonical]").href;
  return new URL(button.dataset.copyLink, page).href;
}

// The button keeps its width and says for a moment what it did; a screen reader is told through its live region.
function say(button, words) {
  if (button.textContent === words) return;
  const before = [...button.childNodes];
  button.setAttribute("aria-live", "polite");
  button.replaceChildren(words);
  setTimeout(() => button.replaceChildren(...before), 2000);
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

// What suggests is fetched by those who search, when they begin to.
function suggestions() {
  const field = document.getElementById("q");
  const begin = async () => (await import("./finder.js")).suggestFor(field);
  if (document.activeElement === field) begin();
  else field?.addEventListener("focus", begin, { once: true });
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
    j: () => step("main .row .title a, main .post", 1),
    k: () => step("main .row .title a, main .post", -1),
    n: () => step("[data-new]", 1),
    e: () => postInFocus()?.querySelector("[data-key=edit]")?.click(),
    c: () => comment(postInFocus()?.querySelector("[data-key=comment]")),
    u: () => document.querySelector(".sections [aria-current]")?.click(),
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

// To the next or the previous of what `selector` finds: the titles of a list, the posts of a thread, what is new in it.
function step(selector, direction) {
  const stops = [...document.querySelectorAll(selector)];
  const now = stops.findLastIndex((stop) => stop.contains(document.activeElement));
  const next = now === -1 ? stops.at(direction < 0 ? -1 : 0) : stops[now + direction];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

// Where nothing is in focus, the first post of the thread: the question.
function postInFocus() {
  return document.activeElement.closest(".post") ?? document.querySelector("main .post");
}

function comment(summary) {
  if (!summary) return;
  summary.parentElement.open = true;
  summary.parentElement.querySelector("textarea").focus();
}
