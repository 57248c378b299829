// Make everything that codecs share unchangeable, so that nothing is left behind for the next call.
//
// A frozen prototype has a trap: `object.toString = f` fails on every object that inherits a
// read-only toString ("override mistake"). Properties that codecs do assign on their own objects
// are therefore accessors, whose setter defines the property on the object itself.
// One of the fragments that sandbox.py joins into one strict function; see README.md.

function hiddenIntrinsics() {
  const of = Object.getPrototypeOf;
  const found = [
    of(Uint8Array), of([][Symbol.iterator]()), of(''[Symbol.iterator]()), of(new Map().entries()), of(new Set().entries()),
    of('a'.matchAll(/a/g)), (function* () {}).constructor, of(of(async function () {})), (async function* () {}).constructor,
  ];
  return found.concat((async function () {}).constructor);
}

// Every object reachable from the globals, each once.
function intrinsics() {
  const found = new Set();
  const waiting = [globalThis, ...hiddenIntrinsics(), RecvTime];
  const add = (value) => {
    if (value !== null && (typeof value === 'object' || typeof value === 'function') && !found.has(value)) waiting.push(value);
  };
  while (waiting.length) {
    const object = waiting.pop();
    if (found.has(object)) continue;
    found.add(object);
    if (isPlainFunction(object)) continue;
    add(Object.getPrototypeOf(object));
    for (const key of Reflect.ownKeys(object)) {
      const property = Object.getOwnPropertyDescriptor(object, key);
      add(property.value);
      add(property.get);
      add(property.set);
    }
  }
  return found;
}

// A function that has nothing but length and name leads nowhere: most built-ins are such.
function isPlainFunction(object) {
  return typeof object === 'function' && Object.getPrototypeOf(object) === Function.prototype
    && Reflect.ownKeys(object).length === 2;
}

// A function that tells which shared properties changed since now: `Math.trunc Object.prototype.in`.
function changeDetector() {
  const before = new Map();
  for (const object of intrinsics()) {
    if (object !== globalThis && !isPlainFunction(object)) before.set(object, propertiesOf(object));
  }
  return () => {
    const changed = [];
    for (const [object, properties] of before) {
      const now = propertiesOf(object);
      for (const key of new Set([...properties.keys(), ...now.keys()])) {
        if (!sameProperty(properties.get(key), now.get(key))) changed.push(`${nameOf(object)}.${String(key)}`);
      }
    }
    return changed.join(' ');
  };
}

function propertiesOf(object) {
  return new Map(Reflect.ownKeys(object).map((key) => [key, Object.getOwnPropertyDescriptor(object, key)]));
}

function sameProperty(a, b) {
  return a !== undefined && b !== undefined && Object.is(a.value, b.value) && a.get === b.get && a.set === b.set;
}

function nameOf(object) {
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    const value = globalThis[name];
    if (value === object) return name;
    if (typeof value === 'function' && value.prototype === object) return `${name}.prototype`;
  }
  return '(built-in)';
}

function tameConstructors() {
  // Code from text could declare globals that outlive the call; a codec that needs it runs apart.
  for (const made of [function () {}, function* () {}, async function () {}, async function* () {}]) {
    const prototype = Object.getPrototypeOf(made);
    const tame = { Function() { throw new TypeError('making code from text is not allowed here'); } }.Function;
    Object.defineProperty(tame, 'prototype', { value: prototype });
    Object.defineProperty(prototype, 'constructor', { value: tame });
    if (prototype === Function.prototype) hidden(globalThis, 'Function', tame);
  }
  // Without them a codec cannot leave work behind, nor objects whose length changes under a guard.
  for (const name of ['eval', 'Promise', 'Proxy']) delete globalThis[name];
}

function overridable(prototype, names) {
  for (const key of names) {
    const property = Object.getOwnPropertyDescriptor(prototype, key);
    if (!property || !('value' in property)) continue;
    const { value } = property;
    Object.defineProperty(prototype, key, {
      get: { get() { return value; } }.get,
      set: { set(own) {
        if (this === prototype) throw new TypeError(`${String(key)} of a built-in cannot be changed`);
        Object.defineProperty(this, key, { value: own, writable: true, enumerable: true, configurable: true });
      } }.set,
      enumerable: false,
      configurable: false,
    });
  }
}

// Let a codec bring its own version of a standard function, and keep the engine's: in strict code
// the assignment would throw, and defineProperty does anywhere.
function keepStandard(places) {
  const kept = new Map();
  for (const place of places) {
    const path = place.split('.');
    const key = path.pop();
    const owner = path.reduce((object, name) => object[name], globalThis);
    const value = owner[key];
    kept.set(owner, (kept.get(owner) || new Set()).add(key));
    Object.defineProperty(owner, key, { get: { get() { return value; } }.get, set: { set() {} }.set });
  }
  const define = Object.defineProperty;
  const method = { defineProperty(object, key, property) {
    return kept.has(object) && kept.get(object).has(key) ? object : define(object, key, property);
  } }.defineProperty;
  if (kept.size) hidden(Object, 'defineProperty', method);
}

function harden(polyfills) {
  tameConstructors();
  keepStandard(JSON.parse(polyfills));
  overridable(Object.prototype, Reflect.ownKeys(Object.prototype).filter((key) => key !== '__proto__'));
  overridable(Function.prototype, ['toString', 'constructor', 'name']);
  for (const error of [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, InternalError, AggregateError]) {
    overridable(error.prototype, ['name', 'message', 'toString', 'constructor']);
  }
  for (const object of intrinsics()) if (object !== globalThis) Object.freeze(object);
  for (const key of Reflect.ownKeys(globalThis)) {
    Object.defineProperty(globalThis, key, { writable: false, configurable: false });
  }
}
