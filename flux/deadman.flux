// Tells of boards that have fallen silent, and that they are back.
//
// Runs every 30 s. Only boards are watched for which silent_after was set.
//
// Reads
//   settings    threshold (see check.flux) with field silent_after: seconds after which a board counts as silent. A
//               point for one board wins over one for all of the user's (device_id *).
//               level with sensor status: the level in force.
//               late: boards whose readings were stored a while after their time (see downsample.flux).
//               watched: what this task knows of each user with a watched board, in field line: the time from which
//               on each of the user's boards that is not silent was heard, the time before which none can fall
//               silent, and for what that holds.
//               listened: the time up to which this task has looked for boards that are back, and in field stamp the
//               time that its statuses had.
//   plantbuddy  the newest reading, but for those ahead of now(), of the boards of some users: one of whose boards may have fallen silent by now, who
//               changed what is watched, or who have a board that came late, as far back as watched says; who have a
//               silent board, since the last run. Once an hour everybody's, 30 days back.
// Writes
//   _monitoring statuses, on change only, as check.flux does, with sensor status; reading is for how many seconds the
//               board has been silent, threshold is silent_after, but where a silence ends
//               because that is gone or was raised.
//   settings    level, after the status; then watched and listened.
import "array"
import "contrib/qxip/hash"
import "dict"
import "experimental"
import "math"
import "regexp"
import "strings"

option task = {name: "plantbuddy-deadman", every: 30s}

epoch = 1970-01-01T00:00:00Z

// The clock of who wrote a point, or a board's, may be this far ahead.
ahead = experimental.addDuration(d: 11m, to: now())

// A reading may be stored this much after its time without being marked as late.
grace = 45000000000

// More than these are not read by their names.
maxNames = 1000

here = int(v: now())
far = here - 30 * 86400000000000
hour = here / 3600000000000

settings = (measurement, start=epoch) =>
    from(bucket: "settings")
        |> range(start: start, stop: ahead)
        |> filter(fn: (r) => r._measurement == measurement)

// Lists begin with an entry that is given: array.map gives an empty one the wrong type. No name has $.
valuesAfter = (tables=<-, first, column="line") =>
    array.concat(
        arr: [first],
        v:
            tables
                |> keep(columns: [column])
                |> group()
                |> findColumn(fn: (key) => true, column: column),
    )

part = (line, i) => strings.split(v: line, t: "|")[i]
earlier = (a, b) => if a < b then a else b
oneOf = (names) =>
    regexp.compile(v: "^(" + strings.replaceAll(v: strings.joinStr(arr: names, v: "|"), t: "$", u: "\\$") + ")$")

// Usually status alone.
sensors =
    settings(measurement: "threshold")
        |> filter(fn: (r) => r._field == "silent_after")
        |> group(columns: ["sensor"])
        |> last()
        |> valuesAfter(first: "$", column: "sensor")
ofSensors = oneOf(names: sensors)

points = (fields) =>
    settings(measurement: "threshold")
        |> filter(fn: (r) => r.sensor =~ ofSensors)
        |> filter(fn: (r) => r._field =~ fields)
        |> group()
        |> map(fn: (r) => ({r with board: r.user + "|" + r.device_id}))

// user|device|seconds, 0 when switched off. The newest point of a board and sensor holds as a whole: one that lacks
// silent_after or is removed leaves the place to the more general.
limits =
    union(
        tables: [
            points(fields: /^silent_after$/)
                |> map(fn: (r) => ({at: r._time, rank: 1, limit: r._value, board: r.board, key: r.board + "|" + r.sensor})),
            points(fields: /^enabled$/)
                |> filter(fn: (r) => not r._value)
                |> map(fn: (r) => ({at: r._time, rank: 2, limit: 0.0, board: r.board, key: r.board + "|" + r.sensor})),
            points(fields: /^removed$/)
                |> filter(fn: (r) => r._value)
                |> map(fn: (r) => ({at: r._time, rank: 3, limit: -1.0, board: r.board, key: r.board + "|" + r.sensor})),
            points(fields: /_(below|above)$/)
                |> map(fn: (r) => ({at: r._time, rank: 0, limit: -1.0, board: r.board, key: r.board + "|" + r.sensor})),
        ],
    )
        |> sort(columns: ["at", "rank"], desc: true)
        |> unique(column: "key")
        |> filter(fn: (r) => r.limit >= 0.0)
        |> map(fn: (r) => ({line: r.board + "|" + string(v: r.limit)}))
        |> sort(columns: ["line"])
        |> valuesAfter(first: "$|$|0")

