/**
 * Scores of some pages by Lighthouse's desktop preset: the sign-in page, then, signed in, each of PAGES. Says the median
 * of RUNS, every run, and what kept a score down; as JSON, one line a page.
 */
import lighthouse, { desktopConfig } from 'lighthouse';
import puppeteer from 'puppeteer-core';

const { PORTAL_URL, CHROMIUM, EMAIL, PASSWORD, PAGES, RUNS } = process.env;
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];
const TRIES = 3;

const browser = await puppeteer.launch({
  executablePath: CHROMIUM,
  headless: true,
  acceptInsecureCerts: true,
  args: ['--no-sandbox', '--ignore-certificate-errors'],
});
const page = await browser.newPage();

async function once(address) {
  for (let tried = 1; ; tried += 1) {
    const flags = { output: 'json', onlyCategories: CATEGORIES };
    const { lhr } = await lighthouse(address, flags, desktopConfig, page);
    // a busy machine loses a trace now and then; that says nothing of the page
    if (!lhr.runtimeError || tried === TRIES) return lhr;
  }
}

const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];

async function scores(name, address) {
  const seen = Object.fromEntries(CATEGORIES.map((category) => [category, []]));
  const low = {};
  for (let run = 0; run < Number(RUNS); run += 1) {
    const { categories, audits } = await once(address);
    for (const category of CATEGORIES) {
      seen[category].push(Math.round((categories[category].score ?? 0) * 100));
      for (const { id, weight } of categories[category].auditRefs) {
        const { score, displayValue, title } = audits[id];
        if (weight > 0 && score !== null && score < 0.9) low[id] = displayValue ?? title;
      }
    }
  }
  const medians = Object.fromEntries(CATEGORIES.map((category) => [category, median(seen[category])]));
  process.stdout.write(`${JSON.stringify({ name, medians, seen, low })}\n`);
}

try {
  await scores('sign-in', `${PORTAL_URL}/`);
  await page.goto(`${PORTAL_URL}/`);
  await page.waitForSelector('input[type=email]');
  await page.type('input[type=email]', EMAIL);
  await page.type('input[type=password]', PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.shell');
  for (const path of PAGES.split(',')) await scores(path, `${PORTAL_URL}${path}`);
} finally {
  await browser.close();
}
