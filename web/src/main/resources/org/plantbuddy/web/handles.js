// Handles by which the limits in a chart are moved: dragged, or by keyboard.

import { text } from './text.js';
import { element, withUnit } from './words.js';

const WIDTH = 34;
const HEIGHT = 24;
const FAR = 10;

/** How far a limit moves at once, on an axis of this length: 1, 2 or 5 of some power of ten. */
export function stepOf(length) {
  const rough = length / 100;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const many = [1, 2, 5].find((one) => one * ten >= rough * 0.999) ?? 10;
  return Number((many * ten).toPrecision(12));
}

/** The step that is nearest. */
export const stepped = (at, step) => Number((Math.round(at / step) * step).toPrecision(12));

/**
 * From where to where a limit can move: lower ones stay below higher ones.
 *
 * @param limits the lowest first, each with its place `at`
 * @param axis the lowest and the highest place that is shown
 */
export function boundsOf(limits, name, [low, high], step) {
  const i = limits.findIndex((limit) => limit.name === name);
  const [before, here, after] = [limits[i - 1], limits[i], limits[i + 1]];
  const apart = (lower, upper) => (lower.below === upper.below ? 0 : step);
  const least = before ? before.at + apart(before, here) : low >= 0 ? 0 : low - (high - low);
  const most = after ? after.at - apart(here, after) : high + (high - low);
  return [Math.min(least, here.at), Math.max(most, here.at)];
}

export class Handles {
  /** @param onMove called with the name of a limit, where it is to be, and whether it is being dragged */
  constructor(sensor, onMove) {
    this.sensor = sensor;
    this.onMove = onMove;
    this.root = element('div', { class: 'handles' });
    this.made = new Map();
    this.isDragged = false;
  }

  /** Puts each beside its limit. */
  place(plot, limits) {
    this.plot = plot;
    this.limits = limits;
    const { min, max } = plot.scales.y;
    this.step = stepOf(max - min);
    for (const [name, handle] of this.made) {
      if (limits.some((limit) => limit.name === name)) continue;
      handle.remove();
      this.made.delete(name);
    }
    const taken = [];
    const frame = this.root.parentElement.getBoundingClientRect();
    const over = plot.over.getBoundingClientRect();
    for (const limit of limits) {
      const handle = this.made.get(limit.name) ?? this.make(limit);
      const [least, most] = boundsOf(limits, limit.name, [min, max], this.step);
      handle.setAttribute('aria-valuemin', String(least));
      handle.setAttribute('aria-valuemax', String(most));
      handle.setAttribute('aria-valuenow', String(limit.at));
      handle.setAttribute('aria-valuetext', withUnit(this.sensor, limit.at));
      const top = plot.valToPos(limit.at, 'y');
      const beside = taken.filter((other) => Math.abs(other - top) < HEIGHT).length;
      taken.push(top);
      handle.style.top = `${over.top - frame.top + top - HEIGHT / 2}px`;
      handle.style.left = `${over.right - frame.left - (beside + 1) * WIDTH}px`;
    }
  }

  make(limit) {
    const handle = element(
      'div',
      {
        class: `handle ${limit.level}`,
        role: 'slider',
        tabindex: '0',
        'aria-orientation': 'vertical',
        'aria-label': text(`limit.${limit.name}`),
      },
      element('span', { 'aria-hidden': 'true' }, '↕'),
    );
    handle.addEventListener('keydown', (event) => this.key(event, limit.name));
    handle.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      handle.focus();
      handle.setPointerCapture(event.pointerId);
      this.isDragged = false;
    });
    handle.addEventListener('pointermove', (event) => {
      event.stopPropagation();
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const { top, height } = this.plot.over.getBoundingClientRect();
      const y = Math.min(Math.max(event.clientY - top, 0), height);
      this.go(limit.name, this.plot.posToVal(y, 'y'), true);
    });
    handle.addEventListener('lostpointercapture', () => {
      if (this.isDragged) this.go(limit.name, this.at(limit.name), false);
    });
    this.made.set(limit.name, handle);
    this.root.append(handle);
    return handle;
  }

  at(name) {
    return this.limits.find((limit) => limit.name === name).at;
  }

  go(name, to, isDragged) {
    const { min, max } = this.plot.scales.y;
    const [least, most] = boundsOf(this.limits, name, [min, max], this.step);
    const at = Math.min(Math.max(isDragged ? stepped(to, this.step) : to, least), most);
    if (at === this.at(name) && isDragged) return;
    this.isDragged = isDragged;
    this.onMove(name, at, isDragged);
  }

  /** Arrows go a step, Page Up and Down ten, Home and End to its ends. */
  key(event, name) {
    const here = this.at(name);
    const { min, max } = this.plot.scales.y;
    const [least, most] = boundsOf(this.limits, name, [min, max], this.step);
    const steps = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: FAR, PageDown: -FAR }[event.key];
    const to = { Home: least, End: most }[event.key] ?? (steps && stepped(here + steps * this.step, this.step));
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (to !== here) this.go(name, to, false);
  }

  focus(name) {
    this.made.get(name)?.focus();
  }
}
