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
import "experimental"
import "http"
import "influxdata/influxdb/monitor"
import "influxdata/influxdb/schema"
import "influxdata/influxdb/secrets"
import "json"
import "strings"
import "system"

option task = {name: "plantbuddy-notification-rule", every: 5s, offset: 1s}

option plantbuddy = {notify_url: "http://127.0.0.1:8081/notify"}

// prelude.flux

// So many are posted in a run, for so long; more users than these are not read by their names.
maxPosts = 500
maxNs = 20000000000
maxNames = 300

// ---- Which time is looked at ----
begun = int(v: system.time())
end = experimental.addDuration(d: 25h, to: now())
oldest = experimental.subDuration(d: 24h, from: now())
mark = marked(measurement: "notified", field: "until", default: int(v: oldest))

// A status may be written minutes after its time, by a run that waited for others. A mark ahead of now() is from before
// the clock was stepped back.
start = time(v: later(a: earlier(a: mark, b: here) - 900000000000, b: int(v: oldest)))

// ---- Which statuses were not accepted ----
// One field of each, in one table: filters and grouping are left to the storage engine.
monitored = (measurement, field, fn=(r) => true) =>
    from(bucket: "_monitoring")
        |> range(start: start, stop: end)
        |> filter(fn: (r) => r._measurement == measurement)
        |> filter(fn: (r) => r._field == field)
        |> filter(fn: fn)
        |> filter(fn: (r) => r.user != "")
        |> filter(fn: (r) => r.device_id != "")
        |> filter(fn: (r) => r.sensor != "")
        |> group()

// join() fails where one side is empty; a union does not.
open =
    union(
        tables: [
            monitored(measurement: "statuses", field: "previous_level")
                |> map(
                    fn: (r) => {
                        at = int(v: r._time)

                        return {key: r.user + "|" + r.device_id + "|" + r.sensor + "|" + string(v: at), at: at, accepted: 0}
                    },
                ),
            monitored(measurement: "notifications", field: "_status_timestamp", fn: (r) => r._sent == "true")
                |> map(
                    fn: (r) => {
                        at = r._value

                        return {key: r.user + "|" + r.device_id + "|" + r.sensor + "|" + string(v: at), at: at, accepted: 1}
                    },
                ),
        ],
    )
        |> sort(columns: ["accepted"], desc: true)
        |> unique(column: "key")
        |> filter(fn: (r) => r.accepted == 0)
        |> sort(columns: ["at"], desc: here / 5000000000 % 2 == 1)
        |> map(fn: (r) => ({key: r.key, user: strings.split(v: r.key, t: "|")[0], at: time(v: r.at)}))
        |> records(first: {key: "$", user: "$", at: string(v: now())})

first = array.from(rows: open) |> limit(n: maxPosts + 1) |> values(column: "key")
isPicked = lookup(pairs: array.map(arr: first, fn: (x) => ({key: x, value: true})), default: false)
picked = array.filter(arr: open, fn: (x) => isPicked(key: x.key))

earliest = (of) =>
    (array.from(rows: array.map(arr: of, fn: (x) => ({at: int(v: time(v: x.at))})))
        |> min(column: "at")
        |> values(column: "at"))[0]

// ---- Which of them are changes ----
// The first status of a window is judged by the level it says was before it, the others by the status before them: a run
// of a check that died may have left two of the same level.
severity = (level) => if level == "crit" then 3 else if level == "warn" then 2 else if level == "info" then 1 else 0

changes = () => {
    users = uniqueOf(names: array.map(arr: picked, fn: (x) => x.user))
    few = length(arr: users) <= maxNames
    named = oneOf(names: if few then users else ["$"])
    all =
        from(bucket: "_monitoring")
            |> range(start: time(v: earliest(of: picked) - 3600000000000), stop: end)
            |> filter(fn: (r) => r._measurement == "statuses")

    return
        (if few then all |> filter(fn: (r) => r.user =~ named) else all)
            |> schema.fieldsAsCols()
            |> filter(fn: (r) => exists r.user and exists r.device_id and exists r.sensor and exists r.previous_level)
            |> group(columns: ["user", "device_id", "sensor"])
            |> sort(columns: ["_time"])
            |> map(
                fn: (r) =>
                    ({r with
                        key: r.user + "|" + r.device_id + "|" + r.sensor + "|" + string(v: int(v: r._time)),
                        step: severity(level: r._level) - severity(level: r.previous_level),
                        now_at: severity(level: r._level),
                    }),
            )
            |> difference(columns: ["now_at"], keepFirst: true)
            |> filter(fn: (r) => (if exists r.now_at then r.now_at else r.step) != 0)
            |> filter(fn: (r) => isPicked(key: r.key))
            |> drop(columns: ["step", "now_at"])
}

// ---- What is posted ----
bodyOf = (r) => {
    body = {
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
    }

    return string(v: json.encode(v: body))
}
posts =
    if length(arr: picked) > 1 then
        changes()
            |> group()
            |> sort(columns: ["_time"])
            |> map(fn: (r) => ({key: r.key, at: r._time, body: bodyOf(r: r)}))
            |> records(first: {key: "$", at: string(v: now()), body: ""})
    else
        [{key: "$", at: string(v: now()), body: ""}]

// 0 where nobody answered, -1 where there was no time left.
token = secrets.get(key: "plantbuddy-notify")
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
        fn: (x) =>
            ({x with value: if x.body == "" or int(v: system.time()) - begun > maxNs then -1 else post(body: x.body)}),
    )
answerTo = lookup(pairs: array.map(arr: answers, fn: (x) => ({key: x.key, value: x.value})), default: -1)
unreached = array.filter(arr: answers, fn: (x) => x.value == 0)

// ---- What is written ----
// What is asked for its values is done before the next statement begins.
recorded =
    if length(arr: array.filter(arr: answers, fn: (x) => x.value > 0)) > 0 then
        changes()
            |> filter(fn: (r) => answerTo(key: r.key) > 0)
            |> group(columns: statusColumns)
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
                            // Not before its status, which may be ahead: it would leave the range first.
                            |> map(
                                fn: (r) =>
                                    ({r with
                                        _status: string(v: answerTo(key: r.key)),
                                        _sent: string(v: answerTo(key: r.key) == 200),
                                        _time: time(v: later(a: r._status_timestamp, b: int(v: r._time))),
                                    }),
                            )
                            |> drop(columns: ["key"]),
            )
            |> values(column: "_status")
    else
        [""]

// Statuses that are no changes are not waited for.
asked = array.map(arr: answers, fn: (x) => ({key: x.key, user: "", at: x.at}))
undone = array.filter(arr: if length(arr: open) > length(arr: picked) then open else asked, fn: (x) => x.key != "$")
until = if length(arr: undone) > 0 then earliest(of: undone) else here
reached =
    if length(arr: unreached) > 0 then
        die(msg: string(v: length(arr: unreached)) + " changes could not be posted: connection refused, or no answer")
    else
        true

writeMark(measurement: "notified", mark: {until: until})
