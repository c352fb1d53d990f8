// The thresholds of all users that former versions wrote, or somebody by hand: each at the time when it was set.
//
// Runs when provisioning takes them over.
//
// Reads
//   settings    threshold (see check.flux): today's are at a fixed time.
// Gives
//   today       _value: field set.
//   former      rows of _time, _field and _value.
// Both with user, device_id and sensor.
thresholds = (start, stop) =>
    from(bucket: "settings")
        |> range(start: start, stop: stop)
        |> filter(fn: (r) => r._measurement == "threshold")

thresholds(start: 1970-01-01T00:00:00Z, stop: 1970-01-01T00:00:01Z) |> filter(fn: (r) => r._field == "set") |> yield(name: "today")
thresholds(start: 1970-01-01T00:00:01Z, stop: 2200-01-01T00:00:00Z) |> yield(name: "former")
