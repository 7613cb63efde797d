// Help while a question is being written; without a script the preview shows the same.

const PAUSE = 500;

helped(document.querySelector("form[data-similar]")?.elements.title, "[data-similar-place]", (title) =>
  `/questions/similar?${new URLSearchParams({ title })}`);
helped(document.querySelector("form[data-similar]")?.elements.tags, "[data-templates-place]", (tags) =>
  `/questions/templates?${new URLSearchParams({ tags })}`);

// Show in `place` what the site knows about what stands in `field`, once the typing pauses.
function helped(field, place, address) {
  let timer;
  let request;
  field?.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      request?.abort();
      request = new AbortController();
      const answer = await fetch(address(field.value), { signal: request.signal }).catch(() => null);
      if (answer?.ok) field.form.querySelector(place).innerHTML = await answer.text();
    }, PAUSE);
  });
}
