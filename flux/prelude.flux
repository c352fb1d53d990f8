// What several scripts share. It does not run by itself: FluxScript puts it in the place of a script's line
// "// prelude.flux", and its imports to those of the script. "plantbuddy task NAME" prints a task as it is installed.
//
// Reads
//   settings    what a script asks for by its measurement.
// Writes
//   _monitoring statuses, with the monitor package's columns and tag sensor, and fields reading, threshold (NaN, so no
//               field, where a level ends because its limit is gone or was moved) and previous_level.
//   settings    level: the level in force of each series that ever had another than ok.
import "array"
import "dict"
import "experimental"
import "json"
import parser "experimental/json"
import "regexp"
import "strings"

// ---- Times ----
epoch = 1970-01-01T00:00:00Z
here = int(v: now())

// The clock of who wrote a point, or a board's, may be this far ahead.
ahead = experimental.addDuration(d: 11m, to: now())
earlier = (a, b) => if a < b then a else b
later = (a, b) => if a > b then a else b

// The time of a task's statuses, after the newest that it used: times are in the order of changes, also while a clock that
// was stepped back catches up. One that was a day ahead was wrong.
stampAfter = (newest) => if newest >= here and newest - here < 86400000000000 then newest + 1 else here

// What is ahead of now() by more than clocks differ is not judged yet. The stamps of what arrives while a clock that was
// stepped back catches up are ahead as well.
soonAfter = (stamp) => if stamp - here > 5000000000 then ahead else experimental.addDuration(d: 2s, to: now())

// ---- Reading ----
settings = (measurement, start=epoch) =>
    from(bucket: "settings")
        |> range(start: start, stop: ahead)
        |> filter(fn: (r) => r._measurement == measurement)

values = (tables=<-, column) =>
    tables
        |> group()
        |> findColumn(fn: (key) => true, column: column)

// Rows as records, after one that is given: array.map gives an empty list the wrong type. No name has $. Flux makes a list
// of one column only, so each row is JSON on the way: whole numbers become floats, times become texts.
records = (tables=<-, first) =>
    array.concat(
        arr: [first],
        v:
            tables
                |> group()
                |> map(fn: (r) => ({row: string(v: json.encode(v: r))}))
                |> values(column: "row")
                |> array.map(fn: (x) => parser.parse(data: bytes(v: x))),
    )

// A function that looks a value up: a dictionary that a row function names itself is evaluated again for every row.
lookup = (pairs, default) => {
    found = dict.fromList(pairs: pairs)

    return (key) => dict.get(dict: found, key: key, default: default)
}

uniqueOf = (names=<-) =>
    array.from(rows: array.map(arr: names, fn: (x) => ({name: x})))
        |> unique(column: "name")
        |> values(column: "name")

// What a task knows of its own progress.
marked = (measurement, field, default) => {
    found =
        settings(measurement: measurement)
            |> filter(fn: (r) => r._field == field)
            |> last()
            |> values(column: "_value")

    return if length(arr: found) > 0 then found[0] else default
}

// An expression for a list of names. One that matches the empty text would ask for series without the tag, which is slow.
oneOf = (names) =>
    regexp.compile(v: "^(" + strings.replaceAll(v: strings.joinStr(arr: names, v: "|"), t: "$", u: "\\$") + ")$")

// ---- Writing ----
// What is asked for its values is done before the next statement begins, and once more at the end of the script: from a
// list, so the same points.
write = (rows, bucket, columns) =>
    array.from(rows: rows)
        |> filter(fn: (r) => r.user != "$")
        |> group(columns: columns)
        |> experimental.to(bucket: bucket)
        |> values(column: "user")

seriesColumns = ["_measurement", "user", "device_id", "sensor"]
statusColumns = array.concat(arr: seriesColumns, v: ["_check_id", "_check_name", "_type", "_level", "_source_measurement"])

writeStatuses = (changes, stamp, check) =>
    write(
        bucket: "_monitoring",
        columns: statusColumns,
        rows:
            array.map(
                arr: changes,
                fn: (x) =>
                    ({check with
                        _time: time(v: stamp),
                        _measurement: "statuses",
                        _level: x.level,
                        _source_measurement: x.sensor,
                        _source_timestamp: int(v: time(v: x.at)),
                        _message: x.message,
                        user: x.user,
                        device_id: x.device_id,
                        sensor: x.sensor,
                        reading: x.reading,
                        previous_level: x.previous_level,
                        threshold: x.threshold,
                    }),
            ),
    )

writeLevels = (changes) =>
    write(
        bucket: "settings",
        columns: seriesColumns,
        rows:
            array.map(
                arr: changes,
                fn: (x) =>
                    ({
                        _time: epoch,
                        _measurement: "level",
                        user: x.user,
                        device_id: x.device_id,
                        sensor: x.sensor,
                        level: x.level,
                    }),
            ),
    )

// How far a task has come, when all else is written.
writeMark = (measurement, mark) =>
    array.from(rows: [{mark with _time: epoch, _measurement: measurement}])
        |> group(columns: ["_measurement"])
        |> experimental.to(bucket: "settings")
        |> yield(name: measurement)
