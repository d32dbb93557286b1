// Starts the theme's script when the page is painted: what one came to read is there sooner, and
// laying it out does not count as waiting.
{
  const { theme } = document.currentScript.dataset;
  requestAnimationFrame(() =>
    setTimeout(() => {
      const script = document.createElement("script");
      script.src = theme;
      document.body.append(script);
    }),
  );
}
