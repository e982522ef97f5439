// Opens the page of a sandbox in a real browser, and does what a person does: sees operations, requests and records, uses every
// control, on a wide screen and on a phone, in light and in dark. Nothing else is fetched, the console stays empty, no text of a
// request becomes HTML, and axe finds nothing.
//
//   cargo build -p gofive-sandbox --features cli && cd tests/browser && npm ci && npm run test:sandbox
//
// SANDBOX is the program (default: the one that cargo has built), BROWSER and SCREENSHOTS are those of browser.mjs.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { launch, picture } from "./browser.mjs";

// What a finger touches, in pixels.
const FINGER = 44;

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
const wide = { width: 1400, height: 900 };
const phone = { width: 390, height: 844 };
const program = process.env.SANDBOX ?? builtProgram();

const browser = await launch();
const stopped = [];
try {
  await checkControls();
  await checkToken();
  await checkNoControl();
} finally {
  for (const stop of stopped) stop();
  await browser.close();
}

async function checkControls() {
  const sandbox = await start("--log");
  const target = await receiver();
  const { page, noise, called } = await open(sandbox.url, { viewport: wide });
  await page.getByText("Connected.").waitFor();
  await audit(page, "empty");
  await picture(page, "sandbox-empty");

  // A request appears by itself, with its operation, its outcome, and its texts as they are.
  await send(sandbox, "GET", "/v2/products/A001");
  await send(sandbox, "POST", "/v1/case", { subject: hostile });
  await send(sandbox, "GET", `/nothing?a=${encodeURIComponent(hostile)}`);
  const requests = page.locator("#request-list");
  await requests.getByText("no operation").waitFor();
  assert.equal(await requests.locator("li").count(), 4, "with the token request");
  const refused = requests.locator("li", { hasText: "add_case" });
  assert.match(await refused.innerText(), /400[\s\S]*refused|is required/);
  await refused.locator("summary").click();
  assert.ok((await refused.locator("pre").innerText()).includes("<img src=x onerror="), "the body is shown as text");
  assert.equal(await page.locator("#columns img, #columns script").count(), 0, "no text becomes HTML");
  const product = page.locator("#operation-list li", { hasText: "/v2/products/{productCode}" }).first();
  assert.match(await product.innerText(), /1 called, 1 carried out/);
  await audit(page, "requests");

  // A detail stays open, and the focus where it is, when the page looks again.
  await refused.locator("summary").focus();
  await send(sandbox, "GET", "/v2/products/A002");
  await requests.getByText("/v2/products/A002").waitFor();
  assert.ok(await refused.locator("details").evaluate((details) => details.open));
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "SUMMARY");

  await page.getByRole("searchbox", { name: "Filter" }).fill("venio case add");
  assert.match(await page.locator("#operation-count").innerText(), /^1 of \d+ operations$/);
  await page.getByRole("searchbox", { name: "Filter" }).fill("");
  await page.getByLabel("Only those called").check();
  assert.equal(await page.locator("#operation-list > li").count(), 3);
  await page.getByLabel("Only those called").uncheck();

  // Stubs: from the operation to the form, then each kind of response.
  await page.getByRole("button", { name: "Stub add_case" }).click();
  assert.equal(await page.locator("#stub-operation").inputValue(), "add_case");
  assert.equal(await page.evaluate(() => document.activeElement.id), "stub-operation");
  const add = page.getByRole("button", { name: "Add the stub" });
  await page.locator("#stub-when").fill('{"subject": "x"}');
  await page.locator("#stub-times").fill("1");
  await press(page, add, "Stub 1 was added.");
  const [status, stubbed] = await send(sandbox, "POST", "/v1/case", { subject: "x" });
  assert.deepEqual([status, stubbed.status.code], [200, "4001"]);
  await page.locator("#stub-when").fill("");
  await page.locator("#stub-times").fill("");
  await page.locator("#stub-kind").selectOption("status");
  await press(page, add, "Stub 2 was added.");
  assert.equal((await send(sandbox, "POST", "/v1/case", {}))[0], 403);
  await page.locator("#stub-kind").selectOption("example");
  await press(page, add, "Stub 3 was added.");
  await page.locator("#stub-kind").selectOption("text");
  await page.locator("#stub-body").fill(hostile);
  await press(page, add, "Stub 4 was added.");
  await page.locator("#stub-kind").selectOption("json");
  await page.locator("#stub-body").fill("{");
  await press(page, add, /^The body is not JSON: /, "problem");
  await audit(page, "problem");
  await picture(page, "sandbox-problem");
  await page.locator("#stub-body").fill("{}");
  await page.getByLabel("Delay in ms").fill("1");
  await press(page, add, "Stub 5 was added.");
  await press(page, page.getByRole("button", { name: "Remove stub 3" }), "Stub 3 was removed.");
  assert.equal(await page.evaluate(() => document.activeElement.id), "stubs-title", "the focus is not lost");

  // Faults.
  await page.getByRole("button", { name: "Fault in get_product", exact: true }).click();
  await page.locator("#fault-preset").selectOption("bad-gateway");
  await press(page, page.getByRole("button", { name: "Queue the fault", exact: true }), "The next call of get_product has the fault.");
  await page.locator("#fault-probability").fill("2");
  await page.getByRole("button", { name: "Add the random fault" }).click();
  assert.ok(await page.locator("#fault-probability").evaluate((field) => !field.validity.valid));
  await page.locator("#fault-probability").fill("1");
  await page.locator("#fault-preset").selectOption("clock-skew");
  await press(page, page.getByRole("button", { name: "Add the random fault" }), "The random fault was added.");
  assert.match(await page.locator("#fault-list").innerText(), /probability 1[\s\S]*clock-skew/);
  assert.match(await page.locator("#queue-list").innerText(), /get_product[\s\S]*bad-gateway/);
  assert.equal((await send(sandbox, "GET", "/v2/products/A001"))[0], 502);
  await page.locator("#fault-json").fill('{"kind": "no-fault"}');
  await press(page, page.getByRole("button", { name: "Queue the fault", exact: true }), /unknown variant/, "problem");
  await picture(page, "sandbox-rules", { fullPage: true });
  await page.locator("#fault-preset").selectOption("reset-after");
  await press(page, page.getByRole("button", { name: "Queue the fault", exact: true }), "The next call of get_product has the fault.");
  await press(page, page.getByRole("button", { name: "Remove queued faults" }), "All queued faults were removed.");
  assert.equal(await page.locator("#queue-list").innerText(), "No queued faults.");
  await press(page, page.getByRole("button", { name: "Remove all faults" }), "All faults were removed.");
  await press(page, page.getByRole("button", { name: "Remove all stubs" }), "All stubs were removed.");

  // Tokens and the clock.
  await page.getByLabel("Lifetime of new tokens").fill("60");
  await press(page, page.getByRole("button", { name: "Set the lifetime" }), "New tokens have this lifetime.");
  await press(page, page.getByRole("button", { name: "Expire all tokens" }), "All tokens have expired.");
  assert.equal((await send(sandbox, "GET", "/v2/products/A001"))[0], 401);
  await press(page, page.getByRole("button", { name: "Revoke all tokens" }), "All tokens were revoked.");
  await press(page, page.getByRole("button", { name: "1 hour later" }), "It is 1 hour later now.");
  await page.getByLabel("Time in UTC").fill("2030-01-02T03:04:05");
  await press(page, page.getByRole("button", { name: "Set the clock" }), "The clock was set.");
  assert.match(await page.locator("#clock-state").innerText(), /2030-01-02 03:04:0\d UTC, which is not the time of this machine/);
  await press(page, page.getByRole("button", { name: "Use the time of this machine" }), "The clock shows the time of this machine.");

  // Records.
  await page.locator("#record-kind").selectOption("products");
  await page.locator("#record-list").getByText("A001", { exact: true }).waitFor();
  const addRecord = page.getByRole("button", { name: "Add the record" });
  await page.locator("#record-json").fill(JSON.stringify({ productCode: "P/1 <b>", productName: hostile }));
  await press(page, addRecord, "The record P/1 <b> was added or replaced.");
  await page.locator("#record-json").fill(JSON.stringify([{ productCode: "P2" }, { productCode: "P3" }]));
  await press(page, addRecord, "2 records were added or replaced.");
  await page.locator("#record-json").fill('{"productCode": 1}');
  await press(page, addRecord, /productCode/, "problem");
  await page.getByRole("button", { name: "Edit products P2" }).click();
  assert.match(await page.locator("#record-json").inputValue(), /"productCode": "P2"/);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    press(page, page.getByRole("button", { name: "Save all to a file" }), "All records were saved."),
  ]);
  const saved = readFileSync(await download.path());
  await press(page, page.getByRole("button", { name: "Delete products P/1 <b>" }), "The record P/1 <b> was deleted.");
  assert.equal(await page.locator("#record-list").getByText("P/1 <b>", { exact: true }).count(), 0);
  await page.locator("#record-json").fill('{"productCode": "P9"}');
  await press(page, page.getByRole("button", { name: "Replace all of this kind" }), "All products were replaced.");
  assert.equal(await page.locator("#record-list > li").count(), 1);
  const file = page.getByLabel("Replace all by a file");
  await file.setInputFiles({ name: "saved.json", mimeType: "application/json", buffer: saved });
  await page.getByText("All records were replaced by those of saved.json.").waitFor();
  await page.locator("#record-list").getByText("P/1 <b>", { exact: true }).waitFor();
  await file.setInputFiles({ name: "wrong.json", mimeType: "application/json", buffer: Buffer.from("{}") });
  await page.locator("#problem", { hasText: "format" }).waitFor();
  await page.locator("#record-list li", { hasText: "P/1 <b>" }).locator("summary").click();

  // Webhooks.
  await page.locator("#target-url").fill(target.url);
  await page.locator("#target-header").fill("x-secret");
  await page.locator("#target-secret").fill("0f8b3c5d9e2a4716");
  await press(page, page.getByRole("button", { name: "Add the target" }), "Target 1 was added.");
  assert.ok(!(await page.locator("body").innerText()).includes("0f8b3c5d9e2a4716"), "the secret is not shown");
  await page.locator("#delivery-fault").selectOption("late");
  await page.locator("#delivery-fault-time").fill("1");
  await press(page, page.getByRole("button", { name: "Queue the fault of an event" }), "The next event has the fault.");
  assert.equal(await page.locator("#delivery-faults").innerText(), "Queued: late 1.");
  await page.locator("#trigger-kind").selectOption("new_sales_order");
  await page.getByLabel("Changes of the documented example").fill(JSON.stringify({ Data: { SaleOrderNo: hostile } }));
  await press(page, page.getByRole("button", { name: "Send the event" }), "The event is sent; deliveries: 1.");
  await page.locator("#delivery-list").getByText("responded: 204").waitFor();
  await press(page, page.getByRole("button", { name: "Repeat delivery 1" }), "Delivery 2 repeats delivery 1.");
  await page.locator("#delivery-list").getByText("repeats 1").waitFor();
  assert.ok(target.received.every(({ secret }) => secret === "0f8b3c5d9e2a4716") && target.received.length > 0);
  await audit(page, "everything");
  for (const [name, viewport] of [["wide", wide], ["phone", phone]]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await audit(page, `${name}-${colorScheme}`);
      if (viewport === phone) await checkFinger(page);
      await picture(page, `sandbox-${name}-${colorScheme}`, { fullPage: true });
      for (const section of ["operations", "stubs", "webhooks"]) {
        await page.evaluate((id) => document.getElementById(id).scrollIntoView(), section);
        await picture(page, `sandbox-${name}-${colorScheme}-${section}`);
      }
    }
  }
  await page.setViewportSize(wide);
  await press(page, page.getByRole("button", { name: "Remove target 1" }), "Target 1 was removed.");
  await press(page, page.getByRole("button", { name: "Remove targets" }), "Targets, deliveries and their faults were removed.");

  await press(page, page.getByRole("button", { name: "Remove all requests" }), "All requests were removed.");
  assert.equal(await requests.innerText(), "No request yet.");
  await press(page, page.getByRole("button", { name: "Reset the sandbox" }), "The sandbox is in the state after its start.");
  await page.locator("#record-kind").selectOption("products");
  await page.locator("#record-list").getByText("A001", { exact: true }).waitFor();
  assert.equal(await page.locator("#record-list").getByText("P2", { exact: true }).count(), 0);

  // The page uses every operation of the control API, but for those that return a single thing of a list.
  const document = await (await fetch(`${sandbox.url}/__sandbox/openapi.json`)).json();
  const single = ["get_health", "get_stub", "get_record", "get_delivery", "list_unused_stubs"];
  const unused = operationsOf(document).filter(({ id, method, path }) => !single.includes(id) && !called.some((call) => call.method === method && path.test(call.path)));
  assert.deepEqual(unused.map(({ id }) => id), [], "operations without a control");

  await sandbox.stop();
  await page.locator("#problem", { hasText: "The sandbox does not respond." }).waitFor();
  await audit(page, "lost");
  await picture(page, "sandbox-lost");
  // Refused requests and a server that is gone are on the console of every browser.
  const expected = /Failed to load resource/;
  assert.deepEqual(noise.filter((text) => !expected.test(text)), [], "the page fetches or complains");
  assert.equal(await page.title(), "Gofive sandbox");
  await page.close();
  console.log(`controls: ${called.length} requests, every control works, axe finds nothing, nothing else fetched, no complaint`);
}

