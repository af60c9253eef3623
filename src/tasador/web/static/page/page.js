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

showPrint();
