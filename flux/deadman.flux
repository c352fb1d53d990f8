// Tells of boards that have fallen silent, and that they are back.
//
// Runs every 30 s. Only boards are watched for which silent_after was set.
//
// Reads
//   settings    threshold (see check.flux), field silence: seconds after which a board counts as silent, 0 where that is
//               switched off, -1 where it was removed. One for a board wins over one for all of the user's (device_id *).
//               level with sensor status: the level in force.
//               late: boards whose readings were stored a while after their time (see downsample.flux).
//               watched: what this task knows of each user with a watched board, JSON in field state: since when each of
//               the user's boards that is not silent was heard, when the first of them can fall silent (due), and for
//               what that holds (of, a hash).
//               listened: the time up to which this task has looked for boards that are back, and in field stamp the
//               time that its statuses had.
//   plantbuddy  the newest reading, but for those ahead of now(), of the boards of some users: as far back as watched
//               says, where a board may have fallen silent by now, came late, or what is watched was changed; since the
//               last run, where a board is silent. Once an hour everybody's, 30 days back.
// Writes
//   _monitoring statuses, on change only, as check.flux does, with sensor status; reading is for how many seconds the
//               board has been silent, threshold is silent_after, but where a silence ends
//               because that is gone or was raised.
//   settings    level, after the status; then watched and listened.
//
// Why not monitor.deadman(): it writes a status for each board at each run and has one limit for all. Reading the newest
// of every board at each run cost 7 s of CPU over 10,000 boards; this task reads nothing of a user none of whose boards can
// have fallen silent yet, and needs 0.06 to 0.7 s (docs/decisions 0092, docs/benchmarks-check.md).
import "array"
import "contrib/qxip/hash"
import "experimental"
import "json"
import "math"
import parser "experimental/json"
import "strings"

option task = {name: "plantbuddy-deadman", every: 30s}

// prelude.flux

// A reading may be stored this much after its time without being marked as late.
grace = 45000000000
day = 86400000000000
far = here - 30 * day

// More than these are not read by their names.
maxNames = 1000

// ---- Which boards are watched, and what is known of them ----
nobody = {user: "$", device_id: "$"}
boardOf = (of) => of.user + "|" + of.device_id

// How long each may be silent, in seconds; 0 when it is switched off.
limits =
    settings(measurement: "threshold")
        |> filter(fn: (r) => r._field == "silence")
        |> filter(fn: (r) => r._value >= 0.0)
        |> group()
        |> sort(columns: ["user", "device_id", "sensor"])
        |> keep(columns: ["user", "device_id", "_value"])
        |> records(first: {nobody with _value: 0.0})
ownLimit = lookup(pairs: array.map(arr: limits, fn: (x) => ({key: boardOf(of: x), value: x._value})), default: -1.0)
limitOf = (user, device) => {
    own = ownLimit(key: user + "|" + device)
    ofAll = ownLimit(key: user + "|*")

    return if own >= 0.0 then own else if ofAll >= 0.0 then ofAll else 0.0
}

inForce =
    settings(measurement: "level")
        |> filter(fn: (r) => r.sensor == "status")
        |> filter(fn: (r) => r._value != "ok")
        |> keep(columns: ["user", "device_id", "_value"])
        |> records(first: {nobody with _value: "ok"})
levelOf = lookup(pairs: array.map(arr: inForce, fn: (x) => ({key: boardOf(of: x), value: x._value})), default: "ok")

nothing = string(v: json.encode(v: {since: epoch, due: epoch, of: ""}))
watched =
    settings(measurement: "watched")
        |> filter(fn: (r) => r._field == "state")
        |> keep(columns: ["user", "_value"])
        |> records(first: {user: "$", _value: nothing})
watchedOf = lookup(pairs: array.map(arr: watched, fn: (x) => ({key: x.user, value: x._value})), default: nothing)

// ---- How far the task has come ----
listened = earlier(a: marked(measurement: "listened", field: "until", default: here), b: here)
stamp = stampAfter(newest: marked(measurement: "listened", field: "stamp", default: 0))

// A reading ahead of now() does not hide that its board is silent.
soon = soonAfter(stamp: stamp)

marks =
    settings(measurement: "late", start: time(v: listened - 120000000000))
        |> filter(fn: (r) => r._field == "from")
        |> group(columns: ["user"])
        |> min()
        |> map(fn: (r) => ({user: r.user, from: time(v: r._value)}))
        |> records(first: {user: "$", from: string(v: now())})
lateFromOf = lookup(pairs: array.map(arr: marks, fn: (x) => ({key: x.user, value: int(v: time(v: x.from))})), default: here)

// ---- Whose boards are read, and from when on ----
asked =
    array.from(
        rows:
            array.concat(
                arr:
                    array.map(
                        arr: limits,
                        fn: (x) =>
                            ({
                                user: x.user,
                                limit: int(v: x._value * 1000000000.0),
                                text: boardOf(of: x) + "|" + string(v: x._value),
                                forced: false,
                            }),
                    ),
                v: array.map(arr: inForce, fn: (x) => ({user: x.user, limit: 0, text: "", forced: true})),
            ),
    )
        |> filter(fn: (r) => r.user != "$")
        |> group(columns: ["user"])
        |> reduce(
            identity: {shortest: day, text: string(v: here / 3600000000000), forced: false, on: false},
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
                known = parser.parse(data: bytes(v: watchedOf(key: r.user)))
                since = int(v: time(v: known.since))
                late = lateFromOf(key: r.user)
                of = hash.sha256(v: r.text)
                fresh = known.of != of or since > here
                due = fresh or int(v: time(v: known.due)) <= here or late < here
                start = if fresh then far else if due then earlier(a: since, b: late) else listened - grace

                return {
                    user: r.user,
                    start: time(v: if start > far then start else far),
                    due: due,
                    next: time(v: here + r.shortest),
                    of: of,
                    asked: due or r.forced,
                }
            },
        )
        |> filter(fn: (r) => r.asked)
        |> records(first: {user: "$", start: string(v: now()), due: false, next: string(v: now()), of: "", asked: false})

