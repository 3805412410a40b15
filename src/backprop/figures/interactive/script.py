"""The script that animates a scene. It is embedded in the page, because nothing may be loaded."""

# The script reads the drawing from the still picture before it and replaces that picture, which
# therefore stays visible if scripts are blocked. A shadow root isolates the drawing from the style
# sheets and names of the page. Native controls support keyboards and screen readers.
SCRIPT = """
(function (data) {
  const host = document.currentScript.previousElementSibling;
  if (!host || host.shadowRoot) return;
  const image = host.querySelector("img");
  host.style.overflowX = "visible";
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = `<style>
    :host { display: block; }
    .card { background: white; color: #222222; color-scheme: light; padding: 8px;
      border-radius: 10px;
      font: 15px/1.45 Helvetica, Arial, "DejaVu Sans", sans-serif; break-inside: avoid; }
    .drawing { overflow-x: auto; }
    svg { display: block; width: 100%; min-width: ${data.least}px; height: auto; }
    .hand { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin-top: 8px; }
    label { display: flex; flex: 1 1 14em; gap: 8px; align-items: center; }
    input { flex: 1; min-width: 8em; height: 28px; accent-color: #0b5c94; margin: 0; }
    button { font: inherit; color: #222222; background: #f2f2f2; border: 1px solid #5f5f5f;
      border-radius: 4px; padding: 3px 12px; min-height: 30px; cursor: pointer; }
    button:hover { background: #e2e2e2; }
    :focus-visible { outline: 3px solid #0b5c94; outline-offset: 2px; }
    p { margin: 8px 0 0; min-height: 2.9em; }
    @media print { .hand { display: none; } svg { min-width: 0; } }
  </style><div class="card" role="group">
  <div class="drawing">${atob(image.src.split(",")[1])}</div>
  <div class="hand"><button type="button" class="back">Back</button>
  <button type="button" class="forward">Forward</button>
  <button type="button" class="play" hidden>Play</button>
  <label><span></span><input type="range" min="0" step="1"></label></div><p></p></div>`;
  const find = (name) => root.querySelector(name);
  const svg = find("svg"), slider = find("input"), said = find("p"), play = find(".play");
  const last = data.names.length - 1, box = find(".drawing");
  // A drawing that is wider than the page scrolls, by keys as well.
  new ResizeObserver(() => {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }).observe(box);
  svg.setAttribute("role", "img");
  find(".card").setAttribute("aria-label", `Figure with a slider: ${data.label}`);
  find("label span").textContent = data.label;
  slider.max = last;
  const tracks = data.tracks.map(([key, name, values]) =>
    [svg.querySelectorAll(`[data-key="${key}"]`), name, values]);
  function move(to, aloud) {
    const frame = Math.max(0, Math.min(last, to));
    for (const [shapes, name, values] of tracks)
      for (const shape of shapes)
        if (name === "text") shape.textContent = values[frame];
        else shape.setAttribute(name, values[frame]);
    slider.value = frame;
    slider.setAttribute("aria-valuetext", data.names[frame]);
    svg.setAttribute("aria-label", data.sayings[frame]);
    said.setAttribute("aria-live", aloud ? "polite" : "off");
    said.textContent = data.sayings[frame];
  }
  let timer = null;
  function stop() {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
  }
  function step(by) {
    stop();
    move(+slider.value + by, true);
  }
  find(".back").addEventListener("click", () => step(-1));
  find(".forward").addEventListener("click", () => step(1));
  slider.addEventListener("input", () => { stop(); move(+slider.value, false); });
  // JupyterLab takes arrows for itself, at the document; the window hears of them before.
  const keep = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (/^(Arrow|Page|Home$|End$)/.test(event.key)) event.stopPropagation();
  };
  slider.addEventListener("focus", () => window.addEventListener("keydown", keep, true));
  slider.addEventListener("blur", () => window.removeEventListener("keydown", keep, true));
  play.hidden = !data.play;
  play.addEventListener("click", () => {
    if (timer !== null) return stop();
    if (+slider.value === last) move(0, false);
    play.textContent = "Pause";
    timer = setInterval(() => {
      move(+slider.value + 1, false);
      if (+slider.value === last || !host.isConnected) stop();
    }, 250);
  });
  // On paper nothing moves, so that it shows the frame of the still picture, unless moved.
  let seen = null;
  window.addEventListener("beforeprint", () => {
    seen = +slider.value;
    if (seen === data.start) move(data.still, false);
  });
  window.addEventListener("afterprint", () => move(seen, false));
  move(data.start, false);
})
"""
