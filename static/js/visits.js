// Shows what came to a question since the reader was here last. Only this browser knows when that was: nothing is sent.

const KEY = "visits";
const QUESTIONS_KEPT = 200;
// Whoever comes back sooner is still on the same visit, and keeps the marks.
const ONE_VISIT = 30 * 60_000;

const thread = document.querySelector("[data-visits]");
if (thread) {
  const last = noteVisit(thread.dataset.visits);
  if (last) showNews(newSince(last), last);
}

// When the visit before this one was, in milliseconds; null on the first. Each question is kept as [before, latest].
function noteVisit(question) {
  const visits = readVisits();
  const now = Date.now();
  const [before, latest] = visits[question] ?? [null, null];
  const last = latest !== null && now - latest > ONE_VISIT ? latest : before;
  delete visits[question];
  const kept = Object.entries(visits).sort(([, one], [, other]) => other[1] - one[1]).slice(0, QUESTIONS_KEPT - 1);
  write(Object.fromEntries([...kept, [question, [last, now]]]));
  return last;
}

function readVisits() {
  try {
    const kept = Object.entries(JSON.parse(localStorage.getItem(KEY)) ?? {});
    return Object.fromEntries(kept.filter(([, times]) => Array.isArray(times)));
  } catch {
    return {};
  }
}

// A browser that is told to keep nothing keeps nothing.
function write(visits) {
  try { localStorage.setItem(KEY, JSON.stringify(visits)); } catch { /* Then nothing is new next time. */ }
}

function newSince(last) {
  const own = document.querySelector(".me .handle")?.textContent;
  return [...thread.querySelectorAll(".post[id^=answer-], .comments > li[id]")].filter((element) => {
    const time = element.querySelector("time");
    const author = element.querySelector(".byline .handle, small > a");
    return Date.parse(time.dateTime) > last && author?.textContent !== own;
  });
}

function showNews(news, last) {
  if (!news.length) return;
  for (const element of news) mark(element);
  const line = document.querySelector("[data-news]");
  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" }).format(last);
  const first = Object.assign(document.createElement("a"), { href: `#${news[0].id}`, textContent: "Go to the first" });
  line.replaceChildren(`${news.length} new since ${day}. `, first);
  line.hidden = false;
}

function mark(element) {
  const sign = Object.assign(document.createElement("strong"), { className: "new-sign", textContent: "New" });
  element.querySelector("time").closest("a").before(sign, " ");
  element.dataset.new = "";
  element.tabIndex = -1;
}
