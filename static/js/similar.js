// Questions like this one take the place of those on the same topics, once the reader comes near.

const NEAR = "800px";

const place = document.querySelector("[data-beside]");
if (place) {
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    show();
  }, { rootMargin: NEAR });
  watch.observe(place);
}

async function show() {
  const answer = await fetch(place.dataset.beside).catch(() => null);
  if (!answer?.ok) return;
  const panel = (await answer.text()).trim();
  if (panel) place.innerHTML = panel;
}
