// The readings of a short time of one user for the page: themselves, or windows of less than 10 minutes.
//
// Runs when a page asks for it: with step 0s, and with another one where a series has more than can be drawn.
//
// Reads
//   plantbuddy  readings.
// Gives
//   readings    with step 0s: of each series the first 601.
//   windows_…   with another step: of windows of it, each by its start, _mean, _min and _max.
// With _value, _measurement (the sensor), device_id, _time, and _field: reading, reading_min or reading_max.
import "experimental"

option plantbuddy = {user: "", start: 1970-01-01T00:00:00Z, stop: 2262-01-01T00:00:00Z, step: 0s}

// What is ahead of now() by more than clocks differ is shown when its time has come.
ahead = experimental.addDuration(d: 2s, to: now())
start = plantbuddy.start
stop = if plantbuddy.stop < ahead then plantbuddy.stop else ahead
all = int(v: plantbuddy.step) == 0
user = plantbuddy.user

// A range must not be empty: where there is nothing to read, it is a moment of 1970.
of = (wanted) =>
    from(bucket: "plantbuddy")
        |> range(
            start: if wanted and start < stop then start else 1970-01-01T00:00:00Z,
            stop: if wanted and start < stop then stop else 1970-01-01T00:00:00.000000001Z,
        )
        |> filter(fn: (r) => r._field == "reading")
        |> filter(fn: (r) => r.user == user)
        |> filter(fn: (r) => r.device_id == "$device")
        |> filter(fn: (r) => r._measurement == "$sensor")

shown = (tables=<-) => tables |> keep(columns: ["_time", "_value", "_field", "_measurement", "device_id"])

windows = (fn, field) =>
    of(wanted: not all)
        |> aggregateWindow(every: if all then 10m else plantbuddy.step, fn: fn, timeSrc: "_start", createEmpty: false)
        |> set(key: "_field", value: field)
        |> shown()

of(wanted: all)
    |> limit(n: 601)
    |> shown()
    |> yield(name: "readings")

windows(fn: mean, field: "reading") |> yield(name: "windows_mean")
windows(fn: min, field: "reading_min") |> yield(name: "windows_min")
windows(fn: max, field: "reading_max") |> yield(name: "windows_max")
