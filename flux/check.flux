// Judges every series of every user by its newest reading and writes a status when its level changes.
//
// Runs every 10 s, or at the interval of the installation; one task for all users and sensors.
//
// Reads
//   plantbuddy  readings from 45 s before the last run that succeeded on, and of them only what may change a level:
//               values past the outermost threshold that anyone has for the sensor, and series with a level in force.
//               A series found so is judged by its newest reading by _time, so a late, older one changes nothing, and one
//               from a board whose clock is ahead waits until its time has come.
//   settings    threshold: tags user, device_id (* means all boards of the user) and sensor; float fields crit_below,
//               warn_below, warn_above, crit_above, hysteresis; boolean fields enabled and removed. Its _time is when
//               it was set. The newest point holds as a whole: a field it lacks is not set, and one that is removed
//               leaves the place to the more general. Its series are judged at the next run, without a new reading.
//               limit: what this task made of each threshold: all of it in field line, its outermost limits in fields
//               below and above.
//               level: the level in force of each series that ever had another than ok; it does not expire.
//               late: boards whose readings were stored a while after their time (see downsample.flux).
//               checked: the time up to which this task has looked, and in field stamp the time that its statuses had.
// Writes
//   _monitoring statuses, on change only, with the monitor package's columns and tag sensor, and fields reading,
//               threshold and previous_level. A level that ends because its limit is gone or was moved has no threshold.
//   settings    level, after the status. A run that dies between the two makes the next one write the same level
//               again, which is no change of level. Then limit, then checked.
//
// A series without a level in force is ok, so the first status of a series is never ok.
import "array"
import "dict"
import "experimental"
import "influxdata/influxdb/schema"
import "math"
import "regexp"
import "strings"

option task = {name: "plantbuddy-check", every: 10s}

epoch = 1970-01-01T00:00:00Z

// The clock of who wrote a point, or a board's, may be this far ahead.
ahead = experimental.addDuration(d: 11m, to: now())

// No limit below, no limit above.
low = float(v: "-1e300")
high = float(v: "1e300")

// More than these are not read one by one, not named one by one, not read each by its own limits.
maxReads = 100
maxNames = 300
maxSensors = 50

settings = (measurement, start=epoch) =>
    from(bucket: "settings")
        |> range(start: start, stop: ahead)
        |> filter(fn: (r) => r._measurement == measurement)

values = (tables=<-, column) =>
    tables
        |> keep(columns: [column])
        |> group()
        |> findColumn(fn: (key) => true, column: column)

// Lists begin with an entry that is given: array.map gives an empty one the wrong type. No name has $.
valuesAfter = (tables=<-, first, column) => array.concat(arr: [first], v: tables |> values(column: column))

oneOf = (names) => regexp.compile(v: "^(\\$|" + strings.joinStr(arr: names, v: "|") + ")$")

marked = (field) =>
    settings(measurement: "checked")
        |> filter(fn: (r) => r._field == field)
        |> last()
        |> values(column: "_value")
looked = marked(field: "until")

// After a clock was stepped back the mark is ahead of it, and must not hide what happens until then.
checked =
    if length(arr: looked) > 0 and time(v: looked[0]) < now() then
        time(v: looked[0])
    else
        now()

// The times of a series' statuses are in the order of its changes, also while a clock that was stepped back catches up. One
// that was a day ahead was wrong.
here = int(v: now())
stamps = marked(field: "stamp")
stamp =
    if length(arr: stamps) > 0 and stamps[0] >= here and stamps[0] - here < 86400000000000 then
        stamps[0] + 1
    else
        here

// What is ahead of now() by more than clocks differ is not judged yet. The stamps of what arrives while a clock that was
// stepped back catches up are ahead as well.
soon = if stamp - here > 5000000000 then ahead else experimental.addDuration(d: 2s, to: now())

