package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.plantbuddy.reading.Level;
import org.plantbuddy.topic.InvalidNameException;

@ParameterizedClass
@EnumSource(Database.class)
class UsersTest {

    @RegisterExtension
    final OpenAccounts open;

    UsersTest(Database database) {
        open = new OpenAccounts(database);
    }

    @Test
    void userSignsInWithThePasswordAndNoOther() {
        Users users = open.get().users();
        users.add("rick", "correct horse");

        assertThat(users.signIn("rick", "correct horse")).isTrue();
        assertThat(users.signIn("rick", "Correct horse")).isFalse();
        assertThat(users.signIn("rick", "")).isFalse();
        assertThat(users.signIn("nobody", "correct horse")).isFalse();
        assertThat(users.signIn("rick", "x".repeat(1_000_000))).isFalse();
    }

    @Test
    void nameIsTakenOnce() {
        Users users = open.get().users();
        users.add("rick", "correct horse");

        assertThatThrownBy(() -> users.add("rick", "another horse"))
                .isInstanceOf(AccountException.class)
                .hasMessageContaining("exists already");
        assertThat(users.signIn("rick", "correct horse")).isTrue();
    }

    @Test
    void namesThatBreakThePatternNeverReachTheDatabase() {
        Users users = open.get().users();

        for (String name : new String[] {"", "Rick", "rick/#", "$bridge", "a b", "x'; DROP TABLE users; --", "é"}) {
            assertThatThrownBy(() -> users.add(name, "correct horse"))
                    .as(name)
                    .isInstanceOf(InvalidNameException.class);
        }
        assertThat(users.list()).isEmpty();
    }

    @Test
    void passwordsHaveALengthThatIsSafe() {
        Users users = open.get().users();

        assertThatThrownBy(() -> users.add("rick", "7 chars")).hasMessageContaining("8 to 256");
        assertThatThrownBy(() -> users.add("rick", "x".repeat(257)))
                .hasMessageContaining("257")
                .hasMessageNotContaining("xxx");
    }

    @Test
    void passwordThatTheBrokerWouldTakeForATokenIsRefused() {
        Users users = open.get().users();

        assertThatThrownBy(() -> users.add("rick", "pb_correct horse"))
                .isInstanceOf(AccountException.class)
                .hasMessageContaining("must not start with pb_")
                .hasMessageNotContaining("horse");
    }

    @Test
    void changedPasswordReplacesTheOld() {
        Users users = open.get().users();
        users.add("rick", "correct horse");
        users.changePassword("rick", "battery staple");

        assertThat(users.signIn("rick", "correct horse")).isFalse();
        assertThat(users.signIn("rick", "battery staple")).isTrue();
        assertThatThrownBy(() -> users.changePassword("nobody", "battery staple"))
                .hasMessageContaining("there is no user 'nobody'");
    }

    @Test
    void whoProvesTheOldPasswordChoosesANewOneAndTokensStayUnlessTheyAreToGo() {
        Users users = open.get().users();
        AppTokens tokens = open.get().appTokens();
        users.add("paul", "correct horse");
        tokens.create("paul", "phone");
        Users.Proven old = users.prove("paul", "correct horse").orElseThrow();
        assertThatThrownBy(() -> users.changePassword(old, "short", true)).isInstanceOf(AccountException.class);

        Users.Proven now = users.changePassword(old, "battery staple", false).orElseThrow();
        assertThat(users.prove("paul", "battery staple")).hasValue(now);
        assertThat(users.signIn("paul", "correct horse")).isFalse();
        assertThat(tokens.list("paul")).hasSize(1);
        assertThat(users.changePassword(old, "of a browser that was slow", true))
                .as("proven with a password that is no more")
                .isEmpty();
        assertThat(tokens.list("paul")).hasSize(1);

        assertThat(users.changePassword(now, "correct horse", true)).isPresent();
        assertThat(tokens.list("paul")).isEmpty();
        users.remove("paul");
        assertThat(users.changePassword(now, "battery staple", true)).isEmpty();
    }

    @Test
    void removedUserLeavesNothingForWhoeverTakesTheNameNext() {
        Accounts accounts = open.get();
        accounts.users().add("rick", "correct horse");
        DeviceCredentials board = accounts.devices().add("rick", "01");
        String token = accounts.appTokens().create("rick", "phone");
        accounts.alerts().store(AlertsTest.alert("a", "rick", "01", Level.CRIT, 1));

        accounts.users().remove("rick");
        accounts.users().add("rick", "another horse");

        assertThat(accounts.users().signIn("rick", "correct horse")).isFalse();
        assertThat(accounts.devices().authenticate("rick", "01", board.password()))
                .isFalse();
        assertThat(accounts.devices().list("rick")).isEmpty();
        assertThat(accounts.appTokens().authenticate("rick", token)).isFalse();
        assertThat(accounts.alerts().history("rick", 10)).isEmpty();
        assertThat(accounts.alerts().pendingCount()).isZero();
        assertThatThrownBy(() -> accounts.users().remove("anna")).hasMessageContaining("there is no user 'anna'");
    }

    @Test
    void listIsSorted() {
        Users users = open.get().users();
        users.add("rick", "correct horse");
        users.add("anna", "correct horse");

        assertThat(users.list()).containsExactly("anna", "rick");
        assertThat(users.exists("anna")).isTrue();
        assertThat(users.exists("Anna")).isFalse();
    }

    @Test
    void lastOperatorCannotLeaveAlsoWhenSeveralGoAtOnce() throws Exception {
        Users users = open.get().users();
        List<String> operators = List.of("anna", "bert", "cleo");
        for (String user : operators) {
            users.add(user, "correct horse");
            users.setOperator(user, true);
        }
        users.add("dora", "correct horse");
        users.removeOwn("dora");
        ExecutorService at = Executors.newFixedThreadPool(operators.size());
        try {
            List<Future<?>> going = new ArrayList<>();
            for (String user : operators) {
                going.add(at.submit(() -> users.removeOwn(user)));
            }
            int refused = 0;
            for (Future<?> one : going) {
                try {
                    one.get();
                } catch (ExecutionException e) {
                    assertThat(e).hasRootCauseInstanceOf(AccountException.class);
                    refused++;
                }
            }
            assertThat(refused).isEqualTo(1);
        } finally {
            at.shutdownNow();
        }
        assertThat(users.list()).hasSize(1).allMatch(users::isOperator);
        users.remove(users.list().get(0));
        assertThat(users.list()).as("whoever runs the commands may").isEmpty();
    }
}
