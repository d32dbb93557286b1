// Folds the lines from `# region NAME` to `# endregion` of a program. Without JavaScript they are
// shown. They are always copied: the theme sets `data-md-copying` while it reads the text to copy,
// and site.css shows them while that is set.
(() => {
  const foldRegions = (code) => {
    const lines = [...code.querySelectorAll(":scope > span[id^='__line-']")];
    let open = null;
    for (const line of lines) {
      const text = line.textContent.trim();
      if (!open && text.startsWith("# region")) {
        open = { first: line, rest: [] };
      } else if (open) {
        open.rest.push(line);
        if (text === "# endregion") {
          addFoldButton(open);
          open = null;
        }
      }
    }
  };

  const addFoldButton = ({ first, rest }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "region";
    button.textContent = `… ${rest.length - 1}`;
    const setFolded = (folded) => {
      button.setAttribute("aria-expanded", String(!folded));
      for (const line of rest) line.classList.toggle("folded", folded);
    };
    button.addEventListener("click", () => {
      setFolded(button.getAttribute("aria-expanded") === "true");
    });
    first.insertBefore(button, first.lastChild);
    setFolded(true);
  };

  document.querySelectorAll(".language-python code").forEach(foldRegions);
})();

// The theme puts the copy button of each block into a `nav` without a name. Screen readers would
// list every one of them as a landmark of the page, so that role is taken away.
(() => {
  const removeLandmarks = () => {
    for (const nav of document.querySelectorAll("nav.md-code__nav:not([role])")) {
      nav.setAttribute("role", "none");
    }
  };
  new MutationObserver(removeLandmarks).observe(document.body, { childList: true, subtree: true });
  removeLandmarks();
})();
