"""A device model with a vendor's codec: ours, in the form of LoRa Alliance TS013."""

from firmware_profiles.devices.device import (
    JAVASCRIPT,
    DeviceModel,
    Measure,
    PowerNeed,
    Supply,
    Use,
)

MODEL = DeviceModel(
    device_id="acme-level",
    title="A level sensor",
    vendor="Acme",
    uses=(Use.GULLY,),
    power=PowerNeed(supply=Supply.BATTERY),
    codec=JAVASCRIPT,
    measures=(Measure(quantity="distance", field="mm", scale=0.001),),
    sources=("none: a test",),
)
CODEC = """function decodeUplink(input) {
  if (input.bytes[0] === 255) throw new Error('a bad frame');
  if (input.bytes[0] === 252) throw new Error('\\u0000\\ud800'.repeat(400));
  if (input.bytes[0] === 254) while (true) {}
  return { data: { mm: input.bytes[0] * 100, by: input.fPort } };
}"""
