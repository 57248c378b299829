// Bounds for built-ins that run long inside the engine, where its time limit cannot see them.
//
// The engine looks at the clock between bytecodes. A catastrophic regular expression, a search
// through an array of four billion holes or a naive search of one long text in another is a single
// bytecode: it would hold the controller for minutes. Each is refused here before it begins.
// One of the fragments that sandbox.py joins into one strict function; see README.md.

const LENGTH_MAX = 1e6; // elements that a built-in may walk over
const TEXT_MAX = 1e6; // characters that a built-in may make at once
const SEARCH_MAX = 1e8; // character comparisons of one search
const REGEXP_STEPS_MAX = 1e8; // worst-case backtracking steps of one match

function replaceMethod(owner, name, make) {
  const original = owner[name];
  if (typeof original !== 'function') return;
  const wrapped = make(Function.prototype.call.bind(original));
  Object.defineProperty(wrapped, 'name', { value: name });
  Object.defineProperty(wrapped, 'length', { value: original.length });
  Object.defineProperty(owner, name, { value: wrapped, writable: true, enumerable: false, configurable: true });
}

// The length of `list`, refused where it is computed: it could tell the guard one number and the
// built-in another. True arrays, views and texts hold theirs.
function lengthOf(list) {
  if (Array.isArray(list) || ArrayBuffer.isView(list)) return list.length;
  for (let owner = Object(list); owner; owner = Object.getPrototypeOf(owner)) {
    const property = Object.getOwnPropertyDescriptor(owner, 'length');
    if (property && property.get) throw new RangeError('a list whose length is computed');
    if (property) return Number(property.value);
  }
  return 0;
}

function refuseLongArrays() {
  const names = ['indexOf', 'lastIndexOf', 'includes', 'fill', 'reverse', 'copyWithin', 'sort', 'join', 'slice',
    'splice', 'concat', 'flat', 'flatMap', 'unshift', 'shift', 'forEach', 'map', 'filter', 'every', 'some', 'reduce',
    'reduceRight', 'toString', 'toLocaleString'];
  for (const name of names) {
    replaceMethod(Array.prototype, name, (original) => ({
      method(first, second) {
        const length = lengthOf(this);
        if (length > LENGTH_MAX) throw new RangeError(`${name} over ${length} elements; at most ${LENGTH_MAX}`);
        // The number of arguments matters to splice and reduce; the short forms are the fast ones.
        switch (arguments.length) {
          case 0: return original(this);
          case 1: return original(this, first);
          case 2: return original(this, first, second);
          default: return original(this, ...arguments);
        }
      },
    }).method);
  }
}

function refuseLongTexts() {
  for (const name of ['indexOf', 'lastIndexOf', 'includes', 'split', 'replace', 'replaceAll']) {
    replaceMethod(String.prototype, name, (original) => ({
      method(sought, ...rest) {
        const steps = typeof sought === 'string' ? this.length * sought.length : 0;
        if (steps > SEARCH_MAX) throw new RangeError(`${name}: both texts are too long`);
        return original(this, sought, ...rest);
      },
    }).method);
  }
  for (const [name, length] of [['repeat', (t, n) => t.length * n], ['padStart', (t, n) => n], ['padEnd', (t, n) => n]]) {
    replaceMethod(String.prototype, name, (original) => ({
      method(count, ...rest) {
        if (length(String(this), Number(count)) > TEXT_MAX) throw new RangeError(`${name}: text too long`);
        return original(this, count, ...rest);
      },
    }).method);
  }
}

// Read one quantifier at `at`: its text, and its bounds if it is a fixed or ranged one.
function quantifierAt(source, at) {
  const char = source[at];
  if (char === '*' || char === '+') return { text: char, varies: true };
  if (char === '?') return { text: char, optional: true, varies: true };
  const bounds = char === '{' ? nativeBounds(source.slice(at, at + 24)) : null;
  return bounds && { text: bounds[0], varies: Boolean(bounds[2]), times: Number(bounds[1]) };
}

const nativeBounds = ((exec) => (text) => exec(/^\{(\d+)(,?)\d*\}/, text))(
  Function.prototype.call.bind(RegExp.prototype.exec),
);

function charge(cost, quantifier) {
  if (quantifier.optional) cost.factor *= 2;
  else if (quantifier.varies) cost.power++;
  else cost.factor *= quantifier.times;
}

// Return how the work of matching `source` may grow: a factor, and a power of the text's length.
// Refuses a repeat of what may itself match in several ways: the classic that doubles the work with
// each character.
function regExpCost(source) {
  const cost = { factor: 1, power: 1 };
  const open = [false]; // for each open group: may its content match in several ways?
  let last = ''; // 'loose': a group that may; 'quantifier'; '' for any other
  for (let i = 0; i < source.length; i++) {
    const char = source[i];
    const quantifier = last === 'open' ? null : quantifierAt(source, i);
    if (quantifier && last === 'quantifier') continue; // the ? of a lazy one
    if (quantifier) {
      if (last === 'loose' && !quantifier.optional) throw new SyntaxError(`regular expression /${source}/ repeats a repeat`);
      charge(cost, quantifier);
      if (quantifier.varies) open[open.length - 1] = true;
      i += quantifier.text.length - 1;
      last = 'quantifier';
      continue;
    }
    last = char === '(' ? 'open' : '';
    if (char === '\\') i++;
    else if (char === '[') i = endOfClass(source, i);
    else if (char === '(') open.push(false);
    else if (char === ')') {
      if (open.pop()) {
        last = 'loose';
        open[open.length - 1] = true;
      }
    } else if (char === '|') {
      open[open.length - 1] = true;
      cost.factor *= 2;
    }
  }
  return cost;
}

function endOfClass(source, start) {
  let i = start + 1;
  while (i < source.length && source[i] !== ']') i += source[i] === '\\' ? 2 : 1;
  return i;
}

function refuseSlowRegExps() {
  const costs = new Map();
  const sourceOf = Function.prototype.call.bind(Object.getOwnPropertyDescriptor(RegExp.prototype, 'source').get);
  const nativeExec = Function.prototype.call.bind(RegExp.prototype.exec);
  const method = { exec(text) {
    const source = sourceOf(this);
    let cost = costs.get(source);
    if (!cost) {
      if (costs.size >= 500) costs.clear();
      cost = regExpCost(source);
      costs.set(source, cost);
    }
    const subject = String(text);
    if (cost.factor * (subject.length + 1) ** cost.power > REGEXP_STEPS_MAX) {
      throw new RangeError(`regular expression /${source}/ may take too long over ${subject.length} characters`);
    }
    return nativeExec(this, subject);
  } }.exec;
  Object.defineProperty(RegExp.prototype, 'exec', { value: method, writable: true, enumerable: false, configurable: true });
}

function removeUnneeded() {
  // Blocking waits, shared memory and the engine's own clock: a codec has no use for them.
  for (const name of ['Atomics', 'SharedArrayBuffer', '__date_clock']) delete globalThis[name];
}
