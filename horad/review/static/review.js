// Keys, the words of the field in hand, and what to do when a decision could not be kept. Without it the page still works.
"use strict";
(function () {
  document.documentElement.classList.add("scripted");
  const all = () => Array.from(document.querySelectorAll(".field"));
  const holder = (node) => (node instanceof Element ? node.closest(".field") : null);
  let current = null; // the name of the field in hand

  function inHand() {
    const field = holder(document.activeElement);
    return field || (current && document.getElementById("field-" + current)) || null;
  }

  function light(name) {
    document.querySelectorAll("mark.lit").forEach((mark) => mark.classList.remove("lit"));
    document.querySelectorAll(".field.current").forEach((field) => field.classList.remove("current"));
    const text = document.getElementById("text");
    if (!text) { return; }
    text.classList.toggle("dim", false);
    if (!name) { return; }
    const marks = text.querySelectorAll("mark.is-" + name);
    marks.forEach((mark) => mark.classList.add("lit"));
    text.classList.toggle("dim", marks.length > 0);
    const field = document.getElementById("field-" + name);
    if (field) { field.classList.add("current"); }
    const pane = text.closest(".left");
    if (marks.length && pane && pane.scrollHeight > pane.clientHeight) {
      const place = marks[0].getBoundingClientRect(), box = pane.getBoundingClientRect();
      if (place.top < box.top || place.bottom > box.bottom) { pane.scrollTop += place.top - box.top - box.height / 3; }
    }
  }

  function take(field) {
    if (!field) { return; }
    current = field.dataset.field;
    field.focus({ preventScroll: true });
    field.scrollIntoView({ block: "nearest" });
    light(current);
  }

  function step(by) {
    const fields = all(), at = fields.indexOf(inHand());
    take(fields[at < 0 ? 0 : Math.min(Math.max(at + by, 0), fields.length - 1)]);
  }

  function goOn(name) {
    const fields = all(), at = fields.findIndex((field) => field.dataset.field === name);
    const open = (field) => !field.classList.contains("decided");
    take(fields.slice(at + 1).find(open) || fields.find(open) || fields[at]);
  }

  function edit(field) {
    const details = field.querySelector("details.edit");
    details.open = true;
    const first = details.querySelector("select, input:not([type=hidden])");
    if (first) { first.focus(); }
    details.scrollIntoView({ block: "nearest" });
  }

  function complain(words) {
    const problem = document.getElementById("problem");
    problem.textContent = words;
    problem.hidden = !words;
  }

  function press(key) {
    const field = inHand();
    if (key === "A") { document.querySelector("button[data-key=A]")?.click(); return true; }
    if (!field) { return false; }
    const button = field.querySelector('button[data-key="' + key + '"]');
    if (!button) { return false; }
    if (key === "c") { take(field); edit(field); } else { take(field); button.click(); }
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    const target = event.target, field = holder(target);
    const writes = target instanceof Element && target.matches("input:not([type=checkbox]), select, textarea");
    if (event.key === "Escape" && field) {
      field.querySelector("details.edit").open = false;
      take(field);
      event.preventDefault();
      return;
    }
    if (event.key === "Enter" && field && target instanceof Element && target.matches("select, details.edit input")) {
      field.querySelector("button[value=correct]").click();
      event.preventDefault();
      return;
    }
    if (writes || (target instanceof Element && target.matches("input"))) { return; }
    const go = document.querySelector('[data-go="' + CSS.escape(event.key) + '"], [accesskey="' + CSS.escape(event.key) + '"]');
    if (event.key === "j" || event.key === "ArrowDown" && field === target) { step(1); }
    else if (event.key === "k" || event.key === "ArrowUp" && field === target) { step(-1); }
    else if (event.key === "t" && document.getElementById("text")) { document.getElementById("text").focus(); }
    else if (go) { go.click(); }
    else if (!/^[acuA1-9]$/.test(event.key) || !press(event.key)) { return; }
    event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button[data-key=c]") : null;
    if (button) { edit(holder(button)); }
  });
  document.addEventListener("focusin", (event) => {
    const field = holder(event.target);
    if (field) { current = field.dataset.field; light(current); }
  });
  document.addEventListener("mouseover", (event) => {
    const field = holder(event.target);
    if (field) { light(field.dataset.field); }
  });
  document.addEventListener("mouseout", (event) => {
    if (holder(event.target) && !holder(event.relatedTarget)) { light(current); }
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const swapped = event.detail.requestConfig.elt, field = holder(swapped);
    complain("");
    const name = field ? field.dataset.field : (swapped.closest("form.rest") ? "" : null);
    if (name !== null) { goOn(name); }
  });
  document.addEventListener("htmx:responseError", (event) => {
    const answer = event.detail.xhr;
    let why = "the server refused it";
    try { why = JSON.parse(answer.responseText).detail || why; } catch { if (answer.status < 500) { why = answer.responseText; } }
    complain("Not saved: " + why);
  });
  document.addEventListener("htmx:sendError", () => {
    complain("Not saved: the server does not answer. Start horad review again and open the new address; everything that was marked as decided is kept.");
  });

  if (document.body.classList.contains("reading")) {
    const wanted = location.hash.startsWith("#field-") ? document.getElementById(location.hash.slice(1)) : null;
    const fields = all();
    take(wanted || fields.find((field) => !field.classList.contains("decided")) || fields[0]);
  }
})();
