// The page's lines: the last 48 hours of one user's series as means of 10 minutes, and the newest reading of each.
// Reads bucket plantbuddy, writes nothing; runs when someone looks at the page.

readings =
    from(bucket: "plantbuddy")
        |> range(start: -48h)
        |> filter(fn: (r) => r._field == "reading" and r.user == "{{user}}")

readings
    |> aggregateWindow(every: 10m, fn: mean, createEmpty: false, timeSrc: "_start")
    |> yield(name: "means")

readings
    |> last()
    |> yield(name: "newest")
