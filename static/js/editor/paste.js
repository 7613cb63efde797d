// What is pasted becomes Markdown: cells of a spreadsheet a table, links in a text links, an address on selected words
// a link. Formatted text is read here: this site's policy allows no styles, not even in what is only read.

import { subscribe } from "../../vendor/js/paste-markdown.js";
import { gapBefore, insert } from "./text.js";

const SHEETS = /<style\b.*?<\/style\s*>/gis;
const TAGS = /<[a-z][^>]*>/gi;
const STYLES = /\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi;

export function convertPasted({ root, field }) {
  field.addEventListener("paste", pasteFormatted, { capture: true });
  field.addEventListener("drop", leaveTables, { capture: true });
  subscribe(field);
  // Word processors and spreadsheets add a picture of what was copied. Where there are words, these were meant.
  root.querySelector("text-expander").addEventListener("paste", (event) => {
    if (event.clipboardData?.getData("text/plain")) event.stopPropagation();
  });
}

// Formatted text is pasted once more as Markdown alone, for everybody who listens.
function pasteFormatted(event) {
  const html = event.clipboardData?.getData("text/html");
  const plain = event.clipboardData?.getData("text/plain");
  if (!html || !plain) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const field = event.currentTarget;
  const text = asMarkdown(html, plain, gapBefore(field));
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const again = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  if (field.dispatchEvent(again)) insert(field, text);
}

// Browsers drop the words of a table; paste-markdown would drop its source.
function leaveTables(event) {
  if (/<table/i.test(event.dataTransfer?.getData("text/html") ?? "")) event.stopImmediatePropagation();
}

function asMarkdown(html, plain, gap) {
  // What stands in a template is read, but neither shown, nor loaded, nor run.
  const template = document.createElement("template");
  template.innerHTML = html.replace(SHEETS, "").replace(TAGS, (tag) => tag.replace(STYLES, ""));
  const { content } = template;
  for (const unseen of content.querySelectorAll("script, title")) unseen.remove();
  const lines = linesOf(onlyTable(content));
  return lines.length ? `${gap}${lines.join("\n")}\n` : withLinks(plain, content);
}

// The table, if nothing else that can be read was copied with it.
function onlyTable(content) {
  const [table, ...others] = content.querySelectorAll("table");
  const isAlone = table && !others.length && content.textContent.trim() === table.textContent.trim();
  return isAlone ? table : null;
}

// The first row becomes the head. A table of one cell is no table.
function linesOf(table) {
  const rows = [...table?.rows ?? []].map((row) => [...row.cells].flatMap(cellText));
  const width = Math.max(0, ...rows.map((row) => row.length));
  if (width * rows.length < 2) return [];
  const [head, ...body] = rows.map((row) => line([...row, ...Array(width - row.length).fill("")]));
  return [head, line(Array(width).fill("---")), ...body];
}

// A cell over several columns stands in the first of them.
function cellText(cell) {
  const text = cell.textContent.replace(/\s+/g, " ").trim().replaceAll("\\", "\\\\").replaceAll("|", "\\|");
  return [text, ...Array(cell.colSpan - 1).fill("")];
}

function line(cells) {
  return `| ${cells.join(" | ")} |`;
}

// The words as they were copied, with the addresses of their links.
function withLinks(plain, content) {
  let done = "";
  let rest = plain;
  for (const link of content.querySelectorAll("a[href]")) {
    const words = link.textContent.trim();
    const address = link.getAttribute("href");
    const place = rest.indexOf(words);
    if (!words || place === -1 || !/^https?:\/\//i.test(address)) continue;
    done += rest.slice(0, place) + (sameAddress(words, address) ? address : `[${words}](${address})`);
    rest = rest.slice(place + words.length);
  }
  return done + rest;
}

function sameAddress(words, address) {
  return words.replace(/\/$/, "") === address.replace(/\/$/, "");
}
