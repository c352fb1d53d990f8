// One chart for each kind of sensor, one line for each board. Colours and dashes belong to boards, the same in all charts.
/* global uPlot */

import { text } from './text.js';
import { LEVELS, axisTime, boardName, bySensor, element, sensorName, shortTime, value } from './words.js';

const HOURS_48 = 48 * 3600;
const LIGHT = ['#1b7341', '#0b62a0', '#b04a00', '#8436a3', '#a3174f', '#4f5d00', '#00707a', '#5b4bc4'];
const DARK = ['#5fc68c', '#79b8f2', '#f5a15c', '#cf97ea', '#ff8fb6', '#c4d15a', '#5fd0d8', '#a9a0ff'];
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [16, 4], [4, 9], [12, 3, 2, 3, 2, 3]];
export const FONT = '12px system-ui, sans-serif';
export const LABEL_FONT = '11px system-ui, sans-serif';
const LABEL_LINE = 13;
const STEP = 600;
const FAR_STEP = 3 * 3600;
const dark = matchMedia('(prefers-color-scheme: dark)');

const shown = new Map();

/** Neighbours differ in colour and in dash, so that colour alone is never needed; the first 112 boards each have their own look. */
function look(index) {
  const palette = dark.matches ? DARK : LIGHT;
  const round = Math.floor(index / (palette.length * DASHES.length));
  return { stroke: palette[index % palette.length], dash: DASHES[index % DASHES.length], width: round % 2 ? 4 : 2 };
}

/** A line must not bridge the hours in which a board was silent: such a gap gets a point without a value. */
export function withGaps(times, values) {
  const steps = times
    .slice(1)
    .map((time, i) => time - times[i])
    .sort((a, b) => a - b);
  const usual = steps[Math.floor(steps.length / 2)] ?? 600;
  const most = Math.max(45 * 60, 4 * usual);
  const x = [];
  const y = [];
  times.forEach((time, i) => {
    if (i > 0 && time - times[i - 1] > most) {
      x.push(times[i - 1] + 1);
      y.push(null);
    }
    x.push(time);
    y.push(values[i]);
  });
  return [x, y];
}

function dataOf(lines) {
  return uPlot.join(lines.map((line) => withGaps(line.times, line.values)));
}

/** Readings with no other next to them, before nor after: no line passes them, so they are drawn as dots. */
export function alone(values) {
  const there = [...values.keys()].filter((i) => values[i] !== undefined);
  const none = (i) => i === undefined || values[i] === null;
  return there.filter((i, k) => values[i] !== null && none(there[k - 1]) && none(there[k + 1]));
}

const pen = document.createElement('canvas').getContext('2d');

/** How wide the widest of the texts is, in CSS pixels. */
export function widest(texts, font) {
  pen.font = font;
  return Math.ceil(Math.max(0, ...texts.map((text) => pen.measureText(text).width)));
}

function swatch({ stroke, dash, width }) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
  const set = (node, attributes) => Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
  set(svg, { width: 40, height: 8, 'aria-hidden': 'true' });
  set(line, { x1: 1, x2: 39, y1: 4, y2: 4, stroke, 'stroke-width': width + 1, 'stroke-dasharray': dash.join(' ') });
  svg.append(line);
  return svg;
}

class Chart {
  /** @param key what it is drawn from: another key, another chart */
  constructor(sensor, devices, looks, key) {
    this.sensor = sensor;
    this.key = key;
    this.devices = devices;
    this.plotted = element('div', {
      class: 'plot',
      role: 'slider',
      tabindex: '0',
      'aria-valuemin': '-48',
      'aria-valuemax': '0',
    });
    this.plotted.addEventListener('keydown', (event) => this.move(event));
    this.plotted.addEventListener('pointermove', (event) => {
      if (event.pointerType === 'touch') this.point(event.clientX);
    });
    this.plotted.addEventListener('blur', () => this.point(null));
    this.at = element('span', { class: 'at' });
    this.cells = new Map();
    const rows = devices.map((device) => {
      const cells = [element('td'), element('td'), element('td')];
      this.cells.set(device, cells);
      return element('tr', {}, element('th', { scope: 'row' }, swatch(looks.get(device)), boardName(device)), ...cells);
    });
    const head = ['line', 'now', 'lowest', 'highest'].map((name) =>
      element('th', { scope: 'col' }, text(`chart.${name}`)),
    );
    this.nowHead = head[1];
    this.root = element(
      'article',
      { class: 'card chart', 'data-sensor': sensor },
      element('h3', {}, sensorName(sensor), this.at),
      this.plotted,
      element(
        'table',
        { class: 'legend' },
        element('thead', {}, element('tr', {}, ...head)),
        element('tbody', {}, ...rows),
      ),
    );
    this.looks = looks;
  }

