// One chart for each kind of sensor, one line for each board. Colours and dashes belong to boards, the same in all charts.
/* global uPlot */

import { LEVELS, axisTime, bySensor, element, sensorName, shortTime, value } from './words.js';

const HOURS_48 = 48 * 3600;
const LIGHT = ['#1b7341', '#0b62a0', '#b04a00', '#8436a3', '#a3174f', '#4f5d00', '#00707a', '#5b4bc4'];
const DARK = ['#5fc68c', '#79b8f2', '#f5a15c', '#cf97ea', '#ff8fb6', '#c4d15a', '#5fd0d8', '#a9a0ff'];
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];
const dark = matchMedia('(prefers-color-scheme: dark)');

const shown = new Map();

/** Neighbours differ in colour and in dash, so that colour alone is never needed. */
function look(index) {
  const palette = dark.matches ? DARK : LIGHT;
  return { stroke: palette[index % palette.length], dash: DASHES[index % DASHES.length] };
}

/** A line must not bridge the hours in which a board was silent: such a gap gets a point without a value. */
function withGaps(times, values) {
  const steps = times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
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

function swatch({ stroke, dash }) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
  const set = (node, attributes) => Object.entries(attributes).forEach(([key, text]) => node.setAttribute(key, text));
  set(svg, { width: 28, height: 8, 'aria-hidden': 'true' });
  set(line, { x1: 1, x2: 27, y1: 4, y2: 4, stroke, 'stroke-width': 3, 'stroke-dasharray': dash.join(' ') });
  svg.append(line);
  return svg;
}

