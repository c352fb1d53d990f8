// Judges every series of every user by its newest reading and writes a status when its level changes.
//
// Runs every 10 s, or at the interval of the installation; one task for all users and sensors.
//
// Reads
//   plantbuddy  readings from 15 min before the last run that succeeded on. A series is judged by its newest reading
//               by _time, so a late, older one changes nothing.
//   settings    threshold: tags user, device_id (* means all boards of the user) and sensor; float fields crit_below,
//               warn_below, warn_above, crit_above, hysteresis; boolean fields enabled and removed. Its _time is when
//               it was set. The newest point holds as a whole: a field it lacks is not set, and one that is removed
//               leaves the place to the more general. Its series are judged at the next run, without a new reading.
//               level: the level in force of each series that ever had another than ok; it does not expire.
//               late: boards whose readings came late (see downsample.flux).
//               checked: the time up to which this task has looked.
// Writes
//   _monitoring statuses, on change only, with the monitor package's columns and tag sensor, and fields reading,
//               threshold and previous_level.
//   settings    level, after the status. A run that dies between the two makes the next one write the same level
//               again, which is no change of level. And checked.
//
// A series without a level in force is ok, so the first status of a series is never ok.
import "array"
import "dict"
import "experimental"
import "influxdata/influxdb/schema"
import "math"
import "strings"

option task = {name: "plantbuddy-check", every: 10s}

epoch = 1970-01-01T00:00:00Z

// A board's clock may be this far ahead.
ahead = experimental.addDuration(d: 11m, to: now())

// No limit below, no limit above.
low = float(v: "-1e300")
high = float(v: "1e300")

// The thresholds where nobody set one.
none = {on: true, cb: low, wb: low, wa: high, ca: high, hysteresis: 0.0}
moisture = {on: true, cb: 35.0, wb: low, wa: high, ca: high, hysteresis: 0.0}

settings = (measurement) =>
    from(bucket: "settings")
        |> range(start: epoch, stop: ahead)
        |> filter(fn: (r) => r._measurement == measurement)

// The values of a column after a first one that is given: array.map gives an empty array the wrong type. No name has $.
valuesAfter = (tables=<-, first, column) =>
    array.concat(
        arr: [first],
        v:
            tables
                |> keep(columns: [column])
                |> group()
                |> findColumn(fn: (key) => true, column: column),
    )

looked =
    settings(measurement: "checked")
        |> last()
        |> group()
        |> findColumn(fn: (key) => true, column: "_value")

// After a clock was stepped back the mark is ahead of it, and must not hide what happens until then.
since =
    experimental.subDuration(
        d: 15m,
        from:
            if length(arr: looked) > 0 and time(v: looked[0]) < now() then
                time(v: looked[0])
            else
                now(),
    )

// tail and not last, which makes 0 of a field that is not there.
thresholdRows =
    settings(measurement: "threshold")
        |> schema.fieldsAsCols()
        |> sort(columns: ["_time"])
        |> tail(n: 1)
        |> map(
            fn: (r) => {
                return {
                    changed: r._time >= since,
                    removed: exists r.removed and r.removed,
                    series: r.user + "|" + r.device_id + "|" + r.sensor,
                    line:
                        strings.joinStr(
                            arr: [
                                r.user,
                                r.device_id,
                                r.sensor,
                                if exists r.enabled and not r.enabled then "off" else "on",
                                if exists r.crit_below then string(v: r.crit_below) else "-1e300",
                                if exists r.warn_below then string(v: r.warn_below) else "-1e300",
                                if exists r.warn_above then string(v: r.warn_above) else "1e300",
                                if exists r.crit_above then string(v: r.crit_above) else "1e300",
                                if exists r.hysteresis then string(v: r.hysteresis) else "0",
                            ],
                            v: "|",
                        ),
                }
            },
        )

thresholds =
    dict.fromList(
        pairs:
            array.map(
                arr: thresholdRows |> filter(fn: (r) => not r.removed) |> valuesAfter(first: "$|$|$|on|0|0|0|0|0", column: "line"),
                fn: (x) => {
                    p = strings.split(v: x, t: "|")

                    return {
                        key: p[0] + "|" + p[1] + "|" + p[2],
                        value: {
                            on: p[3] == "on",
                            cb: float(v: p[4]),
                            wb: float(v: p[5]),
                            wa: float(v: p[6]),
                            ca: float(v: p[7]),
                            hysteresis: float(v: p[8]),
                        },
                    }
                },
            ),
    )

levels =
    dict.fromList(
        pairs:
            array.map(
                arr:
                    settings(measurement: "level")
                        |> last()
                        |> map(fn: (r) => ({line: r.user + "|" + r.device_id + "|" + r.sensor + "|" + r._value}))
                        |> valuesAfter(first: "$|$|$|ok", column: "line"),
                fn: (x) => {
                    p = strings.split(v: x, t: "|")

                    return {key: p[0] + "|" + p[1] + "|" + p[2], value: p[3]}
                },
            ),
    )

