// Shows the API's document, in the light or dark that the desk is looked at in.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    const theme = root.dataset.theme ?? (system.matches ? "dark" : "light");
    root.classList.toggle("dark-mode", theme === "dark");
  };
  paint();
  system.addEventListener("change", paint);

  const contract = document.getElementById("contract");
  SwaggerUIBundle({
    domNode: contract,
    url: contract.dataset.contract,
    deepLinking: true,
    displayOperationId: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    validatorUrl: null,
  });
})();
