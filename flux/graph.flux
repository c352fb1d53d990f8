// The readings of one user for the page: 10-minute means as history, every reading of the newest minutes.
//
// Runs when a page asks for it.
//
// Reads
//   settings    downsampled: the end of the last window that was written. late: of this user's boards, the readings that
//               were stored a while after their time since (see downsample.flux).
//   downsampled windows before both: mean, lowest and highest reading.
//   plantbuddy  readings from then on. Those of closed windows become means here: downsampling may be behind.
// Gives
//   means       of windows, each by its start, up to the window that closed last.
//   readings    each reading from the start of that window on.
//   lowest, highest  of all readings shown; a series may have two rows, of which the lower or the higher holds.
// All with _value, _measurement (the sensor) and device_id, means and readings with _time and in its order.
import "date"
import "experimental"

option plantbuddy = {user: "", device: "*", window: 48h}

// ---- Which time is shown ----
start = experimental.subDuration(d: plantbuddy.window, from: now())

// What is ahead of now() by more than clocks differ is shown when its time has come.
stop = experimental.addDuration(d: 2s, to: now())

raw = experimental.subDuration(d: 10m, from: date.truncate(t: now(), unit: 10m))

user = plantbuddy.user
device = plantbuddy.device

epoch = 1970-01-01T00:00:00Z
window = 600000000000
smaller = (a, b) => if a < b then a else b
larger = (a, b) => if a > b then a else b

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
    settings(measurement: "late", field: "from", start: time(v: larger(a: written - 3 * window, b: 0)))
        |> filter(fn: (r) => r.user == user)
        |> lowestOf(default: written)

// From here on windows are computed from readings: always one, for a range must not be empty.
computed =
    date.truncate(
        t:
            time(
                v:
                    larger(
                        a: smaller(a: smaller(a: written, b: late), b: int(v: raw) - window),
                        b: int(v: start) + window,
                    ),
            ),
        unit: 10m,
    )

// ---- What is read ----
// Filters on one name each are left to the storage engine; with an "or" they would not be.
of = (bucket, field, start, stop) => {
    ofUser =
        from(bucket: bucket)
            |> range(start: start, stop: stop)
            |> filter(fn: (r) => r._field == field)
            |> filter(fn: (r) => r.user == user)

    return if device == "*" then ofUser else ofUser |> filter(fn: (r) => r.device_id == device)
}

series = (tables=<-) => tables |> keep(columns: ["_time", "_value", "_measurement", "device_id"])

// ---- What is given ----
union(
    tables: [
        of(bucket: "downsampled", field: "reading", start: start, stop: computed) |> series(),
        of(bucket: "plantbuddy", field: "reading", start: computed, stop: raw)
            |> aggregateWindow(every: 10m, fn: mean, timeSrc: "_start", createEmpty: false)
            |> series(),
    ],
)
    |> group(columns: ["_measurement", "device_id"])
    |> sort(columns: ["_time"])
    |> yield(name: "means")

of(bucket: "plantbuddy", field: "reading", start: raw, stop: stop)
    |> series()
    |> sort(columns: ["_time"])
    |> yield(name: "readings")

union(
    tables: [
        of(bucket: "downsampled", field: "reading_min", start: start, stop: computed) |> min() |> series(),
        of(bucket: "plantbuddy", field: "reading", start: computed, stop: stop) |> min() |> series(),
    ],
)
    |> yield(name: "lowest")

union(
    tables: [
        of(bucket: "downsampled", field: "reading_max", start: start, stop: computed) |> max() |> series(),
        of(bucket: "plantbuddy", field: "reading", start: computed, stop: stop) |> max() |> series(),
    ],
)
    |> yield(name: "highest")
