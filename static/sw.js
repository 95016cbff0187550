// The shell only: what pages are drawn with, and the page that says there is no connection.
// It never touches a post, and never an answer with a person's data in it.
const SHELL = "shell-__VERSION__";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.add(new Request("/offline", { cache: "reload" }))));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const old = async () => Promise.all((await caches.keys()).filter((name) => name.startsWith("shell-") && name !== SHELL).map((name) => caches.delete(name)));
  event.waitUntil(old().then(() => self.clients.claim()));
});

// The stylesheet of the first page, handed over by app.js.
self.addEventListener("message", (event) => {
  const { url, css } = event.data ?? {};
  if (!url?.startsWith("/static/portal.css?v=")) return;
  const answer = new Response(css, { headers: { "Content-Type": "text/css; charset=utf-8" } });
  event.waitUntil(caches.open(SHELL).then((cache) => cache.put(url, answer)).then(() => event.ports[0]?.postMessage("kept")));
});

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || url.pathname.startsWith("/sync/")) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => offline()));
  else if (url.pathname.startsWith("/static/") && url.searchParams.has("v")) event.respondWith(kept(request));
});

async function offline() {
  return (await caches.match("/offline")) ?? Response.error();
}

// Addressed by content: once here, always right.
async function kept(request) {
  const cache = await caches.open(SHELL), found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) cache.put(request, answer.clone());
  return answer;
}
