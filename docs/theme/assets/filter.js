// Adds a field to each long table that filters its rows while the reader types. Without JavaScript
// the whole table is shown.
(() => {
  const addFilter = (box) => {
    const rows = [...box.querySelectorAll("tbody tr")];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const input = document.createElement("input");
    input.type = "search";
    input.className = "md-input";
    input.placeholder = box.dataset.label;
    input.setAttribute("aria-label", box.dataset.label);
    const status = document.createElement("output");
    const update = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, number) => {
        row.hidden = !words.every((word) => texts[number].includes(word));
        shown += Number(!row.hidden);
      });
      status.textContent = `${shown} / ${rows.length}`;
    };
    input.addEventListener("input", update);
    box.prepend(input, status);
    update();
  };

  document.querySelectorAll(".filter").forEach(addFilter);
})();
