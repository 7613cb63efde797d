// Suggestions below the box in the head, as a combobox: the box keeps the focus, and the arrows move through the list.

const ADDRESS = "/search/suggest";
const DEBOUNCE = 150;
const SHORTEST = 2;
const REMEMBERED = 50;
const PAUSE = 10;

export function suggestFor(field) {
  const list = listFor(field);
  const told = spokenFor(field);
  const known = new Map();
  let timer, request, shownFor, pausedUntil = 0;

  field.addEventListener("input", () => {
    clearTimeout(timer);
    request?.abort();
    timer = setTimeout(look, DEBOUNCE);
  });
  field.addEventListener("keydown", onKey);
  field.addEventListener("focusout", close);
  // The box keeps the focus while an option is pressed; what is pressed is a link, and does what links do.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("pointermove", ({ target }) => choose(target.closest("[role=option]"), { isByPointer: true }));
  // What was typed while this was on its way.
  if (field.value !== field.defaultValue) look();

  async function look() {
    const typed = field.value.trimStart();
    if (typed.trim().length < SHORTEST) return close();
    const fragment = await fetched(typed);
    if (fragment !== undefined && typed === field.value.trimStart()) show(typed, fragment);
  }

  // Nothing where there is no answer: it was asked for no longer, or the site is not there or asks for a pause.
  async function fetched(typed) {
    if (known.has(typed)) return known.get(typed);
    if (Date.now() < pausedUntil) return undefined;
    request = new AbortController();
    try {
      const answer = await fetch(`${ADDRESS}?${new URLSearchParams({ q: typed })}`, { signal: request.signal });
      if (!answer.ok || answer.redirected) {
        pausedUntil = Date.now() + 1000 * (Number(answer.headers.get("Retry-After")) || PAUSE);
        return undefined;
      }
      const fragment = await answer.text();
      remember(typed, fragment);
      return fragment;
    } catch {
      return undefined;
    }
  }

  function remember(typed, fragment) {
    known.set(typed, fragment);
    if (known.size > REMEMBERED) known.delete(known.keys().next().value);
  }

  function show(typed, fragment) {
    if (document.activeElement !== field) return;
    shownFor = typed;
    list.innerHTML = fragment;
    options().forEach((option, place) => { option.id = `${list.id}-${place}`; });
    choose(null);
    const count = options().length;
    list.hidden = count === 0;
    field.setAttribute("aria-expanded", String(count > 0));
    told.textContent = count === 0 ? "No suggestions" : count === 1 ? "1 suggestion" : `${count} suggestions`;
  }

  function close() {
    clearTimeout(timer);
    request?.abort();
    choose(null);
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    told.textContent = "";
  }

  function onKey(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") return move(event, event.key === "ArrowDown" ? 1 : -1);
    if (list.hidden) return;
    if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      chosen().click();
    }
  }

  // The box itself is a stop between the last option and the first.
  function move(event, direction) {
    event.preventDefault();
    if (list.hidden) return reopen();
    const stops = [null, ...options()];
    choose(stops.at((stops.indexOf(chosen()) + direction) % stops.length));
  }

  function reopen() {
    const typed = field.value.trimStart();
    if (typed === shownFor && options().length) show(typed, list.innerHTML);
    else look();
  }

  function choose(option, { isByPointer = false } = {}) {
    if (option === chosen() || (isByPointer && !option)) return;
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
    if (!isByPointer) option?.scrollIntoView({ block: "nearest" });
  }

  function options() {
    return [...list.querySelectorAll("[role=option]")];
  }

  function chosen() {
    return list.querySelector("[aria-selected=true]");
  }
}

function listFor(field) {
  const list = document.createElement("div");
  list.id = "finder-list";
  list.className = "finder-list";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  field.after(list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");
  field.autocomplete = "off";
  return list;
}

function spokenFor(field) {
  const told = document.createElement("span");
  told.className = "aloud";
  told.setAttribute("role", "status");
  field.form.append(told);
  return told;
}
