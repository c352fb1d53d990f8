// The thresholds of one user.
//
// Runs when a page or a command asks for it.
//
// Reads
//   settings    threshold (see check.flux).
// Gives
//   rows of _field, _value, device_id and sensor.
from(bucket: "settings")
    |> range(start: 1970-01-01T00:00:00Z, stop: 1970-01-01T00:00:01Z)
    |> filter(fn: (r) => r._measurement == "threshold")
    |> filter(fn: (r) => r.user == "$user")
    |> keep(columns: ["_field", "_value", "device_id", "sensor"])
