
"use strict";
// Everything that comes from an answer is written as text, never as markup; only
// the HTML view is shown as one, in a frame that may run nothing.

const get = (id) => document.getElementById(id);
const form = get("form");
const account = get("account"); // There with the demo data only.
const listed = get("more").dataset.listed.split(" ");

// Longer answers are cut: a list may be a million rows, and is what curl is for.
const MOST = 1000000;

const element = (name, text) => {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
};

// The parameters besides u and hash, in the order of the form.
function asked() {
  const pairs = [];
  for (const field of form.querySelectorAll("[data-roles] [name]")) {
    const wanted = field.type === "checkbox" ? field.checked : field.value !== "";
    if (wanted) pairs.push([field.name, field.value]);
  }
  for (const box of form.querySelectorAll("[data-empty]:checked")) pairs.push([box.dataset.empty, ""]);
  for (const line of get("more").value.split("\n").filter((line) => line.trim())) {
    const [name, ...value] = line.split("=");
    pairs.push([name.trim(), value.join("=")]);
  }
  return pairs;
}

function path() {
  const query = [["action", "dids_get"], ["u", get("u").value], ["hash", get("hash").value], ...asked()];
  return "/billing/api?" + new URLSearchParams(query);
}

async function sha1(text) {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The values that are hashed: of several with one name, the last one counts.
function hashed() {
  const values = new Map(asked());
  return listed.filter((name) => values.get(name)).map((name) => [name, values.get(name)]);
}

// Fills in another hash than before. One that was typed stays until the key or what
// is hashed with it changes.
let made = "";
function put(hash) {
  if (hash === made) return;
  made = hash;
  get("hash").value = hash;
}

// Makes the hash and tells how. The key of one's own server is not shown.
let latest = 0;
async function sign() {
  const mine = ++latest;
  const key = get("key").value;
  const values = hashed();
  const before = values.map(([, value]) => value).join("");
  const shown = before + (account ? key : "\u2022".repeat(key && 8));
  const steps = [];
  const step = (text, code) => {
    const item = element("li", text);
    if (code !== undefined) item.append(element("code", code));
    steps.push(item);
  };
  if (values.length) step("Hash-listed parameters, in MOR\u2019s order: ", values.map((pair) => pair.join("=")).join(", "));
  else step("No parameter of this call is hash-listed, so the key stands alone.");
  if (!crypto.subtle) {
    const chosen = account?.selectedOptions[0].dataset;
    put(chosen?.key === key ? chosen.hash : "");
    step("Browsers make hashes on 127.0.0.1 and over TLS only. Elsewhere, paste the hash that this prints: ", "cargo xtask hash KEY");
  } else if (key) {
    const hash = await sha1(before + key);
    // Meanwhile somebody may have typed on.
    if (mine !== latest) return;
    put(hash);
    step(values.length ? "Their values and then the key, as one text: " : "The text to hash is the key: ", shown);
    step("SHA-1 of it, in hex, is the hash: ", hash);
  } else {
    put("");
    step("Without a key there is no hash.");
  }
  get("steps").replaceChildren(...steps);
  describe();
}

// What is known before anything is sent.
function describe() {
  get("curl").textContent = `curl -X POST '${location.origin}${path()}'`;
  get("link").href = path() + "&test=1";
}

// The text of an answer, or its beginning.
async function read(response) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  let end = "";
  try {
    while (size < MOST) {
      const { done, value } = await reader.read();
      if (done) return { text: text + decoder.decode(), size, end };
      size += value.length;
      text += decoder.decode(value, { stream: true });
    }
    end = ", the beginning of a longer answer";
    await reader.cancel();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    end = ", then the transfer was aborted";
  }
  return { text, size, end };
}

let signing = Promise.resolve();
let sending = new AbortController();

async function send() {
  sending.abort();
  sending = new AbortController();
  const { signal } = sending;
  const options = { method: "POST", cache: "no-store", credentials: "omit", signal };
  await signing;
  if (signal.aborted) return;
  get("outcome").textContent = "Sending \u2026";
  try {
    const call = path();
    const start = performance.now();
    const response = await fetch(call, options);
    const { text, size, end } = await read(response);
    const took = performance.now() - start;
    get("xml").textContent = text;
    get("headers").replaceChildren(...[...response.headers].map(([name, value]) => {
      const row = element("div", "");
      row.append(element("dt", name), element("dd", value));
      return row;
    }));
    const view = await fetch(call + "&test=1", options);
    const html = view.headers.get("content-type")?.startsWith("text/html");
    get("page").srcdoc = html ? (await read(view)).text : "";
    get("outcome").className = "";
    get("outcome").textContent = `${response.status} ${response.statusText}, ${took.toFixed(1)} ms, ${size.toLocaleString("en")} bytes${end}`;
  } catch (error) {
    if (error.name === "AbortError") return;
    get("outcome").className = "failed";
    get("outcome").textContent = `No answer: ${error.message}`;
  }
}

// An account of the demo data: whose key it is, and which filters it may use.
function choose() {
  const option = account.selectedOptions[0];
  get("u").value = option.value;
  made = "";
  get("key").value = option.dataset.key;
  for (const field of form.querySelectorAll("[data-roles]")) {
    const { role } = option.dataset;
    const ignored = !field.dataset.roles.split(" ").includes(role);
    const hint = field.querySelector("small");
    field.classList.toggle("ignored", ignored);
    hint.textContent = ignored ? `ignored for a ${role}` : hint.dataset.hint;
  }
}

form.addEventListener("input", (event) => {
  if (event.target === account) choose();
  if (event.target === get("hash")) describe();
  else signing = sign();
  if (event.target === account) send();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
  // On a phone the answer is below the form.
  if (get("answered").getBoundingClientRect().top > innerHeight) get("answered").scrollIntoView();
});

if (account) choose();
else get("key").type = "password";
if (!crypto.subtle && !account) get("key").disabled = true;
signing = sign();
if (account) send();
