package org.plantbuddy.accounts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Jdbi;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;

/**
 * The accounts database, opened and brought to the current schema.
 *
 * <p>Broker, bridge, web and the commands open it side by side: SQLite in WAL mode where no URL is given, PostgreSQL
 * by URL. Thread-safe. Close ends the connections; nothing may be called afterwards.
 */
public final class Accounts implements AutoCloseable {

    private static final int CONNECTIONS = 8;
    private static final String SQLITE = "jdbc:sqlite:";
    private static final String SQLITE_OPTIONS = "?journal_mode=WAL&synchronous=FULL&busy_timeout="
            + PooledConnections.WRITERS_WITHIN.toMillis() + "&foreign_keys=true&transaction_mode=IMMEDIATE";

    /** {@link #answers()} knows by then. */
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);

    /** For a server elsewhere: until a connection of the pool, a new one, and a liveness check must be there. */
    private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(2);

    private static final Duration ALIVE_WITHIN = Duration.ofSeconds(1);

    /** A service that starts beside its database, or on a busy machine, tries again until then. */
    private static final Duration STARTED_WITHIN = Duration.ofSeconds(20);

    /** A server that takes a statement and says nothing more; well under what a sign-in at the broker may take. */
    private static final Duration STATEMENT_WITHIN = Duration.ofSeconds(10);

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final Clock clock;
    private final long readingsPerDay;
    private final BoundedQuestion<Boolean> answers;

    private Accounts(HikariDataSource pool, Clock clock, long readingsPerDay) {
        this.pool = pool;
        this.jdbi = Jdbi.create(new PooledConnections(pool));
        this.clock = clock;
        this.readingsPerDay = readingsPerDay;
        this.answers = new BoundedQuestion<>(
                "accounts-answer",
                ANSWERS_WITHIN,
                () -> jdbi.withHandle(handle ->
                        handle.createQuery("SELECT 1").mapTo(Integer.class).one() == 1));
    }

    /**
     * Opens the database that the configuration names, for a service: a server that does not answer yet is waited for, up to 20 s.
     *
     * @throws AccountsUnavailableException when it cannot be opened or migrated; the message says which and why
     */
    public static Accounts open(Config config, Clock clock) {
        Optional<Path> file = file(config);
        return file.isPresent() ? openFile(file.get(), config, clock) : openUrl(config, false, clock);
    }

    /**
     * The same for who only looks: nothing is made, and nothing waited for.
     *
     * @throws AccountException when nobody has made one yet
     */
    public static Accounts openExisting(Config config, Clock clock) {
        Optional<Path> file = file(config);
        if (file.isEmpty()) {
            return openUrl(config, true, clock);
        }
        if (Files.notExists(file.get())) {
            throw nothingThere(file.get().toAbsolutePath().toString());
        }
        return openFile(file.get(), config, clock);
    }

    /**
     * How many users there are, for who looks at an installation: nothing is made or migrated.
     *
     * @return empty where nobody has made accounts yet
     * @throws AccountsUnavailableException when the database cannot be asked
     */
    public static OptionalInt countUsers(Config config) {
        Optional<Path> file = file(config);
        if (file.filter(Files::notExists).isPresent()) {
            return OptionalInt.empty();
        }
        String url = file.map(one -> SQLITE + one).orElseGet(() -> config.text(Key.DATABASE_URL));
        try (HikariDataSource pool = new HikariDataSource(settings(url, config));
                Connection connection = pool.getConnection();
                ResultSet users = connection.getMetaData().getTables(null, connection.getSchema(), "users", null)) {
            return users.next()
                    ? OptionalInt.of(new Users(Jdbi.create(connection), Clock.systemUTC(), Actor.operator())
                            .list()
                            .size())
                    : OptionalInt.empty();
        } catch (SQLException | RuntimeException e) {
            throw new AccountsUnavailableException(url, e);
        }
    }

    private static AccountException nothingThere(String place) {
        return new AccountException(
                "there are no accounts yet in " + place + ": make the first with `plantbuddy user add`"
                        + " or `plantbuddy up`, or name the folder that has them with " + Key.DATA.variable());
    }

    /** The file of a database that is a file and nothing else. */
    static Optional<Path> file(Config config) {
        Optional<String> url = config.optional(Key.DATABASE_URL);
        return url.isEmpty()
                ? Optional.of(config.path(Key.DATA).resolve("plantbuddy.db"))
                : url.filter(Accounts::isPlainSqlite).map(text -> Path.of(text.substring(SQLITE.length())));
    }

    private static Accounts openUrl(Config config, boolean existing, Clock clock) {
        return open(config.text(Key.DATABASE_URL), existing, config, clock);
    }

    /** A file and nothing else: it gets the options and the permissions of the one in the data folder. */
    private static boolean isPlainSqlite(String url) {
        return url.startsWith(SQLITE) && !url.contains("?") && !url.contains(":memory:");
    }

    /**
     * Opens, or makes, an SQLite database. The file and a folder made for it are the owner's alone.
     *
     * @throws AccountsUnavailableException when it cannot be opened or migrated
     */
    public static Accounts openFile(Path file, Clock clock) {
        return openFile(file, Config.load(Map.of()), clock);
    }

    private static Accounts openFile(Path file, Config config, Clock clock) {
        return open(madeFile(file), false, config, clock);
    }

    /** The URL of the database that the configuration names; a file is made where there is none. */
    private static String url(Config config) {
        return file(config).map(Accounts::madeFile).orElseGet(() -> config.text(Key.DATABASE_URL));
    }

    private static String madeFile(Path file) {
        try {
            if (!Files.exists(file)) {
                Path folder = file.toAbsolutePath().getParent();
                if (folder != null) {
                    Files.createDirectories(folder);
                }
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
        } catch (FileAlreadyExistsException e) {
            // Another process made it between the two calls; that one is as good.
        } catch (IOException e) {
            throw new AccountsUnavailableException("jdbc:sqlite:" + file, e);
        }
        return SQLITE + file + SQLITE_OPTIONS;
    }

    private static Accounts open(String url, boolean existing, Config config, Clock clock) {
        HikariConfig settings = settings(url, config);
        if (!url.startsWith(SQLITE) && !existing) {
            settings.setInitializationFailTimeout(STARTED_WITHIN.toMillis());
        }
        try {
            HikariDataSource pool = new HikariDataSource(settings);
            try {
                migrate(pool, existing);
                return new Accounts(pool, clock, config.number(Key.READINGS_PER_DAY));
            } catch (RuntimeException e) {
                pool.close();
                throw e;
            }
        } catch (AccountException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new AccountsUnavailableException(url, e);
        }
    }

    private static HikariConfig settings(String url, Config config) {
        HikariConfig settings = new HikariConfig();
        settings.setPoolName("accounts");
        settings.setJdbcUrl(url);
        if (config.optional(Key.DATABASE_USER).isPresent() && !url.endsWith(SQLITE_OPTIONS)) {
            settings.setUsername(config.text(Key.DATABASE_USER));
            settings.setPassword(
                    config.secret(Key.DATABASE_PASSWORD).orElse(new Secret("")).text());
        }
        settings.setMaximumPoolSize(CONNECTIONS);
        settings.setMinimumIdle(1);
        if (!url.startsWith(SQLITE)) {
            limitWaits(settings);
        }
        return settings;
    }

    /** A server that is away, or hangs, must not make those wait who ask for it; a value in the URL wins. */
    private static void limitWaits(HikariConfig settings) {
        settings.setConnectionTimeout(CONNECTED_WITHIN.toMillis());
        settings.setValidationTimeout(ALIVE_WITHIN.toMillis());
        settings.addDataSourceProperty("connectTimeout", Long.toString(CONNECTED_WITHIN.toSeconds()));
        settings.addDataSourceProperty("loginTimeout", Long.toString(CONNECTED_WITHIN.toSeconds()));
        settings.addDataSourceProperty("socketTimeout", Long.toString(STATEMENT_WITHIN.toSeconds()));
        settings.addDataSourceProperty("cancelSignalTimeout", Long.toString(CONNECTED_WITHIN.toSeconds()));
        settings.addDataSourceProperty("tcpKeepAlive", "true");
        // What it says in detail has rows in it, and so hashes.
        settings.addDataSourceProperty("logServerErrorDetail", "false");
    }

    /**
     * What brings a database to the current schema. All that is missing is done in one transaction: where one step fails, the
     * database is as it was.
     *
     * @param more where further steps are
     */
    static Flyway flyway(DataSource database, String... more) {
        List<String> locations = new ArrayList<>(List.of("classpath:org/plantbuddy/accounts"));
        locations.addAll(List.of(more));
        return Flyway.configure(Accounts.class.getClassLoader())
                .dataSource(database)
                .locations(locations.toArray(String[]::new))
                .group(true)
                .load();
    }

    /** Two processes that start at once may both migrate an SQLite file: the one that comes second looks again. */
    private static void migrate(HikariDataSource pool, boolean existing) {
        Flyway flyway = flyway(pool);
        if (existing && flyway.info().current() == null) {
            throw nothingThere("the database of " + Key.DATABASE_URL.variable());
        }
        try {
            flyway.migrate();
        } catch (FlywayException first) {
            flyway.migrate();
        }
    }

    Jdbi jdbi() {
        return jdbi;
    }

    public Users users() {
        return users(Actor.operator());
    }

    /** The same for a change that somebody asked for. */
    public Users users(Actor actor) {
        return new Users(jdbi, clock, actor);
    }

    /** Who did what. */
    public Audit audit() {
        return new Audit(jdbi, clock);
    }

    public PageSessions pageSessions() {
        return new PageSessions(jdbi, clock);
    }

    public FirstTries firstTries() {
        return new FirstTries(jdbi, clock);
    }

    public Devices devices() {
        return devices(Actor.operator());
    }

    /** The same for a change that somebody asked for. */
    public Devices devices(Actor actor) {
        return new Devices(jdbi, clock, actor);
    }

    public Statuses statuses() {
        return new Statuses(jdbi);
    }

    /** All that is here of one user. */
    public AccountRows rows() {
        return new AccountRows(jdbi, clock);
    }

    public PasswordLinks passwordLinks() {
        return new PasswordLinks(jdbi, clock);
    }

    public AppTokens appTokens() {
        return appTokens(Actor.operator());
    }

    /** The same for a change that somebody asked for. */
    public AppTokens appTokens(Actor actor) {
        return new AppTokens(jdbi, clock, actor);
    }

    public Services services() {
        return new Services(jdbi, clock);
    }

    public Sensors sensors() {
        return new Sensors(jdbi, clock);
    }

    public RefusedReadings refusedReadings() {
        return new RefusedReadings(jdbi);
    }

    public DeniedRequests deniedRequests() {
        return new DeniedRequests(jdbi, clock);
    }

    public DailyReadings dailyReadings() {
        return new DailyReadings(jdbi, clock, readingsPerDay);
    }

    public Limits limits() {
        return new Limits(jdbi, clock);
    }

    public Alerts alerts() {
        return new Alerts(jdbi, clock);
    }

    public Notes notes() {
        return new Notes(jdbi);
    }

    public Mutes mutes() {
        return mutes(Actor.operator());
    }

    /** The same for a change that somebody asked for. */
    public Mutes mutes(Actor actor) {
        return new Mutes(jdbi, clock, actor);
    }

    public Removals removals() {
        return new Removals(jdbi, clock);
    }

    public Watchers watchers() {
        return new Watchers(jdbi, clock);
    }

    public Drains drains() {
        return new Drains(jdbi, clock);
    }

    /**
     * Writes all that the database holds at one moment, as text that {@link #restore} reads into this or another kind of
     * database. Others go on reading and writing.
     *
     * @param out is left open
     */
    public void copy(OutputStream out) throws IOException {
        AccountsCopy.write(pool, pool.getJdbcUrl().startsWith(SQLITE), out);
    }

    /**
     * Fills the empty database that the configuration names with what {@link #copy} wrote, in one transaction.
     *
     * @param in is left open
     * @throws AccountException when there is something already, or the copy is of a newer version
     * @throws AccountsUnavailableException when it cannot be filled
     */
    public static void restore(Config config, InputStream in) throws IOException {
        requireNone(config);
        MappingIterator<JsonNode> lines = AccountsCopy.lines(in);
        String schema = AccountsCopy.schema(lines);
        String url = url(config);
        try (HikariDataSource pool = new HikariDataSource(settings(url, config))) {
            if (Stream.of(flyway(pool).info().all())
                    .noneMatch(known -> known.getVersion().toString().equals(schema))) {
                throw new AccountException("these accounts are of a newer Plant Buddy (schema " + schema
                        + "): take that version, or a newer one");
            }
            Flyway.configure(Accounts.class.getClassLoader())
                    .configuration(flyway(pool).getConfiguration())
                    .target(schema)
                    .load()
                    .migrate();
            AccountsCopy.read(pool, lines);
        } catch (AccountException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new AccountsUnavailableException(url, e);
        }
    }

    /**
     * Passes when there is nothing yet in the database that the configuration names.
     *
     * @throws AccountException when there is something
     */
    public static void requireNone(Config config) {
        Optional<Path> file = file(config);
        if (file.isPresent()) {
            if (Files.exists(file.get())) {
                throw somethingThere(file.get().toAbsolutePath().toString());
            }
            return;
        }
        String url = url(config);
        try (HikariDataSource pool = new HikariDataSource(settings(url, config))) {
            if (flyway(pool).info().current() != null) {
                throw somethingThere("the database of " + Key.DATABASE_URL.variable());
            }
        } catch (AccountException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new AccountsUnavailableException(url, e);
        }
    }

    private static AccountException somethingThere(String place) {
        return new AccountException("there are accounts already in " + place
                + ": a restore goes into an empty system only; name another place with " + Key.DATABASE_URL.variable()
                + " or " + Key.DATA.variable());
    }

    public StandingCredentials standingCredentials() {
        return new StandingCredentials(jdbi, clock);
    }

    /** Whether the database answers now; known within 2 s, also when it hangs. */
    public boolean answers() {
        return answers.answer().orElse(false);
    }

    @Override
    public void close() {
        pool.close();
    }
}