// A sandbox that other machines can reach asks for its token.
async function checkToken() {
  const sandbox = await start("--host", "0.0.0.0", "--control-token", "of-the-test");
  const { page, noise } = await open(sandbox.url, { viewport: phone });
  await page.locator("#token").waitFor();
  assert.ok(!(await page.locator("#columns").isVisible()));
  await audit(page, "token");
  await picture(page, "sandbox-token");
  await page.locator("#token").fill("wrong");
  await page.getByRole("button", { name: "Use the token" }).click();
  await page.locator("#problem", { hasText: "The sandbox refuses this token." }).waitFor();
  await picture(page, "sandbox-token-wrong");
  await page.locator("#token").fill("of-the-test");
  await page.getByRole("button", { name: "Use the token" }).click();
  await page.getByText("Connected.").waitFor();
  await press(page, page.getByRole("button", { name: "Reset the sandbox" }), "The sandbox is in the state after its start.");
  await page.reload();
  await page.getByText("Connected.").waitFor();
  assert.deepEqual(noise.filter((text) => !/401/.test(text)), []);
  await page.close();
  console.log("token: asked for, refused if wrong, kept until the browser closes the page");
}

async function checkNoControl() {
  const sandbox = await start("--no-control");
  assert.equal((await fetch(`${sandbox.url}/`)).status, 404);
  console.log("no control: no page");
}

