// The thresholds of one user, all that was set and not yet tidied up: the newest of a scope holds as a whole.
//
// Runs when a page or a command asks for it.
//
// Reads
//   settings    threshold (see check.flux), as far ahead as the check does.
// Gives
//   rows of _time, _field, _value, device_id and sensor.
import "experimental"

from(bucket: "settings")
    |> range(start: 1970-01-01T00:00:00Z, stop: experimental.addDuration(d: 11m, to: now()))
    |> filter(fn: (r) => r._measurement == "threshold")
    |> filter(fn: (r) => r.user == "$user")
    |> keep(columns: ["_time", "_field", "_value", "device_id", "sensor"])
