// Reads a file of [name, iCalendar text, first, last] and prints for each name when ical.js finds something within [first, last), as JSON.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

function startsOf(text, last) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const events = calendar.getAllSubcomponents("vevent").map((one) => new ICAL.Event(one));
  const overrides = events.filter((one) => one.isRecurrenceException());
  const found = [];
  for (const event of events.filter((one) => !one.isRecurrenceException())) {
    for (const other of overrides) if (other.uid === event.uid) event.relateException(other);
    if (!event.isRecurring()) {
      found.push(event.startDate.toUnixTime());
      continue;
    }
    const steps = event.iterator();
    for (let next = steps.next(); next && next.toUnixTime() < last; next = steps.next()) {
      found.push(event.getOccurrenceDetails(next).startDate.toUnixTime());
    }
  }
  return found.sort((a, b) => a - b);
}

const told = JSON.parse(readFileSync(process.argv[2], "utf8"));
const found = told.map(([name, text, first, last]) => [name, startsOf(text, last).filter((one) => one >= first && one < last)]);
console.log(JSON.stringify(Object.fromEntries(found)));
