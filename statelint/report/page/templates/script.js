(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  const stored = {
    get: () => { try { return localStorage.getItem("statelint-theme"); } catch { return null; } },
    set: (value) => { try { localStorage.setItem("statelint-theme", value); } catch { /* a page from disk may have no store */ } },
  };
  const button = document.querySelector("[data-theme-switch]");
  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const name = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  if (["light", "dark"].includes(stored.get())) root.dataset.theme = stored.get();
  name();
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    stored.set(root.dataset.theme);
    name();
  });

  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const details = target && target.closest("details");
    if (details) {
      details.open = true;
      details.querySelector("summary").focus({ preventScroll: true });
      details.scrollIntoView({ block: "start" });
    }
  };
  addEventListener("hashchange", reveal);
  reveal();

  document.addEventListener("click", async (event) => {
    const copy = event.target.closest("[data-copy]");
    if (!copy) return;
    const code = copy.closest("figure").querySelector("pre");
    let done = true;
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      getSelection().selectAllChildren(code);
      done = document.execCommand("copy");
    }
    copy.textContent = done ? "Copied" : "Selected";
    setTimeout(() => { copy.textContent = "Copy"; }, 2000);
  });

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("article:not([hidden]) details:not([open])")];
    opened.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((one) => { one.open = false; }));

  const form = document.querySelector(".filters");
  if (!form) return;
  const cards = [...document.querySelectorAll("article.finding")].map((node) => ({
    node, consequence: node.dataset.consequence, rule: node.dataset.rule, file: node.dataset.file,
    text: node.querySelector("summary").textContent.toLowerCase(),
  }));
  const groups = [...document.querySelectorAll("section.group")];
  const count = document.querySelector("[data-count]");
  const nothing = document.querySelector("[data-nothing]");

  const apply = () => {
    const data = new FormData(form);
    const consequences = new Set(data.getAll("consequence"));
    const rule = data.get("rule"), file = data.get("file"), text = data.get("text").trim().toLowerCase();
    let shown = 0;
    for (const card of cards) {
      const keep = consequences.has(card.consequence) && (!rule || card.rule === rule)
        && (!file || card.file === file) && (!text || card.text.includes(text));
      if (card.node.hidden === keep) card.node.hidden = !keep;
      shown += keep;
    }
    for (const group of groups) group.hidden = !group.querySelector("article:not([hidden])");
    count.textContent = shown === cards.length ? `${shown}` : `${shown} of ${cards.length}`;
    nothing.hidden = shown > 0;
  };
  let waiting = 0;
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(apply, 40); };
  form.addEventListener("input", soon);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  const all = (open) => () => { for (const card of cards) if (!card.node.hidden) card.node.firstElementChild.open = open; };
  form.querySelector("[data-open]").addEventListener("click", all(true));
  form.querySelector("[data-close]").addEventListener("click", all(false));
})();
