// The words above a text that put Markdown round what is selected, and their keys.

import "../../vendor/js/markdown-toolbar-element.js";
import { gapBefore, insert } from "./text.js";

const KEYS = { b: "bold", i: "italic", k: "link" };
const EMPTY_TABLE = "| What | Value |\n| --- | --- |\n|  |  |";
const FENCE = "```";

export function addTools({ root, field }) {
  const bar = root.querySelector("markdown-toolbar");
  if (!bar) return;
  bar.querySelector("[data-md-button=block]").addEventListener("click", () => insertBlock(field));
  bar.querySelector("[data-md-button=table]").addEventListener("click", () => insertTable(field));
  field.addEventListener("keydown", (event) => {
    const tool = KEYS[event.key.toLowerCase()];
    if (!tool || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    bar.querySelector(`[data-md-button=${tool}]`).click();
  });
}

// Fences round the selected lines; with nothing selected, the caret stands between them.
function insertBlock(field) {
  const { selectionStart, selectionEnd, value } = field;
  const before = gapBefore(field);
  const selected = value.slice(selectionStart, selectionEnd);
  insert(field, `${before}${FENCE}\n${selected}\n${FENCE}\n`);
  const start = selectionStart + before.length + FENCE.length + 1;
  field.setSelectionRange(start, start + selected.length);
}

// A table to fill in, with its first heading selected.
function insertTable(field) {
  const start = field.selectionStart;
  const before = gapBefore(field);
  insert(field, `${before}${EMPTY_TABLE}\n`, start, field.selectionEnd);
  const heading = start + before.length + 2;
  field.setSelectionRange(heading, heading + "What".length);
}
