// Keeps what is typed in a form: on the server, and in this browser while the server cannot take it.

const PAUSE = 2_000;
const LONGEST_WAIT = 10_000;
const RETRY = 30_000;
// Browsers send no more than 64 kB while a page goes away.
const MOST_AT_THE_END = 60_000;
const NOT_TYPED = ["csrf_token", "idempotency_key", "place"];
const SIGNED_OUT = "Not saved: you are signed out. Your text is kept in this browser.";
const TOO_LONG = "Not saved: this is too long for a draft. Your text is kept in this browser.";
const UNREACHABLE = "Not saved: we cannot be reached at the moment. Your text is kept in this browser.";

for (const sign of document.querySelectorAll("[data-draft]")) keep(sign.closest("form"), sign);

function keep(form, sign) {
  const key = `draft ${sign.dataset.of} ${sign.dataset.draft}`;
  let saved = typed(form);
  let timer = 0;
  let waitingSince = 0;
  let request = null;
  let isSent = false;

  offerWhatIsKept(form, key, sign.dataset.draft);
  form.addEventListener("input", plan);
  form.addEventListener("change", plan);
  form.addEventListener("submit", (event) => {
    // What is published is no draft any more; one that arrives late would come back.
    if (event.defaultPrevented || event.submitter?.name === "preview") return;
    isSent = true;
    clearTimeout(timer);
    request?.abort();
    forget(key);
  });
  addEventListener("pagehide", () => {
    if (isSent || typed(form) === saved) return;
    remember(key, typed(form));
    if (typed(form).length < MOST_AT_THE_END) post(form, { keepalive: true }).catch(() => {});
  });
  addEventListener("pageshow", () => { isSent = false; });

  function plan() {
    waitingSince ||= Date.now();
    clearTimeout(timer);
    timer = setTimeout(save, Math.min(PAUSE, waitingSince + LONGEST_WAIT - Date.now()));
  }

  async function save() {
    clearTimeout(timer);
    const text = typed(form);
    const takenAt = performance.now();
    if (isSent || request || text === saved) return;
    waitingSince = 0;
    request = new AbortController();
    const answer = await post(form, { signal: request.signal }).catch(() => null);
    request = null;
    if (isSent) return;
    if (answer?.ok) {
      saved = text;
      forget(key);
      form.dispatchEvent(new CustomEvent("firsthand:draft-saved", { detail: { takenAt } }));
      tell(`Draft saved at ${time(new Date())}.`, "");
    } else {
      remember(key, text);
      tell("", sentenceFor(answer?.status));
      timer = setTimeout(save, RETRY);
    }
    if (typed(form) !== text) plan();
  }

  function tell(good, bad) {
    sign.querySelector("[data-draft-saved]").textContent = good;
    const trouble = sign.querySelector("[data-draft-trouble]");
    if (trouble.textContent !== bad) trouble.textContent = bad;
  }
}

function post(form, options) {
  return fetch("/drafts", { method: "POST", body: fields(form), ...options });
}

function fields(form) {
  const all = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") all.append(name, value);
  return all;
}

// What is compared and kept: all but what is new on each page.
function typed(form) {
  const all = fields(form);
  for (const name of [...all.keys()]) if (NOT_TYPED.includes(name) || name.startsWith("sensitive")) all.delete(name);
  return all.toString();
}

function sentenceFor(status) {
  if (status === 400 || status === 401 || status === 403) return SIGNED_OUT;
  return status === 413 || status === 422 ? TOO_LONG : UNREACHABLE;
}

function offerWhatIsKept(form, key, place) {
  const kept = recall(key);
  if (!kept) return;
  if (kept.text === typed(form)) {
    forget(key);
    return;
  }
  const notice = document.querySelector(`[data-draft-kept="${place}"]`);
  notice.querySelector("[data-draft-when]").textContent = time(new Date(kept.at));
  notice.querySelector("[data-draft-put-back]").addEventListener("click", () => {
    notice.hidden = true;
    for (const [name, value] of new URLSearchParams(kept.text)) if (form.elements[name]) form.elements[name].value = value;
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
  notice.querySelector("[data-draft-throw-away]").addEventListener("click", () => {
    notice.hidden = true;
    forget(key);
  });
  notice.hidden = false;
}

function time(moment) {
  const isToday = moment.toDateString() === new Date().toDateString();
  return moment.toLocaleString([], isToday ? { timeStyle: "short" } : { dateStyle: "long", timeStyle: "short" });
}

// A browser may refuse to store anything; then there is only the server.
function remember(key, text) {
  try {
    localStorage.setItem(key, JSON.stringify({ text, at: Date.now() }));
  } catch { /* nothing more can be done */ }
}

function recall(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch { /* nothing was stored */ }
}
