// Opens each page of the built reference from the file system in a real browser, and checks what a reader expects:
// it renders, every operation has its badges, search finds an operation, nothing is fetched, the console stays empty.
//
//   cargo xtask docs && cd tests/browser && npm ci && npm test
//
// BROWSER names the browser (default: `chromium`), REFERENCE the folder of the pages, SCREENSHOTS a folder for pictures.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { launch, picture } from "./browser.mjs";

// What the badges say for each grade of `x-gofive-evidence`.
const GRADES = {
  portal: "documented",
  complete: "fully documented",
  partial: "partly documented",
  "example-only": "from an example",
  observed: "from observed responses",
  wire: "from public integrations",
  legacy: "from the portal of 2021",
  none: "not documented",
};

// What a finger touches, in pixels.
const FINGER = 44;

const workspace = fileURLToPath(new URL("../../", import.meta.url));
const folder = process.env.REFERENCE ?? `${workspace}target/reference`;

const browser = await launch();
try {
  const products = readdirSync(`${workspace}gofive-spec/bundled`)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.replace(/\.json$/, ""));
  for (const product of products) {
    await checkProduct(product);
    await checkPhone(product);
  }
  await checkIndex(products);
} finally {
  await browser.close();
}

async function checkProduct(product) {
  const operations = operationsOf(product);
  const { page, noise } = await open(`${product}.html`);

  // The page renders, with every operation and the badges of its evidence.
  await page.locator(".menu-content").waitFor();
  for (const { id, summary, evidence, webhook } of operations) {
    const section = page.locator(`[id="operation/${id}"]`);
    assert.equal(await section.count(), 1, `${product}: ${id} is not on the page`);
    const text = await section.innerText();
    assert.ok(text.includes(summary), `${product}: ${id} is shown without its summary`);
    for (const [part, grade] of Object.entries(evidence)) {
      const badge = `${part} ${GRADES[grade]}`;
      assert.ok(text.includes(badge), `${product}: ${id} is shown without the badge ${badge}`);
    }
    // A program does not call webhooks.
    const samples = await section.getByRole("tab", { name: "curl", exact: true }).count();
    assert.equal(samples, webhook ? 0 : 1, `${product}: ${id} is shown with ${samples} curl samples`);
  }

  // Search finds an operation, and leads to it.
  const sought = operations.at(-1);
  await page.getByRole("textbox", { name: /search/i }).fill(sought.summary);
  const found = page.locator('[role="search"] [role="menuitem"]', { hasText: sought.summary }).first();
  await found.click();
  await page.waitForFunction((id) => decodeURIComponent(location.hash).endsWith(`operation/${id}`), sought.id);
  await page.waitForTimeout(300);
  const box = await page.locator(`[id="operation/${sought.id}"]`).boundingBox();
  const view = page.viewportSize();
  assert.ok(box && box.y < view.height && box.y + box.height > 0, `${product}: search does not lead to ${sought.id}`);
  await picture(page, product);

  // The sample of an operation is a command.
  const called = operations.find(({ webhook }) => !webhook);
  const section = page.locator(`[id="operation/${called.id}"]`);
  await section.getByRole("tab", { name: "curl", exact: true }).click();
  const command = await section.getByRole("tabpanel").filter({ hasText: "curl" }).first().innerText();
  assert.ok(command.includes("--request") && command.includes(called.path.split("{")[0]), `${product}: ${command}`);

  assert.deepEqual(noise, [], `${product}: the page fetches or complains`);
  await page.close();
  console.log(`${product}: ${operations.length} operations, search found “${sought.summary}”, nothing fetched, no complaint`);
}

