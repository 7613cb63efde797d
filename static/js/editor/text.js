// Writing into a field for somebody, so that "undo" takes it back.

// Put `text` where the selection is, or in place of what stands from `start` to `end`.
export function insert(field, text, start = field.selectionStart, end = field.selectionEnd) {
  field.focus({ preventScroll: true });
  field.setSelectionRange(start, end);
  // The only way to insert that browsers can undo; they keep it for that.
  if (document.execCommand("insertText", false, text)) return;
  replace(field, text, start, end, "end");
}

// What makes an empty line before the caret, as a block needs it.
export function gapBefore({ value, selectionStart }) {
  const before = value.slice(0, selectionStart);
  if (!before.trim() || before.endsWith("\n\n")) return "";
  return before.endsWith("\n") ? "\n" : "\n\n";
}

// Put `text` in a paragraph of its own below the line of the caret, and disturb nobody who writes meanwhile.
export function addParagraph(field, text) {
  const { value, selectionStart, selectionEnd } = field;
  const found = value.indexOf("\n", selectionEnd);
  const end = found === -1 ? value.length : found;
  const line = value.slice(value.lastIndexOf("\n", end - 1) + 1, end);
  const paragraph = `${line.trim() ? "\n\n" : ""}${text}\n`;
  if (document.activeElement !== field) {
    replace(field, paragraph, end, end, "preserve");
    return;
  }
  const isAtEnd = selectionEnd === end;
  insert(field, paragraph, end, end);
  if (!isAtEnd) field.setSelectionRange(selectionStart, selectionEnd);
}

function replace(field, text, start, end, selection) {
  field.setRangeText(text, start, end, selection);
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
