// Opens every page of the built website in a real browser, below a folder of a plain file server, and does what a reader does:
// searches, follows links, reads on a phone, in light and in dark, with the keyboard. Nothing else is fetched, the console stays
// empty, every link leads somewhere, and axe finds nothing.
//
//   cargo xtask docs && cd tests/browser && npm ci && npm run test:website
//
// WEBSITE is the folder (default: target/website), BROWSER and SCREENSHOTS are those of browser.mjs. With SCREENSHOTS, every page
// is a picture.

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { launch, picture } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const workspace = fileURLToPath(new URL("../../", import.meta.url));
const folder = process.env.WEBSITE ?? join(workspace, "target/website");
const wide = { width: 1400, height: 900 };
const phone = { width: 360, height: 740 };
// The website is below a folder, as on the pages of a forge.
const base = "/gofive/";
const types = {
  ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json",
  ".woff2": "font/woff2", ".png": "image/png",
};

// One page of each kind.
const kinds = [
  "index.html", "docs/testing.html", "docs/promises.html", "reference/index.html", "reference/venio/index.html",
  "reference/venio/case/index.html", "reference/venio/case/add_case.html", "reference/venio/webhooks/receive_chat_message.html",
  "reference/rust.html", "openapi/coverage.html", "changelog.html", "benchmarks.html",
];

if (!existsSync(join(folder, "index.html"))) {
  console.error(`${folder} has no website: run \`cargo xtask docs\`, or name its folder in WEBSITE.`);
  process.exit(1);
}
const pages = htmlFiles("").filter((path) => !path.startsWith("rust/"));
const anchors = new Map();
const server = createServer(serve).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await launch();
try {
  await checkEveryPage();
  await checkPhone();
  await checkWidths();
  for (const colorScheme of ["light", "dark"]) await checkColours(colorScheme);
  await checkKeyboard();
  await checkRustdoc();
  await checkSearch(`${origin}${base}`, "from a server");
  await checkSearch(`${pathToFileURL(folder).href}/`, "from the file system");
} finally {
  await browser.close();
  server.close();
}

// Every page loads, and each of its links leads to a file, and to an anchor in it.
async function checkEveryPage() {
  assert.ok(pages.length > 100, `only ${pages.length} pages`);
  const { page, noise } = await open({ viewport: wide });
  let links = 0;
  for (const path of pages) {
    await page.goto(`${origin}${base}${path}`);
    const title = await page.title();
    assert.ok(title.includes("Gofive"), `${path}: the title is “${title}”`);
    const targets = await page.evaluate(() => [...document.querySelectorAll("a[href]")].map((link) => link.href));
    for (const target of targets) {
      if (checkLink(path, target)) links += 1;
    }
  }
  assert.deepEqual(noise, []);
  console.log(`${pages.length} pages, ${links} links, nothing else fetched, no complaint`);
  await page.context().close();
}

// Fails if a link of the website leads nowhere. Returns false for a link to elsewhere.
function checkLink(path, target) {
  const url = new URL(target);
  if (url.origin !== origin) return false;
  assert.ok(url.pathname.startsWith(base), `${path}: ${target} leads out of the website`);
  let file = decodeURIComponent(url.pathname.slice(base.length));
  if (file === "" || file.endsWith("/")) file += "index.html";
  assert.ok(existsSync(join(folder, file)), `${path}: ${target} leads nowhere`);
  const anchor = decodeURIComponent(url.hash.slice(1));
  if (anchor !== "") assert.ok(anchorsOf(file).has(anchor), `${path}: ${file} has no #${anchor}`);
  return true;
}

function anchorsOf(file) {
  if (!anchors.has(file)) {
    const ids = readFileSync(join(folder, file), "utf8").matchAll(/\sid="?([^"\s>]+)/g);
    anchors.set(file, new Set([...ids].map(([, id]) => id)));
  }
  return anchors.get(file);
}

// No page is wider than a phone: what is wide scrolls by itself.
async function checkPhone() {
  const { page, noise } = await open({ viewport: phone, isMobile: true, hasTouch: true });
  for (const path of pages) {
    await page.goto(`${origin}${base}${path}`);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= phone.width, `${path}: the page is ${width} pixels wide on a phone of ${phone.width}`);
    await picture(page, `phone-${name(path)}`, { fullPage: true });
  }
  // The menu opens, and leads to another page.
  await page.goto(`${origin}${base}index.html`);
  await page.locator("#mdbook-sidebar-toggle").tap();
  await page.waitForTimeout(400);
  await picture(page, "phone-menu");
  await page.locator("#mdbook-sidebar a", { hasText: "Changelog" }).tap();
  await page.waitForURL(/changelog\.html/);
  assert.deepEqual(noise, []);
  console.log(`${pages.length} pages fit a phone, and its menu works`);
  await page.context().close();
}

// From a tablet to a large screen, the arrows to the pages before and after are beside the text.
async function checkWidths() {
  const { page } = await open({ viewport: wide });
  for (const width of [700, 1000, 1081, 1200, 1381, 1400, 1600, 2400]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of kinds) {
      await page.goto(`${origin}${base}${path}`);
      const over = await page.evaluate(() => {
        const text = document.querySelector("main").getBoundingClientRect();
        const arrows = [...document.querySelectorAll(".nav-chapters")].map((arrow) => arrow.querySelector("svg").getBoundingClientRect());
        return arrows.filter((arrow) => arrow.width > 0 && arrow.right > text.left && arrow.left < text.right).length;
      });
      assert.equal(over, 0, `${path}: an arrow is over the text at a width of ${width}`);
    }
  }
  console.log("no arrow is over the text, at eight widths");
  await page.context().close();
}