// On a phone, everything in the menu and its button can be touched.
async function checkPhone(product) {
  const { page, noise } = await open(`${product}.html`, { width: 390, height: 844 });
  const touched = (box) => page.evaluate(
    ([x, y]) => document.elementFromPoint(x, y)?.closest("#home") === null,
    [box.x + box.width / 2, box.y + box.height / 2],
  );
  await page.locator("#home").waitFor();
  const [home, button] = [page.locator("#home"), page.locator(".menu-content + div")];
  const [link, opener] = [await home.boundingBox(), await button.boundingBox()];
  const gap = Math.max(opener.y - link.y - link.height, link.y - opener.y - opener.height);
  assert.ok(gap >= FINGER, `${product}: the link to all products covers the button of the menu`);
  await button.click();
  const items = page.locator(".menu-content [role=menuitem] > label");
  await items.first().waitFor();
  let seen = 0;
  for (const item of await items.all()) {
    const box = await item.boundingBox();
    if (!box || box.y < 0 || box.y + box.height > 844) continue;
    assert.ok(await touched(box), `${product}: the link to all products covers “${await item.innerText()}”`);
    seen += 1;
  }
  assert.ok(seen > 0, `${product}: the menu has ${seen} items on a phone`);
  await picture(page, `${product}-phone`);
  assert.deepEqual(noise, [], `${product}: the page fetches or complains`);
  await page.close();
  console.log(`${product}: ${seen} items of the menu can be touched on a phone`);
}

async function checkIndex(products) {
  const { page, noise } = await open("index.html");
  const text = await page.locator("body").innerText();
  for (const part of ["cargo run -p gofive-sandbox", "/authorization/connect/token", "$GOFIVE_TOKEN", "https://"]) {
    assert.ok(text.includes(part), `index: it does not say how to start: ${part}`);
  }
  // One search finds the operations of all products, and leads to them.
  for (const product of products) {
    const { title, description } = bundleOf(product).info;
    assert.ok(text.includes(title) && text.includes(description.split(". ")[0]), `index: ${product} is not explained`);
    const sought = operationsOf(product).at(-1);
    await page.getByRole("searchbox").fill(`${title} ${sought.summary}`.toUpperCase());
    await page.locator("#found a", { hasText: sought.summary }).first().click();
    await page.locator(`[id="operation/${sought.id}"]`).waitFor();
    await page.waitForFunction((id) => {
      const { top, bottom } = document.getElementById(`operation/${id}`).getBoundingClientRect();
      return top < innerHeight && bottom > 0;
    }, sought.id);
    await page.goBack();
  }
  await page.getByRole("searchbox").fill("no such operation");
  assert.equal(await page.locator("#found a").count(), 0);
  assert.match(await page.locator("#count").innerText(), /^0 of \d+ operations$/);
  for (const product of products) {
    await page.locator(`dl a[href="${product}.html"]`).click();
    await page.locator(".menu-content").waitFor();
    await page.locator("#home").click();
    await page.waitForURL(/index\.html$/);
  }
  await picture(page, "index");
  assert.deepEqual(noise, [], "index: the page fetches or complains");
  console.log(`index: links ${products.join(", ")}`);
}

// Opens a page, and records requests other than for files, and messages on the console.
async function open(file, viewport = { width: 1400, height: 900 }) {
  const page = await browser.newPage({ viewport });
  const noise = [];
  page.on("request", (request) => {
    if (!/^(file|blob|data):/.test(request.url())) noise.push(`request: ${request.url()}`);
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) noise.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => noise.push(`error: ${error.message}`));
  await page.goto(pathToFileURL(`${folder}/${file}`).href);
  return { page, noise };
}

function bundleOf(product) {
  return JSON.parse(readFileSync(`${workspace}gofive-spec/bundled/${product}.json`, "utf8"));
}

function operationsOf(product) {
  const bundle = bundleOf(product);
  const of = (items, webhook) => Object.entries(items).flatMap(([path, item]) => Object.values(item).map((operation) => ({
    id: operation.operationId,
    path,
    summary: operation.summary,
    evidence: operation["x-gofive-evidence"],
    webhook,
  })));
  return [...of(bundle.paths, false), ...of(bundle["x-webhooks"] ?? {}, true)];
}
