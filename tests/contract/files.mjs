// Reads a file of [name, iCalendar text, [uid, title, status, start, end]] and prints what ical.js reads otherwise, as JSON.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const wrong = [];
for (const [name, text, said] of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const zones = calendar.getAllSubcomponents("vtimezone");
  zones.forEach(zone => ICAL.TimezoneService.register(new ICAL.Timezone(zone)));
  const events = calendar.getAllSubcomponents("vevent");
  const event = new ICAL.Event(events[0]);
  const found = [event.uid, event.summary, events[0].getFirstPropertyValue("status"), event.startDate.toUnixTime(),
    event.endDate.toUnixTime()];
  if (events.length !== 1 || JSON.stringify(found) !== JSON.stringify(said)) wrong.push([name, found, said]);
  ICAL.TimezoneService.reset();
}
console.log(JSON.stringify(wrong));
