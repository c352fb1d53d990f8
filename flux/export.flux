// All points of one user in one bucket.
//
// Runs when an operator exports a user.
//
// Reads
//   $bucket     all times.
// Gives
//   a row a field of each point, series by series: _time, _measurement, _field, _value and the tags.
from(bucket: "$bucket")
    |> range(start: 1970-01-01T00:00:00Z, stop: 2262-04-11T00:00:00Z)
    |> filter(fn: (r) => r.user == "$user")
