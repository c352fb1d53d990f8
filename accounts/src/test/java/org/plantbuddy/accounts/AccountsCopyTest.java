package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.plantbuddy.config.Config;
import org.plantbuddy.reading.Level;
import org.plantbuddy.topic.SeriesName;

/** From each kind of database into each. */
@ParameterizedClass
@MethodSource("pairs")
class AccountsCopyTest {

    private static final Alert ALERT = new Alert(
            "a1", "rick", "01", "light", Level.CRIT, Level.OK, OptionalDouble.of(20), "35", "light at 20", 1, 2);

    @RegisterExtension
    final OpenAccounts from;

    private final Database to;

    @TempDir
    Path folder;

    AccountsCopyTest(Database from, Database to) {
        this.from = new OpenAccounts(from);
        this.to = to;
    }

    static Stream<Arguments> pairs() {
        return Arrays.stream(Database.values())
                .flatMap(from -> Arrays.stream(Database.values()).map(to -> Arguments.of(from, to)));
    }

    @Test
    void allThatItHeldIsThereAgain() throws Exception {
        Accounts before = from.get();
        before.users().add("rick", "correct horse ☃ \"quoted\"");
        String token = before.devices().add("rick", "01").password();
        before.sensors().admit(new SeriesName("rick", "01", "light"));
        before.mutes().set(new Mute("rick", "01", "*", Optional.empty()));
        before.alerts().store(ALERT);
        before.services().put(Services.BRIDGE, "pb_bridge");
        before.removals().alive("bridge-1");
        before.drains().ask();
        byte[] copy = copy(before);

        Config config = to.fresh(folder);
        Accounts.restore(config, new ByteArrayInputStream(copy));

        try (Accounts after = Accounts.open(config, Clock.systemUTC())) {
            assertThat(after.users().signIn("rick", "correct horse ☃ \"quoted\""))
                    .isTrue();
            assertThat(after.devices().authenticate("rick", "01", token)).isTrue();
            assertThat(after.services().authenticate(Services.BRIDGE, "pb_bridge"))
                    .isTrue();
            assertThat(after.alerts().store(ALERT))
                    .as("a change that was told is not stored anew")
                    .isFalse();
            assertThat(after.drains().inQueue()).isEmpty();
            assertThat(new String(copy(after), StandardCharsets.UTF_8).lines().sorted())
                    .isEqualTo(new String(copy, StandardCharsets.UTF_8)
                            .lines()
                            .sorted()
                            .toList());
        }
    }

    @Test
    void sessionsAndLinksOfThenDoNotWorkAgain() throws Exception {
        Users users = from.get().users();
        users.add("rick", "correct horse");
        from.get()
                .pageSessions()
                .begin("id", users.prove("rick", "correct horse").orElseThrow(), "");
        String link = from.get().passwordLinks().reset("rick", Duration.ofDays(1));
        byte[] copy = copy(from.get());

        Config config = to.fresh(folder);
        Accounts.restore(config, new ByteArrayInputStream(copy));

        assertThat(from.get().passwordLinks().user(link)).contains("rick");
        assertThat(from.get().pageSessions().find("id")).isPresent();
        Clock then = Clock.fixed(OpenAccounts.NOW, ZoneOffset.UTC);
        try (Accounts after = Accounts.open(config, then)) {
            assertThat(after.passwordLinks().user(link)).isEmpty();
            assertThat(after.pageSessions().find("id")).isEmpty();
            assertThat(after.users().list()).containsExactly("rick");
        }
    }

    @Test
    void othersWriteWhileItIsCopied() throws Exception {
        from.get().users().add("rick", "correct horse");

        try (Connection other = from.whileAnotherWrites()) {
            assertThat(new String(copy(from.get()), StandardCharsets.UTF_8)).contains("[\"rick\",");
            assertThat(other.isClosed()).isFalse();
        }
    }

    @Test
    void nothingIsOverwritten() throws Exception {
        byte[] copy = copy(from.get());
        Config config = to.fresh(folder);
        Accounts.restore(config, new ByteArrayInputStream(copy));

        assertThatThrownBy(() -> Accounts.restore(config, new ByteArrayInputStream(copy)))
                .isInstanceOf(AccountException.class)
                .hasMessageContaining("a restore goes into an empty system only");
    }

    @Test
    void whatIsOfANewerVersionOrNoCopyIsRefused() throws Exception {
        refused("{\"schema\":\"9999\"}\n", "of a newer Plant Buddy (schema 9999)");
        refused("{}\n", "no copy of accounts");
        refused("{\"schema\":\"11\"}\n{\"table\":\"flyway_schema_history\",\"columns\":[]}\n", "it has a table");
        refused("{\"schema\":\"11\"}\n[1]\n", "a row of no table");
    }

    private void refused(String copy, String why) throws Exception {
        Config config = to.fresh(folder.resolve(Integer.toString(copy.hashCode())));
        assertThatThrownBy(
                        () -> Accounts.restore(config, new ByteArrayInputStream(copy.getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(AccountException.class)
                .hasMessageContaining(why);
    }

    private static byte[] copy(Accounts accounts) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        accounts.copy(out);
        return out.toByteArray();
    }
}
