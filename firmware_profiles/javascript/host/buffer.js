// Buffer, atob and btoa: the part of Node's that payload codecs use, written from its documentation.
// One of the fragments that sandbox.py joins into one strict function; see README.md.

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64Of(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    text += BASE64[a >> 2] + BASE64[((a & 3) << 4) | (b >> 4)];
    text += b === undefined ? '=' : BASE64[((b & 15) << 2) | (c >> 6)];
    text += c === undefined ? '=' : BASE64[c & 63];
  }
  return text;
}

// Return the bytes of base64, or null where a character is none of it. URL-safe letters are read too.
function base64Bytes(text) {
  const bytes = [];
  let bits = 0;
  let held = 0;
  for (const char of text) {
    if (char === '=' || char === '\n' || char === '\r' || char === ' ' || char === '\t' || char === '\f') continue;
    const value = BASE64.indexOf(char === '-' ? '+' : char === '_' ? '/' : char);
    if (value < 0) return null;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
    }
  }
  return bytes;
}

function utf8Bytes(text) {
  const escaped = unescape(encodeURIComponent(text));
  return Array.from(escaped, (char) => char.charCodeAt(0));
}

// Invalid sequences become U+FFFD, as Node has it; encodeURIComponent's inverse would throw.
function utf8Text(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i++];
    const more = first < 0x80 ? 0 : first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2
      : first >= 0xf0 && first < 0xf5 ? 3 : -1;
    let code = more <= 0 ? first : first & (0x3f >> more);
    let read = 0;
    while (read < more && (bytes[i] & 0xc0) === 0x80) {
      code = (code << 6) | (bytes[i++] & 0x3f);
      read++;
    }
    const least = [0, 0x80, 0x800, 0x10000][more];
    const valid = more >= 0 && read === more && code >= least && code <= 0x10ffff && (code & 0xfff800) !== 0xd800;
    text += valid ? String.fromCodePoint(code) : '\ufffd';
  }
  return text;
}

function hexBytes(text) {
  const bytes = [];
  for (let i = 0; i + 1 < text.length; i += 2) {
    const pair = text.slice(i, i + 2);
    if (!/^[0-9a-fA-F]{2}$/.test(pair)) break; // Node stops at the first pair that is not hex
    bytes.push(parseInt(pair, 16));
  }
  return bytes;
}

const ENCODINGS = {
  hex: { bytes: hexBytes, text: (b) => Array.from(b, (byte) => byte.toString(16).padStart(2, '0')).join('') },
  base64: { bytes: (t) => base64Bytes(t) || [], text: base64Of },
  utf8: { bytes: utf8Bytes, text: utf8Text },
  latin1: {
    bytes: (t) => Array.from({ length: t.length }, (_, i) => t.charCodeAt(i) & 255),
    text: (b) => Array.from(b, (byte) => String.fromCharCode(byte)).join(''),
  },
  ascii: {
    bytes: (t) => Array.from({ length: t.length }, (_, i) => t.charCodeAt(i) & 255),
    text: (b) => Array.from(b, (byte) => String.fromCharCode(byte & 127)).join(''),
  },
};
const ALIASES = { 'utf-8': 'utf8', binary: 'latin1', base64url: 'base64' };

function encodingOf(name) {
  const plain = String(name === undefined ? 'utf8' : name).toLowerCase();
  const encoding = ENCODINGS[ALIASES[plain] || plain];
  if (!encoding) throw new TypeError(`Unknown encoding: ${name}`);
  return encoding;
}

class Buffer extends Uint8Array {
  static from(value, encodingOrOffset, length) {
    if (typeof value === 'string') return new Buffer(encodingOf(encodingOrOffset).bytes(value));
    if (value instanceof ArrayBuffer) return new Buffer(value, encodingOrOffset, length);
    if (value && value.type === 'Buffer') return new Buffer(value.data);
    return new Buffer(Array.from(value, (byte) => byte & 255));
  }

  static alloc(size, fill = 0) { return new Buffer(size).fill(typeof fill === 'string' ? fill.charCodeAt(0) : fill); }

  static allocUnsafe(size) { return new Buffer(size); }

  static isBuffer(value) { return value instanceof Buffer; }

  static byteLength(text, encoding) { return Buffer.from(text, encoding).length; }

  static concat(list, totalLength) {
    const joined = [];
    for (const part of list) joined.push(...part);
    const buffer = new Buffer(totalLength === undefined ? joined.length : totalLength);
    buffer.set(joined.slice(0, buffer.length));
    return buffer;
  }

  toString(encoding, start = 0, end = this.length) {
    return encodingOf(encoding).text(Uint8Array.prototype.slice.call(this, start, end));
  }

  slice(start, end) { return this.subarray(start, end); } // shares memory, as Node's does

