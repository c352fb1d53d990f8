// Judges every series of every user by its newest reading and writes a status when its level changes.
//
// Runs every 10 s, or at the interval of the installation; one task for all users and sensors.
//
// Reads
//   plantbuddy  readings from 45 s before the last run that succeeded on, and of them only what may change a level:
//               values past the outermost threshold that anyone has for the sensor, and series with a level in force.
//               A series found so is judged by its newest reading by _time, so a late, older one changes nothing, and one
//               from a board whose clock is ahead waits until its time has come.
//   settings    threshold: tags user, device_id (* means all boards of the user) and sensor. Thresholds.java writes all
//               of it, one point at a fixed time; this task takes of it limits (a text: user|device|sensor, a blank, the
//               limits as JSON; empty where the threshold was removed and leaves the place to the more general), below
//               and above (the outermost limits) and set (when, epoch us). What was set is judged at the next run,
//               without a new reading.
//               level: the level in force of each series that ever had another than ok; it does not expire.
//               late: boards whose readings were stored a while after their time (see downsample.flux).
//               checked: the time up to which this task has looked, and in field stamp the time that its statuses had.
// Writes
//   _monitoring statuses, on change only. A level that ends because its limit is gone or was moved has no threshold.
//   settings    level, after the status. A run that dies between the two makes the next one write the same level
//               again, which is no change of level. Then threshold, field judged: the value of set that was judged. Then
//               checked.
//
// A series without a level in force is ok, so the first status of a series is never ok.
//
// Why not monitor.check() and monitor.stateChanges(): they write a status for each reading and look for changes
// afterwards. Over 10,000 boards that takes 13.0 s a run for one sensor, this task 0.95 s for five
// (docs/benchmarks-check.md). They would forget a level with _monitoring's 7 days, and know neither limits of users' own
// nor hysteresis (docs/decisions 0020, 0022, 0024).
import "array"
import "experimental"
import "math"
import parser "experimental/json"
import "strings"

option task = {name: "plantbuddy-check", every: 10s}

// What holds where nobody set a threshold. FluxScript fills it in.
option plantbuddy = {sensor: "", crit_below: 0.0, hysteresis: 0.0}

// prelude.flux

// More than these are not read one by one, not named one by one, not read each by its own limits.
maxReads = 100
maxNames = 300
maxSensors = 50
nobody = {user: "$", device_id: "$", sensor: "$"}
keyOf = (of) => of.user + "|" + of.device_id + "|" + of.sensor

// ---- How far the check has come ----
looked = marked(measurement: "checked", field: "until", default: 0)

// After a clock was stepped back the mark is ahead of it, and must not hide what happens until then.
checked = time(v: if looked > 0 and looked < here then looked else here)
stamp = stampAfter(newest: marked(measurement: "checked", field: "stamp", default: 0))
soon = soonAfter(stamp: stamp)

// ---- Thresholds and levels in force ----
// No limit below, no limit above.
low = float(v: "-1e300")
high = float(v: "1e300")
critBelow = (limit, hysteresis) =>
    ({crit_below: limit, warn_below: low, warn_above: high, crit_above: high, hysteresis: hysteresis})
usual = critBelow(limit: plantbuddy.crit_below, hysteresis: plantbuddy.hysteresis)
none = critBelow(limit: low, hysteresis: 0.0)

thresholds =
    settings(measurement: "threshold")
        |> filter(fn: (r) => r._field == "limits")
        |> values(column: "_value")
textOf =
    lookup(
        pairs:
            array.map(
                arr: array.concat(arr: ["$"], v: thresholds),
                fn: (x) => ({key: strings.split(v: x, t: " ")[0], value: x}),
            ),
        default: "",
    )

// Read only where it is used, for that takes longest.
limitsIn = (text) => parser.parse(data: bytes(v: strings.split(v: text, t: " ")[1]))

// What was set lately, but for what was judged since. Usually nothing was, and one field tells.
lately = if looked > 0 then int(v: checked) / 1000 - 900000000 else 0
setLately =
    settings(measurement: "threshold")
        |> filter(fn: (r) => r._field == "set")
        |> filter(fn: (r) => r._value >= lately)
        |> values(column: "_value")
changed =
    if length(arr: setLately) == 0 then [{nobody with judged: 0.0}] else settings(measurement: "threshold")
        |> filter(fn: (r) => r._field =~ /^(set|judged)$/)
        |> filter(fn: (r) => r._value >= lately)
        |> group()
        |> map(fn: (r) => ({r with key: keyOf(of: r) + "|" + string(v: r._value)}))
        |> sort(columns: ["_field"])
        |> unique(column: "key")
        |> filter(fn: (r) => r._field == "set" and r.sensor != "status")
        |> rename(columns: {_value: "judged"})
        |> keep(columns: ["user", "device_id", "sensor", "judged"])
        |> records(first: {nobody with judged: 0.0})