// Everything that is touched on a phone is large enough, and the page is not wider than the phone.
async function checkFinger(page) {
  const small = await page.locator("button:visible, select:visible, input:visible, summary:visible, nav a:visible").evaluateAll(
    (elements, finger) => elements.filter((element) => element.type !== "checkbox" && element.getBoundingClientRect().height < finger - 12).map((element) => element.outerHTML),
    FINGER,
  );
  assert.deepEqual(small, [], "too small for a finger");
  const buttons = await page.locator("button:visible").evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().height));
  assert.ok(Math.min(...buttons) >= FINGER);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "wider than the phone");
}

async function press(page, button, expected, where = "outcome") {
  await page.evaluate(() => document.querySelectorAll("#outcome, #problem").forEach((text) => text.replaceChildren()));
  await button.click();
  const text = page.locator(`#${where}:not(:empty)`);
  await page.locator("#outcome:not(:empty), #problem:not(:empty)").waitFor();
  const shown = await page.locator("#outcome:not(:empty), #problem:not(:empty)").innerText();
  assert.equal(await text.count(), 1, `${where} expected, but: ${shown}`);
  if (typeof expected === "string") assert.equal(shown, expected);
  else assert.match(shown, expected);
}

// Finds barriers for people with disabilities. axe runs beside the page, whose policy allows no other script.
async function audit(page, state) {
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: axe });
  const expression = 'axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})';
  const { result } = await session.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  await session.detach();
  assert.ok(result.value?.passes.length > 10, `axe did not run: ${JSON.stringify(result).slice(0, 300)}`);
  const found = result.value.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(" | ")}`);
  assert.deepEqual(found, [], `axe in the state “${state}”`);
}

// Opens the page, and records its calls of the control API, requests elsewhere, and messages on the console.
async function open(url, options) {
  const page = await (await browser.newContext(options)).newPage();
  const [noise, called] = [[], []];
  page.on("request", (request) => {
    const { origin, pathname } = new URL(request.url());
    if (origin === url && pathname.startsWith("/__sandbox/")) called.push({ method: request.method().toLowerCase(), path: pathname });
    else if (request.url() !== `${url}/` && !/^(blob|data):/.test(request.url())) noise.push(`request: ${request.url()}`);
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) noise.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => noise.push(`error: ${error.message}`));
  await page.goto(`${url}/`);
  return { page, noise, called };
}

function operationsOf({ paths }) {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { operationId }]) => ({
      id: operationId,
      method,
      path: new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
    })),
  );
}

// Sends a request to the API with a new token, and returns the status code and the JSON of the response.
async function send(sandbox, method, path, body) {
  const key = { "Ocp-Apim-Subscription-Key": "sandbox-key" };
  if (!sandbox.token) {
    const form = new URLSearchParams({ grant_type: "client_credentials", client_id: "sandbox-client", client_secret: "sandbox-secret" });
    const response = await fetch(`${sandbox.url}/authorization/connect/token`, { method: "POST", headers: key, body: form });
    sandbox.token = (await response.json()).access_token;
  }
  const headers = { ...key, authorization: `Bearer ${sandbox.token}`, "content-type": "application/json" };
  const response = await fetch(`${sandbox.url}${path}`, { method, headers, body: body && JSON.stringify(body) });
  return [response.status, await response.json().catch(() => null)];
}

// Starts a sandbox on a free port.
async function start(...args) {
  const child = spawn(program, ["--port", "0", ...args], { stdio: ["ignore", "pipe", "ignore"] });
  const exited = new Promise((resolve) => child.on("exit", resolve));
  stopped.push(() => child.kill());
  let printed = "";
  for await (const chunk of child.stdout) {
    printed += chunk;
    if (printed.includes("Press Ctrl-C")) break;
  }
  const url = /export GOFIVE_BASE_URL=(\S+)/.exec(printed)?.[1];
  assert.ok(url, `the sandbox did not start: ${printed}`);
  return { url, stop: () => (child.kill(), exited) };
}

// A target of webhooks.
async function receiver() {
  const received = [];
  const server = createServer((request, response) => {
    received.push({ secret: request.headers["x-secret"] });
    request.resume().on("end", () => response.writeHead(204).end());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  stopped.push(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}/gofive`, received };
}

function builtProgram() {
  const cwd = fileURLToPath(new URL("../../", import.meta.url));
  const metadata = execFileSync("cargo", ["metadata", "--no-deps", "--format-version", "1"], { cwd, encoding: "utf8" });
  return `${JSON.parse(metadata).target_directory}/debug/gofive-sandbox`;
}
