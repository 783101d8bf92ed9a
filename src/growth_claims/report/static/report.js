"use strict";
// Conveniences only: without this script the pages say and do everything that matters.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const remembered = {
    get(key) { try { return localStorage.getItem("growth-claims-" + key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem("growth-claims-" + key, value); } catch { /* private */ } },
  };

  // The menu lies open where there is room beside the text.
  const menu = document.querySelector(".menu details");
  if (menu) {
    const wide = matchMedia("(min-width: 68rem)");
    const fit = () => { menu.open = wide.matches; };
    fit();
    wide.addEventListener("change", fit);
    menu.addEventListener("click", (event) => {
      if (!wide.matches && event.target.closest("a")) menu.open = false;
    });
  }

  // Whole-page switches for code and tables; the one for code is remembered.
  const parts = { code: all("details.code"), data: all("figure details, main details:not(.code)") };
  const tools = document.querySelector(".tools");
  const set = (button, on) => {
    button.setAttribute("aria-pressed", String(on));
    for (const part of parts[button.dataset.tool]) part.open = on;
  };
  for (const button of all(".tools button")) {
    const kind = button.dataset.tool;
    button.hidden = !parts[kind].length;
    if (kind === "code" && remembered.get(kind) === "true") set(button, true);
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      set(button, on);
      if (kind === "code") remembered.set(kind, String(on));
    });
  }
  if (tools) tools.hidden = !(parts.code.length || parts.data.length);

  // The place where the reader is: marked in the contents, kept by the switch of language.
  const places = new Map(all(".contents a").map((a) => [decodeURIComponent(a.hash.slice(1)), a]));
  const headings = all("main [id]").filter((e) => places.has(e.id));
  let here = null;
  const mark = () => {
    let now = null;
    for (const heading of headings) {
      if (heading.getBoundingClientRect().top > 48) break;
      now = heading;
    }
    if (now === here) return;
    if (here) places.get(here.id).removeAttribute("aria-current");
    here = now;
    if (!here) return;
    const link = places.get(here.id);
    link.setAttribute("aria-current", "location");
    const pane = link.closest(".menu");
    const box = link.getBoundingClientRect(), frame = pane.getBoundingClientRect();
    if (pane.scrollHeight > pane.clientHeight && (box.top < frame.top || box.bottom > frame.bottom)) {
      pane.scrollTop += box.top - frame.top - frame.height / 3;
    }
  };
  if (headings.length) {
    let waiting = false;
    const later = () => {
      if (!waiting) requestAnimationFrame(() => { waiting = false; mark(); });
      waiting = true;
    };
    addEventListener("scroll", later, { passive: true });
    addEventListener("resize", later);
    mark();
  }
  for (const link of all(".languages a")) {
    link.addEventListener("click", () => {
      const anchor = here && scrollY > 0 ? here.id : decodeURIComponent(location.hash.slice(1));
      link.hash = anchor ? "#" + encodeURIComponent(anchor) : "";
    });
  }

  // What a link points into is opened; what does not scroll is no stop for the keyboard.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let part = target; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
  const stops = all("main [tabindex='0']");
  const settle = () => {
    for (const box of stops) box.tabIndex = box.scrollWidth > box.clientWidth ? 0 : -1;
  };
  addEventListener("resize", settle);
  document.addEventListener("toggle", settle, true);
  settle();
})();
