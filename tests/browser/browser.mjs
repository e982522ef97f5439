// The browser that the tests use: BROWSER names it (default: `chromium`).

import { execFileSync } from "node:child_process";
import { chromium } from "playwright-core";

const quiet = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export function launch() {
  const args = process.getuid?.() === 0 ? [...quiet, "--no-sandbox"] : quiet;
  return chromium.launch({ executablePath: path(process.env.BROWSER ?? "chromium"), args });
}

function path(name) {
  try {
    return execFileSync("which", [name], { encoding: "utf8" }).trim();
  } catch {
    console.error(`Browser \`${name}\` not found: install Chromium, or name another browser built on it in BROWSER.`);
    process.exit(1);
  }
}

/** Saves a picture in the folder SCREENSHOTS, if it is set. */
export async function picture(page, name, options = {}) {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png`, ...options });
}
