// Tells the operator of tasks of Plant Buddy that fail or do not run.
//
// Runs every minute, 20 s after it. The rule for users' alerts does not see what it writes, since it names no user.
//
// Reads
//   _tasks      the runs of the last hour.
//   _monitoring the levels this task wrote, of the last 7 days.
// Writes
//   _monitoring statuses, on change only, with tag task: crit for a task that has not succeeded within its limit, warn
//               for one whose newest run failed, and ok again. Field lag: seconds since the last run that succeeded.
import "array"
import "experimental"

option task = {name: "plantbuddy-operator", every: 1m, offset: 20s}

// Seconds without a success after which a task is late.
option plantbuddy = {check_late: 60}

// ---- What is known of the tasks ----
expected =
    array.from(
        rows: [
            {name: "plantbuddy-check", late: plantbuddy.check_late},
            {name: "plantbuddy-notification-rule", late: 60},
            {name: "plantbuddy-deadman", late: 60},
            {name: "plantbuddy-downsample", late: 1500},
        ],
    )
        |> map(fn: (r) => ({name: r.name, late: r.late, at: 0, ok: false, before: ""}))

runs =
    from(bucket: "_tasks")
        |> range(start: -1h)
        |> filter(fn: (r) => r._measurement == "runs" and r._field == "name")
        |> map(fn: (r) => ({name: r._value, late: 0, at: int(v: r._time), ok: r.status == "success", before: ""}))
        |> group()

// A task that never ran is late once others have run for long enough.
earliest =
    runs
        |> min(column: "at")
        |> findColumn(fn: (key) => true, column: "at")

since = if length(arr: earliest) > 0 then earliest[0] else int(v: now())

levels =
    from(bucket: "_monitoring")
        |> range(start: -7d)
        |> filter(fn: (r) => r._measurement == "statuses" and r._check_name == "plantbuddy-operator" and r._field == "lag")
        |> group(columns: ["task"])
        |> sort(columns: ["_time"])
        |> tail(n: 1)
        |> map(fn: (r) => ({name: r.task, late: 0, at: 0, ok: false, before: r._level}))

// ---- Their levels ----
union(tables: [expected, runs, levels])
    |> group(columns: ["name"])
    |> reduce(
        identity: {late: 0, succeeded: since, newest: 0, failed: false, before: "ok"},
        fn: (r, accumulator) =>
            ({
                late: if r.late > accumulator.late then r.late else accumulator.late,
                succeeded: if r.ok and r.at > accumulator.succeeded then r.at else accumulator.succeeded,
                newest: if r.at > accumulator.newest then r.at else accumulator.newest,
                failed: if r.at > accumulator.newest then not r.ok else accumulator.failed,
                before: if r.before != "" then r.before else accumulator.before,
            }),
    )
    |> filter(fn: (r) => r.late > 0)
    |> map(
        fn: (r) => {
            lag = float(v: int(v: now()) - r.succeeded) / 1000000000.0
            level = if lag > float(v: r.late) then "crit" else if r.failed then "warn" else "ok"

            return {
                before: r.before,
                _time: now(),
                _measurement: "statuses",
                _check_id: "0000000000000005",
                _check_name: "plantbuddy-operator",
                _type: "custom",
                _level: level,
                _source_measurement: "runs",
                _source_timestamp: r.newest,
                _message:
                    r.name + (if level == "crit" then
                        " has not succeeded for " + string(v: int(v: lag)) + " s"
                    else if level == "warn" then
                        " failed"
                    else
                        " runs"),
                task: r.name,
                lag: lag,
            }
        },
    )
    |> filter(fn: (r) => r._level != r.before)
    |> drop(columns: ["before"])
    |> group(
        columns: ["_measurement", "_check_id", "_check_name", "_type", "_level", "_source_measurement", "task"],
    )
    |> experimental.to(bucket: "_monitoring")