  equals(other) { return this.length === other.length && this.every((byte, i) => byte === other[i]); }

  copy(target, targetStart = 0, start = 0, end = this.length) {
    const part = this.subarray(start, Math.min(end, start + target.length - targetStart));
    target.set(part, targetStart);
    return part.length;
  }

  write(text, offset = 0, length = this.length - offset, encoding = 'utf8') {
    const bytes = encodingOf(encoding).bytes(text).slice(0, Math.min(length, this.length - offset));
    this.set(bytes, offset);
    return bytes.length;
  }

  readUIntBE(offset, width) {
    const part = this.#part(offset, width);
    return part.reduce((number, byte) => number * 256 + byte, 0);
  }

  readUIntLE(offset, width) {
    const part = this.#part(offset, width);
    return part.reduceRight((number, byte) => number * 256 + byte, 0);
  }

  readIntBE(offset, width) { return signed(this.readUIntBE(offset, width), width); }

  readIntLE(offset, width) { return signed(this.readUIntLE(offset, width), width); }

  writeUIntBE(value, offset, width) {
    const end = this.writeUIntLE(value, offset, width);
    this.subarray(offset, end).reverse();
    return end;
  }

  writeUIntLE(value, offset, width) {
    this.#part(offset, width);
    let rest = value < 0 ? value + 2 ** (8 * width) : value;
    if (!(rest >= 0 && rest < 2 ** (8 * width))) throw new RangeError(`${value} does not fit ${width} bytes`);
    for (let i = 0; i < width; i++) {
      this[offset + i] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    return offset + width;
  }

  #part(offset, width) {
    if (!(width >= 1 && width <= 6)) throw new RangeError(`width ${width}; 1 to 6 bytes`);
    inside(this, offset, width);
    return Array.from(this.subarray(offset, offset + width));
  }
}

function signed(number, width) {
  return number >= 2 ** (8 * width - 1) ? number - 2 ** (8 * width) : number;
}

function inside(buffer, offset, width) {
  if (!(Number.isInteger(offset) && offset >= 0 && offset + width <= buffer.length)) {
    throw new RangeError(`offset ${offset} + ${width} bytes is outside a buffer of ${buffer.length}`);
  }
}

function hidden(owner, name, value) {
  Object.defineProperty(owner, name, { value, writable: true, enumerable: false, configurable: true });
}

// readUInt16LE and its many sisters, each on a DataView of the same bytes.
function addNumberMethods() {
  const kinds = [['Int8', 1], ['Int16', 2], ['Int32', 4], ['Uint8', 1], ['Uint16', 2], ['Uint32', 4], ['Float32', 4],
    ['Float64', 8], ['BigInt64', 8], ['BigUint64', 8]];
  const nodes = { Float32: 'Float', Float64: 'Double', Uint8: 'UInt8', Uint16: 'UInt16', Uint32: 'UInt32', BigUint64: 'BigUInt64' };
  for (const [kind, width] of kinds) {
    for (const order of width === 1 ? [''] : ['LE', 'BE']) {
      const read = function (offset = 0) {
        inside(this, offset, width);
        return new DataView(this.buffer, this.byteOffset, this.length)['get' + kind](offset, order === 'LE');
      };
      const write = function (value, offset = 0) {
        inside(this, offset, width);
        new DataView(this.buffer, this.byteOffset, this.length)['set' + kind](offset, value, order === 'LE');
        return offset + width;
      };
      for (const name of new Set([kind, nodes[kind] || kind])) {
        hidden(Buffer.prototype, `read${name}${order}`, read);
        hidden(Buffer.prototype, `write${name}${order}`, write);
      }
    }
  }
}

function atob(text) {
  const bytes = base64Bytes(String(text));
  if (bytes === null) throw new TypeError('atob: a character that is not base64');
  return ENCODINGS.latin1.text(bytes);
}

function btoa(text) {
  const plain = String(text);
  if (Array.from(plain).some((char) => char.charCodeAt(0) > 255)) throw new TypeError('btoa: a character above U+00FF');
  return base64Of(ENCODINGS.latin1.bytes(plain));
}

function quiet() {}

function addHostObjects() {
  addNumberMethods();
  const views = Object.getPrototypeOf(Uint8Array.prototype);
  hidden(views, 'toJSON', { toJSON() { return Array.from(this); } }.toJSON); // bytes are a list in JSON, not an object
  const console = {};
  for (const name of ['log', 'info', 'debug', 'warn', 'error', 'trace', 'table', 'dir', 'assert', 'time', 'timeEnd']) {
    console[name] = quiet;
  }
  for (const [name, value] of Object.entries({ Buffer, atob, btoa, console })) hidden(globalThis, name, value);
}
