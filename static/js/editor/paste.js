// What is pasted becomes Markdown: cells of a spreadsheet a table, an address on selected words a link.

import { subscribe } from "../../vendor/js/paste-markdown.js";
import { gapBefore, insert } from "./text.js";

export function convertPasted({ root, field }) {
  field.addEventListener("paste", pasteTable, { capture: true });
  subscribe(field);
  // Word processors and spreadsheets add a picture of what was copied. Where there are words, these were meant.
  root.querySelector("text-expander").addEventListener("paste", (event) => {
    if (event.clipboardData?.getData("text/plain")) event.stopPropagation();
  });
}

// A table among other text is pasted as the words it has, as browsers do.
function pasteTable(event) {
  const html = event.clipboardData?.getData("text/html") ?? "";
  if (!/<table/i.test(html)) return;
  event.stopImmediatePropagation();
  const table = onlyTable(html);
  const markdown = table && asMarkdown(table);
  if (!markdown) return;
  event.preventDefault();
  insert(event.currentTarget, `${gapBefore(event.currentTarget)}${markdown}\n`);
}

// The table, if nothing else that can be read was copied with it.
function onlyTable(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const unseen of page.querySelectorAll("style, script, title, template")) unseen.remove();
  const [table, ...others] = page.querySelectorAll("table");
  const isAlone = table && !others.length && page.body.textContent.trim() === table.textContent.trim();
  return isAlone ? table : null;
}

// The first row becomes the head. A table of one cell is no table.
function asMarkdown(table) {
  const rows = [...table.rows].map((row) => [...row.cells].flatMap(cellText));
  const width = Math.max(0, ...rows.map((row) => row.length));
  if (width * rows.length < 2) return "";
  const lines = rows.map((row) => line([...row, ...Array(width - row.length).fill("")]));
  lines.splice(1, 0, line(Array(width).fill("---")));
  return lines.join("\n");
}

// A cell over several columns stands in the first of them.
function cellText(cell) {
  const text = cell.textContent.replace(/\s+/g, " ").trim().replaceAll("\\", "\\\\").replaceAll("|", "\\|");
  return [text, ...Array(cell.colSpan - 1).fill("")];
}

function line(cells) {
  return `| ${cells.join(" | ")} |`;
}
