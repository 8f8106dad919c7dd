{% autoescape off %}// Keeps the page at the door and its files. The page comes from the network first, so that a
// change of lines is seen at once; without network from what was kept. Nothing else is touched.
const PAGE = "{{ page }}";
const FILES = {{ files }};
const STORE = "motcua-door-1";

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(STORE)
      .then((store) => Promise.allSettled([PAGE, ...FILES].map((file) => store.add(file))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const fresh = async (request, key) => {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), 4000);
  try {
    const answer = await fetch(request, { signal: patience.signal });
    if (answer.ok && !answer.redirected) (await caches.open(STORE)).put(key, answer.clone());
    return answer;
  } catch {
    return (await caches.match(key)) ?? Response.error();
  } finally {
    clearTimeout(timer);
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname === PAGE) event.respondWith(fresh(request, PAGE));
  else if (url.pathname.startsWith("/static/")) event.respondWith(fresh(request, request.url));
});
{% endautoescape %}
