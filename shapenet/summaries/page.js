"use strict";
const told = JSON.parse(document.getElementById("data").textContent);
const blocks = [...document.querySelectorAll(".block")];
const rows = [...document.querySelectorAll("tbody tr")];
const lines = [...document.querySelectorAll(".skip")];
const detail = document.getElementById("detail");
let chosen = -1;

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function show(place) {
  const facts = told[place + 1];
  const head = element("h3", facts.title);
  if (facts.type && facts.type !== facts.title) head.append(element("code", facts.type));
  const list = document.createElement("dl");
  for (const [word, said] of facts.facts) {
    const pair = document.createElement("div");
    pair.append(element("dt", word), element("dd", said));
    list.append(pair);
  }
  detail.replaceChildren(head, list);
  for (const block of blocks) block.classList.toggle("on", +block.dataset.i === place);
  for (const row of rows) row.classList.toggle("on", row.dataset.i !== undefined && +row.dataset.i === place);
  for (const line of lines) line.classList.toggle("on", +line.dataset.a === place || +line.dataset.b === place);
}

function choose(place, focus) {
  chosen = place;
  show(place);
  for (const block of blocks) block.tabIndex = +block.dataset.i === place ? 0 : -1;
  if (focus) blocks[place + 1].focus();
  blocks[place + 1].scrollIntoView({ block: "nearest", inline: "nearest" });
}

for (const block of blocks) {
  const place = +block.dataset.i;
  block.addEventListener("pointerenter", () => show(place));
  block.addEventListener("pointerleave", () => show(chosen));
  block.addEventListener("focus", () => choose(place, false));
  block.addEventListener("click", () => choose(place, true));
  block.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -blocks.length, End: blocks.length };
    if (!(event.key in steps)) return;
    event.preventDefault();
    choose(Math.max(-1, Math.min(blocks.length - 2, place + steps[event.key])), true);
  });
}

for (const row of rows) {
  if (row.dataset.i !== undefined) row.addEventListener("click", () => choose(+row.dataset.i, false));
}

const heads = [...document.querySelectorAll("thead th")];
heads.forEach((head, column) => {
  head.firstElementChild.addEventListener("click", () => {
    const numbers = head.classList.contains("number");
    const now = head.getAttribute("aria-sort");
    const down = now === null ? numbers && column > 0 : now === "ascending";
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = (row) => (numbers ? +row.children[column].dataset.v : row.children[column].textContent);
    const order = (a, b) => (numbers ? key(a) - key(b) : key(a).localeCompare(key(b), undefined, { numeric: true }));
    const sorted = [...rows].sort((a, b) => (down ? order(b, a) : order(a, b)));
    rows[0]?.parentElement.append(...sorted);
  });
});
