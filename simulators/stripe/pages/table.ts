import { escapeHtml } from './page';

export interface Column {
  readonly heading: string;
  /** `amount` stands on the right, `short` is never broken. */
  readonly look?: 'amount' | 'short';
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** For each row, HTML for each column, whose texts have been escaped. */
  readonly rows: readonly (readonly string[])[];
  /** Shown where there are no rows. */
  readonly empty: string;
}

/**
 * A table that becomes a list of cards on a narrow screen. The roles say again what the elements are, because a
 * style that changes how a table is laid out takes its meaning away.
 */
export function table({ name, columns, rows, empty }: Table): string {
  if (rows.length === 0) return `<p class="dim">${escapeHtml(empty)}</p>`;
  const head = columns
    .map(
      (column) => `<th scope="col" role="columnheader"${classOf(column)}>${escapeHtml(column.heading)}</th>`,
    )
    .join('');
  const body = rows.map((cells) => row(columns, cells)).join('');
  return `<table role="table" aria-label="${escapeHtml(name)}"><thead role="rowgroup"><tr role="row">${head}</tr></thead><tbody role="rowgroup">${body}</tbody></table>`;
}

const row = (columns: readonly Column[], cells: readonly string[]): string =>
  `<tr role="row">${columns
    .map(
      (column, index) =>
        `<td role="cell" data-label="${escapeHtml(column.heading)}"${classOf(column)}>${cells[index] ?? ''}</td>`,
    )
    .join('')}</tr>`;

const classOf = ({ look }: Column): string => (look === undefined ? '' : ` class="${look}"`);
