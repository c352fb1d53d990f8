// Tells of boards that have fallen silent, and that they are back.
//
// Runs every 30 s. Only boards are watched for which silent_after was set.
//
// Reads
//   plantbuddy  the newest reading of any sensor of the watched boards, up to 30 days back.
//   settings    threshold (see check.flux) with field silent_after: seconds after which a board counts as silent. A
//               point for one board wins over one for all of the user's (device_id *).
//               level with sensor status: the level in force.
// Writes
//   _monitoring statuses, on change only, as check.flux does, with sensor status; reading is for how many seconds the
//               board has been silent, threshold is silent_after.
//   settings    level, after the status.
import "array"
import "dict"
import "experimental"
import "influxdata/influxdb/schema"
import "math"
import "strings"

option task = {name: "plantbuddy-deadman", every: 30s}

epoch = 1970-01-01T00:00:00Z

// A board's clock may be this far ahead.
ahead = experimental.addDuration(d: 11m, to: now())

// More than these are read in one go.
maxWatched = 100

settings = (measurement) =>
    from(bucket: "settings")
        |> range(start: epoch, stop: ahead)
        |> filter(fn: (r) => r._measurement == measurement)

// The values of a column after a first one that is given: array.map gives an empty array the wrong type. No name has $.
valuesAfter = (tables=<-, first) =>
    array.concat(
        arr: [first],
        v:
            tables
                |> keep(columns: ["line"])
                |> group()
                |> findColumn(fn: (key) => true, column: "line"),
    )

// What is switched off or removed stays in the list, so that an alert in force ends. Not watched: 0.
lines =
    settings(measurement: "threshold")
        |> schema.fieldsAsCols()
        |> group(columns: ["user", "device_id", "sensor"])
        |> sort(columns: ["_time"])
        |> tail(n: 1)
        |> filter(fn: (r) => exists r.silent_after or r.sensor == "status")
        |> map(
            fn: (r) => {
                off =
                    not exists r.silent_after or exists r.removed and r.removed or exists r.enabled and not r.enabled

                return {line: r.user + "|" + r.device_id + "|" + (if off then "0" else string(v: r.silent_after))}
            },
        )
        |> valuesAfter(first: "$|$|0")

watched =
    dict.fromList(
        pairs:
            array.map(
                arr: lines,
                fn: (x) => {
                    p = strings.split(v: x, t: "|")

                    return {key: p[0] + "|" + p[1], value: float(v: p[2])}
                },
            ),
    )

levels =
    dict.fromList(
        pairs:
            array.map(
                arr:
                    settings(measurement: "level")
                        |> filter(fn: (r) => r.sensor == "status")
                        |> last()
                        |> map(fn: (r) => ({line: r.user + "|" + r.device_id + "|" + r._value}))
                        |> valuesAfter(first: "$|$|ok"),
                fn: (x) => {
                    p = strings.split(v: x, t: "|")

                    return {key: p[0] + "|" + p[1], value: p[2]}
                },
            ),
    )

// Lookups are functions of their own: a dictionary that a row function names is evaluated again for every row.
silentAfter = (key, otherwise) => dict.get(dict: watched, key: key, default: otherwise)
levelOf = (key) => dict.get(dict: levels, key: key, default: "ok")

// Filters on one name each are left to the storage engine; with an "or" they would not be.
newest = (user, device) => {
    all =
        from(bucket: "plantbuddy")
            |> range(start: -30d, stop: ahead)
            |> filter(fn: (r) => r._field == "reading")
    ofUser = if user == "*" then all else all |> filter(fn: (r) => r.user == user)

    return
        (if device == "*" then ofUser else ofUser |> filter(fn: (r) => r.device_id == device))
            |> last()
            |> keep(columns: ["_time", "user", "device_id"])
}

union(
    tables:
        array.concat(
            arr: [newest(user: "$", device: "$")],
            v:
                array.map(
                    arr: if length(arr: lines) <= maxWatched then lines else ["*|*|0"],
                    fn: (x) => {
                        p = strings.split(v: x, t: "|")

                        return newest(user: p[0], device: p[1])
                    },
                ),
        ),
)
    |> group(columns: ["user", "device_id"])
    |> sort(columns: ["_time"])
    |> tail(n: 1)
    |> group()
    |> map(
        fn: (r) => {
            key = r.user + "|" + r.device_id
            limit = silentAfter(key: key, otherwise: silentAfter(key: r.user + "|*", otherwise: 0.0))
            silence = math.round(x: float(v: int(v: now()) - int(v: r._time)) / 1000000000.0)
            silent = limit > 0.0 and silence >= limit
            before = levelOf(key: key)

            return {
                _time: now(),
                _measurement: "statuses",
                _check_id: "0000000000000004",
                _check_name: "plantbuddy-deadman",
                _type: "deadman",
                _level: if silent then "crit" else "ok",
                _source_measurement: "status",
                _source_timestamp: int(v: r._time),
                _message:
                    if silent then
                        "board " + r.device_id + " silent for " + string(v: silence) + " s for " + r.user
                    else
                        "board " + r.device_id + " is back for " + r.user,
                user: r.user,
                device_id: r.device_id,
                sensor: "status",
                reading: silence,
                threshold: limit,
                previous_level: before,
            }
        },
    )
    |> filter(fn: (r) => r._level != r.previous_level)
    |> group(
        columns: [
            "_measurement",
            "_check_id",
            "_check_name",
            "_type",
            "_level",
            "_source_measurement",
            "user",
            "device_id",
            "sensor",
        ],
    )
    |> experimental.to(bucket: "_monitoring")
    |> map(
        fn: (r) =>
            ({
                _time: epoch,
                _measurement: "level",
                user: r.user,
                device_id: r.device_id,
                sensor: r.sensor,
                level: r._level,
            }),
    )
    |> group(columns: ["_measurement", "user", "device_id", "sensor"])
    |> experimental.to(bucket: "settings")
