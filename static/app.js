// What the pages do beyond plain forms. Everything here is an addition: without it each form still works.
// Policy: script-src nonce only, Trusted Types `htmx` and `app`; so no innerHTML, no inline handlers, no eval.
// hx-csp: the page's nonce is the first script[nonce]. An answer carries its OWN nonce in its header and in its hx-nonce
// attributes; the extension rewrites that one to the page's. An answer with the page's nonce in it is scrubbed.
(() => {
  "use strict";
  const nonce = document.currentScript.nonce;
  const policy = window.trustedTypes?.createPolicy("app", { createScriptURL: ownScript }) ?? { createScriptURL: ownScript };
  const say = document.body.dataset;
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  function ownScript(url) {
    if (new URL(url, location.href).origin !== location.origin) throw new TypeError(`not ours: ${url}`);
    return url;
  }

  function make(tag, cls, text) {
    const element = document.createElement(tag);
    element.className = cls;
    if (text) element.textContent = text;
    return element;
  }

  // ---- short messages; `later` keeps one for the page that comes next
  function toast(text, later = false) {
    if (later) return sessionStorage.setItem("toast", text);
    const box = make("div", "toast", text);
    document.getElementById("toasts").append(box);
    setTimeout(() => box.remove(), 6000);
  }

  addEventListener("toast", (event) => toast(event.detail.value)); // HX-Trigger: {"toast": "…"}

  // ---- nothing is sent twice, and what the form still waits for comes first
  const waits = new WeakMap(); // form → the photo being made smaller

  function busy(form, on, button) {
    if (on) form.dataset.busy = "";
    else delete form.dataset.busy;
    const buttons = on ? [button] : [...all('[aria-busy="true"]', form), ...all(`[form="${form.id}"][aria-busy="true"]`)];
    for (const each of buttons.filter(Boolean)) each.setAttribute("aria-busy", String(on));
  }

  const hush = () => all(".unsent, #say > .note").forEach((note) => note.remove());
  addEventListener("input", hush);

  async function prepare(form) {
    await waits.get(form);
    if ("position" in form.dataset && !form.dataset.placed) await place(form);
    form.dataset.placed = "yes";
    return sendMany(form);
  }

  addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    const stop = () => { event.preventDefault(); event.stopImmediatePropagation(); };
    if ("busy" in form.dataset) return stop();
    hush();
    busy(form, true, event.submitter);
    const many = form.querySelector("[data-many] input")?.files.length > 1;
    if ((waits.has(form) || many || "position" in form.dataset) && !form.dataset.placed) {
      stop();
      prepare(form).catch(() => true).then((ready) => {
        busy(form, false);
        if (ready) form.requestSubmit(event.submitter);
        else delete form.dataset.placed;
      });
    }
  }, true);

  // ---- where the phone is: asked for at most 6 seconds, and never in the way
  function place(form) {
    const fill = (name, value) => { if (form.elements[name]) form.elements[name].value = value; };
    const nowhere = () => toast(say.sayNowhere, true);
    return new Promise((done) => {
      const late = setTimeout(() => { nowhere(); done(); }, 6500); // a phone may answer neither way while it asks
      const end = (act) => { clearTimeout(late); act(); done(); };
      if (!navigator.geolocation) return end(nowhere);
      toast(say.sayLocating);
      navigator.geolocation.getCurrentPosition(({ coords }) => end(() => {
        fill("latitude", coords.latitude.toFixed(6));
        fill("longitude", coords.longitude.toFixed(6));
        fill("accuracy_m", Math.round(coords.accuracy));
      }), () => end(nowhere), { enableHighAccuracy: true, timeout: 6000, maximumAge: 30000 });
    });
  }

  // ---- photos are made small before they travel: 1600 px, JPEG
  const names = new WeakMap(); // photo → its number, the same however often it is sent

  async function small(file) {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, 1600 / Math.max(picture.width, picture.height));
    const canvas = Object.assign(document.createElement("canvas"),
      { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const jpeg = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.8));
    const name = file.name.replace(/\.\w+$/, "") + ".jpg";
    return jpeg ? new File([jpeg], name, { type: "image/jpeg", lastModified: file.lastModified }) : file;
  }

  function choose(input, files) {
    const box = new DataTransfer();
    files.forEach((file) => box.items.add(file));
    input.files = box.files;
    input.parentElement.querySelector(".previews")?.remove();
    if (!files.length) return;
    const shown = make("div", "previews");
    for (const file of files) {
      const image = Object.assign(make("img", "preview"), { src: URL.createObjectURL(file), alt: "" });
      image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
      shown.append(image);
    }
    input.after(shown);
  }

  async function shrink(input) {
    const chosen = [...input.files], files = [];
    for (const file of chosen) {
      files.push(await small(file).catch(() => { toast(say.sayUnreadable); return file; })); // the server looks itself
    }
    if (input.files.length === chosen.length && chosen.every((file, i) => input.files[i] === file)) choose(input, files);
  }

  addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.("input[type=file][data-shrink]")) return;
    const work = shrink(input).finally(() => { if (waits.get(input.form) === work) waits.delete(input.form); });
    waits.set(input.form, work);
  });

  // ---- several photos at once: all but the last go one by one, each under its own number, the last with the form.
  // What is not taken stays chosen, so that one more press goes on from there.
  const newNumber = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g,
    (digit) => (digit ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (digit / 4)))).toString(16)); // on plain http

  async function oneByOne(form, input) {
    const [file, ...rest] = input.files;
    if (!rest.length) return;
    const photo = new FormData(form);
    if (!names.has(file)) names.set(file, newNumber());
    photo.set("uuid", names.get(file));
    photo.set(input.name, file);
    const answer = await fetch(form.action, { method: "POST", body: photo, headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(answer.status);
    choose(input, rest);
    await oneByOne(form, input);
  }

  async function sendMany(form) {
    const input = form.querySelector("[data-many] input[type=file]");
    if (!input || input.files.length < 2) return true;
    if (!form.reportValidity()) return false;
    try {
      await oneByOne(form, input);
      return true;
    } catch (wrong) {
      remark(form, wrong.message === "422" ? input.closest("[data-many]").dataset.many : say.sayUnsent);
      return false;
    }
  }

  // ---- scripts that few pages need, such as the pad for the signature
  const loaded = new Map();

  function load(url) {
    if (!loaded.has(url)) loaded.set(url, new Promise((done, failed) => {
      const script = Object.assign(document.createElement("script"), { nonce, onload: done, onerror: failed });
      script.src = policy.createScriptURL(url);
      document.head.append(script);
    }));
    return loaded.get(url);
  }

  async function glass(frame) {
    for (const url of frame.dataset.pad.split(" ")) await load(url);
    window.writeOnGlass(frame);
  }

  function withoutGlass(frame, root) { // the library did not come: what stands instead of the pad is shown
    frame.closest(".field").hidden = true;
    all(".instead", root).forEach((more) => { more.open = true; });
  }

  // ---- each page and each piece that comes in
  function begin(root) {
    all("[data-many] input[type=file]", root).forEach((input) => { input.multiple = true; input.removeAttribute("capture"); });
    all("[data-pad]", root).forEach((frame) => glass(frame).catch(() => withoutGlass(frame, root)));
    all(".instead", root).forEach((more) => { if (!more.querySelector("[aria-invalid], :checked")) more.open = false; });
    const news = all(".errors, .doubt, #say > .note", root).find((each) => !("told" in each.dataset));
    if (!news) return;
    news.dataset.told = "";
    news.tabIndex = -1;
    news.focus();
  }

  addEventListener("htmx:after:swap", () => begin(document));
  addEventListener("htmx:finally:request", (event) => {
    const form = event.detail.ctx.sourceElement?.closest("form"); // by now perhaps replaced
    if (form) { busy(form, false); delete form.dataset.placed; }
  });

  // ---- not sent: say so beside the form, and keep every letter
  function unsent(event, text) {
    const form = event.detail.ctx?.sourceElement?.closest("form");
    if (!form) return toast(text);
    remark(form, text);
  }

  function remark(form, text) {
    const note = Object.assign(make("div", "note note-bad unsent", text), { role: "alert", tabIndex: -1 });
    form.prepend(note);
    note.focus();
  }

  addEventListener("htmx:error", (event) => unsent(event, say.sayUnsent));
  addEventListener("htmx:response:error", (event) => {
    if (event.detail.ctx.response.status >= 500) unsent(event, say.sayBroken);
  });

  addEventListener("click", (event) => { if (event.target.closest?.("[data-reload]")) location.reload(); });

  // ---- a text used before goes into its box, below what is already there
  addEventListener("click", (event) => {
    const pick = event.target.closest?.("[data-fill]");
    const box = pick && document.getElementById(pick.dataset.fill);
    if (!box) return;
    event.preventDefault();
    box.value = [box.value.trim(), pick.dataset.text].filter(Boolean).join("\n");
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.focus();
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  const waiting = sessionStorage.getItem("toast");
  sessionStorage.removeItem("toast");
  if (waiting) toast(waiting);
  begin(document);

  // ---- the worker; it keeps the stylesheet that came inside the first page, so that it never travels again
  navigator.serviceWorker?.register(policy.createScriptURL("/sw.js")).then(async () => {
    const style = document.querySelector("style[data-css]");
    if (!style) return;
    const worker = (await navigator.serviceWorker.ready).active;
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      const mark = new URL(style.dataset.css, location.href).searchParams.get("v");
      document.cookie = `css=${mark}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
    };
    worker.postMessage({ url: style.dataset.css, css: style.textContent }, [channel.port2]);
  }).catch(() => {}); // a private window may refuse workers; the portal works without
})();