// The colours follow the system, and have enough contrast.
async function checkColours(colorScheme) {
  const { page, noise } = await open({ viewport: wide, colorScheme });
  for (const path of kinds) {
    await page.goto(`${origin}${base}${path}`);
    const background = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const sum = background.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
    assert.equal(sum < 384 ? "dark" : "light", colorScheme, `${path} is ${background}`);
    await audit(page, `${path}, ${colorScheme}`);
  }
  if (process.env.SCREENSHOTS) {
    for (const path of pages) {
      await page.goto(`${origin}${base}${path}`);
      await picture(page, `${colorScheme}-${name(path)}`, { fullPage: true });
    }
  }
  assert.deepEqual(noise, []);
  console.log(`${colorScheme}: axe finds nothing on ${kinds.length} kinds of pages`);
  await page.context().close();
}

async function audit(page, what) {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 5).map(({ html, any }) => `${html} ${any[0]?.message ?? ""}`).join("\n")}`);
  });
  assert.deepEqual(violations, [], what);
}

// Whatever has the focus is seen to have it.
async function checkKeyboard() {
  const { page } = await open({ viewport: wide });
  await page.goto(`${origin}${base}reference/venio/case/add_case.html`);
  const seen = new Set();
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return { what: element.outerHTML.slice(0, 120), outlined: outlineStyle !== "none" && outlineWidth !== "0px", tag: element.tagName };
    });
    if (focused.tag === "BODY") break;
    assert.ok(focused.outlined, `the focus is not seen: ${focused.what}`);
    seen.add(focused.what);
  }
  assert.ok(seen.size > 15, `${seen.size} elements got the focus`);
  console.log(`the keyboard reaches ${seen.size} elements, and each shows it`);
  await page.context().close();
}

// The documentation of the crates fetches nothing from elsewhere either.
async function checkRustdoc() {
  const { page, noise } = await open({ viewport: wide });
  const crates = readdirSync(join(folder, "rust")).filter((entry) => entry.startsWith("gofive_"));
  assert.ok(crates.length >= 4, `only ${crates}`);
  for (const path of [...crates.map((name) => `rust/${name}/index.html`), "rust/gofive_api/venio/struct.Venio.html"]) {
    await page.goto(`${origin}${base}${path}`);
    await page.locator("h1").first().waitFor();
    await picture(page, `rust-${name(path)}`);
  }
  await page.goto(`${origin}${base}rust/gofive_api/index.html?search=add_case`);
  await page.locator(".search-results a", { hasText: "add_case" }).first().waitFor();
  assert.deepEqual(noise, []);
  console.log(`the documentation of ${crates.length} crates, and its search, fetch nothing else`);
  await page.context().close();
}

// Search finds an operation by its name, a word of a guide, and a word in Thai.
async function checkSearch(root, where) {
  const { page, noise } = await open({ viewport: wide });
  for (const [word, found] of [
    ["add_case", /add_case\.html/],
    ["Open a case", /add_case\.html/],
    ["Bangkok", /index\.html/],
    ["เทคโนโลยี", /get_cost_centers/],
    ["เทคโนโลยีสารสนเทศ", /get_cost_centers/],
    // Thai has no spaces between words.
    ["สารสนเทศ", /get_cost_centers/],
  ]) {
    await page.goto(`${root}docs/testing.html`);
    await page.keyboard.press("/");
    await page.locator("#mdbook-searchbar").pressSequentially(word);
    // No key of the test's keyboard types Thai, and the search waits for one.
    await page.keyboard.press("End");
    const results = page.locator("#mdbook-searchresults a");
    await results.first().waitFor({ timeout: 10_000 }).catch(() => assert.fail(`${where}: search does not find “${word}”`));
    await picture(page, `search-${where.split(" ").pop()}-${encodeURIComponent(word).slice(0, 20)}`);
    const links = await results.evaluateAll((all) => all.map((link) => link.href));
    const index = links.findIndex((link) => found.test(link));
    assert.ok(index >= 0 && index < 5, `${where}: “${word}” finds ${links.slice(0, 5)}`);
    await results.nth(index).click();
    await page.waitForURL(found);
  }
  await page.locator("#mdbook-search-toggle").click();
  await page.locator("#mdbook-searchbar").pressSequentially("nosuchword");
  await page.getByText(/No search results/).waitFor();
  assert.deepEqual(noise, []);
  console.log(`search works ${where}`);
  await page.context().close();
}

// A page that records what it fetches from elsewhere, what is missing, and messages on the console.
async function open(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const noise = [];
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}${base}`) && !/^(file|blob|data):/.test(url)) noise.push(`request: ${url}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) noise.push(`${response.status()}: ${response.url()}`);
  });
  page.on("console", (message) => {
    // rustdoc loads its fonts twice, and Chromium says so.
    if (message.text().startsWith("A preload for ")) return;
    if (["error", "warning"].includes(message.type())) noise.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => noise.push(`error: ${error.message}`));
  return { page, noise };
}

function serve(request, response) {
  const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
  let file = path.startsWith(base) ? join(folder, path.slice(base.length)) : "";
  if (file !== "" && existsSync(file) && statSync(file).isDirectory()) file = join(file, "index.html");
  if (!file.startsWith(folder) || !existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" }).end(readFileSync(file));
}

function htmlFiles(below) {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return path === "rust" ? [] : htmlFiles(path);
    return entry.name.endsWith(".html") && entry.name !== "toc.html" ? [path] : [];
  });
}

function name(path) {
  return path.replace(/\.html$/, "").replaceAll("/", "-");
}
