// Judges addresses with Lighthouse, its mobile settings, in one Chromium for all of them.
//
//     CHROME_PATH=… node lighthouse.mjs FOLDER/node_modules ADDRESS…
//
// Prints a line of JSON for each address: its scores, what costs points, and how much slower than
// this machine the phone was.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// The phone that Lighthouse pretends to be is four times slower than the machine it runs on, so
// slow machines make slower phones. Chrome's own calibration takes 1000 on Lighthouse's index for
// a mid-tier phone (CalibrationController.ts in its DevTools); no phone is made faster than that.
const PHONE = 1000;
const MOST_TIMES_SLOWER = 4;

const [modules, ...addresses] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/`));
const load = async (name) => await import(pathToFileURL(require.resolve(name)));
const { default: lighthouse } = await load("lighthouse");
const { pageFunctions } = await load("lighthouse/core/lib/page-functions.js");
const { default: puppeteer } = await load("puppeteer-core");
const { launch } = await load("chrome-launcher");

const chrome = await launch({ chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"] });
const browser = await puppeteer.connect({ browserURL: `http://127.0.0.1:${chrome.port}` });

const timesSlower = async () => {
  const page = await browser.newPage();
  const index = await page.evaluate(pageFunctions.computeBenchmarkIndex);
  await page.close();
  return Math.min(MOST_TIMES_SLOWER, Math.max(1, index / PHONE));
};

try {
  for (const address of addresses) {
    const slower = await timesSlower();
    const { lhr } = await lighthouse(
      address,
      {
        port: chrome.port,
        logLevel: "error",
        onlyCategories: ["performance", "accessibility", "best-practices", "seo"],
        disableFullPageScreenshot: true,
      },
      {
        extends: "lighthouse:default",
        settings: { throttling: { cpuSlowdownMultiplier: slower } },
      },
    );
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
    const error = lhr.runtimeError?.message;
    console.log(JSON.stringify({ address, scores, costs, slower, error }));
  }
} finally {
  await browser.disconnect();
  await chrome.kill();
}