  draw() {
    const style = getComputedStyle(document.documentElement);
    const axis = {
      stroke: style.getPropertyValue('--muted'),
      grid: { stroke: style.getPropertyValue('--rule'), width: 1 },
      ticks: { stroke: style.getPropertyValue('--rule'), width: 1, size: 5 },
      font: FONT,
    };
    const options = {
      width: Math.max(200, this.plotted.clientWidth),
      height: 210,
      padding: [null, () => Math.max(17, 8 + widest(this.limits.map(limitLabel), LABEL_FONT)), null, null],
      legend: { show: false },
      cursor: { y: false, sync: { key: 'time' }, drag: { x: false, y: false } },
      scales: {
        x: { time: true, range: () => [Date.now() / 1000 - HOURS_48, Date.now() / 1000] },
        y: { range: (_, low, high) => padded(...withLimits(low, high, this.limits)) },
      },
      axes: [
        {
          ...axis,
          space: 64,
          size: 32,
          incrs: [1, 2, 3, 4, 6, 8, 12, 24].map((hours) => hours * 3600),
          values: (_, splits) => splits.map((s) => axisTime(s * 1000)),
        },
        {
          ...axis,
          size: (_, values) => Math.max(50, 14 + widest(values ?? [], FONT)),
          values: (_, splits) => splits.map(value),
        },
      ],
      series: [{}, ...this.devices.map((device) => this.line(device))],
      hooks: { setCursor: [() => this.read()], draw: [(plot) => drawLimits(plot, this.limits)] },
    };
    this.plot = new uPlot(options, this.data, this.plotted);
    this.resized = new ResizeObserver(() =>
      this.plot.setSize({ width: Math.max(200, this.plotted.clientWidth), height: 210 }),
    );
    this.resized.observe(this.plotted);
  }

  line(device) {
    const look = this.looks.get(device);
    return {
      label: device,
      ...look,
      points: { show: false, size: 8, fill: look.stroke, filter: (plot, index) => alone(plot.data[index]) },
    };
  }

  /** Moves the time that the legend reads; null: to now. */
  point(clientX) {
    this.plot?.setCursor(
      { left: clientX === null ? -10 : clientX - this.plot.over.getBoundingClientRect().left, top: 0 },
      true,
      true,
    );
  }

