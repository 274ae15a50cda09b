/**
 * When a usage limit ends, from an agent's words: `resets 3:36pm (UTC)`, `resets Nov 25, 9:50pm (Europe/Berlin)`,
 * `try again at 3:29 PM.`, `try again at Nov 25th, 2026 9:50 PM.`, or an ISO 8601 time. Without a zone UTC is meant:
 * agents are started with TZ=UTC. Undefined when no time can be told; the run then waits by its own back-off.
 */

const isoTime = /\b(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2}))/;
const spoken =
  /(?:resets|try again)(?: at)? (?:([A-Z][a-z]{2})[a-z]{0,6} (\d{1,2})(?:st|nd|rd|th)?,?(?: (\d{4}),?)?(?: at)? )?(\d{1,2})(?::(\d{2}))? ?([ap])\.?m\b\.?(?: \(([A-Za-z_+/-]{2,40})\))?/i;
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const dayMs = 86_400_000;

/** ISO 8601 UTC. `now`: the host's clock when the agent ended; a time without a date is the next such time after it. */
export function resetTime(text: string, now: string): string | undefined {
  const bounded = text.slice(-4096);
  const iso = isoTime.exec(bounded)?.[1];
  if (iso !== undefined) return validIso(Date.parse(iso));
  const match = spoken.exec(bounded);
  return match === null ? undefined : spokenTime(match, Date.parse(now));
}

function spokenTime(match: RegExpExecArray, now: number): string | undefined {
  const [, month, day, year, hour, minute, half, zone = 'UTC'] = match;
  const hours = (Number(hour) % 12) + (half?.toLowerCase() === 'p' ? 12 : 0);
  const today = wallClock(now, zone);
  if (today === undefined || Number(hour) > 12 || Number(minute ?? 0) > 59) return undefined;
  const time = hours * 3_600_000 + Number(minute ?? 0) * 60_000;
  if (month === undefined) {
    const start = Math.floor(today / dayMs) * dayMs;
    const next = start + time > today ? start + time : start + dayMs + time;
    return validIso(instant(next, zone));
  }
  const place = months.indexOf(month.toLowerCase());
  if (place < 0) return undefined;
  const thisYear = new Date(today).getUTCFullYear();
  const date = (of: number): number => Date.UTC(of, place, Number(day)) + time;
  // Without a year: the next such day. Half a year back can only be next year.
  const chosen = year === undefined && date(thisYear) < today - 182 * dayMs ? thisYear + 1 : Number(year ?? thisYear);
  return validIso(instant(date(chosen), zone));
}

/** Wall clock of a zone as if it were UTC; undefined for an unknown zone. */
function wallClock(at: number, zone: string): number | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const part = (name: string): number => parts[name] ?? 0;
    return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  } catch {
    return undefined; // RangeError: no such zone, or no such time.
  }
}

/** The instant at which a zone's clock shows `wall`. Two rounds settle a change of summer time. */
function instant(wall: number, zone: string): number {
  let at = wall;
  for (let round = 0; round < 2; round += 1) at += wall - (wallClock(at, zone) ?? wall);
  return at;
}

function validIso(at: number): string | undefined {
  return Number.isFinite(at) ? new Date(at).toISOString() : undefined;
}
