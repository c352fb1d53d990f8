// Keeps 10-minute windows of all readings: mean, smallest, largest, count.
//
// Runs every 10 min, half a minute after a window closed. A run computes the closed windows since the last one that
// was written (all that the raw bucket has when there is none), so a missed run leaves no gap.
//
// Reads
//   plantbuddy  readings.
//   settings    late: boards with readings that were stored a while after their time. The bridge writes one point when
//               InfluxDB has such readings: tags user, device_id and bridge (who wrote it), integer fields from
//               and until (epoch ns; every late reading lies in from <= _time < until), _time when it was written.
//               Only these boards' windows that were closed then are computed again, or all boards' when more than
//               100 are late.
//               The bridge deletes them two hours after every task has seen them.
//               downsampled: the end of the last window that was written.
// Writes
//   downsampled measurement and tags of the readings; fields reading (mean), reading_min, reading_max (floats) and
//               reading_count (integer); _time is the start of the window. Running it again changes nothing.
//   settings    downsampled, after the windows.
//
// With a backfill user set it computes the windows of that user that start in the given range, and nothing else.
import "array"
import "date"
import "experimental"

option task = {name: "plantbuddy-downsample", every: 10m, offset: 30s}

option backfill = {user: "", start: 1970-01-01T00:00:00Z, stop: 1970-01-01T00:00:00Z}

// prelude.flux

// The bridge may write a mark a while after the reading, and its clock may differ.
margin = 30m
maxBoards = 100

// ---- Windows since the last one that was written ----
closed = date.truncate(t: now(), unit: 10m)
oldest = experimental.subDuration(d: 31d, from: closed)
last10m = experimental.subDuration(d: 10m, from: closed)
written = time(v: marked(measurement: "downsampled", field: "until", default: 0))
next = if written < oldest then oldest else if written > last10m then last10m else written

// ---- Windows that late readings touched ----
marks =
    settings(measurement: "late", start: experimental.subDuration(d: margin, from: next))
        |> filter(fn: (r) => r._field == "from" or r._field == "until")
        |> map(
            fn: (r) => {
                // A window that was open when the mark was written has not been computed before. Clocks may differ.
                open = int(v: date.truncate(t: experimental.addDuration(d: 1m, to: r._time), unit: 10m))
                value = earlier(a: r._value, b: open)

                return {
                    user: r.user,
                    device_id: r.device_id,
                    start: later(a: value, b: int(v: oldest)),
                    stop: earlier(a: value, b: int(v: closed)),
                }
            },
        )

bounds = (tables=<-) =>
    tables
        |> reduce(
            identity: {start: int(v: closed), stop: 0},
            fn: (r, accumulator) =>
                ({
                    start: earlier(a: r.start, b: accumulator.start),
                    stop: later(a: r.stop, b: accumulator.stop),
                }),
        )
        |> filter(fn: (r) => r.start < r.stop and r.stop > int(v: oldest))
        |> map(fn: (r) => ({r with start: time(v: r.start), stop: time(v: r.stop)}))

everyone = {user: "*", device_id: "*", start: string(v: next), stop: string(v: closed)}
lateBoards =
    marks
        |> group(columns: ["user", "device_id"])
        |> bounds()
        |> records(first: everyone)

scopes =
    if backfill.user != "" then
        [{user: backfill.user, device_id: "*", start: string(v: backfill.start), stop: string(v: backfill.stop)}]
    else if length(arr: lateBoards) <= maxBoards + 1 then
        lateBoards
    else
        marks
            |> group()
            |> bounds()
            |> map(fn: (r) => ({r with user: "*", device_id: "*"}))
            |> records(first: everyone)

// ---- Their means, smallest, largest and counts ----
windows = (scope, fn, field) => {
    user = scope.user
    device = scope.device_id
    stop = date.truncate(t: time(v: int(v: time(v: scope.stop)) + 599999999999), unit: 10m)

    // Filters on one name each are left to the storage engine; with an "or" they, and the windows, would not be.
    all =
        from(bucket: "plantbuddy")
            |> range(
                start: date.truncate(t: time(v: scope.start), unit: 10m),
                stop: if stop < closed then stop else closed,
            )
            |> filter(fn: (r) => r._field == "reading")
    ofUser = if user == "*" then all else all |> filter(fn: (r) => r.user == user)

    return
        (if device == "*" then ofUser else ofUser |> filter(fn: (r) => r.device_id == device))
            |> aggregateWindow(every: 10m, fn: fn, timeSrc: "_start", createEmpty: false)
            |> set(key: "_field", value: field)
            |> drop(columns: ["_start", "_stop"])
}

all = (fn, field) => array.map(arr: scopes, fn: (x) => windows(scope: x, fn: fn, field: field))

union(
    tables:
        all(fn: mean, field: "reading")
            |> array.concat(v: all(fn: min, field: "reading_min"))
            |> array.concat(v: all(fn: max, field: "reading_max"))
            |> array.concat(v: all(fn: count, field: "reading_count")),
)
    |> to(bucket: "downsampled")
    |> filter(fn: (r) => r._field == "reading" and backfill.user == "")
    |> map(fn: (r) => ({_time: epoch, _measurement: "downsampled", until: int(v: closed)}))
    |> group(columns: ["_measurement"])
    |> limit(n: 1)
    |> experimental.to(bucket: "settings")
