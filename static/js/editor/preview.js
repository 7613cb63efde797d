// The texts of a form as they will look, made by the site itself, shown after each pause in writing.

const ADDRESS = "/preview";
const PAUSE = 900;
const DEFAULT_WAIT = 20;
const CHOICE = "live-preview";

export function addPreview(form, say) {
  const place = form.querySelector("[data-preview-place]");
  if (!place) return;
  const preview = new Preview(form, place, say);
  const button = form.querySelector("[data-live-preview]");
  const showChoice = () => button?.setAttribute("aria-pressed", String(isWanted()));

  showChoice();
  form.addEventListener("input", ({ target }) => {
    // Whoever fills the whole form at once says so on the form itself.
    if (target === form || target.matches("textarea")) preview.later();
  });
  button?.addEventListener("click", () => {
    localStorage.setItem(CHOICE, isWanted() ? "off" : "on");
    showChoice();
    if (isWanted()) preview.now();
    else preview.hide();
  });
  if ("preview" in form.dataset) previewOnRequest(form, preview);
}

// A form marked data-preview has a button named "preview", which reloads the page with the text as it will look.
// Here the text comes without the reload.
function previewOnRequest(form, preview) {
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name !== "preview" || event.defaultPrevented) return;
    event.preventDefault();
    if (await preview.now() === "failed") reload(form, event.submitter);
    else preview.focus();
  });
}

function isWanted() {
  return localStorage.getItem(CHOICE) !== "off";
}

class Preview {
  #timer = 0;
  #request = new AbortController();
  #shown = "";
  #waitUntil = 0;

  constructor(form, place, say) {
    this.form = form;
    this.place = place;
    this.say = say;
  }

  later() {
    clearTimeout(this.#timer);
    if (!isWanted()) return;
    const wait = Math.max(PAUSE, this.#waitUntil - performance.now());
    this.#timer = setTimeout(() => this.now(), wait);
  }

  // Resolves to "shown", "empty", "late" where a newer one is under way, "waiting" or "failed".
  async now() {
    clearTimeout(this.#timer);
    this.#request.abort();
    const texts = textsOf(this.form);
    const written = texts.map(([, text]) => text).join("\n");
    if (!written.trim()) return this.hide();
    if (written === this.#shown) return "shown";
    this.#request = new AbortController();
    const { signal } = this.#request;
    const answer = await ask(this.form, texts, signal);
    if (signal.aborted) return "late";
    if (answer?.status === 429) return this.#wait(answer);
    if (!answer?.ok) {
      this.say("There is no preview at the moment. Your text is still here.");
      return "failed";
    }
    return this.#show(written, await answer.text());
  }

  hide() {
    clearTimeout(this.#timer);
    this.#request.abort();
    this.#shown = "";
    this.place.hidden = true;
    this.place.replaceChildren();
    return "empty";
  }

  focus() {
    if (this.place.hidden) return;
    this.place.tabIndex = -1;
    this.place.focus({ preventScroll: true });
    this.place.scrollIntoView({ block: "nearest" });
  }

  #show(written, html) {
    this.#shown = written;
    this.place.innerHTML = html;
    this.place.hidden = false;
    if (this.#waitUntil) this.say("");
    this.#waitUntil = 0;
    return "shown";
  }

  #wait(answer) {
    const seconds = Number(answer.headers.get("Retry-After")) || DEFAULT_WAIT;
    this.#waitUntil = performance.now() + seconds * 1000;
    this.say(`The preview pauses for ${seconds === 1 ? "a second" : `${seconds} seconds`}. Go on writing.`);
    this.later();
    return "waiting";
  }
}

// The names and texts of what is written in a form. The site makes one text of them.
function textsOf(form) {
  return [...form.querySelectorAll("textarea")].map((field) => [field.name, field.value]);
}

async function ask(form, texts, signal) {
  const fields = new FormData();
  for (const [name, value] of [["csrf_token", form.elements.csrf_token.value], ...texts]) fields.set(name, value);
  try {
    return await fetch(ADDRESS, { method: "POST", body: fields, signal });
  } catch {
    return null;
  }
}

// What the button would have done without a script.
function reload(form, button) {
  const chosen = document.createElement("input");
  Object.assign(chosen, { type: "hidden", name: button.name, value: button.value });
  form.append(chosen);
  form.dispatchEvent(new Event("firsthand:reloading"));
  form.submit();
}