// Lookups are functions of their own: a dictionary that a row function names is evaluated again for every row.
limitsByBoard =
    dict.fromList(
        pairs:
            array.map(
                arr: limits,
                fn: (x) =>
                    ({
                        key: part(line: x, i: 0) + "|" + part(line: x, i: 1),
                        value: float(v: part(line: x, i: 2)),
                    }),
            ),
    )
limitOf = (user, device) =>
    dict.get(
        dict: limitsByBoard,
        key: user + "|" + device,
        default: dict.get(dict: limitsByBoard, key: user + "|*", default: 0.0),
    )

inForce =
    settings(measurement: "level")
        |> filter(fn: (r) => r.sensor == "status")
        |> filter(fn: (r) => r._value != "ok")
        |> group()
        |> map(fn: (r) => ({line: r.user + "|" + r.device_id + "|" + r._value}))
        |> valuesAfter(first: "$|$|ok")
levels =
    dict.fromList(
        pairs:
            array.map(
                arr: inForce,
                fn: (x) => ({key: part(line: x, i: 0) + "|" + part(line: x, i: 1), value: part(line: x, i: 2)}),
            ),
    )
levelOf = (user, device) => dict.get(dict: levels, key: user + "|" + device, default: "ok")

known =
    dict.fromList(
        pairs:
            array.map(
                arr:
                    settings(measurement: "watched")
                        |> group()
                        |> map(fn: (r) => ({line: r.user + "|" + r._value}))
                        |> valuesAfter(first: "$|0|0|"),
                fn: (x) => ({key: part(line: x, i: 0), value: x}),
            ),
    )
knownOf = (user) => dict.get(dict: known, key: user, default: user + "|0|0|")

marked = (field, other) => {
    found =
        settings(measurement: "listened")
            |> filter(fn: (r) => r._field == field)
            |> last()
            |> valuesAfter(first: other, column: "_value")

    return found[length(arr: found) - 1]
}
listened = earlier(a: marked(field: "until", other: here), b: here)

// The times of a board's statuses are in the order of its changes, as in check.flux.
newestStamp = marked(field: "stamp", other: 0)
stamp = if newestStamp >= here and newestStamp - here < 86400000000000 then newestStamp + 1 else here

// As in check.flux: a reading ahead of now() does not hide that its board is silent.
soon = if stamp - here > 5000000000 then ahead else experimental.addDuration(d: 2s, to: now())

lateFrom =
    dict.fromList(
        pairs:
            array.map(
                arr:
                    settings(measurement: "late", start: time(v: listened - 120000000000))
                        |> filter(fn: (r) => r._field == "from")
                        |> group(columns: ["user"])
                        |> min()
                        |> map(fn: (r) => ({line: r.user + "|" + string(v: r._value)}))
                        |> valuesAfter(first: "$|0"),
                fn: (x) => ({key: part(line: x, i: 0), value: int(v: part(line: x, i: 1))}),
            ),
    )
lateFromOf = (user) => dict.get(dict: lateFrom, key: user, default: here)