  /** By keyboard: arrows go ten minutes, Page Up and Down three hours, Home to the oldest, End and Escape to now. */
  move(event) {
    const now = Date.now() / 1000;
    const here = this.isReading() ? this.plot.posToVal(this.plot.cursor.left, 'x') : now;
    const to = {
      ArrowLeft: here - STEP,
      ArrowDown: here - STEP,
      ArrowRight: here + STEP,
      ArrowUp: here + STEP,
      PageDown: here - FAR_STEP,
      PageUp: here + FAR_STEP,
      Home: now - HOURS_48,
      End: now,
      Escape: now,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const left = this.plot.over.getBoundingClientRect().left;
    this.point(to >= now ? null : left + this.plot.valToPos(Math.max(to, now - HOURS_48), 'x'));
  }

  isReading() {
    const { idx, left } = this.plot?.cursor ?? {};
    return idx !== null && idx !== undefined && left >= 0;
  }

  /** Under the pointer the legend reads that time, otherwise now. */
  read() {
    const index = this.plot?.cursor.idx;
    const reading = this.isReading();
    const time = reading ? this.data[0][index] : null;
    this.nowHead.textContent = text(reading ? 'chart.then' : 'chart.now');
    this.at.textContent = reading ? shortTime(time * 1000) : '';
    const told = this.devices.map((device, i) => {
      const shown = value(reading ? nearest(this.data[i + 1], index) : this.newest.get(device));
      this.cells.get(device)[0].textContent = shown;
      return `${boardName(device)} ${shown}`;
    });
    this.plotted.setAttribute('aria-valuenow', reading ? ((time * 1000 - Date.now()) / 3_600_000).toFixed(1) : '0');
    this.plotted.setAttribute(
      'aria-valuetext',
      `${reading ? shortTime(time * 1000) : text('chart.now')}: ${told.join(', ')}`,
    );
  }

  update(lines, limits) {
    this.limits = limits;
    this.data = dataOf(lines);
    this.newest = new Map(lines.map((line) => [line.device, line.values.at(-1)]));
    const told = lines.map((line) => {
      const [now, low, high] = [line.values.at(-1), line.lowest, line.highest].map(value);
      const cells = this.cells.get(line.device);
      cells[1].textContent = low;
      cells[2].textContent = high;
      return text('chart.told', { name: boardName(line.device), now, low, high });
    });
    this.plotted.setAttribute(
      'aria-label',
      text('chart.label', { sensor: sensorName(this.sensor), told: told.join('; ') }),
    );
    if (this.plot) this.plot.setData(this.data);
    else this.draw();
    this.read();
  }

  remove() {
    this.resized?.disconnect();
    this.plot?.destroy();
    this.root.remove();
  }
}

/** Boards report at different seconds: where one has no point, its nearest earlier one counts. */
export function nearest(values, index) {
  for (let i = index; i >= 0 && i > index - 8; i--) {
    if (values[i] !== undefined) return values[i];
  }
  return null;
}

/** The limits show, unless that would make the readings a flat line; but always those that all of them are past. */
export function withLimits(low, high, limits) {
  if (low === null || high === null) return [low, high];
  const room = Math.max(high - low, Math.abs(high) * 0.25);
  const near = limits
    .filter(({ at, below }) => (at > low - 1.5 * room && at < high + 1.5 * room) || (below ? high <= at : low >= at))
    .map((limit) => limit.at);
  return [Math.min(low, ...near), Math.max(high, ...near)];
}

export const limitLabel = (limit) => `${LEVELS[limit.level].sign} ${value(limit.at)}`;

/** A thin line across, in its level's colour, and beside it the level's sign: readings past it are not well. */
export function drawLimits(plot, limits) {
  const style = getComputedStyle(document.documentElement);
  const { ctx } = plot;
  const { left, top, width, height } = plot.bbox;
  const line = LABEL_LINE * devicePixelRatio;
  const shown = limits
    .map((limit) => ({ limit, y: plot.valToPos(limit.at, 'y', true) }))
    .filter(({ y }) => y >= top && y <= top + height)
    .sort((one, other) => one.y - other.y);
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.font = LABEL_FONT.replace('11', `${11 * devicePixelRatio}`);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  let free = top;
  shown.forEach(({ limit, y }, i) => {
    ctx.strokeStyle = style.getPropertyValue(`--${limit.level}`);
    ctx.fillStyle = ctx.strokeStyle;
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(left + width, y);
    ctx.stroke();
    // Labels keep clear of one another, and of the axis below.
    const at = Math.min(Math.max(y, free), top + height - (shown.length - 1 - i) * line);
    free = at + line;
    ctx.fillText(limitLabel(limit), left + width + 4 * devicePixelRatio, at);
  });
  ctx.restore();
}

export function padded(low, high) {
  if (low === null || high === null) return [0, 1];
  const pad = (high - low) * 0.1 || Math.max(1, Math.abs(high) * 0.05);
  return [low >= 0 ? Math.max(0, low - pad) : low - pad, high + pad];
}

/** Shows these series; a chart stays in place while its boards stay the same. */
export function showCharts(parent, series, devices, limitsFor) {
  const looks = new Map(devices.map((device, index) => [device, look(index)]));
  const looksOf = (names) => JSON.stringify(names.map((name) => [name, looks.get(name)]));
  const sensors = [...new Set(series.map((line) => line.sensor))].sort(bySensor);
  for (const [sensor, chart] of shown) {
    if (!sensors.includes(sensor)) {
      chart.remove();
      shown.delete(sensor);
    }
  }
  for (const sensor of sensors) {
    const lines = series.filter((line) => line.sensor === sensor);
    const of = lines.map((line) => line.device);
    let chart = shown.get(sensor);
    if (!chart || chart.key !== looksOf(of)) {
      const made = new Chart(sensor, of, looks, looksOf(of));
      if (chart) {
        const focused = chart.plotted === document.activeElement;
        chart.root.replaceWith(made.root);
        chart.remove();
        if (focused) made.plotted.focus();
      }
      shown.set(sensor, made);
      chart = made;
    }
    // Appending what is there already only puts it in order.
    if (parent.children[sensors.indexOf(sensor)] !== chart.root)
      parent.insertBefore(chart.root, parent.children[sensors.indexOf(sensor)] ?? null);
    chart.update(lines, limitsFor(sensor, of));
  }
}

/** Calls this when the reader's theme changes. */
export const onDark = (work) => dark.addEventListener('change', work);

/** Forgets all charts, to be drawn anew in other colours. */
export function onThemeChange(redraw) {
  onDark(() => {
    for (const chart of shown.values()) chart.remove();
    shown.clear();
    redraw();
  });
}
