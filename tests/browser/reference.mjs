// Opens each page of the built reference from the file system in a real browser, and checks what a reader expects:
// it renders, every operation has its badges, search finds an operation, nothing is fetched, the console stays empty.
//
//   cargo xtask docs && cd tests/browser && npm ci && npm test
//
// BROWSER names the browser (default: `chromium`), REFERENCE the folder of the pages, SCREENSHOTS a folder for pictures.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

// What the badges say for each grade of `x-gofive-evidence`.
const GRADES = {
  portal: "documented",
  complete: "fully documented",
  partial: "partly documented",
  "example-only": "from an example",
  wire: "from public integrations",
  legacy: "from the portal of 2021",
  none: "not documented",
};

const workspace = fileURLToPath(new URL("../../", import.meta.url));
const folder = process.env.REFERENCE ?? `${workspace}target/reference`;
const executablePath = browserPath(process.env.BROWSER ?? "chromium");
const quiet = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const args = process.getuid?.() === 0 ? [...quiet, "--no-sandbox"] : quiet;

const browser = await chromium.launch({ executablePath, args });
try {
  const products = readdirSync(`${workspace}openapi/bundled`).map((file) => file.replace(/\.json$/, ""));
  for (const product of products) {
    await checkProduct(product);
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
  for (const { id, summary, evidence } of operations) {
    const section = page.locator(`[id="operation/${id}"]`);
    assert.equal(await section.count(), 1, `${product}: ${id} is not on the page`);
    const text = await section.innerText();
    assert.ok(text.includes(summary), `${product}: ${id} is shown without its summary`);
    for (const [part, grade] of Object.entries(evidence)) {
      const badge = `${part} ${GRADES[grade]}`;
      assert.ok(text.includes(badge), `${product}: ${id} is shown without the badge ${badge}`);
    }
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

  assert.deepEqual(noise, [], `${product}: the page fetches or complains`);
  await page.close();
  console.log(`${product}: ${operations.length} operations, search found “${sought.summary}”, nothing fetched, no complaint`);
}

async function checkIndex(products) {
  const { page, noise } = await open("index.html");
  for (const product of products) {
    await page.locator(`a[href="${product}.html"]`).click();
    await page.locator(".menu-content").waitFor();
    await page.locator("#home").click();
    await page.waitForURL(/index\.html$/);
  }
  await picture(page, "index");
  assert.deepEqual(noise, [], "index: the page fetches or complains");
  console.log(`index: links ${products.join(", ")}`);
}

// Opens a page, and records requests other than for files, and messages on the console.
async function open(file) {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
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

function operationsOf(product) {
  const bundle = JSON.parse(readFileSync(`${workspace}openapi/bundled/${product}.json`, "utf8"));
  const items = [...Object.values(bundle.paths), ...Object.values(bundle["x-webhooks"] ?? {})];
  return items.flatMap((item) => Object.values(item)).map((operation) => ({
    id: operation.operationId,
    summary: operation.summary,
    evidence: operation["x-gofive-evidence"],
  }));
}

function browserPath(name) {
  try {
    return execFileSync("which", [name], { encoding: "utf8" }).trim();
  } catch {
    console.error(`Browser \`${name}\` not found: install Chromium, or name another browser built on it in BROWSER.`);
    process.exit(1);
  }
}

async function picture(page, name) {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png` });
}
