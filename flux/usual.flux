// How often each series of one user usually has a reading.
//
// Runs when a page asks for it, once in 10 min for each user.
//
// Reads
//   downsampled how many readings each window of the last 7 days has.
// Gives
//   gap         a row a series: _value is the median of the seconds from one window with readings to the next.
//   count       a row a series: _value is how many readings such a window has, on average.
// Both with _measurement (the sensor) and device_id.
counts =
    from(bucket: "downsampled")
        |> range(start: -7d)
        |> filter(fn: (r) => r._field == "reading_count")
        |> filter(fn: (r) => r.user == "$user")

counts
    |> elapsed(unit: 1s)
    |> map(fn: (r) => ({r with _value: float(v: r.elapsed)}))
    |> median()
    |> keep(columns: ["_value", "_measurement", "device_id"])
    |> yield(name: "gap")

counts
    |> mean()
    |> keep(columns: ["_value", "_measurement", "device_id"])
    |> yield(name: "count")
