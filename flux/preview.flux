// What the check would have judged of one sensor in the last 48 hours: the newest reading of each of its intervals.
//
// Runs when a page or a command asks what a threshold would have told.
//
// Reads
//   plantbuddy  readings of one user's sensor, of one board or of all.
// Gives
//   rows of _time (of the check's run), _value and device_id, one table a board, by time.
from(bucket: "plantbuddy")
    |> range(start: -48h)
    |> filter(fn: (r) => r._measurement == "$sensor")
    |> filter(fn: (r) => r._field == "reading")
    |> filter(fn: (r) => r.user == "$user")
    |> filter(fn: (r) => r.device_id == "$device")
    |> aggregateWindow(every: 10s, fn: last, createEmpty: false)
    |> keep(columns: ["_time", "_value", "device_id"])
