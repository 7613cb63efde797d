// Help while a question is being written; without a script the preview shows the same.

const PAUSE = 500;

// So much of a text says what it is about.
const BEGINNING = 1500;

const form = document.querySelector("form[data-similar]");
if (form) {
  const { title, body, tags } = form.elements;
  helped([title, tags], "[data-similar-place]", similar);
  // Of a long text, one asks when it is left.
  helped([body], "[data-similar-place]", similar, "change");
  helped([tags], "[data-templates-place]", (signal) =>
    fetch(`/questions/templates?${new URLSearchParams({ tags: tags.value })}`, { signal }));
}

// Sent as a form: what is still being written belongs in no address.
function similar(signal) {
  const { title, body, tags, csrf_token: token } = form.elements;
  const typed = { title: title.value, body: body.value.slice(0, BEGINNING), tags: tags.value, csrf_token: token.value };
  return fetch(form.dataset.similar, { method: "POST", body: new URLSearchParams(typed), signal });
}

// Show in `place` what the site knows about what stands in the fields, once the typing pauses or ends.
function helped(fields, place, ask, when = "input") {
  let timer;
  let request;
  const begin = () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      request?.abort();
      request = new AbortController();
      const answer = await ask(request.signal).catch(() => null);
      if (answer?.ok) form.querySelector(place).innerHTML = await answer.text();
    }, PAUSE);
  };
  for (const field of fields) field.addEventListener(when, begin);
}