// Whose boards are read, and from when on: user|start|due|shortest limit|what the answer holds for.
asked =
    array.from(
        rows:
            array.map(
                arr: array.concat(arr: limits, v: array.map(arr: inForce, fn: (x) => x + "|forced")),
                fn: (x) => {
                    forced = strings.hasSuffix(v: x, suffix: "|forced")

                    return {
                        user: part(line: x, i: 0),
                        limit: if forced then 0 else int(v: float(v: part(line: x, i: 2)) * 1000000000.0),
                        text: if forced then "" else x,
                        forced: forced,
                    }
                },
            ),
    )
        |> filter(fn: (r) => r.user != "$")
        |> group(columns: ["user"])
        |> reduce(
            identity: {shortest: 86400000000000, text: string(v: hour), forced: false, on: false},
            fn: (r, accumulator) =>
                ({
                    shortest: if r.limit > 0 then earlier(a: accumulator.shortest, b: r.limit) else accumulator.shortest,
                    text: accumulator.text + r.text + ";",
                    forced: accumulator.forced or r.forced,
                    on: accumulator.on or r.limit > 0,
                }),
        )
        |> filter(fn: (r) => r.on or r.forced)
        |> map(
            fn: (r) => {
                known = knownOf(user: r.user)
                since = int(v: part(line: known, i: 1))
                late = lateFromOf(user: r.user)
                what = hash.sha256(v: r.text)
                fresh = part(line: known, i: 3) != what or since > here
                due = fresh or int(v: part(line: known, i: 2)) <= here or late < here
                start = if fresh then far else if due then earlier(a: since, b: late) else listened - grace

                return {
                    asked: due or r.forced,
                    line:
                        strings.joinStr(
                            arr: [
                                r.user,
                                string(v: if start > far then start else far),
                                if due then "due" else "",
                                string(v: r.shortest),
                                what,
                            ],
                            v: "|",
                        ),
                }
            },
        )
        |> filter(fn: (r) => r.asked)
        |> valuesAfter(first: "$|" + string(v: here) + "||0|")

askedByUser = dict.fromList(pairs: array.map(arr: asked, fn: (x) => ({key: part(line: x, i: 0), value: x})))
askedOf = (user) => dict.get(dict: askedByUser, key: user, default: "||||")

boards =
    array.concat(arr: limits, v: inForce)
        |> array.filter(fn: (x) => askedOf(user: part(line: x, i: 0)) != "||||")
        |> array.map(fn: (x) => part(line: x, i: 1))

// Filters on one name or regular expression each are left to the storage engine; others would not be. So is the newest
// of all readings of a board.
newest = () => {
    start =
        array.from(rows: array.map(arr: asked, fn: (x) => ({start: int(v: part(line: x, i: 1))})))
            |> min(column: "start")
            |> findColumn(fn: (key) => true, column: "start")
    users = array.map(arr: asked, fn: (x) => part(line: x, i: 0))
    devices =
        array.from(rows: array.map(arr: boards, fn: (x) => ({device: x})))
            |> unique(column: "device")
            |> findColumn(fn: (key) => true, column: "device")
    anyUser = length(arr: users) > maxNames
    anyDevice = length(arr: devices) > maxNames or contains(value: "*", set: devices)
    ofUsers = oneOf(names: if anyUser then ["$"] else users)
    ofDevices = oneOf(names: if anyDevice then ["$"] else devices)
    all =
        from(bucket: "plantbuddy")
            |> range(start: time(v: start[0]), stop: soon)
            |> filter(fn: (r) => r._field == "reading")
    some = if anyUser then all else all |> filter(fn: (r) => r.user =~ ofUsers)

    return
        (if anyDevice then some else some |> filter(fn: (r) => r.device_id =~ ofDevices))
            |> group(columns: ["user", "device_id"])
            |> last()
            |> map(fn: (r) => ({line: r.user + "|" + r.device_id + "|" + string(v: int(v: r._time))}))
}

heard =
    if length(arr: asked) > 1 then
        newest() |> valuesAfter(first: "$|$|0")
    else
        ["$|$|0"]

