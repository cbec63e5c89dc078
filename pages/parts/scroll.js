// KEY and BLOCK: of the container, and where it is to stand in the window.
export default function ({ data }) {
  const shown = window.hongfengShown ??= {};
  if (shown.KEY === data) return;
  shown.KEY = data;
  document.querySelector(".st-key-KEY")?.scrollIntoView({ block: "BLOCK" });
}
