"use strict";
// Puts the parts of the page that have changed in place, without taking the focus, an open detail or a text being
// written from the person; and makes the forms answer on the page. Without it the page shows what was, and its forms work.

const state = document.getElementById("state");
const later = new Map();

function say(words, bad = false) {
  state.textContent = words;
  state.classList.toggle("bad", bad);
}

function isWriting(part) {
  const active = document.activeElement;
  return active instanceof HTMLInputElement && part.contains(active);
}

function keyOf(element, part) {
  const keyed = element instanceof Element ? element.closest("[data-key]") : null;
  return keyed && part.contains(keyed) ? keyed.dataset.key : null;
}

function find(part, key) {
  return key === null ? null : part.querySelector(`[data-key="${CSS.escape(key)}"]`);
}

function replace(name, html) {
  const part = document.getElementById(`part-${name}`);
  if (part === null) return;
  if (isWriting(part)) {
    later.set(name, html);
    return;
  }
  later.delete(name);
  const active = document.activeElement;
  const inside = part.contains(active);
  const focused = inside ? keyOf(active, part) : null;
  const wasSummary = inside && active.tagName === "SUMMARY";
  const scrolled = part.querySelector(".scroll")?.scrollTop ?? 0;
  const open = [...part.querySelectorAll("details[open][data-key]")].map((each) => each.dataset.key);
  part.innerHTML = html;
  for (const key of open) {
    const details = find(part, key);
    if (details) details.open = true;
  }
  const again = find(part, focused);
  if (again) (wasSummary ? again.querySelector("summary") ?? again : again).focus({ preventScroll: true });
  const scroll = part.querySelector(".scroll");
  if (scroll) scroll.scrollTop = scrolled;
}

document.addEventListener("focusout", () => setTimeout(() => {
  for (const [name, html] of [...later]) replace(name, html);
}));

const events = new EventSource("events");
events.onmessage = (event) => {
  const parts = JSON.parse(event.data);
  for (const [name, html] of Object.entries(parts)) {
    if (name === "trouble") say(html, html !== "");
    else replace(name, html);
  }
  document.body.dataset.live = "1";
};
events.onopen = () => { if (state.dataset.lost) { say(""); delete state.dataset.lost; } };
events.onerror = () => { state.dataset.lost = "1"; say("The board does not answer; this is how it was. Trying again …", true); };

document.addEventListener("submit", async (event) => {
  const form = event.target;
  event.preventDefault();
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(new FormData(form, event.submitter)),
    });
    const said = await answer.json();
    say(said.words, !answer.ok);
    if (!answer.ok) return;
    const details = form.closest("details");
    if (details) details.open = false;
    form.reset();
    const card = form.closest(".card");
    if (card && document.activeElement && form.contains(document.activeElement)) card.focus();
  } catch {
    say("The board did not answer; nothing is known of how it ended.", true);
  }
});

document.addEventListener("click", async (event) => {
  const code = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
  if (code === null) return;
  try {
    await navigator.clipboard.writeText(code.dataset.copy);
    say(`Copied: ${code.dataset.copy}`);
  } catch {
    say("It could not be copied: select it instead.", true);
  }
});

function openAndWrite(card, name) {
  const summary = card.querySelector(`summary.${name}`);
  if (!summary) return false;
  const details = summary.parentElement;
  details.open = true;
  (details.querySelector("input") ?? details.querySelector("button")).focus();
  return true;
}

function move(card, key) {
  const columns = [...document.querySelectorAll(".column")].filter((each) => each.querySelector(".card"));
  const at = columns.indexOf(card.closest(".column"));
  const cards = [...columns[at].querySelectorAll(".card")];
  const number = cards.indexOf(card);
  if (key === "ArrowDown") return cards[number + 1];
  if (key === "ArrowUp") return cards[number - 1];
  const beside = columns[at + (key === "ArrowRight" ? 1 : -1)];
  return beside && ([...beside.querySelectorAll(".card")][number] ?? beside.querySelector(".card"));
}

document.addEventListener("keydown", (event) => {
  const card = event.target instanceof Element ? event.target.closest(".card") : null;
  if (card === null || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    const details = event.target.closest("details[open]");
    if (details) details.open = false;
    card.focus();
    return;
  }
  if (event.target !== card) return;
  let done = true;
  if (event.key.startsWith("Arrow")) move(card, event.key)?.focus();
  else if (event.key === "a") card.querySelector("button.approve")?.click();
  else if (event.key === "r") openAndWrite(card, "reject");
  else if (event.key === "m") openAndWrite(card, "message");
  else if (event.key === "x") openAndWrite(card, "release");
  else if (event.key === "Enter") { const all = card.querySelector("details.all"); all.open = !all.open; }
  else done = false;
  if (done) event.preventDefault();
});
