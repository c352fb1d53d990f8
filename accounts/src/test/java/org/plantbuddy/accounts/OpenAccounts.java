package org.plantbuddy.accounts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.plantbuddy.config.Config;

/** An empty accounts database for each test, closed afterwards. */
final class OpenAccounts implements BeforeEachCallback, AfterEachCallback {

    static final Instant NOW = Instant.parse("2026-11-24T00:00:00Z");

    private final Database database;
    private @Nullable Accounts accounts;
    private @Nullable Config config;
    private Instant now = NOW;

    OpenAccounts(Database database) {
        this.database = database;
    }

    /** Moves the clock that the database sees. */
    void later(Duration by) {
        now = now.plus(by);
    }

    Accounts get() {
        Accounts open = accounts;
        if (open == null) {
            throw new IllegalStateException("no test is running");
        }
        return open;
    }

    /** Another process writes and does not come to an end: whoever reads goes on, whoever writes waits. */
    Connection whileAnotherWrites() throws SQLException {
        Config used = config;
        if (used == null) {
            throw new IllegalStateException("no test is running");
        }
        return database.writing(used);
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "accounts");
        config = database.fresh(folder);
        accounts = Accounts.open(config, new TestClock());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (accounts != null) {
            accounts.close();
        }
    }

    private final class TestClock extends Clock {

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("times here are instants");
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
