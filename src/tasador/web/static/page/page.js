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

function showPrint() {
  for (const button of document.querySelectorAll("button.print")) button.hidden = false;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("button.print")) window.print();
});

document.addEventListener("htmx:afterSettle", () => {
  markWrong();
  showPrint();
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

// Cuts a text into records; a line end between quotes is none in CSV.
function records(text) {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  if (lines[0].trimStart().startsWith("{")) return { header: "", rows: lines.filter((line) => line.trim()) };
  const found = [];
  let open = "";
  for (const line of lines) {
    open = open ? `${open}\n${line}` : line;
    if ((open.split('"').length - 1) % 2 === 0) {
      if (open.trim()) found.push(open);
      open = "";
    }
  }
  if (open.trim()) found.push(open);
  return { header: found.shift() ?? "", rows: found };
}

// The columns of all JSON lines: pieces whose objects have other keys go into one file.
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

async function ask(form, header, columns, rows, first) {
  const body = new URLSearchParams({ rows: [header, ...rows].filter(Boolean).join("\n"), first: String(first) });
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
  const { header, rows } = records(text);
  const columns = header ? [] : columnsOf(rows);
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
      const page = await ask(form, header, columns, piece, at + 1);
      const wrong = page.getElementById("error-rows");
      if (wrong) {
        form.querySelector("#rows").closest(".field").append(wrong);
        result.hidden = at === 0;
        break;
      }
      for (const line of page.querySelectorAll("#lines > tr")) {
        counts[line.dataset.outcome] += 1;
        if (lines.children.length < MOST_SHOWN || line.dataset.outcome === "wrong") lines.append(line);
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
  batch.addEventListener("submit", (event) => {
    if (event.submitter?.name === "to") return;
    event.preventDefault();
    appraiseAll(batch, batch.elements.rows.value);
  });
  batch.querySelector("#file").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) appraiseAll(batch, await file.text());
  });
}
