/** Inserts rows with binary COPY, pipelined like any other statement: the cheapest way for one row and for many. */

import { Query, type ClientBase, type Connection } from 'pg';

/**
 * Sends `copy <into> from stdin` with its rows, without waiting for earlier statements; `into` is a table and its
 * columns. Postgres discards the rows of a COPY that it rejected, so the pipeline continues after a failure.
 */
export function copyRows(client: ClientBase, into: string, rows: BinaryRows): Promise<void> {
  return new Promise((resolve, reject) => {
    const copy = new Query(`copy ${into} from stdin (format binary)`, undefined, (error) =>
      error ? reject(error) : resolve(),
    );
    const { submit } = copy;
    client.query(
      Object.assign(copy, {
        submit(connection: Connection) {
          connection.stream.cork();
          submit.call(copy, connection);
          connection.stream.write(rows.end());
          connection.stream.uncork();
        },
        // The rows have been sent already.
        handleCopyInResponse() {},
      }),
    );
  });
}

/** The start of the CopyData message: its length is set later; then COPY's signature, no flags, no extension. */
const head = Buffer.concat([
  Buffer.from('d\x00\x00\x00\x00PGCOPY\n\xff\r\n\x00', 'latin1'),
  Buffer.alloc(8),
]);
const copyDone = Buffer.from('c\x00\x00\x00\x04', 'latin1');

/** Postgres counts microseconds from 2000. */
const epochMs = Date.UTC(2000, 0, 1);
const two32 = 2 ** 32;
const utf8BytesPerUnitMax = 3;

/** Rows in COPY's binary format: start each with `row`, then add its fields in the order of the columns. */
export class BinaryRows {
  #bytes: Buffer;
  #length: number;

  /** `bytesExpected` sizes the buffer, so that it rarely grows and few rows do not allocate a large one. */
  constructor(bytesExpected = 1_024) {
    this.#bytes = Buffer.allocUnsafe(Math.max(256, bytesExpected));
    this.#length = head.copy(this.#bytes);
  }

  row(fields: number): this {
    this.#reserve(2);
    this.#length = this.#bytes.writeInt16BE(fields, this.#length);
    return this;
  }

  null(): this {
    this.#reserve(4);
    this.#length = this.#bytes.writeInt32BE(-1, this.#length);
    return this;
  }

  bool(value: boolean): this {
    this.#field(1);
    this.#length = this.#bytes.writeUInt8(value ? 1 : 0, this.#length);
    return this;
  }

  /** A number must be an integer. */
  bigint(value: bigint | number): this {
    this.#field(8);
    if (typeof value === 'bigint') this.#length = this.#bytes.writeBigInt64BE(value, this.#length);
    else {
      this.#length = this.#bytes.writeInt32BE(Math.floor(value / two32), this.#length);
      this.#length = this.#bytes.writeUInt32BE(
        value - Math.floor(value / two32) * two32,
        this.#length,
      );
    }
    return this;
  }

  /** timestamptz, from milliseconds since 1970. */
  time(ms: number): this {
    return this.bigint((ms - epochMs) * 1_000);
  }

  bytea(value: Uint8Array): this {
    this.#field(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  text(value: string): this {
    this.#reserve(4 + value.length * utf8BytesPerUnitMax);
    const bytes = this.#bytes.write(value, this.#length + 4);
    this.#length = this.#bytes.writeInt32BE(bytes, this.#length) + bytes;
    return this;
  }

  uuid(value: string): this {
    this.#field(16);
    this.#length += this.#bytes.write(value.replaceAll('-', ''), this.#length, 'hex');
    return this;
  }

  /** Finishes the protocol messages with the rows. Add nothing afterwards. */
  end(): Buffer {
    this.row(-1);
    // A message's length counts itself but not its type, the first byte.
    this.#bytes.writeUInt32BE(this.#length - 1, 1);
    this.#reserve(copyDone.length);
    this.#length += copyDone.copy(this.#bytes, this.#length);
    return this.#bytes.subarray(0, this.#length);
  }

  #field(bytes: number): void {
    this.#reserve(4 + bytes);
    this.#length = this.#bytes.writeInt32BE(bytes, this.#length);
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * this.#bytes.length + bytes);
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
