"""Codecs of realistic size for the bench, written here in the three shapes that vendors use."""

from collections.abc import Iterator

_CHANNELS = 40
_TLV = """
var channels = {{ {table} }};
function signed16(value) {{ return value > 32767 ? value - 65536 : value; }}
function decode(bytes) {{
  var decoded = {{}};
  for (var i = 0; i + 1 < bytes.length;) {{
    var channel = channels[bytes[i++]];
    if (!channel) break;
    var raw = channel.width === 1 ? bytes[i] : bytes[i] | (bytes[i + 1] << 8);
    if (channel.signed) raw = signed16(raw);
    decoded[channel.name] = Math.round(raw * channel.scale * 100) / 100;
    i += channel.width;
  }}
  return decoded;
}}
function decodeUplink(input) {{ return {{ data: decode(input.bytes), warnings: [], errors: [] }}; }}
"""
_TABLE = """
const SENSORS = [
  { length: 2, values: [{ name: 'pressure', convert: (x) => x[0] / 10, unit: 'hPa' }] },
  { length: 3, values: [
    { name: 'temperature', convert: (x) => 175 * x[0] / 65535 - 45, unit: '°C' },
    { name: 'humidity', convert: (x) => 100 * x[1] / 65535, unit: '%' },
    { name: 'level', convert: (x) => Math.pow(x[2] / 1000, 2) * 3.7 + 0.2, unit: 'm' }] },
  { length: 1, values: [{ name: 'battery', convert: (x) => x[0] / 1000, unit: 'V' }] },
];
class Reader {
  constructor(bytes) { this.bytes = bytes; this.at = 0; }
  next() { const v = (this.bytes[this.at] << 8) | this.bytes[this.at + 1]; this.at += 2; return v; }
}
function decodeUplink({ bytes }) {
  const reader = new Reader(bytes);
  const data = { device: reader.next() };
  for (const sensor of SENSORS) {
    const words = Array.from({ length: sensor.length }, () => reader.next());
    sensor.values.forEach((each) => {
      data[each.name] = { value: each.convert(words), unit: each.unit };
    });
  }
  return { data };
}
"""
_OLD = """
function hex(bytes) {
  return bytes.map(function (b) { return ('0' + b.toString(16)).slice(-2); }).join('');
}
function Decoder(bytes, port) {
  decoded = {};
  decoded.serial = hex(bytes.slice(0, 4));
  decoded.flags = [];
  for (var bit = 0; bit < 8; bit++) decoded.flags.push((bytes[4] >> bit) & 1);
  decoded.level = ((bytes[5] << 8) | bytes[6]) / 10;
  decoded.port = port;
  return decoded;
}
"""


def samples() -> Iterator[tuple[str, str, list[dict[str, object]]]]:
    """Yield name, source and inputs of each."""
    table = ", ".join(
        f"{number}: {{ name: 'channel_{number}', width: {1 + number % 2}, scale: 0.{number},"
        f" signed: {'true' if number % 3 else 'false'} }}"
        for number in range(1, _CHANNELS + 1)
    )
    payload = [byte for n in range(1, 11) for byte in ([n, n, 1] if n % 2 else [n, n])]
    yield "type and value", _TLV.format(table=table), [{"fPort": 85, "bytes": payload}]
    yield "table of conversions", _TABLE, [{"fPort": 1, "bytes": list(range(1, 15))}]
    yield "older form", _OLD, [{"fPort": 2, "bytes": list(range(200, 207))}]
