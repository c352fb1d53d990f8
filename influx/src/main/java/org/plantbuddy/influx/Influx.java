package org.plantbuddy.influx;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import com.influxdb.client.TasksQuery;
import com.influxdb.client.WriteApiBlocking;
import com.influxdb.client.domain.Run;
import com.influxdb.client.domain.Task;
import com.influxdb.client.domain.TaskStatusType;
import com.influxdb.client.domain.WritePrecision;
import com.influxdb.exceptions.InfluxException;
import java.io.IOException;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import okhttp3.Dispatcher;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.plantbuddy.config.Secret;
import org.plantbuddy.process.Deadline;

/**
 * InfluxDB, with what one token may. Never tries anything again by itself, and follows no redirect. Thread-safe.
 *
 * <p>A point is only unacceptable when InfluxDB itself says so, with its error code: a page of a proxy says nothing about
 * points.
 */
public final class Influx implements AutoCloseable {

    /** The earliest time that InfluxDB can hold. */
    public static final Instant EARLIEST = Instant.parse("1677-09-22T00:00:00Z");

    /** The latest time that InfluxDB can hold. */
    public static final Instant LATEST = Instant.parse("2262-04-11T00:00:00Z");

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final int REASON_SHOWN = 300;
    private static final int RUNS_SHOWN = 20;
    private static final int TASKS_IN_AN_ANSWER = 500;
    private static final String PROXY =
            " (no answer of InfluxDB to a write: is there a proxy or another server at this address?)";

    private final InfluxAddress address;
    private final InfluxDBClient client;
    private final WriteApiBlocking writes;

    /**
     * A client, to be closed. InfluxDB need not be there yet.
     *
     * @param patience for the whole of an answer
     */
    public Influx(InfluxAddress address, Duration patience) {
        this.address = address;
        this.client = client(address, patience);
        this.writes = client.getWriteApiBlocking();
    }

    static InfluxDBClient client(InfluxAddress address, Duration patience) {
        Dispatcher dispatcher = new Dispatcher();
        dispatcher.setMaxRequestsPerHost(dispatcher.getMaxRequests());
        OkHttpClient.Builder http = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectTimeout(patience.compareTo(CONNECT_TIMEOUT) < 0 ? patience : CONNECT_TIMEOUT)
                .readTimeout(patience)
                .writeTimeout(patience)
                .callTimeout(patience)
                .followRedirects(false)
                .addInterceptor(new StoredAnswer())
                .addInterceptor(chain ->
                        chain.proceed(signed(chain.request(), address.token().get())))
                .addInterceptor(Influx::inTime)
                .addNetworkInterceptor(Influx::withoutDelay);
        return InfluxDBClientFactory.create(InfluxDBClientOptions.builder()
                        .url(address.url())
                        .org(address.org())
                        .okHttpClient(http)
                        .build())
                .enableGzip();
    }

    /** No longer than whoever asks may wait. */
    private static Response inTime(Interceptor.Chain chain) throws IOException {
        return (Deadline.isSet()
                        ? chain.withConnectTimeout(left(chain.connectTimeoutMillis()), TimeUnit.MILLISECONDS)
                                .withReadTimeout(left(chain.readTimeoutMillis()), TimeUnit.MILLISECONDS)
                                .withWriteTimeout(left(chain.writeTimeoutMillis()), TimeUnit.MILLISECONDS)
                        : chain)
                .proceed(chain.request());
    }

    private static int left(int usualMs) {
        return Math.max(1, (int) Deadline.atMost(Duration.ofMillis(usualMs)).toMillis());
    }

    private static Request signed(Request request, Secret token) {
        return token.text().isBlank()
                ? request
                : request.newBuilder()
                        .header("Authorization", "Token " + token.text())
                        .build();
    }

    /**
     * With Nagle's algorithm the end of a large request waits up to 40 ms for the acknowledgement of what went before. On the same
     * machine InfluxDB takes longer to pack a large answer than to send it.
     */
    private static Response withoutDelay(Interceptor.Chain chain) throws IOException {
        Socket socket = Objects.requireNonNull(chain.connection()).socket();
        socket.setTcpNoDelay(true);
        boolean near = socket.getInetAddress().isLoopbackAddress();
        return chain.proceed(
                near
                        ? chain.request()
                                .newBuilder()
                                .header("Accept-Encoding", "identity")
                                .build()
                        : chain.request());
    }

    /** Writes line protocol, gzip; no lines at all are stored. */
    public WriteOutcome write(Bucket bucket, List<String> lines) {
        if (lines.isEmpty()) {
            return new WriteOutcome.Stored();
        }
        try {
            send(bucket, lines);
            return new WriteOutcome.Stored();
        } catch (InfluxException e) {
            return outcome(e);
        } catch (RuntimeException e) {
            return new WriteOutcome.RetryAfter(Duration.ZERO, "InfluxDB at " + address.url() + ": " + e);
        }
    }

    /**
     * Writes points that are known to be acceptable; none at all are stored.
     *
     * @throws InfluxUnavailableException when they may not be stored
     */
    public void store(Bucket bucket, List<String> lines) {
        asked(() -> {
            if (!lines.isEmpty()) {
                send(bucket, lines);
            }
            return bucket;
        });
    }

    private void send(Bucket bucket, List<String> lines) {
        writes.writeRecord(bucket.toString(), address.org(), WritePrecision.NS, String.join("\n", lines));
    }