// Lookups are functions of their own: a dictionary that a row function names is evaluated again for every row.
thresholdOf = (key, otherwise) => dict.get(dict: thresholds, key: key, default: otherwise)
levelOf = (key) => dict.get(dict: levels, key: key, default: "ok")

newest = (start, user="*", device="*", sensor="*") =>
    from(bucket: "plantbuddy")
        |> range(start: start, stop: ahead)
        |> filter(fn: (r) => r._field == "reading")
        |> filter(fn: (r) => user == "*" or r.user == user)
        |> filter(fn: (r) => device == "*" or r.device_id == device)
        |> filter(fn: (r) => sensor == "*" or r._measurement == sensor)
        |> last()

// Series whose threshold was set a moment ago, however old their newest reading is.
changed =
    array.map(
        arr: thresholdRows |> filter(fn: (r) => r.changed) |> valuesAfter(first: "$|$|$", column: "series"),
        fn: (x) => {
            p = strings.split(v: x, t: "|")

            return newest(start: -30d, user: p[0], device: p[1], sensor: p[2])
        },
    )

// Boards that were heard late, since their late readings.
marks =
    from(bucket: "settings")
        |> range(start: since, stop: ahead)
        |> filter(fn: (r) => r._measurement == "late" and r._field == "from")

lateLines = (tables=<-) =>
    tables
        |> min()
        |> map(fn: (r) => ({line: r.user + "|" + r.device_id + "|" + string(v: r._value)}))
        |> valuesAfter(first: "$|$|" + string(v: int(v: since)), column: "line")

lateBoards =
    marks
        |> group(columns: ["user", "device_id"])
        |> lateLines()

late =
    array.map(
        arr:
            if length(arr: lateBoards) <= 100 then
                lateBoards
            else
                marks
                    |> group()
                    |> map(fn: (r) => ({r with user: "*", device_id: "*"}))
                    |> lateLines(),
        fn: (x) => {
            p = strings.split(v: x, t: "|")

            return newest(start: time(v: int(v: p[2])), user: p[0], device: p[1])
        },
    )

// A series can be in it more than once, with the same reading.
judged =
    union(tables: array.concat(arr: array.concat(arr: [newest(start: since)], v: changed), v: late))
        |> group()
        |> map(
            fn: (r) => {
                general = if r._measurement == "soil_moisture" then moisture else none
                board = thresholdOf(key: r.user + "|*|" + r._measurement, otherwise: general)
                key = r.user + "|" + r.device_id + "|" + r._measurement
                t = thresholdOf(key: key, otherwise: board)
                before = levelOf(key: key)
                v = r._value

                // A level is left only when the reading is past its threshold by more than the hysteresis.
                c = if before == "crit" then t.hysteresis else 0.0
                w = if before == "crit" or before == "warn" then t.hysteresis else 0.0
                critical = t.on and (v <= t.cb + c or v >= t.ca - c)
                warning = t.on and (v <= t.wb + w or v >= t.wa - w)
                below = if critical then t.cb else if warning then t.wb else math.mMax(x: t.cb, y: t.wb)
                above = if critical then t.ca else if warning then t.wa else math.mMin(x: t.ca, y: t.wa)

                return {
                    user: r.user,
                    device_id: r.device_id,
                    sensor: r._measurement,
                    at: r._time,
                    reading: v,
                    previous_level: before,
                    _level: if critical then "crit" else if warning then "warn" else "ok",
                    threshold: if v - below <= above - v then below else above,
                }
            },
        )
        |> filter(fn: (r) => r._level != r.previous_level)
        |> group(columns: ["user", "device_id", "sensor"])
        |> sort(columns: ["at"])
        |> tail(n: 1)

judged
    |> map(
        fn: (r) =>
            ({
                _time: now(),
                _measurement: "statuses",
                _check_id: "0000000000000001",
                _check_name: "plantbuddy-check",
                _type: "threshold",
                _level: r._level,
                _source_measurement: r.sensor,
                _source_timestamp: int(v: r.at),
                _message:
                    strings.replaceAll(v: r.sensor, t: "_", u: " ") + " at " + string(v: r.reading) + " for " + r.user,
                user: r.user,
                device_id: r.device_id,
                sensor: r.sensor,
                reading: r.reading,
                previous_level: r.previous_level,
                threshold: if r.threshold > low and r.threshold < high then r.threshold else math.NaN(),
            }),
    )
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
    |> yield(name: "changes")

array.from(rows: [{_time: epoch, _measurement: "checked", until: int(v: now())}])
    |> group(columns: ["_measurement"])
    |> experimental.to(bucket: "settings")
    |> yield(name: "checked")