isChanged = lookup(pairs: array.map(arr: changed, fn: (x) => ({key: keyOf(of: x), value: true})), default: false)

inForce =
    settings(measurement: "level")
        |> filter(fn: (r) => r._value != "ok")
        |> filter(fn: (r) => r.sensor != "status")
        |> keep(columns: ["user", "device_id", "sensor", "_value"])
        |> records(first: {nobody with _value: "ok"})
levelOf = lookup(pairs: array.map(arr: inForce, fn: (x) => ({key: keyOf(of: x), value: x._value})), default: "ok")

// ---- The rule; HoldingThresholds.java is its twin ----
holding = (key, star) => if textOf(key: key) != "" then textOf(key: key) else textOf(key: star)
judged = (tables=<-) =>
    tables
        |> filter(
            fn: (r) =>
                r.sensor == plantbuddy.sensor and r._value <= plantbuddy.crit_below or levelOf(key: r.key) != "ok"
                    or holding(key: r.key, star: r.user + "|*|" + r.sensor) != "",
        )
        |> map(
            fn: (r) => {
                star = r.user + "|*|" + r.sensor
                text = holding(key: r.key, star: star)
                t =
                    if text != "" then
                        limitsIn(text: text)
                    else if r.sensor == plantbuddy.sensor then
                        usual
                    else
                        none
                before = levelOf(key: r.key)
                v = r._value

                // A level is left only when the reading is past its threshold by more than the hysteresis.
                c = if before == "crit" then t.hysteresis else 0.0
                w = if before == "crit" or before == "warn" then t.hysteresis else 0.0
                critical = v <= t.crit_below + c or v >= t.crit_above - c
                warning = v <= t.warn_below + w or v >= t.warn_above - w
                outerBelow = math.mMax(x: t.crit_below, y: t.warn_below)
                outerAbove = math.mMin(x: t.crit_above, y: t.warn_above)
                below = if critical then t.crit_below else if warning then t.warn_below else outerBelow
                above = if critical then t.crit_above else if warning then t.warn_above else outerAbove

                // A level that ends because its limit is gone or was moved is no recovery, and names no limit.
                note =
                    if critical or warning then
                        ""
                    else if below <= low and above >= high then
                        ": no limit any more"
                    else if isChanged(key: r.key) or textOf(key: r.key) == "" and isChanged(key: star) then
                        ": its limits were changed"
                    else
                        ""

                return {
                    user: r.user,
                    device_id: r.device_id,
                    sensor: r.sensor,
                    at: r._time,
                    reading: v,
                    level: if critical then "crit" else if warning then "warn" else "ok",
                    previous_level: before,
                    threshold: if note != "" then low else if v - below <= above - v then below else above,
                    note: note,
                }
            },
        )
        |> filter(fn: (r) => r.level != r.previous_level)

// ---- Reading ----
// Filters on one name, number or regular expression each are left to the storage engine; others would not be.
readings = (start, sensor="*") => {
    all =
        from(bucket: "plantbuddy")
            |> range(start: start, stop: soon)
            |> filter(fn: (r) => r._field == "reading")

    return if sensor == "*" then all else all |> filter(fn: (r) => r._measurement == sensor)
}

// The newest row of each series.
newestOnly = (tables=<-) =>
    tables
        |> group()
        |> sort(columns: ["_time"], desc: true)
        |> rename(columns: {_measurement: "sensor"})
        |> map(fn: (r) => ({r with key: r.user + "|" + r.device_id + "|" + r.sensor}))
        |> unique(column: "key")

newestOfEach = (tables=<-) => tables |> last() |> group()

// Newest readings of series; * is any. Of many, also others are read.
newest = (start, series) => {
    users = uniqueOf(names: array.map(arr: series, fn: (x) => x.user))
    named = oneOf(names: users)
    one = (of) => {
        user = of.user
        device = of.device_id
        ofUser = readings(start: start, sensor: of.sensor) |> filter(fn: (r) => r.user == user)

        return (if device == "*" then ofUser else ofUser |> filter(fn: (r) => r.device_id == device)) |> newestOfEach()
    }

    return
        if length(arr: series) <= maxReads then
            array.map(arr: series, fn: (x) => one(of: x))
        else if length(arr: users) <= maxNames then
            [readings(start: start) |> filter(fn: (r) => r.user =~ named) |> newestOfEach()]
        else
            [readings(start: start) |> newestOfEach()]
}

