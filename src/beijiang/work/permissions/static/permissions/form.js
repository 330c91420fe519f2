// What a form of permissions does beyond plain HTML: narrows the list of areas to what is typed, ticks all columns of a
// dataset at once, and counts the characters of the reason. Without it the form works all the same.
(() => {
  document.querySelectorAll("[data-areas]").forEach((box) => {
    const filter = box.querySelector("[data-areas-filter]");
    if (!filter) return;
    filter.parentElement.hidden = false;
    filter.addEventListener("input", () => {
      const typed = filter.value.trim().toLowerCase();
      box.querySelectorAll("[data-area-group]").forEach((group) => {
        let any = false;
        group.querySelectorAll("[data-area]").forEach((line) => {
          const fits = !typed || line.dataset.area.toLowerCase().includes(typed) || line.querySelector("input").checked;
          line.hidden = !fits;
          any = any || fits;
        });
        group.hidden = !any;
        if (typed && any && group.tagName === "DETAILS") group.open = true;
      });
    });
  });

  document.querySelectorAll("[data-tick]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const boxes = [...document.querySelectorAll(`input[name=columns][value^="${button.dataset.tick}."]:not(:disabled)`)];
      const on = boxes.some((input) => !input.checked);
      boxes.forEach((input) => { input.checked = on; });
      boxes[0]?.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });

  document.querySelectorAll("textarea[data-count]").forEach((area) => {
    const at = document.getElementById(area.dataset.count);
    const show = () => { at.textContent = at.dataset.words.replace("{n}", String([...area.value.trim()].length)); };
    area.addEventListener("input", show);
    show();
  });
})();