// Thresholds as lines: user|device|sensor;time|state|the four limits|hysteresis. tail and not last, which makes 0 of a
// field that is not there.
asLines = (tables=<-) =>
    tables
        |> schema.fieldsAsCols()
        |> sort(columns: ["_time"])
        |> tail(n: 1)
        |> map(
            fn: (r) =>
                ({
                    line:
                        strings.joinStr(
                            arr: [
                                r.user + "|" + r.device_id + "|" + r.sensor + ";" + string(v: int(v: r._time)),
                                if exists r.removed and r.removed then
                                    "removed"
                                else if exists r.enabled and not r.enabled then
                                    "off"
                                else
                                    "on",
                                if exists r.crit_below then string(v: r.crit_below) else "-1e300",
                                if exists r.warn_below then string(v: r.warn_below) else "-1e300",
                                if exists r.warn_above then string(v: r.warn_above) else "1e300",
                                if exists r.crit_above then string(v: r.crit_above) else "1e300",
                                if exists r.hysteresis then string(v: r.hysteresis) else "0",
                            ],
                            v: "|",
                        ),
                }),
        )
        |> valuesAfter(first: "$|$|$;0|removed|-1e300|-1e300|1e300|1e300|0", column: "line")

keyOf = (line) => strings.split(v: line, t: ";")[0]

parsed = (line) => {
    p = strings.split(v: strings.split(v: line, t: ";")[1], t: "|")

    return {
        on: p[1] == "on",
        cb: float(v: p[2]),
        wb: float(v: p[3]),
        wa: float(v: p[4]),
        ca: float(v: p[5]),
        hysteresis: float(v: p[6]),
    }
}

// What was set lately is taken over at once. In case a threshold is dated back or was deleted, all of the users whose
// names end in one letter are compared, with another letter each 10 s.
letter = here / 10000000000 % 41
some = regexp.compile(v: "[" + strings.substring(v: "abcdefghijklmnopqrstuvwxyz0123456789_-$$$", start: letter, end: letter + 1) + "]$")

taken =
    settings(measurement: "limit")
        |> filter(fn: (r) => r._field == "line")
        |> group()
        |> findColumn(fn: (key) => true, column: "_value")

lately =
    settings(
        measurement: "threshold",
        start: if length(arr: taken) > 0 then experimental.subDuration(d: 15m, from: checked) else epoch,
    )
        |> asLines()

compared =
    settings(measurement: "threshold")
        |> filter(fn: (r) => r.user =~ some)
        |> asLines()

known = array.concat(arr: [lately[0]], v: taken)
knownLines =
    dict.fromList(
        pairs:
            array.map(
                arr: if length(arr: lately) + length(arr: compared) > 2 then known else [known[0]],
                fn: (x) => ({key: x, value: true}),
            ),
    )
isKnown = (line) => dict.get(dict: knownLines, key: line, default: false)
comparedKeys = dict.fromList(pairs: array.map(arr: compared, fn: (x) => ({key: keyOf(line: x), value: true})))
isThere = (line) => dict.get(dict: comparedKeys, key: keyOf(line: line), default: false)

gone =
    settings(measurement: "limit")
        |> filter(fn: (r) => r._field == "line")
        |> filter(fn: (r) => r.user =~ some)
        |> filter(fn: (r) => r._value !~ /removed/)
        |> valuesAfter(first: lately[0], column: "_value")
        |> array.filter(fn: (x) => not isThere(line: x))
        |> array.map(fn: (x) => keyOf(line: x) + ";0|removed|-1e300|-1e300|1e300|1e300|0")

changed =
    array.concat(
        arr: [lately[0]],
        v:
            array.concat(arr: lately, v: compared)
                |> array.filter(fn: (x) => not isKnown(line: x))
                |> array.concat(v: gone),
    )

// The last of those with the same key holds. They are taken apart only where they are used, for that takes longest.
limits =
    dict.fromList(
        pairs: array.map(arr: array.concat(arr: known, v: changed), fn: (x) => ({key: keyOf(line: x), value: x})),
    )
general = length(arr: array.filter(arr: known, fn: (x) => strings.containsStr(v: x, substr: "|*|"))) + length(arr: changed) > 1

// The thresholds where nobody set one.
none = ";0|on|-1e300|-1e300|1e300|1e300|0"
moisture = ";0|on|35|-1e300|1e300|1e300|2"

inForce =
    settings(measurement: "level")
        |> filter(fn: (r) => r._value != "ok")
        |> filter(fn: (r) => r.sensor != "status")
        |> group()
        |> sort(columns: ["user"])
        |> map(fn: (r) => ({line: r.sensor + "|" + r.user + "|" + r.device_id + "|" + r._value}))
        |> valuesAfter(first: "$|$|$|ok", column: "line")

