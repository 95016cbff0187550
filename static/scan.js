// The camera of /scan: what it sees goes into the box of the form below, which is then sent as if it had been typed.
(() => {
  "use strict";
  const frame = document.getElementById("camera"), form = document.getElementById("typed");
  const video = frame.querySelector("video"), says = frame.querySelector(".camera-says"), torch = frame.querySelector(".torch");
  const EVERY = 120; // ms between two looks
  let stream = null, reader = null;

  const say = (name) => { says.textContent = frame.dataset[name]; frame.dataset.state = name; };
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  // The browser's own reader where it has one for QR codes (Chrome on Android), else the vendored one.
  async function detector() {
    const own = await window.BarcodeDetector?.getSupportedFormats().catch(() => []);
    if (own?.includes("qr_code")) return new window.BarcodeDetector({ formats: ["qr_code"] });
    const api = await vendored();
    api.prepareZXingModule({ overrides: { locateFile: () => frame.dataset.wasm } });
    return new api.BarcodeDetector({ formats: ["qr_code"] });
  }

  // The script stands in the page inside a template, with its address and nonce: no string becomes a script here.
  function vendored() {
    return new Promise((done, failed) => {
      const script = document.getElementById("reader").content.firstElementChild.cloneNode();
      script.onload = () => done(window.BarcodeDetectionAPI);
      script.onerror = failed;
      document.head.append(script);
    });
  }

  const WHY = { NotAllowedError: "refused", SecurityError: "refused", NotReadableError: "taken", AbortError: "taken" };

  async function open() {
    if (!navigator.mediaDevices?.getUserMedia) return say(isSecureContext ? "missing" : "insecure");
    const wished = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };
    try {
      const got = await navigator.mediaDevices.getUserMedia({ video: wished, audio: false });
      close(); // of two that were asked for at once the later one stays
      stream = got;
      if (document.hidden) return close();
      video.srcObject = stream;
      await video.play();
    } catch (error) {
      close();
      return say(WHY[error.name] ?? "missing");
    }
    light();
    await look(stream);
  }

  function close() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = video.srcObject = null;
    torch.hidden = true;
    if (frame.dataset.state === "looking") frame.dataset.state = "closed";
  }

  async function look(mine) {
    try {
      reader ??= await detector();
    } catch {
      return say("unread");
    }
    say("looking");
    while (stream === mine) {
      const found = await reader.detect(video).catch((error) => { if (error.name === "NotSupportedError") throw error; return []; });
      if (stream === mine && found.length) return take(found[0].rawValue);
      await pause(EVERY);
    }
  }

  function take(text) {
    say("found");
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(60); // before the first tap a browser refuses
    close();
    form.elements.code.value = text;
    form.requestSubmit();
  }

  function light() {
    const [track] = stream.getVideoTracks();
    torch.hidden = !track.getCapabilities?.().torch;
    torch.setAttribute("aria-pressed", "false");
  }

  torch.addEventListener("click", async () => {
    const on = torch.getAttribute("aria-pressed") !== "true", [track] = stream?.getVideoTracks() ?? [];
    await track?.applyConstraints({ advanced: [{ torch: on }] }).catch(() => { torch.hidden = true; });
    torch.setAttribute("aria-pressed", String(on));
  });

  const start = () => open().catch(() => { close(); say("unread"); });
  addEventListener("pagehide", close);
  document.addEventListener("visibilitychange", () => { if (document.hidden) close(); else if (!stream && frame.dataset.state !== "found") start(); });
  start();
})();
