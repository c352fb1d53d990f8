// Posts every change of level to the bridge until the bridge has accepted it.
//
// Runs every 5 s, a second after the tick: time for a check of the same tick to write. Its range ends past now(), since
// those statuses carry now() as their time, or a later one while a clock that was stepped back catches up.
//
// Reads
//   _monitoring statuses and the notifications that were answered with 200, from 15 min before the oldest change that is
//               not known to be accepted, at most 24 h; all fields only of the users with a change to post.
//   settings    notified: the time before which every change has been accepted or given up.
// Writes
//   _monitoring notifications, one for each attempt that was answered, as monitor.notify has them.
//   settings    notified.
// Posts
//   JSON: user, device, sensor, level, previous_level, value (or null), threshold (or empty), message, time (of the
//   reading), status_time; bearer secret plantbuddy-notify of InfluxDB's secret store. In the order of the changes, for 20 s
//   at most, and 500 at most: in turn the oldest and the newest, so that nothing waits for ever behind what is refused.
//
// A change is a status whose level differs from that of the status before it. What was not accepted within 24 h is
// given up. A change may be posted twice although it was accepted: whoever receives it knows it by its series, level
// and status_time. A run that did not reach the bridge fails when all the rest is done.
import "array"
import "dict"
import "experimental"
import "http"
import "influxdata/influxdb/monitor"
import "influxdata/influxdb/schema"
import "influxdata/influxdb/secrets"
import "json"
import "regexp"
import "strings"
import "system"

option task = {name: "plantbuddy-notification-rule", every: 5s, offset: 1s}

option plantbuddy = {notify_url: "http://127.0.0.1:8081/notify"}

epoch = 1970-01-01T00:00:00Z
begun = int(v: system.time())
ahead = experimental.addDuration(d: 25h, to: now())
oldest = experimental.subDuration(d: 24h, from: now())
token = secrets.get(key: "plantbuddy-notify")

maxPosts = 500
maxNs = 20000000000

// More than these are not read by their names.
maxNames = 300

severity = (level) => if level == "crit" then 3 else if level == "warn" then 2 else if level == "info" then 1 else 0

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

marks =
    from(bucket: "settings")
        |> range(start: epoch, stop: ahead)
        |> filter(fn: (r) => r._measurement == "notified")
        |> last()
        |> valuesAfter(first: int(v: oldest), column: "_value")
mark = time(v: marks[length(arr: marks) - 1])

// A status may be written minutes after its time, by a run that waited for others. A mark ahead of now() is from before
// the clock was stepped back.
since = experimental.subDuration(d: 15m, from: if mark < now() then mark else now())
start = if since > oldest then since else oldest

// One field of each, in one table: filters and grouping are left to the storage engine.
monitored = (measurement, field, fn=(r) => true) =>
    from(bucket: "_monitoring")
        |> range(start: start, stop: ahead)
        |> filter(fn: (r) => r._measurement == measurement)
        |> filter(fn: (r) => r._field == field)
        |> filter(fn: fn)
        |> filter(fn: (r) => r.user != "")
        |> filter(fn: (r) => r.device_id != "")
        |> filter(fn: (r) => r.sensor != "")
        |> group()

// Statuses that were not accepted. join() fails where one side is empty; a union does not.
open =
    union(
        tables: [
            monitored(measurement: "statuses", field: "previous_level")
                |> map(
                    fn: (r) =>
                        ({
                            at: int(v: r._time),
                            accepted: 0,
                            key: r.user + "|" + r.device_id + "|" + r.sensor + "|" + string(v: int(v: r._time)),
                        }),
                ),
            monitored(measurement: "notifications", field: "_status_timestamp", fn: (r) => r._sent == "true")
                |> map(
                    fn: (r) =>
                        ({
                            at: r._value,
                            accepted: 1,
                            key: r.user + "|" + r.device_id + "|" + r.sensor + "|" + string(v: r._value),
                        }),
                ),
        ],
    )
        |> sort(columns: ["accepted"], desc: true)
        |> unique(column: "key")
        |> filter(fn: (r) => r.accepted == 0)
        |> sort(columns: ["at"], desc: int(v: now()) / 5000000000 % 2 == 1)
        |> valuesAfter(first: "$|$|$|" + string(v: int(v: now())), column: "key")

part = (line, i) => strings.split(v: line, t: "|")[i]

picked =
    array.from(rows: array.map(arr: open, fn: (x) => ({line: x})))
        |> limit(n: maxPosts + 1)
        |> findColumn(fn: (key) => true, column: "line")

// Lookups are functions of their own: a dictionary that a row function names is evaluated again for every row.
pickedByKey = dict.fromList(pairs: array.map(arr: picked, fn: (x) => ({key: x, value: true})))
isPicked = (key) => dict.get(dict: pickedByKey, key: key, default: false)

earliest = (lines) =>
    (array.from(rows: array.map(arr: lines, fn: (x) => ({at: int(v: part(line: x, i: 3))})))
        |> min(column: "at")
        |> findColumn(fn: (key) => true, column: "at"))[0]

