// Folds `# region NAME` … `# endregion` in shown programs. Without JavaScript the lines are there;
// copying always copies them: Material reads the text while `data-md-copying` is set, and site.css
// unfolds then.
(() => {
  const fold = (code) => {
    const lines = [...code.querySelectorAll(":scope > span[id^='__line-']")];
    let open = null;
    for (const line of lines) {
      const text = line.textContent.trim();
      if (!open && text.startsWith("# region")) {
        open = { first: line, rest: [] };
      } else if (open) {
        open.rest.push(line);
        if (text === "# endregion") {
          collapse(open);
          open = null;
        }
      }
    }
  };

  const collapse = ({ first, rest }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "region";
    button.textContent = `… ${rest.length - 1}`;
    const set = (folded) => {
      button.setAttribute("aria-expanded", String(!folded));
      for (const line of rest) line.classList.toggle("folded", folded);
    };
    button.addEventListener("click", () => set(button.getAttribute("aria-expanded") === "true"));
    first.insertBefore(button, first.lastChild);
    set(true);
  };

  document.querySelectorAll(".language-python code").forEach(fold);
})();

// The theme puts the copy button of each block into a landmark of its own, all without a name. They
// are no landmarks.
(() => {
  const tame = () => {
    for (const nav of document.querySelectorAll("nav.md-code__nav:not([role])")) {
      nav.setAttribute("role", "none");
    }
  };
  new MutationObserver(tame).observe(document.body, { childList: true, subtree: true });
  tame();
})();
