/** A factory's boxes by day, as bars under their caps. A year of days is four paths, not thousands of nodes. */
import { useState } from 'preact/hooks';
import type { FactoryDayDto } from '../../dto.ts';
import { day, number, percent } from '../parts/format.ts';

interface Props {
  readonly id: string;
  readonly name: string;
  readonly days: readonly FactoryDayDto[];
}

const HEIGHT = 100;
/** More days than this have no room for the names of weekdays, for dates, for gaps between the bars. */
const MAX_NAMED_DAYS = 8;
const MAX_DATED_DAYS = 31;
const MAX_SPACED_DAYS = 120;

export function FactoryChart({ id, name, days }: Props) {
  const [pointed, setPointed] = useState<number>();
  const at = pointed === undefined ? undefined : Math.min(pointed, days.length - 1);
  const top = Math.max(1, ...days.map((one) => Math.max(boxesOf(one), (one.cap ?? 0) + (one.p90OverCap ?? 0))));
  const gap = days.length <= MAX_NAMED_DAYS ? 0.28 : days.length <= MAX_SPACED_DAYS ? 0.14 : 0;
  const y = (boxes: number) => HEIGHT * (1 - boxes / top);
  const move = (by: number) =>
    setPointed((before) => Math.max(0, Math.min(days.length - 1, (before ?? (by > 0 ? -1 : days.length)) + by)));
  if (days.length === 0) return null;
  return (
    <section class="factory" aria-label={name}>
      <div class="factory-head">
        <h2>
          {name} <span class="mono faint">{id}</span>
        </h2>
        <p>{at === undefined ? headline(days) : dayText(days[at])}</p>
      </div>
      <div
        class="chart"
        tabIndex={0}
        role="slider"
        aria-label={`${name}, boxes by day`}
        aria-valuemin={1}
        aria-valuemax={days.length}
        aria-valuenow={(at ?? 0) + 1}
        aria-valuetext={at === undefined ? headline(days) : dayText(days[at])}
        onPointerMove={(event) => {
          const { left, width } = event.currentTarget.getBoundingClientRect();
          setPointed(Math.max(0, Math.floor(((event.clientX - left) / width) * days.length)));
        }}
        onPointerLeave={() => setPointed(undefined)}
        onBlur={() => setPointed(undefined)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowRight' || event.key === 'ArrowUp') move(1);
          else if (event.key === 'ArrowLeft' || event.key === 'ArrowDown') move(-1);
          else if (event.key === 'Home') setPointed(0);
          else if (event.key === 'End') setPointed(days.length - 1);
          else return;
          event.preventDefault();
        }}
      >
        <svg viewBox={`0 0 ${days.length} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          {at !== undefined && <path class="pointed" d={bar(at, 0, HEIGHT, 0)} />}
          <path class="over" d={days.map((one, x) => over(one, x, y, gap)).join('')} />
          <path class="simulated" d={days.map((one, x) => bar(x, y(boxesOf(one)), y(one.placed), gap)).join('')} />
          <path class="placed" d={days.map((one, x) => bar(x, y(one.placed), HEIGHT, gap)).join('')} />
          <path class="cap" d={days.map((one, x) => (one.cap === null ? '' : `M${x} ${y(one.cap)}h1`)).join('')} />
        </svg>
      </div>
      <Axis days={days} />
    </section>
  );
}

/** Weeks below; each day's use and date too, where there is room. */
function Axis({ days }: { readonly days: readonly FactoryDayDto[] }) {
  const weeks = [...new Set(days.map(({ week }) => week))];
  const room = days.length <= MAX_NAMED_DAYS ? 'roomy' : days.length <= MAX_DATED_DAYS ? 'dense' : 'tight';
  const every = Math.ceil(weeks.length / 9);
  return (
    <div class={`axis ${room}`} aria-hidden="true">
      {room !== 'tight' && (
        <div class="axis-days">
          {days.map((one) => (
            <span key={one.week + one.date}>
              <b class={isOver(one) ? 'bad' : isFull(one) ? 'full' : undefined}>
                {one.cap ? percent(boxesOf(one) / one.cap) : number(boxesOf(one))}
              </b>
              <DayName date={one.date} isShort={room === 'dense'} />
            </span>
          ))}
        </div>
      )}
      <div class="axis-weeks">
        {weeks.length > 1 &&
          weeks.map((week, at) => (
            <span
              key={week}
              class={at % every === 0 ? 'named' : undefined}
              style={{ flexGrow: days.filter((one) => one.week === week).length }}
            >
              {at % every === 0 ? (weeks.length > 6 ? week.slice(5) : week) : ''}
            </span>
          ))}
      </div>
    </div>
  );
}

function DayName({ date, isShort }: { readonly date: string; readonly isShort: boolean }) {
  const [weekday, ...rest] = day(date).split(' ');
  return isShort ? (
    <span>{rest[0]}</span>
  ) : (
    <span class="day-name">
      <span>{weekday} </span>
      <span>{rest.join(' ')}</span>
    </span>
  );
}

const boxesOf = ({ placed, simulated }: FactoryDayDto) => placed + simulated;
const isFull = (one: FactoryDayDto) => one.cap !== null && one.cap > 0 && boxesOf(one) >= one.cap;

const isOver = (one: FactoryDayDto) => one.cap !== null && boxesOf(one) > one.cap;

/** @param gap of a day's width, left and right of its bar */
function bar(x: number, top: number, bottom: number, gap: number): string {
  return bottom - top <= 0 ? '' : `M${x + gap} ${top}h${1 - 2 * gap}V${bottom}h${2 * gap - 1}z`;
}

function over(one: FactoryDayDto, x: number, y: (boxes: number) => number, gap: number): string {
  return one.cap === null || !one.p90OverCap ? '' : bar(x, y(one.cap + one.p90OverCap), y(one.cap), gap);
}

function headline(days: readonly FactoryDayDto[]): string {
  const boxes = days.reduce((sum, one) => sum + boxesOf(one), 0);
  const capped = days.filter((one) => one.cap !== null && one.cap > 0);
  if (capped.length === 0) return `${number(boxes)} boxes, no cap`;
  const share = (one: FactoryDayDto) => boxesOf(one) / (one.cap ?? 1);
  const fullest = capped.reduce((best, one) => (share(one) > share(best) ? one : best));
  const full = days.filter(isFull).length;
  const peak =
    full > 1 ? `full on ${full} of ${days.length} days` : `at most ${percent(share(fullest))}, ${day(fullest.date)}`;
  return `${number(boxes)} boxes, ${peak}`;
}

function dayText(one: FactoryDayDto): string {
  const boxes = number(boxesOf(one));
  const used =
    one.cap === null
      ? `${boxes} boxes, no cap`
      : one.cap === 0
        ? 'closed'
        : `${boxes} of ${number(one.cap)} boxes, ${percent(boxesOf(one) / one.cap)}`;
  const more = one.p90OverCap ? `, P90 ${number(one.p90OverCap)} over` : '';
  return `${day(one.date)}: ${used}${more}, ${number(one.placed)} placed`;
}
