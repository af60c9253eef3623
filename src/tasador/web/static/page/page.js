// What the page does beside what htmx does. Everything here has a way without it.
"use strict";

// A field is marked as wrong while something is said beside it.
function markWrong() {
  for (const error of document.querySelectorAll(".error")) {
    const field = document.getElementById(error.id.replace("error-", "field-"));
    if (field && field.tagName !== "FIELDSET") {
      field.toggleAttribute("aria-invalid", false);
      if (error.textContent.trim()) field.setAttribute("aria-invalid", "true");
    }
  }
}

// Where little is told the range is wide: what more can be told is opened, once.
let isOpened = false;
function openMore() {
  if (isOpened || !document.querySelector("#answer .narrower")) return;
  isOpened = true;
  document.querySelector("details.more").open = true;
}

function showPrint() {
  for (const button of document.querySelectorAll("button.print")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("button.print")) window.print();
});

document.addEventListener("htmx:afterSettle", () => {
  markWrong();
  showPrint();
  openMore();
  // What was pressed may be gone with the answer before: go on from the title of the new one.
  if (document.activeElement === document.body) {
    document.querySelector("#answer-title, #errors-title")?.focus({ preventScroll: true });
  }
});

// The answer before stays; that it is not the one to what was asked now is told.
for (const event of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(event, () => tellFailure(true));
}
document.addEventListener("htmx:beforeRequest", () => tellFailure(false));

function tellFailure(failed) {
  const place = document.getElementById("failed");
  if (place) place.textContent = failed ? place.dataset.says : "";
}

showPrint();

// Many games: a file, or what was pasted, is sent in pieces, so that answers come as they are made.
const PIECE = 100;
const TRIES = 6;
const MOST_SHOWN = 2000;

// The server reads no longer cell: a quote that is never closed would make one of all that follows.
const LONGEST_CELL = 131072;

// Cuts a text into records; pieces of it are written as it is. What is no array goes whole: the server says why.
function records(text) {
  const plain = text.replace(/^\uFEFF/, "");
  const lines = plain.split(/\r\n|\n|\r/);
  const start = plain.trimStart()[0];
  if (start === "{") {
    const rows = lines.filter((line) => line.trim());
    return { rows, columns: columnsOf(rows), write: (piece) => piece.join("\n") };
  }
  if (start === "[") {
    try {
      const rows = JSON.parse(plain).map((item) => JSON.stringify(item));
      return { rows, columns: columnsOf(rows), write: (piece) => `[${piece.join(",")}]` };
    } catch {
      return { rows: [plain], columns: [], write: () => plain };
    }
  }
  const [header = "", ...rows] = cut(lines);
  return { rows, columns: [], write: (piece) => [header, ...piece].join("\n") };
}

// A line end in a quoted cell ends no record.
function cut(lines) {
  const first = lines.find(Boolean) ?? "";
  const count = (one) => first.split(one).length;
  const delimiter = [",", ";", "\t"].reduce((best, one) => (count(one) > count(best) ? one : best));
  const found = [];
  let open = [];
  let length = 0;
  let isOpen = false;
  for (const line of lines) {
    isOpen = staysOpen(line, delimiter, isOpen);
    open.push(line);
    length = line.includes('"') ? line.length : length + line.length;
    if (isOpen && length <= LONGEST_CELL) continue;
    if (open.length > 1 || line.trim()) found.push(open.join("\n"));
    // The server says of this one that it is no CSV, and what follows is all in one cell of it.
    if (isOpen) return found;
    open = [];
  }
  if (open.length) found.push(open.join("\n"));
  return found;
}

// Whether a quoted cell goes on after a line; as the server reads it, a quote opens a cell only at its start.
function staysOpen(line, delimiter, isOpen) {
  let atStart = !isOpen;
  for (let at = 0; at < line.length; at += 1) {
    if (isOpen) {
      if (line[at] === '"') {
        if (line[at + 1] === '"') at += 1;
        else isOpen = false;
      }
    } else {
      isOpen = atStart && line[at] === '"';
      atStart = line[at] === delimiter;
    }
  }
  return isOpen;
}