judged =
    array.map(
        arr: heard,
        fn: (x) => {
            user = part(line: x, i: 0)
            device = part(line: x, i: 1)
            at = int(v: part(line: x, i: 2))
            limit = limitOf(user: user, device: device)
            silence = math.round(x: float(v: here - at) / 1000000000.0)
            silent = limit > 0.0 and silence >= limit

            // Else a silence ends because its limit is gone or was moved: that is no return, and names no limit.
            back = limit > 0.0 and at >= earlier(a: listened - grace, b: lateFromOf(user: user))

            return {
                user: user,
                device_id: device,
                at: at,
                limit: limit,
                silence: silence,
                silent: silent,
                back: back,
                level: if silent then "crit" else "ok",
                previous_level: levelOf(user: user, device: device),
            }
        },
    )

changes = array.filter(arr: judged, fn: (x) => x.level != x.previous_level)

// What is asked for its values is done before the next statement begins: levels are written after statuses, what is
// known after levels. All are written once more at the end of the script: from these lists, so the same points.
statusesWritten =
    array.from(
        rows:
            array.map(
                arr: array.concat(arr: [judged[0]], v: changes),
                fn: (x) =>
                    ({
                        _time: time(v: stamp),
                        _measurement: "statuses",
                        _check_id: "0000000000000004",
                        _check_name: "plantbuddy-deadman",
                        _type: "deadman",
                        _level: x.level,
                        _source_measurement: "status",
                        _source_timestamp: x.at,
                        _message:
                            if x.silent then
                                "board " + x.device_id + " silent for " + string(v: x.silence) + " s for " + x.user
                            else if x.back then
                                "board " + x.device_id + " is back for " + x.user
                            else if x.limit == 0.0 then
                                "board " + x.device_id + " for " + x.user + ": no limit any more"
                            else
                                "board " + x.device_id + " heard " + string(v: x.silence) + " s ago for " + x.user,
                        user: x.user,
                        device_id: x.device_id,
                        sensor: "status",
                        reading: x.silence,
                        threshold: if x.silent or x.back then x.limit else float(v: "NaN"),
                        previous_level: x.previous_level,
                    }),
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
        |> valuesAfter(first: "", column: "_message")

levelsWritten =
    array.from(
        rows:
            array.map(
                arr: array.concat(arr: [judged[0]], v: changes),
                fn: (x) =>
                    ({
                        _time: epoch,
                        _measurement: "level",
                        user: x.user,
                        device_id: x.device_id,
                        sensor: "status",
                        level: x.level,
                    }),
            ),
    )
        |> filter(fn: (r) => r.user != "$")
        |> group(columns: ["_measurement", "user", "device_id", "sensor"])
        |> experimental.to(bucket: "settings")
        |> valuesAfter(first: "", column: "level")

knownWritten =
    array.from(
        rows:
            array.concat(
                arr:
                    array.map(
                        arr: asked,
                        fn: (x) =>
                            ({
                                user: part(line: x, i: 0),
                                since: here - grace,
                                due: here + int(v: part(line: x, i: 3)),
                            }),
                    ),
                v:
                    array.map(
                        arr: array.filter(arr: judged, fn: (x) => x.limit > 0.0 and not x.silent),
                        fn: (x) => ({user: x.user, since: x.at, due: x.at + int(v: x.limit * 1000000000.0)}),
                    ),
            ),
    )
        |> group(columns: ["user"])
        |> reduce(
            identity: {since: here, due: here + 86400000000000},
            fn: (r, accumulator) =>
                ({since: earlier(a: r.since, b: accumulator.since), due: earlier(a: r.due, b: accumulator.due)}),
        )
        |> map(fn: (r) => ({r with of: askedOf(user: r.user)}))
        |> filter(fn: (r) => part(line: r.of, i: 2) == "due")
        |> map(
            fn: (r) =>
                ({
                    _time: epoch,
                    _measurement: "watched",
                    user: r.user,
                    line: string(v: r.since) + "|" + string(v: r.due) + "|" + part(line: r.of, i: 4),
                }),
        )
        |> group(columns: ["_measurement", "user"])
        |> experimental.to(bucket: "settings")
        |> valuesAfter(first: "")

array.from(rows: [{_time: epoch, _measurement: "listened", until: here, stamp: stamp}])
    |> group(columns: ["_measurement"])
    |> experimental.to(bucket: "settings")
    |> yield(name: "listened")