// The statuses that are changes. The first status of a window is judged by the level it says was before it, the others
// by the status before them: a run of a check that died may have left two of the same level.
changes = () => {
    users =
        array.from(rows: array.map(arr: picked, fn: (x) => ({user: part(line: x, i: 0)})))
            |> unique(column: "user")
            |> findColumn(fn: (key) => true, column: "user")
    few = length(arr: users) <= maxNames
    names = strings.joinStr(arr: if few then users else ["$"], v: "|")
    named = regexp.compile(v: "^(" + strings.replaceAll(v: names, t: "$", u: "\\$") + ")$")
    all =
        from(bucket: "_monitoring")
            |> range(start: time(v: earliest(lines: picked) - 3600000000000), stop: ahead)
            |> filter(fn: (r) => r._measurement == "statuses")

    return
        (if few then all |> filter(fn: (r) => r.user =~ named) else all)
            |> schema.fieldsAsCols()
            |> filter(fn: (r) => exists r.user and exists r.device_id and exists r.sensor)
            |> filter(fn: (r) => exists r.previous_level)
            |> group(columns: ["user", "device_id", "sensor"])
            |> sort(columns: ["_time"])
            |> map(
                fn: (r) =>
                    ({r with key: r.user + "|" + r.device_id + "|" + r.sensor + "|" + string(v: int(v: r._time)),
                        step: severity(level: r._level) - severity(level: r.previous_level),
                        now_at: severity(level: r._level),
                    }),
            )
            |> difference(columns: ["now_at"], keepFirst: true)
            |> filter(fn: (r) => (if exists r.now_at then r.now_at else r.step) != 0)
            |> filter(fn: (r) => isPicked(key: r.key))
            |> drop(columns: ["step", "now_at"])
}

// key, a line end, and what is posted.
posts =
    if length(arr: picked) > 1 then
        changes()
            |> group()
            |> sort(columns: ["_time"])
            |> map(
                fn: (r) =>
                    ({
                        line: r.key + "\n" + string(
                                v:
                                    json.encode(
                                        v: {
                                            user: r.user,
                                            device: r.device_id,
                                            sensor: r.sensor,
                                            level: r._level,
                                            previous_level: r.previous_level,
                                            value: r.reading,
                                            threshold: if exists r.threshold then string(v: r.threshold) else "",
                                            message: r._message,
                                            time: string(v: time(v: r._source_timestamp)),
                                            status_time: string(v: r._time),
                                        },
                                    ),
                            ),
                    }),
            )
            |> valuesAfter(first: "$|$|$|0\n")
    else
        ["$|$|$|0\n"]

// 0 where nobody answered, -1 where there was no time left.
post = (body) => {
    answer =
        experimental.catch(
            fn: () =>
                http.post(
                    url: plantbuddy.notify_url,
                    headers: {"Authorization": "Bearer " + token, "Content-Type": "application/json"},
                    data: bytes(v: body),
                ),
        )

    return if exists answer.value then answer.value else 0
}

answers =
    array.map(
        arr: posts,
        fn: (x) => {
            line = strings.splitN(v: x, t: "\n", i: 2)

            return {
                key: line[0],
                value: if line[1] == "" or int(v: system.time()) - begun > maxNs then -1 else post(body: line[1]),
            }
        },
    )
answersByKey = dict.fromList(pairs: answers)
answerTo = (key) => dict.get(dict: answersByKey, key: key, default: -1)
answered = array.filter(arr: answers, fn: (x) => x.value > 0)
unreached = array.filter(arr: answers, fn: (x) => x.value == 0)

// What is asked for its values is done before the next statement begins.
recorded =
    if length(arr: answered) > 0 then
        changes()
            |> filter(fn: (r) => answerTo(key: r.key) > 0)
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
            |> monitor.notify(
                data: {
                    _notification_rule_id: "0000000000000002",
                    _notification_rule_name: "plantbuddy-notification-rule",
                    _notification_endpoint_id: "0000000000000003",
                    _notification_endpoint_name: "plantbuddy-bridge",
                },
                endpoint:
                    (tables=<-) =>
                        tables
                            |> map(
                                fn: (r) => {
                                    status = answerTo(key: r.key)

                                    // Not before its status, which may be ahead: it would leave the range first.
                                    return {r with _status: string(v: status),
                                        _sent: string(v: status == 200),
                                        _time: if r._status_timestamp > int(v: r._time) then time(v: r._status_timestamp) else r._time,
                                    }
                                },
                            )
                            |> drop(columns: ["key"]),
            )
            |> valuesAfter(first: "", column: "_status")
    else
        [""]

// Statuses that are no changes are not waited for.
waiting = if length(arr: open) > length(arr: picked) then open else array.map(arr: answers, fn: (x) => x.key)
known = array.filter(arr: waiting, fn: (x) => not strings.hasPrefix(v: x, prefix: "$"))
until = if length(arr: known) > 0 then earliest(lines: known) else int(v: now())
reached =
    if length(arr: unreached) > 0 then
        die(msg: string(v: length(arr: unreached)) + " changes could not be posted: connection refused, or no answer")
    else
        true

array.from(rows: [{_time: epoch, _measurement: "notified", until: until}])
    |> group(columns: ["_measurement"])
    |> experimental.to(bucket: "settings")
    |> yield(name: "notified")
