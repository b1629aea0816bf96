import { count as inWords } from '../../ui/format.js';

interface BarRow {
  readonly key: string;
  readonly label: string;
  readonly value: number;
  readonly note: string;
}

interface BarTableProps {
  /** Heads of the columns. */
  readonly label: string;
  readonly count: string;
  readonly rows: readonly BarRow[];
}

/** A bar chart that is a table: every number can be read, also aloud and on paper. */
export function BarTable({ label, count, rows }: BarTableProps) {
  const highest = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <table class="bars">
      <thead>
        <tr>
          <th scope="col">{label}</th>
          <th scope="col">{count}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, label: name, value, note }) => (
          <tr key={key} data-row={key}>
            <th scope="row">{name}</th>
            <td>
              <span class="track" aria-hidden="true">
                <span
                  class="share"
                  hidden={value === 0}
                  style={{ width: `${(value / highest) * 100}%` }}
                />
              </span>
              <strong>{inWords(value)}</strong> <span class="quiet">{note}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