levels =
    dict.fromList(
        pairs:
            array.map(
                arr: inForce,
                fn: (x) => {
                    p = strings.split(v: x, t: "|")

                    return {key: p[1] + "|" + p[2] + "|" + p[0], value: p[3]}
                },
            ),
    )

// Lookups are functions of their own: a dictionary that a row function names is evaluated again for every row.
limitOf = (key) => {
    found = dict.get(dict: limits, key: key, default: "")

    return if strings.containsStr(v: found, substr: "|removed|") then "" else found
}
levelOf = (key) => dict.get(dict: levels, key: key, default: "ok")
changedKeys = dict.fromList(pairs: array.map(arr: changed, fn: (x) => ({key: keyOf(line: x), value: true})))
isChanged = (key) => dict.get(dict: changedKeys, key: key, default: false)

judged = (tables=<-) =>
    tables
        |> filter(
            fn: (r) =>
                r._measurement == "soil_moisture" and r._value <= 35.0 or limitOf(key: r.key) != "" or levelOf(key: r.key)
                    !=
                    "ok" or general and limitOf(key: r.user + "|*|" + r._measurement) != "",
        )
        |> map(
            fn: (r) => {
                own = limitOf(key: r.key)
                star = r.user + "|*|" + r._measurement
                ofAll = if own == "" then limitOf(key: star) else own
                usual = if r._measurement == "soil_moisture" then moisture else none
                t = parsed(line: if ofAll == "" then usual else ofAll)
                before = levelOf(key: r.key)
                v = r._value

                // A level is left only when the reading is past its threshold by more than the hysteresis.
                c = if before == "crit" then t.hysteresis else 0.0
                w = if before == "crit" or before == "warn" then t.hysteresis else 0.0
                critical = t.on and (v <= t.cb + c or v >= t.ca - c)
                warning = t.on and (v <= t.wb + w or v >= t.wa - w)
                below = if critical then t.cb else if warning then t.wb else math.mMax(x: t.cb, y: t.wb)
                above = if critical then t.ca else if warning then t.wa else math.mMin(x: t.ca, y: t.wa)

                // A level that ends because its limit is gone or was moved is no recovery, and names no limit.
                note =
                    if critical or warning then
                        ""
                    else if not t.on or below <= low and above >= high then
                        "no limit any more"
                    else if isChanged(key: r.key) or own == "" and isChanged(key: star) then
                        "its limits were changed"
                    else
                        ""

                return {
                    key: r.key,
                    user: r.user,
                    device_id: r.device_id,
                    sensor: r._measurement,
                    at: r._time,
                    reading: v,
                    previous_level: before,
                    _level: if critical then "crit" else if warning then "warn" else "ok",
                    threshold: if note != "" then low else if v - below <= above - v then below else above,
                    note: note,
                }
            },
        )
        |> filter(fn: (r) => r._level != r.previous_level)

// The newest row of each series.
newestOnly = (tables=<-) =>
    tables
        |> group()
        |> sort(columns: ["_time"], desc: true)
        |> map(fn: (r) => ({r with key: r.user + "|" + r.device_id + "|" + r._measurement}))
        |> unique(column: "key")

// Filters on one name, number or regular expression each are left to the storage engine; others would not be.
readings = (start, sensor="*") => {
    all =
        from(bucket: "plantbuddy")
            |> range(start: start, stop: soon)
            |> filter(fn: (r) => r._field == "reading")

    return if sensor == "*" then all else all |> filter(fn: (r) => r._measurement == sensor)
}

// Newest readings of series that are named as user|device|sensor; * is any. Of many, also others are read.
newest = (start, series) => {
    users =
        array.from(rows: array.map(arr: series, fn: (x) => ({user: strings.split(v: x, t: "|")[0]})))
            |> unique(column: "user")
            |> values(column: "user")
    one = (line) => {
        p = strings.split(v: line, t: "|")
        user = p[0]
        device = p[1]
        ofUser = readings(start: start, sensor: p[2]) |> filter(fn: (r) => r.user == user)

        return
            (if device == "*" then ofUser else ofUser |> filter(fn: (r) => r.device_id == device))
                |> last()
                |> group()
    }
    named = oneOf(names: if length(arr: users) <= maxNames then users else ["$"])
    ofUsers =
        readings(start: start)
            |> filter(fn: (r) => r.user =~ named)
            |> last()
            |> group()
    all =
        readings(start: start)
            |> last()
            |> group()

    return
        if length(arr: series) <= maxReads then
            array.map(arr: series, fn: (x) => one(line: x))
        else if length(arr: users) <= maxNames then
            [ofUsers]
        else
            [all]
}