// The columns of all JSON objects: pieces whose objects have other keys go into one file.
const MOST_COLUMNS = 100;

function columnsOf(rows) {
  const found = new Set();
  for (const row of rows) {
    try {
      const read = JSON.parse(row);
      if (row.trimStart().startsWith("{")) for (const name of Object.keys(read)) found.add(name);
    } catch {
      // The server says what is wrong with the line.
    }
  }
  // One more than there may be tells the server that there are too many.
  return [...found].slice(0, MOST_COLUMNS + 1);
}

async function ask(form, columns, rows, first) {
  const body = new URLSearchParams({ rows, first: String(first) });
  for (const name of columns) body.append("column", name);
  for (let tried = 1; ; tried += 1) {
    const answer = await fetch(form.action, { method: "POST", body });
    const isPage = answer.headers.get("content-type")?.startsWith("text/html");
    if (isPage && (answer.ok || answer.status === 422)) return new DOMParser().parseFromString(await answer.text(), "text/html");
    if (![429, 503].includes(answer.status) || tried === TRIES) throw new Error(String(answer.status));
    document.getElementById("counted").textContent = form.dataset.busy;
    await new Promise((go) => setTimeout(go, 1000 * Number(answer.headers.get("retry-after") ?? 1)));
  }
}

async function appraiseAll(form, text) {
  const { rows, columns, write } = records(text);
  const [result, lines, counted] = ["result", "lines", "counted"].map((id) => document.getElementById(id));
  const progress = document.getElementById("progress");
  const counts = { priced: 0, silent: 0, wrong: 0 };
  const kept = [];
  form.querySelector("#error-rows")?.remove();
  lines.replaceChildren();
  result.hidden = false;
  progress.closest(".progress").hidden = false;
  progress.max = Math.max(rows.length, 1);
  progress.value = 0;
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  try {
    for (let at = 0; at < Math.max(rows.length, 1); at += PIECE) {
      const piece = rows.slice(at, at + PIECE);
      const page = await ask(form, columns, write(piece), at + 1);
      const wrong = page.getElementById("error-rows");
      if (wrong) {
        form.querySelector("#rows").closest(".field").append(wrong);
        result.hidden = at === 0;
        break;
      }
      for (const line of page.querySelectorAll("#lines > tr")) {
        counts[line.dataset.outcome] += 1;
        // What is wrong is shown also after many that are right, but not without end.
        const shown = line.dataset.outcome === "wrong" ? counts.wrong : lines.children.length;
        if (shown <= MOST_SHOWN) lines.append(line);
      }
      kept.push(page.getElementById("kept").textContent);
      progress.value = Math.min(at + PIECE, rows.length);
      const said = { ...counts, done: progress.value, all: rows.length };
      counted.textContent = form.dataset.count.replace(/\{(\w+)\}/g, (_, name) => said[name].toLocaleString(document.documentElement.lang));
    }
  } catch {
    counted.textContent = form.dataset.failed;
  }
  for (const button of form.querySelectorAll("button")) button.disabled = false;
  const keep = document.getElementById("keep");
  if (keep.href.startsWith("blob:")) URL.revokeObjectURL(keep.href);
  keep.href = URL.createObjectURL(new Blob(kept, { type: "text/csv" }));
  keep.closest(".keep").hidden = kept.length === 0;
}

const batch = document.getElementById("batch");
if (batch) {
  batch.querySelector(".file").hidden = false;
  const chosen = batch.querySelector("#file");
  batch.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "to") return;
    event.preventDefault();
    const [file] = chosen.files;
    appraiseAll(batch, file ? await file.text() : batch.elements.rows.value);
  });
  chosen.addEventListener("change", () => chosen.files.length && batch.requestSubmit());
  // What is typed or pasted counts from then on, and no longer the file.
  batch.elements.rows.addEventListener("input", () => (chosen.value = ""));
}
