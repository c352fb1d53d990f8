// When the boards of one user were silent in the last 48 hours.
//
// Runs when a page or a command asks what watching for silent boards would have told.
//
// Reads
//   plantbuddy  readings of any sensor, of one board or of all.
// Gives
//   before      the newest reading of each series before these 48 hours, as far back as deadman.flux looks.
//   first, last the first and the last reading of each series in them.
//   gaps        pauses of a minute and more: _time is their end, elapsed how many ms they took.
// All with _time and device_id.
import "experimental"

begin = experimental.subDuration(d: 48h, from: now())

readings = (start, stop) =>
    from(bucket: "plantbuddy")
        |> range(start: start, stop: stop)
        |> filter(fn: (r) => r._field == "reading")
        |> filter(fn: (r) => r.user == "$user")
        |> filter(fn: (r) => r.device_id == "$device")

times = (tables=<-) => tables |> keep(columns: ["_time", "device_id"])

readings(start: experimental.subDuration(d: 28d, from: begin), stop: begin) |> last() |> times() |> yield(name: "before")
readings(start: begin, stop: now()) |> first() |> times() |> yield(name: "first")
readings(start: begin, stop: now()) |> last() |> times() |> yield(name: "last")
readings(start: begin, stop: now())
    |> times()
    |> group(columns: ["device_id"])
    |> sort(columns: ["_time"])
    |> elapsed(unit: 1ms)
    |> filter(fn: (r) => r.elapsed >= 59000)
    |> yield(name: "gaps")