// Boards that were heard late, since their late readings. Of many, the whole run looks back as far as that.
marks =
    settings(measurement: "late", start: experimental.subDuration(d: 2m, from: checked))
        |> filter(fn: (r) => r._field == "from")
        |> group(columns: ["user", "device_id"])
        |> min()

lateBoards =
    marks
        |> group()
        |> map(fn: (r) => ({line: r.user + "|" + r.device_id + "|*"}))
        |> valuesAfter(first: "$|$|$", column: "line")

lateSince =
    marks
        |> group()
        |> min()
        |> valuesAfter(first: here, column: "_value")

few = length(arr: lateBoards) <= maxNames
oldest = time(v: lateSince[length(arr: lateSince) - 1])
lookBack = experimental.subDuration(d: 45s, from: checked)
since = if few or lookBack < oldest then lookBack else oldest

// A run that looks back far takes one row of each series, which costs more than a few.
far = here - int(v: since) > 180000000000

// The limits between which nobody's level changes (what changed just now is read anyway), and the users with a level in force, for each sensor.
bands =
    union(
        tables: [
            settings(measurement: "limit")
                |> filter(fn: (r) => r._field == "below")
                |> group(columns: ["sensor"])
                |> max()
                |> map(fn: (r) => ({sensor: r.sensor, below: r._value, above: high})),
            settings(measurement: "limit")
                |> filter(fn: (r) => r._field == "above")
                |> group(columns: ["sensor"])
                |> min()
                |> map(fn: (r) => ({sensor: r.sensor, below: low, above: r._value})),
        ],
    )
        |> group(columns: ["sensor"])
        |> reduce(
            identity: {below: low, above: high},
            fn: (r, accumulator) =>
                ({
                    below: if r.below > accumulator.below then r.below else accumulator.below,
                    above: if r.above < accumulator.above then r.above else accumulator.above,
                }),
        )
        |> map(fn: (r) => ({line: r.sensor + "|" + string(v: r.below) + "|" + string(v: r.above)}))
        |> valuesAfter(first: "$|0|0", column: "line")

bandOf =
    dict.fromList(
        pairs:
            array.map(
                arr: bands,
                fn: (x) => {
                    p = strings.split(v: x, t: "|")

                    return {key: p[0], value: {below: float(v: p[1]), above: float(v: p[2])}}
                },
            ),
    )

usersInForce =
    array.from(
        rows:
            array.map(
                arr: inForce,
                fn: (x) => {
                    p = strings.split(v: x, t: "|")

                    return {line: p[0] + "|" + p[1]}
                },
            ),
    )
        |> unique(column: "line")
        |> values(column: "line")

sensors =
    array.from(
        rows:
            array.map(
                arr: array.concat(arr: array.concat(arr: ["soil_moisture"], v: bands), v: usersInForce),
                fn: (x) => ({sensor: strings.split(v: x, t: "|")[0]}),
            ),
    )
        |> unique(column: "sensor")
        |> values(column: "sensor")

suspects = (sensor) => {
    band = dict.get(dict: bandOf, key: sensor, default: {below: low, above: high})
    users =
        array.map(
            arr: array.filter(arr: usersInForce, fn: (x) => strings.hasPrefix(v: x, prefix: sensor + "|")),
            fn: (x) => strings.split(v: x, t: "|")[1],
        )
    all = sensor == "*" or length(arr: users) > maxNames
    below =
        if all then
            high
        else if sensor == "soil_moisture" then
            math.mMax(x: band.below, y: 35.0)
        else
            band.below
    above = band.above
    past =
        readings(start: since, sensor: sensor)
            |> filter(fn: (r) => r._value <= below or r._value >= above)
    named = oneOf(names: if all then ["$"] else users)
    forced =
        readings(start: since, sensor: sensor)
            |> filter(fn: (r) => r.user =~ named)

    return
        union(
            tables:
                if far then
                    [past |> last() |> group(), forced |> last() |> group()]
                else
                    [past |> group(), forced |> group()],
        )
}

