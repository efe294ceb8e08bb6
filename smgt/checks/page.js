// Shows and hides findings by their kind. Without it all are shown.
const form = document.getElementById("kinds");
if (form) {
  form.hidden = false;
  const boxes = [...form.querySelectorAll("input")];
  const show = () => {
    const shown = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    for (const element of document.querySelectorAll("[data-kind]"))
      element.classList.toggle("hidden", !shown.has(element.dataset.kind));
  };
  form.addEventListener("change", show);
  form.addEventListener("click", (event) => {
    const all = event.target.dataset.all;
    if (!all) return;
    for (const box of boxes) box.checked = all === "yes";
    show();
  });
}
