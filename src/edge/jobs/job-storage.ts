// The storage of one job in the SQLite database of its Durable Object.
import type { JobStorage } from '../../jobs/job-storage.ts';
import type { JobRecord, StoredEvent } from '../../jobs/record.ts';

type DurableStorage = {
  sql: {
    exec: <Row extends Record<string, string | number | null>>(
      query: string,
      ...bindings: (string | number | null)[]
    ) => { toArray: () => Row[] };
  };
  deleteAll: () => Promise<void>;
};

/** How many events are kept: enough for a reader that was away for a minute. */
const KEPT_EVENTS = 256;

/** The storage over a database. Creates its tables with the first record, so that asking for an unknown id writes nothing. */
export function createJobStorage(storage: DurableStorage): JobStorage {
  const { sql } = storage;
  const exists = (): boolean =>
    sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'job'").toArray().length > 0;
  return {
    read() {
      if (!exists()) return undefined;
      const [row] = sql.exec<{ record: string }>('SELECT record FROM job').toArray();
      return row && (JSON.parse(row.record) as JobRecord);
    },
    write(record) {
      if (!exists()) {
        sql.exec('CREATE TABLE job (id INTEGER PRIMARY KEY CHECK (id = 0), record TEXT NOT NULL)');
        sql.exec(
          'CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL, data TEXT NOT NULL)',
        );
      }
      sql.exec('INSERT OR REPLACE INTO job (id, record) VALUES (0, ?)', JSON.stringify(record));
    },
    append({ type, data }) {
      sql.exec('INSERT INTO events (type, data) VALUES (?, ?)', type, data);
      sql.exec('DELETE FROM events WHERE id <= (SELECT max(id) FROM events) - ?', KEPT_EVENTS);
    },
    // AUTOINCREMENT does not use the numbers of deleted events again.
    dropEvents: () => void sql.exec('DELETE FROM events'),
    after: (id) =>
      sql
        .exec<StoredEvent>('SELECT id, type, data FROM events WHERE id > ? ORDER BY id', id)
        .toArray(),
    last() {
      const [row] = sql.exec<{ id: number | null }>('SELECT max(id) AS id FROM events').toArray();
      return row?.id ?? 0;
    },
    // Deletes the alarm too, if one is set.
    clear: () => storage.deleteAll(),
  };
}