candidates =
    union(
        tables:
            array.map(
                arr: if length(arr: sensors) <= maxSensors then array.concat(arr: sensors, v: ["$"]) else ["*", "$"],
                fn: (x) => suspects(sensor: x),
            ),
    )
        |> newestOnly()
        |> judged()
        |> valuesAfter(first: "$|$|$", column: "key")

changes =
    union(
        tables:
            newest(start: since, series: candidates)
                |> array.concat(v: newest(start: -30d, series: array.map(arr: changed, fn: (x) => keyOf(line: x))))
                |> array.concat(v: if few then newest(start: oldest, series: lateBoards) else newest(start: oldest, series: ["$|$|$"])),
    )
        |> newestOnly()
        |> judged()
        |> map(
            fn: (r) =>
                ({
                    line:
                        strings.joinStr(
                            arr: [
                                r.user,
                                r.device_id,
                                r.sensor,
                                r._level,
                                r.previous_level,
                                string(v: int(v: r.at)),
                                string(v: r.reading),
                                if r.threshold > low and r.threshold < high then string(v: r.threshold) else "NaN",
                                r.note,
                            ],
                            v: "|",
                        ),
                }),
        )
        |> valuesAfter(first: "$|$|$|ok|ok|0|0|0|", column: "line")

// What is asked for its values is done before the next statement begins: levels are written after statuses, the rest
// after levels. All are written once more at the end of the script: from these lists, so the same points.
statusesWritten =
    array.from(
        rows:
            array.map(
                arr: changes,
                fn: (x) => {
                    p = strings.split(v: x, t: "|")

                    return {
                        _time: time(v: stamp),
                        _measurement: "statuses",
                        _check_id: "0000000000000001",
                        _check_name: "plantbuddy-check",
                        _type: "threshold",
                        _level: p[3],
                        _source_measurement: p[2],
                        _source_timestamp: int(v: p[5]),
                        _message: strings.replaceAll(v: p[2], t: "_", u: " ") + " at " + p[6] + " on board " + p[1]
                            + " of " + p[0] + (if p[8] == "" then "" else ": " + p[8]),
                        user: p[0],
                        device_id: p[1],
                        sensor: p[2],
                        reading: float(v: p[6]),
                        previous_level: p[4],
                        threshold: float(v: p[7]),
                    }
                },
            ),
    )
        |> filter(fn: (r) => r.user != "$")
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
        |> values(column: "_message")

levelsWritten =
    array.from(
        rows:
            array.map(
                arr: changes,
                fn: (x) => {
                    p = strings.split(v: x, t: "|")

                    return {
                        _time: epoch,
                        _measurement: "level",
                        user: p[0],
                        device_id: p[1],
                        sensor: p[2],
                        level: p[3],
                    }
                },
            ),
    )
        |> filter(fn: (r) => r.user != "$")
        |> group(columns: ["_measurement", "user", "device_id", "sensor"])
        |> experimental.to(bucket: "settings")
        |> values(column: "level")

limitsWritten =
    array.from(
        rows:
            array.map(
                arr: changed,
                fn: (x) => {
                    p = strings.split(v: keyOf(line: x), t: "|")
                    t = parsed(line: x)

                    return {
                        _time: epoch,
                        _measurement: "limit",
                        user: p[0],
                        device_id: p[1],
                        sensor: p[2],
                        line: x,
                        below: if t.on then math.mMax(x: t.cb, y: t.wb) else low,
                        above: if t.on then math.mMin(x: t.wa, y: t.ca) else high,
                    }
                },
            ),
    )
        |> filter(fn: (r) => r.user != "$")
        |> group(columns: ["_measurement", "user", "device_id", "sensor"])
        |> experimental.to(bucket: "settings")
        |> values(column: "line")

array.from(rows: [{_time: epoch, _measurement: "checked", until: here, stamp: stamp}])
    |> group(columns: ["_measurement"])
    |> experimental.to(bucket: "settings")
    |> yield(name: "checked")