    private WriteOutcome outcome(InfluxException e) {
        int status = e.status();
        String message = String.valueOf(e.getMessage());
        String said = message.length() > REASON_SHOWN ? message.substring(0, REASON_SHOWN) + "…" : message;
        if (status == 413 || ((status == 400 || status == 422) && saysItself(e))) {
            return new WriteOutcome.Refused(said);
        }
        String reason = "InfluxDB at " + address.url() + " (status " + status + "): " + said;
        if (status == 401 || status == 403 || status == 404) {
            return new WriteOutcome.Never(reason);
        }
        boolean later = status == 429 || status >= 500 || (status == 0 && !StoredAnswer.isOfSomebodyElse(e));
        return later
                ? new WriteOutcome.RetryAfter(retryAfter(e.headers()), reason)
                : new WriteOutcome.Never(reason + PROXY);
    }

    private static boolean saysItself(InfluxException e) {
        return e.errorBody().containsKey("code") && e.errorBody().containsKey("message");
    }

    private static Duration retryAfter(Map<String, String> headers) {
        return headers.entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("Retry-After"))
                .map(header -> RetryAfterHeader.parse(header.getValue(), Clock.systemUTC()))
                .findFirst()
                .orElse(Duration.ZERO);
    }

    /**
     * All rows of a query's answer, in its order.
     *
     * @throws InfluxUnavailableException when there is none, or it is an error
     */
    public List<Row> query(String flux) {
        return asked(() -> client.getQueryApi().query(flux, address.org()).stream()
                .flatMap(table -> table.getRecords().stream())
                .map(row -> new Row(row.getValues()))
                .toList());
    }

    /**
     * Hands over the rows of a query's answer one after the other, in its order: an answer may be larger than memory.
     *
     * @param each called on a thread of the client's, by one at a time; what it throws ends the query and is thrown here
     * @throws InfluxUnavailableException when there is no answer, it is an error, or it does not come to its end
     */
    public void query(String flux, Consumer<Row> each) {
        answered(end -> client.getQueryApi()
                .query(
                        flux,
                        address.org(),
                        (answer, row) -> each.accept(new Row(row.getValues())),
                        end::completeExceptionally,
                        () -> end.complete(true)));
    }

    /**
     * Hands over the texts of some columns of a query's answer, row by row in its order: of many rows in a tenth of the time that
     * {@link #query(String)} takes.
     *
     * @param columns their names; one that a table lacks is an empty text
     * @param each called on a thread of the client's, by one at a time, with an array that is filled anew for the next row
     * @throws InfluxUnavailableException when there is no answer, it is an error, or it does not come to its end
     */
    public void columns(String flux, List<String> columns, Consumer<String[]> each) {
        CsvColumns csv = new CsvColumns(columns, each);
        answered(end -> client.getQueryApi()
                .queryRaw(
                        flux,
                        CsvColumns.DIALECT,
                        address.org(),
                        (answer, line) -> csv.take(line),
                        end::completeExceptionally,
                        () -> end.complete(true)));
    }

    /** Waits for what ends somewhere else. */
    private static void answered(Consumer<CompletableFuture<Boolean>> question) {
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        question.accept(end);
        try {
            if (Deadline.isSet()) {
                end.orTimeout(Deadline.atMost(Duration.ofDays(1)).toMillis(), TimeUnit.MILLISECONDS);
            }
            end.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof InfluxException failure) {
                throw new InfluxUnavailableException(failure);
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new InfluxUnavailableException(
                    0, e.getCause() instanceof TimeoutException ? "no answer in time" : String.valueOf(e.getCause()));
        }
    }

    /**
     * Deletes points.
     *
     * @param predicate which, as InfluxDB wants it: names of tags and their values in double quotes
     * @throws InfluxUnavailableException when some may be left
     */
    public void delete(Bucket bucket, Instant from, Instant until, String predicate) {
        asked(() -> {
            client.getDeleteApi()
                    .delete(
                            from.atOffset(ZoneOffset.UTC),
                            until.atOffset(ZoneOffset.UTC),
                            predicate,
                            bucket.toString(),
                            address.org());
            return bucket;
        });
    }

    /**
     * Ids of the runs of tasks that are under way.
     *
     * @param prefix that the tasks' names begin with
     * @throws InfluxUnavailableException when they cannot be had
     */
    public Set<String> running(String prefix) {
        return asked(() -> {
            Set<String> running = new HashSet<>();
            for (Task task : tasks(prefix)) {
                for (Run run : client.getTasksApi().getRuns(task.getId(), null, null, RUNS_SHOWN)) {
                    if (run.getFinishedAt() == null) {
                        running.add(run.getId());
                    }
                }
            }
            return running;
        });
    }

    /**
     * Names of the tasks that are switched on.
     *
     * @param prefix that they begin with
     * @throws InfluxUnavailableException when they cannot be had
     */
    public Set<String> active(String prefix) {
        return asked(() -> tasks(prefix)).stream()
                .filter(task -> task.getStatus() == TaskStatusType.ACTIVE)
                .map(Task::getName)
                .collect(Collectors.toSet());
    }

    /** Without their scripts. Without the organisation InfluxDB answers only those of the token's own user. */
    private List<Task> tasks(String prefix) {
        TasksQuery query = new TasksQuery();
        query.setOrg(address.org());
        query.setType("basic");
        query.setLimit(TASKS_IN_AN_ANSWER);
        List<Task> named = new ArrayList<>();
        List<Task> some;
        do {
            some = client.getTasksApi().findTasks(query);
            for (Task task : some) {
                query.setAfter(task.getId());
                if (task.getName().startsWith(prefix)) {
                    named.add(task);
                }
            }
        } while (some.size() == TASKS_IN_AN_ANSWER);
        return named;
    }

    static <T> T asked(Supplier<T> question) {
        try {
            return question.get();
        } catch (InfluxException e) {
            throw new InfluxUnavailableException(e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
