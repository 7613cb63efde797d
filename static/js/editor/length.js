// How many characters are left, once few are.

const NEARLY = 0.9;

export function showLength({ root, field, say }) {
  const limit = Number(field.dataset.limit);
  const place = root.querySelector("[data-length]");
  if (!limit) return;
  let wasTooLong = false;

  const show = () => {
    const left = limit - lengthOf(field.value);
    place.textContent = left > limit * (1 - NEARLY) ? "" : sentence(left);
    // The number changes with each key; that it is too long now is said once.
    if (left < 0 && !wasTooLong) say(sentence(left));
    wasTooLong = left < 0;
  };
  field.addEventListener("input", show);
  show();
}

// As the site counts: whole characters, and two for the end of a line, as forms send it.
function lengthOf(text) {
  return [...text.replaceAll("\n", "\r\n")].length;
}

function sentence(left) {
  const count = Math.abs(left).toLocaleString("en");
  const characters = Math.abs(left) === 1 ? "character" : "characters";
  return left < 0 ? `${count} ${characters} too many.` : `${count} ${characters} left.`;
}
