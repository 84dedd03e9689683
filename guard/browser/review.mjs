// A browser on the guard's review page, as its user: reads it, is lured by a
// page of another origin, looks at it on a narrow screen and without a mouse,
// then lets the request through. Prints what it saw as JSON; the test judges.
//
//   node review.mjs REVIEW-URL HOSTILE-PAGE-URL PAYMENT-REVIEW-URL [SCREENSHOT]
import puppeteer from "puppeteer-core";

// The package brings the libraries that bare machines lack (NSS), but takes them
// into use only where it believes to be on a certain cloud: it looks when loaded.
process.env.AWS_LAMBDA_JS_RUNTIME ??= "nodejs22.x";
const { default: chromium } = await import("@sparticuz/chromium");

const [review, hostile, payment, screenshot] = process.argv.slice(2);
// Not chromium.args, which turn the rules between origins off. Chromium's own
// sandbox wants user namespaces, which containers seldom have.
const browser = await puppeteer.launch({
  executablePath: await chromium.executablePath(),
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-zygote"],
  headless: "shell",
});

// What the page asks the network for, beside itself.
const requests = [];
const seen = {};
try {
  const page = await browser.newPage();
  page.on("request", (r) => requests.push(r.url()));
  await page.goto(review);

  seen.text = await page.evaluate(() => document.body.innerText);
  seen.title = await page.title();
  seen.severity = await page.$eval("#severity", (e) => e.innerText);
  seen.headline = await page.$eval("#headline", (e) => e.innerText);
  seen.reasons = await page.$$eval("#reasons li", (all) => all.map((e) => e.innerText));
  seen.lesson = await page.$eval("aside", (e) => e.innerText).catch(() => "");
  seen.scripts = await page.$$eval("script, img, iframe, link, object", (all) => all.length);
  seen.attacked = await page.evaluate(() => window.attacked ?? false);
  seen.language = await page.$eval("html", (e) => e.lang);

  const paying = await browser.newPage();
  await paying.goto(payment);
  seen.changes = await paying.$$eval("#changes tr", (all) =>
    all.map((row) => [...row.cells].map((cell) => cell.innerText)));
  if (screenshot) {
    await paying.setViewport({ width: 900, height: 1100 });
    await paying.screenshot({ path: screenshot });
    await paying.setViewport({ width: 360, height: 740, deviceScaleFactor: 2 });
    await paying.screenshot({ path: screenshot.replace(".png", "-phone.png"), fullPage: true });
  }
  await page.bringToFront();

  // Contrast by WCAG 2.2, section 1.4.3, of every element that holds text.
  seen.contrast = await page.evaluate(() => {
    const channels = (css) => css.match(/[\d.]+/g).map(Number);
    const light = ([r, g, b]) => {
      const [x, y, z] = [r, g, b].map((c) => c / 255)
        .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const backdrop = (e) => {
      for (; e; e = e.parentElement) {
        const c = channels(getComputedStyle(e).backgroundColor);
        if (c.length === 3 || c[3] > 0) return c;
      }
      return [255, 255, 255];
    };
    let worst = 21;
    for (const e of document.querySelectorAll("body *")) {
      if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
      const [a, b] = [light(channels(getComputedStyle(e).color)), light(backdrop(e))];
      worst = Math.min(worst, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
    }
    return worst;
  });

  await page.setViewport({ width: 320, height: 640 });
  seen.overflow = await page.evaluate(() =>
    document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth);

  // A page of another origin posts the form and frames the page, knowing all.
  const lure = await browser.newPage();
  await lure.goto(hostile);
  await lure.waitForFunction("window.finished === true", { timeout: 10_000 });
  seen.framed = await lure.evaluate(() => window.framed ?? false);
  seen.read = await lure.evaluate(() => window.read ?? "");
  const posted = await browser.newPage();
  await posted.goto(hostile + "?submit");
  await posted.waitForFunction("document.readyState === 'complete'");
  seen.posted = await posted.evaluate(() => document.body.innerText);
  await page.reload();
  seen.held = (await page.$("#release")) !== null;

  // The button comes late, so that the second click of a double click hits nothing.
  seen.wait = await page.$eval("#release", (e) => getComputedStyle(e).animationDuration);
  await page.waitForFunction(() =>
    getComputedStyle(document.querySelector("#release")).visibility === "visible");

  // Without a mouse: what the first stop of the tabulator is, and its name.
  await page.keyboard.press("Tab");
  seen.focus = await page.evaluate(() => document.activeElement.id);
  seen.button = await page.evaluate(() => document.activeElement.innerText);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  seen.done = await page.$eval("#done", (e) => e.innerText);
  await page.goBack();
  await page.reload();
  seen.again = (await page.$("#release")) !== null;
  seen.requests = [...new Set(requests)];
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
