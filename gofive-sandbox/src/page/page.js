// Starts the page, and keeps it current.

/** The pause between two looks at the sandbox, in milliseconds. */
const PAUSE = 2000;

/** The most requests that are shown. */
const REQUESTS = 50;

/** What the sandbox has responded last. */
const last = {};

/** Asks the sandbox for everything, and shows what has changed. */
async function refresh() {
  if (!last.presets) {
    const [presets, document] = await Promise.all([get("faults/presets"), get("openapi.json")]);
    Object.assign(last, presets, { eventKinds: document.components.schemas.EventKind.enum });
  }
  const kinds = await get("records");
  const kind = byId("record-kind").value || kinds.kinds[0].kind;
  const [faults, tokens, clock, webhookFaults, ...rest] = await Promise.all([
    get("faults"),
    get("tokens"),
    get("clock"),
    get("webhooks/faults"),
    get("operations"),
    get(`requests?limit=${REQUESTS}`),
    get("stubs"),
    get("faults/queue"),
    get(`records/${kind}`),
    get("webhooks/targets"),
    get("webhooks/deliveries"),
  ]);
  Object.assign(last, kinds, ...rest, { faults, tokens, clock, deliveryFaults: webhookFaults.faults });
  showSections(true);
  drawOperations(last);
  drawRequests(last.requests);
  drawRules(last);
  drawRecords(last);
  drawTime(last);
  drawWebhooks(last);
}

/** Looks at the sandbox again and again; not while nobody sees the page. */
async function watch() {
  if (!document.hidden && byId("token-form").hidden) {
    try {
      await refresh();
      connected("Connected.", false);
    } catch (error) {
      if (error instanceof NeedsToken) askForToken();
      // The browser reports an unreachable server as a `TypeError`.
      else connected(error instanceof TypeError ? "The sandbox does not respond." : error.message, true);
    }
  }
  setTimeout(watch, PAUSE);
}

/** Shows whether the sandbox responds; that it does not is shown until it does. */
function connected(text, isLost) {
  const before = byId("connection").textContent;
  if (before === text) return;
  if (isLost) announce("", text);
  else if (byId("problem").textContent === before) announce("");
  byId("connection").textContent = text;
  byId("connection").classList.toggle("lost", isLost);
}

function showSections(areShown) {
  byId("columns").hidden = !areShown;
  byId("sections").hidden = !areShown;
}

function askForToken() {
  if (sessionStorage.getItem(TOKEN)) announce("", "The sandbox refuses this token.");
  sessionStorage.removeItem(TOKEN);
  connected("The sandbox needs a token.", false);
  showSections(false);
  byId("token-form").hidden = false;
  byId("token").focus();
}

byId("token-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  sessionStorage.setItem(TOKEN, byId("token").value);
  byId("token").value = "";
  announce("");
  try {
    await refresh();
    byId("token-form").hidden = true;
    connected("Connected.", false);
  } catch (error) {
    if (error instanceof NeedsToken) askForToken();
    else announce("", error.message);
  }
});

onClick("reset", async () => {
  await post("reset");
  return "The sandbox is in the state after its start.";
});
startTraffic();
startRules();
startRecords();
startTime();
startWebhooks();
watch();
