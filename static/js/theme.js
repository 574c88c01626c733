// Runs before the first paint: a stored choice of light or dark, so that nothing flashes.
// The admin keeps its choice under the same name.
(() => {
  const root = document.documentElement;
  root.dataset.js = "";
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {
    // Storage may be forbidden: the system's choice holds.
  }
})();
