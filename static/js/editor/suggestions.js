// People after "@", topics after "#". The site names at most ten; a longer beginning is looked up among those first.

import "../../vendor/js/text-expander-element.js";
import { insert } from "./text.js";

const PEOPLE = { address: "/editor/people", label: "People", shortest: 2, written: (name) => `@${name} ` };
const TOPICS = { address: "/editor/tags", label: "Topics", shortest: 1, written: (name) => `${name} ` };
const KINDS = { "@": PEOPLE, "#": TOPICS };
const MOST = 10;
// Beginnings of this length are asked for as they are; longer ones only if this one found too many.
const FIRST_ASKED = 2;
const EDGE = 8;

export function suggest({ root, field }) {
  const expander = root.querySelector("text-expander");
  const known = new Map();
  let latest;

  expander.addEventListener("text-expander-change", ({ detail: { key, text, provide } }) => {
    const mine = suggested(KINDS[key], text, expander.dataset.question, known);
    latest = mine;
    // An answer that comes late gives way to the one for what has been typed since.
    provide(mine.then(() => latest));
  });

  expander.addEventListener("text-expander-value", (event) => {
    // The element would write the text itself, and "undo" could not take that back.
    event.preventDefault();
    const { item, key } = event.detail;
    const end = field.selectionEnd;
    insert(field, KINDS[key].written(item.dataset.value), field.value.lastIndexOf(key, end - 1), end);
    expander.dismiss();
  });

  expander.addEventListener("text-expander-activate", () => {
    queueMicrotask(() => keepInside(expander.querySelector("[role=listbox]")));
  });
}

async function suggested(kind, text, question, known) {
  const shortest = kind === PEOPLE && question ? 0 : kind.shortest;
  if (text.length < shortest || /\s/.test(text)) return { matched: false };
  const options = await beginning(kind, text.toLowerCase(), question, known);
  return { matched: options.length > 0, fragment: listOf(options, kind.label) };
}

async function beginning(kind, text, question, known) {
  const first = text.slice(0, FIRST_ASKED);
  const found = await asked(kind, first, question, known);
  const options = first !== text && found.length === MOST ? await asked(kind, text, question, known) : found;
  return options.filter((option) => option.dataset.name.startsWith(text));
}

function asked(kind, text, question, known) {
  const query = new URLSearchParams({ q: text, ...(kind === PEOPLE && question ? { question } : {}) });
  const address = `${kind.address}?${query}`;
  if (!known.has(address)) {
    known.set(address, optionsFrom(address).catch(() => {
      known.delete(address);
      return [];
    }));
  }
  return known.get(address);
}

async function optionsFrom(address) {
  const answer = await fetch(address);
  if (!answer.ok || answer.redirected) throw new Error(`${address} answered ${answer.status}`);
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  return [...template.content.querySelectorAll("[role=option]")];
}

function listOf(options, label) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  list.append(...options.map((option) => option.cloneNode(true)));
  return list;
}

// Near the right edge of a small screen the list moves to the left. By then the browser may have scrolled the page
// sideways, to the option that is chosen first; it goes back by itself as soon as nothing reaches out any more.
function keepInside(list) {
  const over = list.getBoundingClientRect().right + window.scrollX + EDGE - document.documentElement.clientWidth;
  if (over > 0) list.style.left = `calc(${list.style.left || "0px"} - ${over}px)`;
}
