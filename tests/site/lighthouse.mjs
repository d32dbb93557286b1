// Judges addresses with Lighthouse, its mobile settings, in one Chromium for all of them.
//
//     CHROME_PATH=… node lighthouse.mjs FOLDER/node_modules ADDRESS…
//
// Prints a line of JSON for each address: its scores, and what costs points.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, ...addresses] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/`));
const load = async (name) => await import(pathToFileURL(require.resolve(name)));
const { default: lighthouse } = await load("lighthouse");
const { launch } = await load("chrome-launcher");

const chrome = await launch({ chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"] });
try {
  for (const address of addresses) {
    const { lhr } = await lighthouse(address, {
      port: chrome.port,
      logLevel: "error",
      onlyCategories: ["performance", "accessibility", "best-practices", "seo"],
      disableFullPageScreenshot: true,
    });
    const scores = {};
    const costs = [];
    for (const [name, { score, auditRefs }] of Object.entries(lhr.categories)) {
      scores[name] = Math.round(score * 100);
      for (const { id, weight } of auditRefs) {
        const audit = lhr.audits[id];
        if (weight && audit.score !== null && audit.score < 1) {
          const where = (audit.details?.items ?? []).slice(0, 3).map((item) =>
            JSON.stringify(item.node?.snippet ?? item.description ?? item.url ?? item),
          );
          costs.push([`${id}: ${audit.displayValue ?? audit.title}`, ...where].join(" "));
        }
      }
    }
    console.log(JSON.stringify({ address, scores, costs, error: lhr.runtimeError?.message }));
  }
} finally {
  await chrome.kill();
}
