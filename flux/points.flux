// The points of some boards of one user in one bucket, a row each with all of its fields.
//
// Runs when a user takes readings or means out, for a board and a short time each: pivot holds what it gives in memory.
//
// Reads
//   $bucket     points.
// Gives
//   _time, _measurement (the sensor) and a column a field, such as reading and reading_min; sensor by sensor, by time.
option plantbuddy = {user: "", start: 1970-01-01T00:00:00Z, stop: 2262-01-01T00:00:00Z, step: 0s}

user = plantbuddy.user

from(bucket: "$bucket")
    |> range(start: plantbuddy.start, stop: plantbuddy.stop)
    |> filter(fn: (r) => r.user == user)
    |> filter(fn: (r) => r.device_id == "$device")
    |> filter(fn: (r) => r._measurement == "$sensor")
    |> pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")
    |> drop(columns: ["_start", "_stop", "user", "device_id"])
