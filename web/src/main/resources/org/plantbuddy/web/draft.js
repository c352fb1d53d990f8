// Limits that were moved in a chart: what they would have told, until they are saved or taken back.

import { button } from './form.js';
import { previewer, refusal, sayIn } from './limits.js';
import { text } from './text.js';
import { boardName, element, sensorName } from './words.js';

/** Looking back takes longer with each hour. */
const MOST_HOURS = 168;

export class Draft {
  /**
   * @param held what held until now, for this board or for all
   * @param send sends a change to the server; rejects with what is wrong in words
   * @param over called when they are saved, with what to say, or taken back
   */
  constructor(device, held, send, over) {
    this.threshold = { ...held, device, enabled: true };
    const preview = element('div', { class: 'preview', role: 'status' });
    const name = sensorName(held.sensor);
    this.ask = previewer(send, sayIn(preview));
    this.root = element(
      'div',
      { class: 'draft' },
      preview,
      held.device === device
        ? null
        : element('p', { class: 'muted' }, text('draft.alone', { name: boardName(device) })),
      element(
        'p',
        { class: 'actions' },
        button(`save ${held.sensor}`, text('draft.saveNamed', { name }), text('draft.save'), async () => {
          try {
            await send('PUT', 'thresholds', this.threshold);
            over(text('draft.saved', { name }));
          } catch (problem) {
            sayIn(preview)(refusal(problem.message), 'wrong');
          }
        }),
        button(`undo ${held.sensor}`, text('draft.undoNamed', { name }), text('draft.undo'), () =>
          over(text('draft.undone', { name })),
        ),
      ),
    );
  }

  /** Moves a limit, and says how often it would have been passed in a time of so many ms. */
  move(limit, at, length) {
    this.moved = limit;
    this.threshold = { ...this.threshold, [limit]: at };
    this.ask(this.threshold, Math.min(MOST_HOURS, Math.max(1, Math.round(length / 3_600_000))));
  }
}
