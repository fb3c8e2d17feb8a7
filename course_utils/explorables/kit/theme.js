// Reads the colors of the theme for what is painted on a canvas, and tells when they change.

const NAMES = ["class-0", "class-1", "positive", "negative", "paper"];

// { "class-0": [red, green, blue], ... }; null while the root is not on a page.
export function readColors(root) {
  if (!root.isConnected) return null;
  const probe = document.createElement("span");
  root.append(probe);
  const colors = {};
  for (const name of NAMES) {
    probe.style.color = `var(--xp-${name})`;
    colors[name] = getComputedStyle(probe)
      .color.match(/[\d.]+/g)
      .slice(0, 3)
      .map(Number);
  }
  probe.remove();
  return colors;
}

export function watchTheme(onChange) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const watcher = new MutationObserver(onChange);
  watcher.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name"] });
  dark.addEventListener("change", onChange);
  return () => {
    watcher.disconnect();
    dark.removeEventListener("change", onChange);
  };
}
