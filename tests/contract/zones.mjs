// Reads a file of [zone, iCalendar text, [[wall time, instant], ...]] and prints what ical.js takes for another instant, as JSON.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const wrong = [];
for (const [name, text, moments] of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const zone = new ICAL.Timezone(calendar.getFirstSubcomponent("vtimezone"));
  for (const [local, instant] of moments) {
    const [year, month, day, hour, minute, second] = local.match(/(....)(..)(..)T(..)(..)(..)/).slice(1).map(Number);
    const found = new ICAL.Time({year, month, day, hour, minute, second}, zone).toUnixTime();
    if (found !== instant) wrong.push([name, local, found - instant]);
  }
}
console.log(JSON.stringify(wrong));
