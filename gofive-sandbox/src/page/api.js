// Calls the control API, and announces the outcome.

const TOKEN = "gofive-sandbox-control-token";

class NeedsToken extends Error {}

/** Calls the control API; the error says what was wrong, where, and what to do. */
async function call(method, path, body) {
  const headers = {};
  const token = sessionStorage.getItem(TOKEN);
  if (token) headers.authorization = `Bearer ${token}`;
  if (body !== undefined) headers["content-type"] = "application/json";
  const response = await fetch(`/__sandbox/${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  if (response.ok) return response.status === 204 ? null : response.json();
  const problem = await response.json().catch(() => ({}));
  const parts = (problem.errors ?? []).map(({ pointer, parameter, detail }) => `${parameter ?? (pointer || "body")}: ${detail}`);
  // The detail has the parts, too, if there are any.
  const text = parts.length ? parts.join("\n") : (problem.detail ?? `HTTP ${response.status}`);
  throw response.status === 401 ? new NeedsToken(text) : new Error(text);
}

const get = (path) => call("GET", path);
const post = (path, body) => call("POST", path, body);
const put = (path, body) => call("PUT", path, body);
const remove = (path) => call("DELETE", path);

/** How long an outcome is shown, in milliseconds; a problem is shown until the next control. */
const SHOW = 8000;

let shown;

function announce(outcome, problem = "") {
  clearTimeout(shown);
  if (outcome) shown = setTimeout(() => announce(""), SHOW);
  byId("outcome").textContent = outcome;
  byId("problem").textContent = problem;
}

/** Runs a control, then shows its outcome and the new state. */
async function run(control) {
  try {
    const outcome = await control();
    await refresh();
    announce(outcome);
  } catch (error) {
    announce("", error.message);
  }
}

const onClick = (id, control) => byId(id).addEventListener("click", () => run(control));

/** Runs a control when a form is submitted; it gets the button. */
function onSubmit(id, control) {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    run(() => control(event.submitter));
  });
}

