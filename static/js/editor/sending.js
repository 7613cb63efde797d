// Sending a form by keyboard, and not losing what was typed by leaving the page.

// Ctrl+Enter (or Command+Enter) presses the button that sends: the one that has no name of its own.
export function sendByKeyboard(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const button = form.querySelector("button:not([type=button], [name])");
    if (!button) return;
    event.preventDefault();
    form.requestSubmit(button);
  });
}

export function warnBeforeLeaving(form) {
  // A form that comes back with a fault holds what nobody has saved.
  let typedAt = document.getElementById("errors") ? performance.now() : 0;

  form.addEventListener("input", () => { typedAt = performance.now(); });
  form.addEventListener("firsthand:draft-saved", ({ detail }) => {
    if ((detail?.takenAt ?? Infinity) >= typedAt) typedAt = 0;
  });
  form.addEventListener("firsthand:reloading", () => { typedAt = 0; });
  // What another part of the page has kept from being sent stays on the page; so it is looked at last.
  document.addEventListener("submit", ({ target, defaultPrevented }) => {
    if (target === form && !defaultPrevented) typedAt = 0;
  });
  window.addEventListener("beforeunload", (event) => {
    if (typedAt && hasText(form)) event.preventDefault();
  });
}

function hasText(form) {
  return [...form.querySelectorAll("textarea, input[type=text]")].some((field) => field.value.trim());
}
