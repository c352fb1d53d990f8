// How the tasks went in the last hour: a row a task.
//
// Read by the bridge and by `plantbuddy status`; not a task.
//
// Reads
//   _tasks  runs.
// Gives
//   name, runs, failures (of them), newest and succeeded (start of the newest run, and of the newest that succeeded;
//   epoch ns, 0 where there is none), seconds (how long the newest took), failed (whether the newest failed).
import "influxdata/influxdb/schema"

from(bucket: "_tasks")
    |> range(start: -1h)
    |> filter(fn: (r) => r._measurement == "runs" and (r._field == "name" or r._field == "finishedAt"))
    |> schema.fieldsAsCols()
    |> filter(fn: (r) => exists r.name and exists r.finishedAt)
    |> group(columns: ["name"])
    |> sort(columns: ["_time"])
    |> reduce(
        identity: {runs: 0, failures: 0, newest: 0, succeeded: 0, seconds: 0.0, failed: false},
        fn: (r, accumulator) =>
            ({
                runs: accumulator.runs + 1,
                failures: accumulator.failures + (if r.status == "success" then 0 else 1),
                newest: int(v: r._time),
                succeeded: if r.status == "success" then int(v: r._time) else accumulator.succeeded,
                seconds: float(v: int(v: time(v: r.finishedAt)) - int(v: r._time)) / 1000000000.0,
                failed: r.status != "success",
            }),
    )
    |> group()
