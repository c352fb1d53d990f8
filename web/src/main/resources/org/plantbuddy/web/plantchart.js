// A chart of one sensor of one board: its line, the band of its lowest and highest readings, its limits and its alerts.
/* global uPlot */

import { FONT, LABEL_FONT, alone, drawLimits, limitLabel, padded, widest } from './charts.js';
import { Handles } from './handles.js';
import { inWords, near } from './notes.js';
import { text } from './text.js';
import { measured } from './units.js';
import { LEVELS, axisDate, element, moment, sensorName, value, windowTime } from './words.js';

const HEIGHT = 190;
const FAR = 12;

/** A note is read in this part of what is shown, before and after it. */
const NEAR = 150;
const HOUR = 3600;
const DAY = 24 * HOUR;
const STEPS = [60, 120, 300, 600, 900, 1800, ...[1, 2, 3, 4, 6, 8, 12].map((hours) => hours * HOUR)];
const DAYS = [1, 2, 3, 7, 14, 30, 61, 91, 183, 365, 730].map((days) => days * DAY);

/** What an axis shows: all readings, and all limits, wherever they are. */
export function axisRange(low, high, limits) {
  const all = [low, high, ...limits.map((limit) => limit.at)].filter((one) => one !== null && Number.isFinite(one));
  return all.length ? padded(Math.min(...all), Math.max(...all)) : [0, 1];
}

/**
 * From when to when which level was in force.
 *
 * @param alerts changes of level of one sensor, in any order; times in ms
 * @param now when what is still in force ends
 * @param from when the first that ended began, if that is not known
 */
export function alertSpans(alerts, now, from) {
  const spans = [];
  let open = null;
  for (const { level, previousLevel, time } of [...alerts].sort((a, b) => a.time - b.time)) {
    if (!open && !spans.length && LEVELS[previousLevel] && previousLevel !== 'ok')
      open = { level: previousLevel, from };
    if (open) spans.push({ ...open, to: time });
    open = level === 'ok' ? null : { level, from: time };
  }
  return open ? [...spans, { ...open, to: now }] : spans;
}

/** The point with a value that is nearest to an index, so that a gap is never what is read. */
export function nearestPoint(values, index) {
  for (let away = 0; away < values.length; away++) {
    for (const i of [index - away, index + away]) {
      if (values[i] !== null && values[i] !== undefined) return i;
    }
  }
  return null;
}

export class PlantChart {
  /**
   * @param {object} on what the reader does: `zoom` is called with from and to in seconds, `back` to see all again, `read` with a
   *     time in seconds that was gone to by keyboard, or null; `limit` as Handles calls it
   */
  constructor(sensor, on) {
    this.sensor = sensor;
    this.on = on;
    this.handles = new Handles(sensor, on.limit);
    this.plotted = element('div', {
      class: 'plot',
      role: 'application',
      'aria-roledescription': text('plant.kind'),
      tabindex: '0',
    });
    this.plotted.addEventListener('keydown', (event) => this.move(event));
    this.plotted.addEventListener('blur', () => this.point(null));
    this.plotted.addEventListener('pointermove', (event) => this.touched(event));
    this.plotted.addEventListener('pointerdown', (event) => this.touched(event));
    this.at = element('span', { class: 'at' });
    this.facts = element('dl', { class: 'facts' });
    this.below = element('div', { class: 'below' });
    this.root = element(
      'article',
      { class: 'card chart', 'data-sensor': sensor },
      element('h2', {}, sensorName(sensor), this.at),
      element('div', { class: 'frame' }, this.plotted, this.handles.root),
      this.below,
      this.facts,
    );
    this.resized = new ResizeObserver(() => this.plot?.setSize({ width: this.width(), height: HEIGHT }));
    this.resized.observe(this.plotted);
  }

  width() {
    return Math.max(200, this.plotted.clientWidth);
  }

