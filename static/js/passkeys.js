// Passkeys: asks the site for a question, the browser for the answer, and sends that with the form around the button.

const NOT_KNOWN = "This browser cannot use passkeys. Use another way, or another browser.";
const REFUSED = "We cannot ask for a passkey right now. Load this page again.";
const UNREACHABLE = "We cannot be reached at the moment. Try again in a minute.";
const GIVEN_UP = "Nothing happened: the passkey was not used. Try again, or use another way.";
const THERE_ALREADY = "This device has a passkey of yours already.";

for (const form of document.querySelectorAll("form[data-passkey]")) prepare(form);

function prepare(form) {
  const button = form.querySelector("button");
  if (!window.PublicKeyCredential) {
    button.disabled = true;
    complain(form, NOT_KNOWN);
    return;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    complain(form, "");
    try {
      const credential = await answer(await question(form));
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch (fault) {
      complain(form, wordsFor(fault));
      button.disabled = false;
    }
  });
}

async function question(form) {
  const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, purpose: form.dataset.passkey });
  const reply = await fetch("/passkeys/question", { method: "POST", body });
  if (!reply.ok) throw new Error(REFUSED);
  return reply.json();
}

// A question about a new passkey says for whom it is; one about a passkey that is there does not.
async function answer(question) {
  question.challenge = bytes(question.challenge);
  for (const one of [...(question.allowCredentials ?? []), ...(question.excludeCredentials ?? [])]) one.id = bytes(one.id);
  if (!question.user) return written(await navigator.credentials.get({ publicKey: question }));
  question.user.id = bytes(question.user.id);
  return written(await navigator.credentials.create({ publicKey: question }));
}

// What the site reads: the parts of an answer, their bytes as letters.
function written(credential) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const given = parts.filter((part) => credential.response[part]);
  return {
    id: credential.id,
    rawId: letters(credential.rawId),
    type: credential.type,
    response: Object.fromEntries(given.map((part) => [part, letters(credential.response[part])])),
    clientExtensionResults: {},
  };
}

function bytes(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

function letters(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function wordsFor(fault) {
  if (fault.name === "InvalidStateError") return THERE_ALREADY;
  if (fault instanceof DOMException) return GIVEN_UP;
  return fault instanceof TypeError ? UNREACHABLE : fault.message;
}

function complain(form, words) {
  const line = form.querySelector("[data-passkey-fault]");
  line.textContent = words;
  line.hidden = !words;
}
