// Posts every change of level to the bridge until the bridge has accepted it.
//
// Runs every 5 s, a second after the tick: time for a check of the same tick to write. Its range ends past now(), since
// those statuses carry now() as their time.
//
// Reads
//   _monitoring statuses of the last 25 h, and the notifications of the last 25 h that were answered with 200.
// Writes
//   _monitoring notifications, one for each attempt, as monitor.notify has them.
// Posts
//   JSON: user, device, sensor, level, previous_level, value, threshold (or null), message, time (of the reading),
//   status_time; bearer secret plantbuddy-notify of InfluxDB's secret store.
//
// A change is a status whose level differs from that of the status before it. What was not accepted within 24 h is
// given up. A change may be posted twice although it was accepted: whoever receives it knows it by its series, level
// and status_time.
import "experimental"
import "http"
import "influxdata/influxdb/monitor"
import "influxdata/influxdb/secrets"
import "json"

option task = {name: "plantbuddy-notification-rule", every: 5s, offset: 1s}

option plantbuddy = {notify_url: "http://127.0.0.1:8081/notify"}

ahead = experimental.addDuration(d: 1m, to: now())
oldest = experimental.subDuration(d: 24h, from: now())
window = experimental.subDuration(d: 25h, from: now())
token = secrets.get(key: "plantbuddy-notify")

severity = (level) => if level == "crit" then 3 else if level == "warn" then 2 else if level == "info" then 1 else 0

statuses =
    monitor.from(start: window, stop: ahead, fn: (r) => exists r.user and exists r.device_id and exists r.sensor)
        |> filter(fn: (r) => exists r.previous_level)
        |> group(columns: ["user", "device_id", "sensor"])
        |> sort(columns: ["_time"])
        |> map(
            fn: (r) =>
                ({r with step: severity(level: r._level) - severity(level: r.previous_level),
                    now_at: severity(level: r._level),
                }),
        )

// The first status of a window is judged by the level it says was before it, the others by the status before them.
changes =
    statuses
        |> difference(columns: ["now_at"], keepFirst: true)
        |> filter(fn: (r) => (if exists r.now_at then r.now_at else r.step) != 0)
        |> filter(fn: (r) => r._time >= oldest)
        |> drop(columns: ["step", "now_at"])
        |> map(fn: (r) => ({r with accepted: 0, change: string(v: int(v: r._time))}))

accepted =
    from(bucket: "_monitoring")
        |> range(start: window, stop: ahead)
        |> filter(fn: (r) => r._measurement == "notifications" and r._sent == "true" and r._field == "_status_timestamp")
        |> filter(fn: (r) => exists r.user and exists r.device_id and exists r.sensor)
        |> map(
            fn: (r) =>
                ({
                    user: r.user,
                    device_id: r.device_id,
                    sensor: r.sensor,
                    accepted: 1,
                    change: string(v: r._value),
                    _time: r._time,
                }),
        )

// join() fails where one side is empty; a union does not.
union(tables: [changes, accepted])
    |> group(columns: ["user", "device_id", "sensor", "change"])
    |> sort(columns: ["accepted"], desc: true)
    |> limit(n: 1)
    |> filter(fn: (r) => r.accepted == 0)
    |> drop(columns: ["accepted", "change"])
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
            http.endpoint(url: plantbuddy.notify_url)(
                mapFn: (r) =>
                    ({
                        headers: {"Authorization": "Bearer " + token, "Content-Type": "application/json"},
                        data:
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
                                    status_time: string(v: time(v: r._status_timestamp)),
                                },
                            ),
                    }),
            ),
    )