  /**
   * Shows this.
   *
   * @param shown line, limits, spans of alerts, and from, to and step of the time in seconds
   * @param room how wide the labels at the left and at the right are in the widest chart, in CSS pixels
   */
  update(shown, room) {
    const { line, from, to } = shown;
    this.shown = shown;
    this.room = room;
    this.data = [line.times, line.max ?? line.values, line.min ?? line.values, line.values];
    const say = (number, mean) => measured(number, line.sensor, line.decimals, mean);
    this.plotted.setAttribute(
      'aria-label',
      text('plant.chart', {
        sensor: sensorName(line.sensor),
        lowest: say(line.lowest),
        highest: say(line.highest),
        mean: say(line.mean, true),
      }),
    );
    const fact = (name, number, time) =>
      element(
        'div',
        {},
        element('dt', {}, name),
        element(
          'dd',
          {},
          say(number, time === null),
          ...(time === null ? [] : [' ', moment(time * 1000, windowTime(time * 1000, shown.step))]),
        ),
      );
    this.facts.replaceChildren(
      fact(text('plant.lowest'), line.lowest, line.lowestAt),
      fact(text('plant.highest'), line.highest, line.highestAt),
      fact(text('plant.mean'), line.mean, null),
    );
    if (this.plot) {
      this.plot.setData(this.data, false);
      this.plot.setScale('x', { min: from, max: to });
    } else this.draw();
    this.read();
  }

  draw() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = {
      stroke: colour('--muted'),
      grid: { stroke: colour('--rule'), width: 1 },
      ticks: { stroke: colour('--rule'), width: 1, size: 5 },
      font: FONT,
    };
    const edge = { stroke: 'transparent', width: 0, points: { show: false } };
    this.plot = new uPlot(
      {
        width: this.width(),
        height: HEIGHT,
        padding: [10, () => this.room.right, null, null],
        legend: { show: false },
        cursor: {
          y: false,
          sync: { key: 'plant' },
          drag: { x: true, y: false, setScale: false, dist: 8 },
          bind: { dblclick: () => () => this.on.back() },
        },
        scales: {
          x: { time: true, range: () => [this.shown.from, this.shown.to] },
          y: { range: () => axisRange(this.shown.line.lowest, this.shown.line.highest, this.shown.limits) },
        },
        axes: [
          {
            ...axis,
            space: 64,
            size: 32,
            incrs: [...STEPS, ...DAYS],
            values: (_, splits, _index, _space, step) => splits.map((s) => axisDate(s * 1000, step)),
          },
          {
            ...axis,
            size: (_, values) => Math.max(this.room.left, 14 + widest(values ?? [], FONT)),
            values: (_, splits) => splits.map(value),
          },
        ],
        bands: [{ series: [1, 2], fill: `color-mix(in srgb, ${colour('--accent')} 18%, transparent)` }],
        series: [
          {},
          edge,
          edge,
          {
            stroke: colour('--accent'),
            width: 2,
            points: {
              show: false,
              size: 8,
              fill: colour('--accent'),
              filter: (plot, index) => alone(plot.data[index]),
            },
          },
        ],
        hooks: {
          setCursor: [() => this.read()],
          setSelect: [(plot) => this.zoomed(plot)],
          drawAxes: [
            (plot) => drawSpans(plot, this.shown.spans, colour),
            (plot) => drawNotes(plot, this.shown.notes, colour('--info')),
          ],
          draw: [(plot) => drawLimits(plot, this.shown.limits), (plot) => this.handles.place(plot, this.shown.limits)],
        },
      },
      this.data,
      this.plotted,
    );
  }

  /**
   * Shows limits in other places.
   *
   * @param isDragged the axis stays, so that nothing moves away under the finger
   */
  showLimits(limits, isDragged) {
    this.shown = { ...this.shown, limits };
    this.plot.redraw(false, !isDragged);
  }

  /** Shows this below the chart; null: nothing. */
  showBelow(part) {
    if (part !== this.below.firstChild) this.below.replaceChildren(...(part ? [part] : []));
  }

  zoomed(plot) {
    const { left, width } = plot.select;
    if (width < 8) return;
    const [from, to] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')];
    plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    this.on.zoom(from, to);
  }

  /** One finger reads, as it moves along; only mice and pens drag. */
  touched(event) {
    if (event.pointerType === 'touch') this.point(event.clientX - this.plot.over.getBoundingClientRect().left);
  }

  /** Moves the time that is read; null: none. */
  point(left) {
    this.plot?.setCursor({ left: left ?? -10, top: 0 }, true, true);
  }

  index() {
    const { idx, left } = this.plot?.cursor ?? {};
    return idx === null || idx === undefined || left < 0 ? null : nearestPoint(this.data[3], idx);
  }

  read() {
    const i = this.index();
    const time = this.data[0][i];
    this.at.textContent =
      i === null
        ? ''
        : [`${windowTime(time * 1000, this.shown.step)}: ${this.told(i)}`, ...this.noted(time)].join(' · ');
  }

  /** What is noted at about a time. */
  noted(time) {
    const { notes, from, to } = this.shown;
    return near(notes, time, (to - from) / NEAR).map(inWords);
  }

  /** What a point is, with the lowest and highest reading of its window where they are others. */
  told(i) {
    const { line, step } = this.shown;
    const [low, high, number] = [this.data[2][i], this.data[1][i], this.data[3][i]];
    const told = measured(number, line.sensor, line.decimals, step > 0);
    const [least, most] = [low, high].map((one) => measured(one, '', line.decimals));
    return low === high ? told : text('plant.between', { value: told, least, most });
  }

  /** What was measured at a time, in words; null where nothing was within the window or 10 minutes. */
  saying(time) {
    const [times, , , values] = this.data;
    const near = times.reduce(
      (best, one, i) =>
        values[i] !== null && (best === null || Math.abs(one - time) < Math.abs(times[best] - time)) ? i : best,
      null,
    );
    const far = Math.max(600, this.shown.step);
    return near === null || Math.abs(times[near] - time) > far ? null : `${sensorName(this.sensor)} ${this.told(near)}`;
  }

  /** By keyboard: arrows go a point, Page Up and Down twelve, Home and End to the ends, Escape to none. */
  move(event) {
    const points = [...this.data[3].keys()].filter((i) => this.data[3][i] !== null);
    const here = this.index();
    const place = here === null ? points.length : points.indexOf(here);
    const to = {
      ArrowLeft: place - 1,
      ArrowDown: place - 1,
      ArrowRight: place + 1,
      ArrowUp: place + 1,
      PageUp: place + FAR,
      PageDown: place - FAR,
      Home: 0,
      End: points.length - 1,
      Escape: null,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (to === null) {
      this.point(null);
      this.on.read(null);
      return;
    }
    const time = this.data[0][points[Math.min(Math.max(to, 0), points.length - 1)]];
    this.point(Math.max(0, this.plot.valToPos(time, 'x')));
    this.on.read(time);
  }

  remove() {
    this.resized.disconnect();
    this.plot?.destroy();
    this.root.remove();
  }
}

