// Writing on the glass with signature_pad. The strokes go into the hidden box of the form as [[[x, y, ms], …], …], whole
// numbers inside 1000 × 400: at the size they were drawn, or smaller where they would not fit.
window.writeOnGlass = (frame) => {
  "use strict";
  if (frame.dataset.ready) return;
  frame.dataset.ready = "yes";
  const INK = { minWidth: 1.2, maxWidth: 3.4, penColor: "#0b1f3a" };
  const canvas = frame.querySelector("canvas"), field = frame.closest(".field");
  const store = field.querySelector("input[type=hidden]");
  const pad = new SignaturePad(canvas, INK);
  let width = 0;

  function strokes() {
    const dots = pad.toData().flatMap((line) => line.points);
    if (!dots.length) return "";
    const span = (name) => [Math.min(...dots.map((dot) => dot[name])), Math.max(...dots.map((dot) => dot[name]))];
    const [left, right] = span("x"), [top, bottom] = span("y"), start = dots[0].time;
    const scale = Math.min(1000 / canvas.offsetWidth, 960 / (right - left || 1), 360 / (bottom - top || 1));
    const x = (dot) => Math.round(500 + (dot.x - (left + right) / 2) * scale);
    const y = (dot) => Math.round(200 + (dot.y - (top + bottom) / 2) * scale);
    return JSON.stringify(pad.toData().map((line) => line.points.map((dot) => [x(dot), y(dot), Math.round(dot.time - start)])));
  }

  function draw() {
    const [wide, high] = [canvas.offsetWidth, canvas.offsetHeight], scale = Math.min(wide / 1000, high / 400);
    const dot = ([x, y, time = 0]) => ({ x: wide / 2 + (x - 500) * scale, y: high / 2 + (y - 200) * scale, time, pressure: 0.5 });
    pad.fromData(JSON.parse(store.value || "[]").map((line) => ({ ...INK, points: line.map(dot) })));
  }

  // Only when the width changes: Android resizes the page when its address bar hides (szimek/signature_pad#393).
  function fit() {
    if (!canvas.offsetWidth || canvas.offsetWidth === width) return;
    width = canvas.offsetWidth;
    const dense = Math.max(devicePixelRatio || 1, 1);
    Object.assign(canvas, { width: canvas.offsetWidth * dense, height: canvas.offsetHeight * dense });
    canvas.getContext("2d").scale(dense, dense);
    draw();
  }

  const keep = () => { store.value = strokes(); };
  pad.addEventListener("endStroke", keep);
  frame.querySelector(".clear").addEventListener("click", () => { pad.clear(); keep(); });
  addEventListener("resize", fit);

  // On a short phone half the pad would lie under the fold and trap scrolling, so it gets a screen of its own.
  function ownScreen() {
    const open = field.nextElementSibling, dialog = open.nextElementSibling;
    const again = () => { width = 0; fit(); };
    open.hidden = false;
    field.hidden = !store.value;
    open.addEventListener("click", () => { field.hidden = false; dialog.prepend(field); dialog.showModal(); again(); });
    dialog.querySelector(".pad-close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => { open.before(field); field.hidden = !store.value; again(); });
  }

  if (innerHeight < 760) ownScreen();
  fit();
};
