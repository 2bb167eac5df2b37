import { faultPresets, type FaultPreset } from '../faults/fault-presets';
import { escapeHtml } from './page';

/** The faults that are set, and a button for each kind of fault. */
export const faultsSection = (faults: readonly object[]): string =>
  `<section aria-labelledby="faults"><h2 id="faults">Faults</h2>${activeFaults(faults)}
<form method="post" action="/simulator/faults">
<p><label>How many times <input type="number" name="times" min="1" max="1000" value="1" aria-describedby="times-hint"></label> <span class="dim" id="times-hint">Leave it empty to go on until it is cleared.</span></p>
<h3>The next request that changes something</h3>${buttons('request')}
<h3>The next webhook</h3>${buttons('webhook')}
</form></section>`;

function activeFaults(faults: readonly object[]): string {
  if (faults.length === 0) return '<p class="dim">None is set: everything answers as it should.</p>';
  const items = faults.map((fault) => `<li><code>${escapeHtml(JSON.stringify(fault))}</code></li>`).join('');
  return `<ul class="active">${items}</ul><form method="post" action="/simulator/faults/clear"><p><button type="submit" class="secondary">Clear all faults</button></p></form>`;
}

const buttons = (area: FaultPreset['area']): string =>
  `<div class="buttons">${faultPresets
    .filter((preset) => preset.area === area)
    .map(
      ({ name, label, hint }) =>
        `<button type="submit" name="preset" value="${escapeHtml(name)}" class="secondary">${escapeHtml(label)}<small>${escapeHtml(hint)}</small></button>`,
    )
    .join('')}</div>`;
