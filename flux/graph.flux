// The readings of one user for the page, in windows of a step: 10 minutes or a multiple of that.
//
// Runs when a page asks for it.
//
// Reads
//   settings    downsampled: the end of the last window that was written. late: of this user's boards, the readings that
//               were stored a while after their time since (see downsample.flux).
//   downsampled windows before both: mean, lowest and highest reading.
//   plantbuddy  readings from then on. Those of closed windows become windows here: downsampling may be behind.
// Gives
//   settled     one row: up to _time all is downsampled, late readings too.
//   steps_…     of windows of a step, each by its start: _mean of its 10-minute means, _min and _max of all of its readings.
//               None where the step is 10 min.
//   windows…    the same of the 10-minute windows after them, up to the window that closed last.
//   readings    each reading from the start of that window on.
// All but the first with _value, _measurement (the sensor), device_id, _time, and _field: reading (a mean, or the reading
// itself), reading_min or reading_max.
import "array"
import "date"
import "experimental"

option plantbuddy = {user: "", start: 1970-01-01T00:00:00Z, stop: 2262-01-01T00:00:00Z, step: 10m}

// ---- Which time is shown ----
// What is ahead of now() by more than clocks differ is shown when its time has come.
ahead = experimental.addDuration(d: 2s, to: now())

epoch = 1970-01-01T00:00:00Z
window = 600000000000
earlier = (a, b) => if a < b then a else b
later = (a, b) => if a > b then a else b

user = plantbuddy.user
start = plantbuddy.start
stop = earlier(a: plantbuddy.stop, b: ahead)
raw = experimental.subDuration(d: 10m, from: date.truncate(t: now(), unit: 10m))

settings = (measurement, field, start) =>
    from(bucket: "settings")
        |> range(start: start, stop: experimental.addDuration(d: 11m, to: now()))
        |> filter(fn: (r) => r._measurement == measurement)
        |> filter(fn: (r) => r._field == field)

lowestOf = (tables=<-, default) => {
    found =
        tables
            |> group()
            |> min()
            |> findColumn(fn: (key) => true, column: "_value")

    return if length(arr: found) > 0 then found[0] else default
}

// ---- How far it is downsampled ----
written =
    settings(measurement: "downsampled", field: "until", start: epoch)
        |> last()
        |> lowestOf(default: 0)

// A mark may be written a while after its reading, as downsample.flux says.
late =
    settings(measurement: "late", field: "from", start: time(v: later(a: written - 3 * window, b: 0)))
        |> filter(fn: (r) => r.user == user)
        |> lowestOf(default: written)

settled = date.truncate(t: time(v: earlier(a: written, b: late)), unit: 10m)

// From here on windows are computed from readings.
computed = earlier(a: settled, b: raw)

// From here on steps are put together from windows by whom this is given.
fine =
    if int(v: plantbuddy.step) == window then
        start
    else
        date.truncate(t: earlier(a: computed, b: stop), unit: plantbuddy.step)

// ---- What is read ----
// A range must not be empty: where there is nothing to read, it is a moment of 1970.
of = (bucket, start, stop) =>
    from(bucket: bucket)
        |> range(
            start: if start < stop then start else epoch,
            stop: if start < stop then stop else 1970-01-01T00:00:00.000000001Z,
        )
        |> filter(fn: (r) => r.user == user)
        |> filter(fn: (r) => r.device_id == "$device")
        |> filter(fn: (r) => r._measurement == "$sensor")

shown = (tables=<-) => tables |> keep(columns: ["_time", "_value", "_field", "_measurement", "device_id"])

// The storage engine computes windows of one field each; of several it would not.
step = (fn, field) =>
    of(bucket: "downsampled", start: start, stop: fine)
        |> filter(fn: (r) => r._field == field)
        |> aggregateWindow(every: plantbuddy.step, fn: fn, timeSrc: "_start", createEmpty: false)
        |> shown()

open = (fn, field) =>
    of(bucket: "plantbuddy", start: later(a: start, b: computed), stop: earlier(a: raw, b: stop))
        |> filter(fn: (r) => r._field == "reading")
        |> aggregateWindow(every: 10m, fn: fn, timeSrc: "_start", createEmpty: false)
        |> set(key: "_field", value: field)
        |> shown()

// ---- What is given ----
array.from(rows: [{_time: settled}]) |> yield(name: "settled")

step(fn: mean, field: "reading") |> yield(name: "steps_mean")
step(fn: min, field: "reading_min") |> yield(name: "steps_min")
step(fn: max, field: "reading_max") |> yield(name: "steps_max")

of(bucket: "downsampled", start: later(a: start, b: fine), stop: earlier(a: computed, b: stop))
    |> filter(fn: (r) => r._field == "reading" or r._field == "reading_min" or r._field == "reading_max")
    |> shown()
    |> yield(name: "windows")

open(fn: mean, field: "reading") |> yield(name: "windows_mean")
open(fn: min, field: "reading_min") |> yield(name: "windows_min")
open(fn: max, field: "reading_max") |> yield(name: "windows_max")

of(bucket: "plantbuddy", start: later(a: start, b: raw), stop: stop)
    |> filter(fn: (r) => r._field == "reading")
    |> shown()
    |> yield(name: "readings")