// ---- How far back is looked ----
// Boards that were heard late, since their late readings. Of many, the whole run looks back as far as that.
lateBoards =
    settings(measurement: "late", start: experimental.subDuration(d: 2m, from: checked))
        |> filter(fn: (r) => r._field == "from")
        |> group(columns: ["user", "device_id"])
        |> min()
        |> map(fn: (r) => ({user: r.user, device_id: r.device_id, sensor: "*", from: time(v: r._value)}))
        |> records(first: {nobody with from: string(v: now())})
oldest =
    (array.from(rows: array.map(arr: lateBoards, fn: (x) => ({from: time(v: x.from)})))
        |> sort(columns: ["from"])
        |> values(column: "from"))[0]
few = length(arr: lateBoards) <= maxNames
lookBack = experimental.subDuration(d: 45s, from: checked)
since = if few or lookBack < oldest then lookBack else oldest

// A run that looks back far takes one row of each series, which costs more than a few.
far = here - int(v: since) > 180000000000

// ---- What may change a level ----
// The limits between which nobody's level changes; what was changed just now is read anyway.
outermost = (field, of, none) =>
    settings(measurement: "threshold")
        |> filter(fn: (r) => r._field == field)
        |> group(columns: ["sensor"])
        |> of()
        |> keep(columns: ["sensor", "_value"])
        |> records(first: {sensor: "$", _value: none})
lowest = outermost(field: "below", of: max, none: low)
highest = outermost(field: "above", of: min, none: high)
lowestOf = lookup(pairs: array.map(arr: lowest, fn: (x) => ({key: x.sensor, value: x._value})), default: low)
highestOf = lookup(pairs: array.map(arr: highest, fn: (x) => ({key: x.sensor, value: x._value})), default: high)

sensors =
    array.concat(arr: array.map(arr: lowest, fn: (x) => x.sensor), v: array.map(arr: inForce, fn: (x) => x.sensor))
        |> array.concat(v: [plantbuddy.sensor])
        |> uniqueOf()

// Values past the limits, and all of users with a level in force.
suspects = (sensor) => {
    ofSensor = array.filter(arr: inForce, fn: (x) => x.sensor == "$" or x.sensor == sensor)
    users = uniqueOf(names: array.map(arr: ofSensor, fn: (x) => x.user))
    all = sensor == "*" or length(arr: users) > maxNames
    ofEveryone = if sensor == plantbuddy.sensor then usual.crit_below else low
    below = if all then high else math.mMax(x: lowestOf(key: sensor), y: ofEveryone)
    above = highestOf(key: sensor)
    named = oneOf(names: if all then ["$"] else users)
    past = readings(start: since, sensor: sensor) |> filter(fn: (r) => r._value <= below or r._value >= above)
    forced = readings(start: since, sensor: sensor) |> filter(fn: (r) => r.user =~ named)

    return if far then [past |> newestOfEach(), forced |> newestOfEach()] else [past |> group(), forced |> group()]
}

candidates =
    union(
        tables:
            array.map(
                arr: if length(arr: sensors) <= maxSensors then sensors else ["*", "$"],
                fn: (x) => union(tables: suspects(sensor: x)),
            ),
    )
        |> newestOnly()
        |> judged()
        |> keep(columns: ["user", "device_id", "sensor"])
        |> records(first: nobody)

// ---- What changes ----
changes =
    union(
        tables:
            newest(start: since, series: candidates)
                |> array.concat(v: newest(start: -30d, series: changed))
                |> array.concat(v: newest(start: oldest, series: if few then lateBoards else [lateBoards[0]])),
    )
        |> newestOnly()
        |> judged()
        |> records(
            first: {nobody with
                at: string(v: epoch),
                reading: 0.0,
                level: "",
                previous_level: "",
                threshold: 0.0,
                note: "",
            },
        )
        |> array.map(
            fn: (x) =>
                ({x with
                    threshold: if x.threshold > low and x.threshold < high then x.threshold else float(v: "NaN"),
                    message:
                        strings.replaceAll(v: x.sensor, t: "_", u: " ") + " at " + string(v: x.reading) + " on board "
                            + x.device_id + " of " + x.user + x.note,
                }),
        )

statusesWritten =
    writeStatuses(
        changes: changes,
        stamp: stamp,
        check: {_check_id: "0000000000000001", _check_name: "plantbuddy-check", _type: "threshold"},
    )
levelsWritten = writeLevels(changes: changes)
judgedWritten =
    write(
        bucket: "settings",
        columns: seriesColumns,
        rows:
            array.map(
                arr: changed,
                fn: (x) => ({x with _time: epoch, _measurement: "threshold", judged: int(v: x.judged)}),
            ),
    )

writeMark(measurement: "checked", mark: {until: here, stamp: stamp})