class Chart {
  constructor(sensor, devices, looks) {
    this.sensor = sensor;
    this.devices = devices;
    this.plotted = element('div', { class: 'plot', role: 'img' });
    this.at = element('span', { class: 'at' });
    this.cells = new Map();
    const rows = devices.map((device) => {
      const cells = [element('td'), element('td'), element('td')];
      this.cells.set(device, cells);
      return element('tr', {}, element('th', { scope: 'row' }, swatch(looks.get(device)), `Board ${device}`), ...cells);
    });
    const head = ['Line', 'Now', 'Lowest', 'Highest'].map((text) => element('th', { scope: 'col' }, text));
    this.nowHead = head[1];
    this.root = element(
      'article',
      { class: 'card chart', 'data-sensor': sensor },
      element('h3', {}, sensorName(sensor), this.at),
      this.plotted,
      element('table', { class: 'legend' }, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows)),
    );
    this.looks = looks;
  }

  draw() {
    const style = getComputedStyle(document.documentElement);
    const axis = {
      stroke: style.getPropertyValue('--muted'),
      grid: { stroke: style.getPropertyValue('--rule'), width: 1 },
      ticks: { stroke: style.getPropertyValue('--rule'), width: 1, size: 5 },
      font: '12px system-ui, sans-serif',
    };
    const options = {
      width: Math.max(200, this.plotted.clientWidth),
      height: 210,
      legend: { show: false },
      cursor: { y: false, sync: { key: 'time' }, drag: { x: false, y: false } },
      scales: {
        x: { time: true, range: () => [Date.now() / 1000 - HOURS_48, Date.now() / 1000] },
        y: { range: (_, low, high) => padded(...withLimits(low, high, this.limits)) },
      },
      axes: [
        { ...axis, space: 64, size: 32, incrs: [1, 2, 3, 4, 6, 8, 12, 24].map((hours) => hours * 3600), values: (_, splits) => splits.map((s) => axisTime(s * 1000)) },
        { ...axis, size: 50, values: (_, splits) => splits.map(value) },
      ],
      series: [{}, ...this.devices.map((device) => ({ label: device, width: 2, ...this.looks.get(device) }))],
      hooks: { setCursor: [() => this.read()], drawSeries: [(plot, index) => { if (index === this.devices.length) drawLimits(plot, this.limits); }] },
    };
    this.plot = new uPlot(options, this.data, this.plotted);
    this.resized = new ResizeObserver(() => this.plot.setSize({ width: Math.max(200, this.plotted.clientWidth), height: 210 }));
    this.resized.observe(this.plotted);
  }

  /** Under the pointer the legend reads that time, otherwise now. */
  read() {
    const index = this.plot?.cursor.idx;
    const reading = index !== null && index !== undefined && this.plot.cursor.left >= 0;
    this.nowHead.textContent = reading ? 'Then' : 'Now';
    this.at.textContent = reading ? shortTime(this.data[0][index] * 1000) : '';
    this.devices.forEach((device, i) => {
      this.cells.get(device)[0].textContent = value(reading ? nearest(this.data[i + 1], index) : this.newest.get(device));
    });
  }

  update(lines, limits) {
    this.limits = limits;
    this.data = dataOf(lines);
    this.newest = new Map(lines.map((line) => [line.device, line.values.at(-1)]));
    const told = lines.map((line) => {
      const [now, low, high] = [line.values.at(-1), Math.min(...line.values), Math.max(...line.values)].map(value);
      const cells = this.cells.get(line.device);
      cells[1].textContent = low;
      cells[2].textContent = high;
      return `board ${line.device}: now ${now}, lowest ${low}, highest ${high}`;
    });
    this.plotted.setAttribute('aria-label', `${sensorName(this.sensor)} in the last 48 hours, ${told.join('; ')}`);
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
function nearest(values, index) {
  for (let i = index; i >= 0 && i > index - 8; i--) {
    if (values[i] !== undefined) return values[i];
  }
  return null;
}

/** The limits show, unless that would make the readings a flat line. */
function withLimits(low, high, limits) {
  if (low === null || high === null) return [low, high];
  const room = Math.max(high - low, Math.abs(high) * 0.25);
  const near = limits.map((limit) => limit.at).filter((limit) => limit > low - 1.5 * room && limit < high + 1.5 * room);
  return [Math.min(low, ...near), Math.max(high, ...near)];
}

/** A thin line across, in its level's colour, with the level's sign: readings past it are not well. */
function drawLimits(plot, limits) {
  const style = getComputedStyle(document.documentElement);
  const { ctx } = plot;
  const { left, top, width, height } = plot.bbox;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'right';
  for (const limit of limits) {
    const y = plot.valToPos(limit.at, 'y', true);
    if (y < top || y > top + height) continue;
    ctx.strokeStyle = style.getPropertyValue(`--${limit.level}`);
    ctx.fillStyle = ctx.strokeStyle;
    ctx.beginPath();
    ctx.moveTo(left, y);
    ctx.lineTo(left + width, y);
    ctx.stroke();
    ctx.fillText(`${LEVELS[limit.level].sign} ${value(limit.at)}`, left + width - 4 * devicePixelRatio, y - 4 * devicePixelRatio);
  }
  ctx.restore();
}

function padded(low, high) {
  if (low === null || high === null) return [0, 1];
  const pad = (high - low) * 0.1 || Math.max(1, Math.abs(high) * 0.05);
  return [low >= 0 ? Math.max(0, low - pad) : low - pad, high + pad];
}

/** Shows these series; a chart stays in place while its boards stay the same. */
export function showCharts(parent, series, devices, limitsFor) {
  const looks = new Map(devices.map((device, index) => [device, look(index)]));
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
    if (!chart || chart.devices.join() !== of.join()) {
      const made = new Chart(sensor, of, looks);
      if (chart) {
        chart.root.replaceWith(made.root);
        chart.remove();
      }
      shown.set(sensor, made);
      chart = made;
    }
    // Appending what is there already only puts it in order.
    if (parent.children[sensors.indexOf(sensor)] !== chart.root) parent.insertBefore(chart.root, parent.children[sensors.indexOf(sensor)] ?? null);
    chart.update(lines, limitsFor(sensor, of));
  }
}

/** Forgets all charts, to be drawn anew in other colours. */
export function onThemeChange(redraw) {
  dark.addEventListener('change', () => {
    for (const chart of shown.values()) chart.remove();
    shown.clear();
    redraw();
  });
}
