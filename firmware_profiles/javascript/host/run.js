// One call of a codec: from JSON to JSON, by TS013's names or the older ones.
// One of the fragments that sandbox.py joins into one strict function; see README.md.

const DEPTH_MAX = 32;
const VALUES_MAX = 10000;
let values = 0;

// Return what keeps `value` from being JSON as [path, reason], or undefined. JSON.stringify would
// write null for NaN and leave a function out in silence.
function notJson(value, depth) {
  switch (typeof value) {
    case 'string': case 'boolean': case 'undefined': return undefined;
    case 'number': return value - value === 0 ? undefined : ['', `is ${value}`];
    case 'object': break;
    default: return ['', `is a ${typeof value}`];
  }
  if (value === null) return undefined;
  if (depth > DEPTH_MAX) return ['', `is nested deeper than ${DEPTH_MAX} levels (a cycle?)`];
  if (typeof value.toJSON === 'function' && !ArrayBuffer.isView(value)) {
    return value instanceof Date && isNaN(value.getTime()) ? ['', 'is an invalid date'] : notJson(value.toJSON(), depth + 1);
  }
  if (value instanceof Map || value instanceof Set || typeof value.then === 'function') {
    return ['', `is a ${value.constructor && value.constructor.name}`];
  }
  const keys = Object.keys(value);
  if ((values += keys.length) > VALUES_MAX) return ['', `has more than ${VALUES_MAX} values`];
  for (let i = 0; i < keys.length; i++) {
    const inner = notJson(value[keys[i]], depth + 1);
    if (inner) return [`.${keys[i]}${inner[0]}`, inner[1]];
  }
  return undefined;
}

// The codec's function of that name: in its own scope, or given out as modules do.
function found(api, name) {
  const own = api.scope[name];
  if (typeof own === 'function') return own;
  const given = api.module.exports && api.module.exports[name] || api.exports[name];
  return typeof given === 'function' ? given : undefined;
}

// What the older forms are given, and what their answers are in TS013's shape.
const asData = (data) => ({ data });
const asBytes = (bytes, { fPort }) => ({ bytes, fPort });
const OLDER = {
  Decoder: [({ bytes, fPort }) => [bytes, fPort], asData],
  Decode: [({ bytes, fPort, variables }) => [fPort, bytes, variables], asData],
  Encoder: [({ data, fPort }) => [data, fPort], asBytes],
  Encode: [({ data, fPort, variables }) => [fPort, data, variables], asBytes],
};
const OLDER_NAMES = { decodeUplink: ['Decoder', 'Decode'], encodeDownlink: ['Encoder', 'Encode'] };

// The name by which the codec has the function that is asked for; undefined if it has none.
function nameIn(api, name) {
  return found(api, name) ? name : (OLDER_NAMES[name] || []).find((older) => found(api, older));
}

function answer(api, own, input) {
  const asked = found(api, own);
  if (!OLDER[own]) return asked(input);
  const [given, shaped] = OLDER[own];
  return shaped(asked(...given(input)), input);
}

// A codec can catch neither a used-up time nor hide a used-up memory or stack: those are errors of
// the engine. With no memory left for the error itself the engine throws null.
function failure(error) {
  if (error === null) return { limit: 'null' };
  if (error instanceof InternalError) return { limit: `${error.name}: ${error.message}` };
  const named = typeof error === 'object' && 'message' in error;
  const text = named ? `${error.name}: ${error.message}` : `threw ${String(error)}`;
  return { threw: text.slice(0, 500), at: named ? codecFrames(String(error.stack)) : '' };
}

// Keep of a stack what lies in the codec: `at decodeUplink (codec:12)`.
function codecFrames(stack) {
  const host = stack.indexOf('    at answer (');
  const own = (host < 0 ? stack : stack.slice(0, host)).slice(0, 300);
  return own.split('<input>').join('codec');
}

function reply(api, name, json) {
  const input = JSON.parse(json);
  if (typeof input.recvTime === 'string') {
    input.recvTime = new RecvTime(input.recvTime);
    if (isNaN(input.recvTime.getTime())) return '{"recvTime":true}';
  }
  const own = nameIn(api, name);
  if (!own) return '{"missing":true}';
  const result = answer(api, own, input);
  if (result === null || typeof result !== 'object' || Array.isArray(result)) {
    const kind = result === null ? 'null' : Array.isArray(result) ? 'a list' : `a ${typeof result}`;
    return JSON.stringify({ shape: kind });
  }
  values = 0;
  const fault = notJson(result, 0);
  if (fault) return JSON.stringify({ path: fault[0].slice(1, 200), fault: fault[1] });
  return `{"result":${JSON.stringify(result)}}`;
}

// A function that tells whether nothing of a call is left in the context, sweeping stray globals.
function sweeper() {
  const own = new Set(Reflect.ownKeys(globalThis));
  const above = Object.getPrototypeOf(globalThis);
  return () => {
    let keys = Reflect.ownKeys(globalThis);
    if (keys.length !== own.size) {
      for (const key of keys) if (!own.has(key)) Reflect.deleteProperty(globalThis, key);
      keys = Reflect.ownKeys(globalThis);
    }
    return keys.length === own.size && Object.isExtensible(globalThis) && Object.getPrototypeOf(globalThis) === above;
  };
}

// `start` runs the codec's top level anew and gives its functions. A reply that begins with ! says
// that the context must not be used again.
function runner(start, swept) {
  return (name, json) => {
    let text;
    try {
      const module = { exports: {} };
      const held = module.exports;
      text = reply({ scope: start(module, held), module, exports: held }, name, json);
    } catch (error) {
      text = JSON.stringify(failure(error));
    }
    return swept() ? text : `!${text}`;
  };
}

// A codec that shares this context over many calls, and one that has it for one call only.
function sharedRunner(start) { return runner(start, sweeper()); }

function freshRunner(start) { return runner(start, () => true); }