/** How much room labels need: at the left the numbers of the axis, at the right those of limits. */
export function roomOf(shown) {
  return {
    left:
      14 +
      widest(
        axisRange(shown.line.lowest, shown.line.highest, shown.limits).map((one) => value(Math.round(one))),
        FONT,
      ),
    right: Math.max(17, 8 + widest(shown.limits.map(limitLabel), LABEL_FONT)),
  };
}

/** Where an alert was in force the ground has its colour, and its sign stands at its beginning. */
function drawSpans(plot, spans, colour) {
  const { ctx } = plot;
  const { left, top, width, height } = plot.bbox;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.font = FONT.replace('12', `${12 * devicePixelRatio}`);
  ctx.textBaseline = 'top';
  for (const { level, from, to } of spans) {
    const [x, end] = [from, to].map((ms) => plot.valToPos(ms / 1000, 'x', true));
    ctx.fillStyle = colour(`--${level}-ground`);
    ctx.fillRect(x, top, Math.max(2, end - x), height);
    ctx.fillStyle = colour(`--${level}`);
    ctx.fillText(LEVELS[level].sign, Math.max(x, left) + 2 * devicePixelRatio, top + 2 * devicePixelRatio);
  }
  ctx.restore();
}

/** A drop where the plant was watered, a dot where something else is noted, and a thin line below. */
function drawNotes(plot, notes, colour) {
  const { ctx } = plot;
  const { left, top, width, height } = plot.bbox;
  const size = 5 * devicePixelRatio;
  ctx.save();
  ctx.fillStyle = colour;
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  for (const { kind, time } of notes) {
    const x = plot.valToPos(time / 1000, 'x', true);
    if (x < left || x > left + width) continue;
    const y = top + 2 * size;
    ctx.beginPath();
    ctx.arc(x, y, size, 0, 2 * Math.PI);
    if (kind === 'watered') {
      ctx.moveTo(x - size, y);
      ctx.lineTo(x, y - 2 * size);
      ctx.lineTo(x + size, y);
    }
    ctx.fill();
    ctx.beginPath();
    ctx.moveTo(x, y + size);
    ctx.lineTo(x, top + height);
    ctx.stroke();
  }
  ctx.restore();
}
