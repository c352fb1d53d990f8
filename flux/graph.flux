// The readings of one user for the page: 10-minute means as history, every reading of the newest minutes.
//
// Runs when a page asks for it.
//
// Reads
//   downsampled means that begin before the window that closed last.
//   plantbuddy  readings from the start of that window on: it may not have been downsampled yet.
// Gives
//   rows of _time, _value, _measurement (the sensor) and device_id, one table a series, by time.
import "date"
import "experimental"

option plantbuddy = {user: "", device: "*", window: 48h}

start = experimental.subDuration(d: plantbuddy.window, from: now())

// What is ahead of now() by more than clocks differ is shown when its time has come.
stop = experimental.addDuration(d: 2s, to: now())

raw = experimental.subDuration(d: 10m, from: date.truncate(t: now(), unit: 10m))

user = plantbuddy.user
device = plantbuddy.device

// Filters on one name each are left to the storage engine; with an "or" they would not be.
readings = (bucket, start, stop) => {
    ofUser =
        from(bucket: bucket)
            |> range(start: start, stop: stop)
            |> filter(fn: (r) => r._field == "reading")
            |> filter(fn: (r) => r.user == user)

    return
        (if device == "*" then ofUser else ofUser |> filter(fn: (r) => r.device_id == device))
            |> keep(columns: ["_time", "_value", "_measurement", "device_id"])
}

union(
    tables: [
        readings(bucket: "downsampled", start: start, stop: raw),
        readings(bucket: "plantbuddy", start: raw, stop: stop),
    ],
)
    |> group(columns: ["_measurement", "device_id"])
    |> sort(columns: ["_time"])