askedOf = lookup(pairs: array.map(arr: asked, fn: (x) => ({key: x.user, value: x.of})), default: "")
devices =
    array.concat(
        arr: array.map(arr: limits, fn: (x) => ({user: x.user, device: x.device_id})),
        v: array.map(arr: inForce, fn: (x) => ({user: x.user, device: x.device_id})),
    )
        |> array.filter(fn: (x) => x.user == "$" or askedOf(key: x.user) != "")
        |> array.map(fn: (x) => x.device)

// ---- Their newest readings ----
// Filters on one name or regular expression each are left to the storage engine; others would not be. So is the newest
// of all readings of a board.
newest = () => {
    start =
        array.from(rows: array.map(arr: asked, fn: (x) => ({start: int(v: time(v: x.start))})))
            |> min(column: "start")
            |> values(column: "start")
    users = array.map(arr: asked, fn: (x) => x.user)
    names = uniqueOf(names: devices)
    anyUser = length(arr: users) > maxNames
    anyDevice = length(arr: names) > maxNames or contains(value: "*", set: names)
    ofUsers = oneOf(names: if anyUser then ["$"] else users)
    ofDevices = oneOf(names: if anyDevice then ["$"] else names)
    all =
        from(bucket: "plantbuddy")
            |> range(start: time(v: start[0]), stop: soon)
            |> filter(fn: (r) => r._field == "reading")
    some = if anyUser then all else all |> filter(fn: (r) => r.user =~ ofUsers)

    return
        (if anyDevice then some else some |> filter(fn: (r) => r.device_id =~ ofDevices))
            |> group(columns: ["user", "device_id"])
            |> last()
            |> keep(columns: ["user", "device_id", "_time"])
}

unheard = {nobody with _time: string(v: epoch)}
heard = if length(arr: asked) > 1 then newest() |> records(first: unheard) else [unheard]

// ---- Who is silent, who is back ----
judged =
    array.map(
        arr: heard,
        fn: (x) => {
            at = int(v: time(v: x._time))
            limit = limitOf(user: x.user, device: x.device_id)
            silence = math.round(x: float(v: here - at) / 1000000000.0)
            silent = limit > 0.0 and silence >= limit

            // Else a silence ends because its limit is gone or was moved: that is no return, and names no limit.
            back = limit > 0.0 and at >= earlier(a: listened - grace, b: lateFromOf(key: x.user))

            return {
                user: x.user,
                device_id: x.device_id,
                sensor: "status",
                at: x._time,
                next: time(v: at + int(v: limit * 1000000000.0)),
                watched: limit > 0.0 and not silent,
                level: if silent then "crit" else "ok",
                previous_level: levelOf(key: boardOf(of: x)),
                reading: silence,
                threshold: if silent or back then limit else float(v: "NaN"),
                message:
                    "board " + x.device_id + (if silent then
                        " silent for " + string(v: silence) + " s for " + x.user
                    else if back then
                        " is back for " + x.user
                    else if limit == 0.0 then
                        " for " + x.user + ": no limit any more"
                    else
                        " heard " + string(v: silence) + " s ago for " + x.user),
            }
        },
    )

// ---- What is written: statuses, then levels, then what is known ----
changes = array.concat(arr: [judged[0]], v: array.filter(arr: judged, fn: (x) => x.level != x.previous_level))
statusesWritten =
    writeStatuses(
        changes: changes,
        stamp: stamp,
        check: {_check_id: "0000000000000004", _check_name: "plantbuddy-deadman", _type: "deadman"},
    )
levelsWritten = writeLevels(changes: changes)

// Of each user, the earliest time at which a board that is not silent was heard, and the earliest at which one can fall
// silent.
known =
    array.from(
        rows:
            array.concat(
                arr:
                    array.map(
                        arr: array.filter(arr: asked, fn: (x) => x.due or x.user == "$"),
                        fn: (x) => ({user: x.user, of: x.of, since: here - grace, due: int(v: time(v: x.next))}),
                    ),
                v:
                    array.map(
                        arr: array.filter(arr: judged, fn: (x) => x.watched),
                        fn: (x) => ({user: x.user, of: "", since: int(v: time(v: x.at)), due: int(v: x.next)}),
                    ),
            ),
    )
        |> group(columns: ["user"])
        |> reduce(
            identity: {of: "", since: here, due: here + day},
            fn: (r, accumulator) =>
                ({
                    of: accumulator.of + r.of,
                    since: earlier(a: r.since, b: accumulator.since),
                    due: earlier(a: r.due, b: accumulator.due),
                }),
        )
        |> filter(fn: (r) => r.of != "")
        |> map(fn: (r) => ({user: r.user, of: r.of, since: time(v: r.since), due: time(v: r.due)}))
        |> records(first: {user: "$", of: "", since: string(v: epoch), due: string(v: epoch)})

knownWritten =
    write(
        bucket: "settings",
        columns: ["_measurement", "user"],
        rows:
            array.map(
                arr: known,
                fn: (x) =>
                    ({
                        _time: epoch,
                        _measurement: "watched",
                        user: x.user,
                        state: string(v: json.encode(v: {since: x.since, due: x.due, of: x.of})),
                    }),
            ),
    )

writeMark(measurement: "listened", mark: {until: here, stamp: stamp})
