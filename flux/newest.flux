// The newest reading of each series of one user, and how far the check has come.
//
// Runs when a page or a command asks for it.
//
// Reads
//   plantbuddy  readings of the last 30 days, as far back as the check looks.
//   settings    checked: the time up to which check.flux has looked.
// Gives
//   newest      a row a series: _time, _value, _measurement (the sensor) and device_id.
//   checked     _value: that time, epoch ns; no row before the check has run once.
import "experimental"

from(bucket: "plantbuddy")
    |> range(start: -30d, stop: experimental.addDuration(d: 2s, to: now()))
    |> filter(fn: (r) => r._field == "reading")
    |> filter(fn: (r) => r.user == "$user")
    |> last()
    |> keep(columns: ["_time", "_value", "_measurement", "device_id"])
    |> yield(name: "newest")

from(bucket: "settings")
    |> range(start: 1970-01-01T00:00:00Z, stop: experimental.addDuration(d: 11m, to: now()))
    |> filter(fn: (r) => r._measurement == "checked")
    |> filter(fn: (r) => r._field == "until")
    |> last()
    |> keep(columns: ["_value"])
    |> yield(name: "checked")
