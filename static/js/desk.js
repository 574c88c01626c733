// What a script adds to pages that are complete without it: keys, steppers, clocks, and care for typed words.
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const stored = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };
  const store = (name, value) => {
    try {
      localStorage.setItem(name, value);
    } catch {
      // Storage may be forbidden: the choice then lasts for this page.
    }
  };

  // Light, dark, or as the system has it
  const THEMES = ["auto", "light", "dark"];
  const showTheme = (button) => {
    const theme = root.dataset.theme ?? "auto";
    button.setAttribute("aria-label", button.dataset[theme]);
    button.title = button.dataset[theme];
    all("svg", button).forEach((icon) => { icon.toggleAttribute("hidden", icon.dataset.theme !== theme); });
  };
  const nextTheme = (button) => {
    const theme = THEMES[(THEMES.indexOf(root.dataset.theme ?? "auto") + 1) % THEMES.length];
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    store("theme", theme);
    showTheme(button);
  };

  // Steppers: the buttons move the number inside its bounds, and say so like a keystroke
  const step = (button) => {
    const input = button.parentElement.querySelector("input");
    if (button.value === "1") input.stepUp();
    else input.stepDown();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    boundStepper(input);
  };
  const boundStepper = (input) => {
    const [less, more] = all("button", input.parentElement);
    less.disabled = Number(input.value) <= Number(input.min);
    more.disabled = Number(input.value) >= Number(input.max);
  };

  // Relative times, in the page's own words
  const words = (name) => (document.body.dataset[name] ?? "").split("|");
  const span = (seconds) => {
    const [day, hour, minute] = words("units");
    const minutes = Math.floor(seconds / 60);
    const hours = Math.floor(minutes / 60);
    if (hours >= 24) return `${Math.floor(hours / 24)} ${day} ${String(hours % 24).padStart(2, "0")} ${hour}`;
    if (hours >= 1) return `${hours} ${hour} ${String(minutes % 60).padStart(2, "0")} ${minute}`;
    return `${Math.max(1, minutes)} ${minute}`;
  };
  const rough = (seconds) => {
    const [day, hour, minute] = words("units");
    if (seconds >= 86400) return `${Math.floor(seconds / 86400)} ${day}`;
    if (seconds >= 3600) return `${Math.floor(seconds / 3600)} ${hour}`;
    return `${Math.max(1, Math.floor(seconds / 60))} ${minute}`;
  };
  const showTimes = () => {
    const [justNow, ago, closes, closed] = words("times");
    for (const time of all("time[data-kind]")) {
      const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
      const face = time.querySelector("[data-face]");
      if (time.dataset.kind === "ago" && -seconds < 604800) {
        face.textContent = -seconds < 60 ? justNow : ago.replace("{}", rough(-seconds));
      } else if (time.dataset.kind === "closes") {
        time.dataset.state = seconds < 0 ? "past" : seconds < 14400 ? "now" : seconds < 86400 ? "soon" : "open";
        face.textContent = seconds < 0
          ? closed.replace("{}", rough(-seconds))
          : "short" in time.dataset ? span(seconds) : closes.replace("{}", span(seconds));
      }
    }
  };

  // Say something aloud and on screen for a while
  const say = (text) => {
    const toast = document.createElement("p");
    toast.textContent = text;
    document.getElementById("toasts")?.append(toast);
    setTimeout(() => toast.remove(), 6000);
  };

  // Ctrl Enter sends what is being written, by the button that says what it does
  const sendWords = (field) => {
    const buttons = all("[data-kind=primary]", field.closest(".composer form") ?? document.createElement("form"));
    buttons.find((button) => button.offsetParent)?.click();
  };

  // Single keys; they can be switched off in the dialog that lists them
  const editing = (element) => element.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
  const moveRow = (direction) => {
    const rows = all("[data-rows] .open-row");
    const at = rows.indexOf(document.activeElement);
    rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + direction))]?.focus();
  };
  const press = (event) => {
    if (event.key === "Escape") closeMenus(null);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) sendWords(event.target);
    if (event.ctrlKey || event.metaKey || event.altKey || editing(event.target)) return;
    if (stored("keys") === "off") return;
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (target) {
      event.preventDefault();
      if (target.matches("textarea, input:not([type=radio])")) target.focus();
      else target.click();
      if (target.matches("[name=kind]")) target.form.querySelector("textarea")?.focus();
    } else if (event.key === "j" || event.key === "k") {
      moveRow(event.key === "j" ? 1 : -1);
    }
  };

  // Menus close when one looks elsewhere
  const closeMenus = (except) => {
    for (const menu of all("details.menu[open]")) {
      if (menu.contains(except)) continue;
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      menu.open = false;
    }
  };

  // After a part was exchanged the focus returns to where one worked
  let home = null;
  const leaveHome = (event) => { home = event.detail.ctx.sourceElement.closest("[data-home]")?.dataset.home ?? null; };
  const comeHome = () => {
    if (home && document.activeElement === document.body) document.getElementById(home)?.focus();
    home = null;
  };

  // Typed words are not lost by closing the page
  const unsaved = () => all("textarea:not([data-passing])").some((area) => area.value !== area.defaultValue);
  let leaving = false;

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-theme-switch], .stepper > button");
    closeMenus(event.target);
    if (target?.matches(".stepper > button")) step(target);
    else if (target) nextTheme(target);
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches(".stepper > input")) boundStepper(event.target);
    if (event.target.id === "keys-on") store("keys", event.target.checked ? "on" : "off");
    if (event.target.matches("[name=kind]")) event.target.form.querySelector("textarea")?.focus();
  });
  document.addEventListener("keydown", press);
  document.addEventListener("submit", () => { leaving = true; });
  document.addEventListener("said", (event) => say(event.detail.value));
  document.addEventListener("htmx:finally:request", () => { leaving = false; });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && unsaved()) event.preventDefault();
  });
  const prepare = (within) => {
    all(".stepper > input", within).forEach(boundStepper);
    showTimes();
  };
  document.addEventListener("htmx:before:swap", leaveHome);
  document.addEventListener("htmx:after:swap", () => { prepare(document); comeHome(); });
  document.addEventListener("DOMContentLoaded", () => {
    all("[data-theme-switch]").forEach(showTheme);
    const keys = document.getElementById("keys-on");
    if (keys) keys.checked = stored("keys") !== "off";
    prepare(document);
    setInterval(showTimes, 30000);
  });
})();
