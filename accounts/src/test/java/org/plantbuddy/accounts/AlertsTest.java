package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.plantbuddy.reading.Level;

@ParameterizedClass
@EnumSource(Database.class)
class AlertsTest {

    @RegisterExtension
    final OpenAccounts open;

    AlertsTest(Database database) {
        open = new OpenAccounts(database);
    }

    @Test
    void alertComesBackAsItWasStored() {
        rick();
        Alert alert = alert("a", "rick", "01", Level.CRIT, 1_795_478_400_000_000_001L);
        Alert silent = new Alert(
                "b", "rick", "01", "status", Level.CRIT, Level.UNKNOWN, OptionalDouble.empty(), "", "silent", 5, 6);

        assertThat(open.get().alerts().store(alert)).isTrue();
        assertThat(open.get().alerts().store(silent)).isTrue();
        assertThat(open.get().alerts().history("rick", 10)).containsExactly(alert, silent);
    }

    @Test
    void historyIsOfABoardALevelAndATime() {
        rick();
        Alerts alerts = open.get().alerts();
        for (Alert alert : List.of(
                alert("a", "rick", "01", Level.CRIT, 1),
                alert("b", "rick", "01", Level.OK, 2),
                alert("c", "rick", "02", Level.CRIT, 3))) {
            alerts.store(alert);
        }
        assertThat(ids(new AlertFilter(Optional.of("01"), Optional.empty(), 0, Long.MAX_VALUE)))
                .containsExactly("b", "a");
        assertThat(ids(new AlertFilter(Optional.empty(), Optional.of(Level.CRIT), 0, Long.MAX_VALUE)))
                .containsExactly("c", "a");
        assertThat(ids(new AlertFilter(Optional.empty(), Optional.empty(), 2, 2)))
                .containsExactly("b");
    }

    private List<String> ids(AlertFilter filter) {
        return open.get().alerts().history("rick", Page.newest(10), filter).stream()
                .map(Alert::id)
                .toList();
    }

    @Test
    void pastIsRememberedOnceAndToldToNobody() {
        rick();
        Alerts alerts = open.get().alerts();
        Alert there = alert("a", "rick", "01", Level.CRIT, 1);
        alerts.store(there);
        Alert silent =
                new Alert("c", "rick", "01", "status", Level.OK, Level.CRIT, OptionalDouble.empty(), "", "heard", 5, 6);
        List<Alert> past = List.of(
                alert("same change", "rick", "01", Level.CRIT, 1), silent, alert("d", "nobody", "01", Level.OK, 2));

        assertThat(alerts.remember(past)).isEqualTo(1);
        assertThat(alerts.remember(past)).isZero();
        assertThat(alerts.history("rick", 10)).containsExactly(silent, there);
        assertThat(alerts.pending(10)).containsExactly(there);
    }

    @Test
    void changeIsStoredOnce() {
        rick();
        Alerts alerts = open.get().alerts();

        assertThat(alerts.store(alert("a", "rick", "01", Level.CRIT, 1))).isTrue();
        assertThat(alerts.store(alert("a", "rick", "01", Level.OK, 2))).isFalse();
        assertThat(alerts.store(alert("b", "nobody", "01", Level.CRIT, 1))).isFalse();
        assertThat(alerts.pendingCount()).isEqualTo(1);
    }

    @Test
    void historyIsBoundedButKeepsWhatIsInForceOrStillToBePublished() {
        rick();
        Alerts alerts = open.get().alerts();
        alerts.store(alert("only of its series", "rick", "02", Level.CRIT, 1));
        alerts.store(alert("never published", "rick", "01", Level.CRIT, 2));
        for (int i = 0; i < Alerts.KEPT_PER_USER + 10; i++) {
            alerts.store(alert("a" + i, "rick", "01", i % 2 == 0 ? Level.OK : Level.CRIT, 10 + i));
            alerts.published("a" + i);
        }
        alerts.published("only of its series");

        assertThat(alerts.forgetOldest("rick")).as("all may be told again").isZero();
        open.later(Duration.ofDays(3));

        assertThat(alerts.forgetOldest("rick")).isEqualTo(10);
        assertThat(alerts.forgetOldest("rick")).isZero();
        assertThat(alerts.history("rick", 5_000))
                .hasSize(Alerts.KEPT_PER_USER + 2)
                .extracting(Alert::id)
                .contains("only of its series", "never published", "a10")
                .doesNotContain("a9");
    }

    @Test
    void statesInForceArePublishedAgainAndNotTold() {
        rick();
        Alerts alerts = open.get().alerts();
        for (String id : List.of("older", "in force")) {
            alerts.store(alert(id, "rick", "01", Level.CRIT, id.length()));
            alerts.published(id);
        }
        alerts.store(alert("recovered", "rick", "02", Level.OK, 3));
        alerts.published("recovered");
        alerts.publishStatesAgain();
        alerts.store(alert("to be told", "rick", "02", Level.CRIT, 9));
        alerts.publishStatesAgain();

        assertThat(alerts.pending(10)).extracting(Alert::id).containsExactly("in force", "to be told");
        assertThat(alerts.isMuted("in force")).isTrue();
        assertThat(alerts.isMuted("to be told")).isFalse();
    }

    @Test
    void publishedAlertIsHistoryAndNoLongerPending() {
        rick();
        Alerts alerts = open.get().alerts();
        alerts.store(alert("a", "rick", "01", Level.CRIT, 1));
        alerts.published("a");

        assertThat(alerts.pendingCount()).isZero();
        assertThat(alerts.pending(10)).isEmpty();
        assertThat(alerts.history("rick", 10)).hasSize(1);
        assertThat(alerts.store(alert("a", "rick", "01", Level.CRIT, 1))).isFalse();
        assertThat(alerts.pendingCount()).isZero();
    }

    @Test
    void everyUsersOldestIsNext() {
        rick();
        open.get().users().add("anna", "correct horse");
        Alerts alerts = open.get().alerts();
        alerts.store(alert("r3", "rick", "01", Level.OK, 3));
        alerts.store(alert("r1", "rick", "01", Level.CRIT, 1));
        alerts.store(alert("a2", "anna", "01", Level.CRIT, 2));

        assertThat(alerts.nextOfEachUser(10)).extracting(Alert::id).containsExactly("r1", "a2");
        assertThat(alerts.nextOfEachUser(1)).extracting(Alert::id).containsExactly("r1");
        assertThat(alerts.pending(10)).extracting(Alert::id).containsExactly("r1", "a2", "r3");
        alerts.published("r1");
        assertThat(alerts.nextOfEachUser(10)).extracting(Alert::id).containsExactly("a2", "r3");
    }

    @Test
    void alertThatABridgeClaimedIsNoOthersUntilItsLeaseHasPassedOrItIsReleased() {
        rick();
        Alerts alerts = open.get().alerts();
        Alert one = alert("1", "rick", "01", Level.CRIT, 1);
        Alert two = alert("2", "rick", "02", Level.CRIT, 2);
        List.of(one, two).forEach(alerts::store);
        Duration lease = Duration.ofSeconds(30);

        assertThat(alerts.claim(List.of(one), "bridge-1", lease)).containsExactly(one);
        assertThat(alerts.claim(List.of(one, two), "bridge-2", lease)).containsExactly(two);
        assertThat(alerts.claim(List.of(one, two), "bridge-1", lease)).containsExactly(one);
        alerts.release(List.of(one), "bridge-2");
        assertThat(alerts.claim(List.of(one), "bridge-2", lease)).isEmpty();
        alerts.release(List.of(one), "bridge-1");
        assertThat(alerts.claim(List.of(one), "bridge-2", Duration.ofMillis(-1)))
                .containsExactly(one);
        assertThat(alerts.claim(List.of(one), "bridge-1", lease)).containsExactly(one);
        alerts.published("1");
        assertThat(alerts.claim(List.of(one), "bridge-1", lease)).isEmpty();
    }

    @Test
    void newestOfASeriesIsByTheChangesTime() {
        rick();
        Alerts alerts = open.get().alerts();
        alerts.store(alert("new", "rick", "01", Level.OK, 9));
        alerts.store(alert("late", "rick", "01", Level.CRIT, 3));
        alerts.store(alert("other", "rick", "02", Level.CRIT, 10));

        assertThat(alerts.newestOf("rick", "01", "soil_moisture"))
                .hasValueSatisfying(newest -> assertThat(newest.id()).isEqualTo("new"));
        assertThat(alerts.newestOf("rick", "01", "light")).isEmpty();
    }

    private void rick() {
        open.get().users().add("rick", "correct horse");
    }

    static Alert alert(String id, String user, String device, Level level, long statusTimeNs) {
        return new Alert(
                id,
                user,
                device,
                "soil_moisture",
                level,
                Level.OK,
                OptionalDouble.of(20.5),
                "35",
                "soil moisture at 20.5 on board 01 of " + user,
                statusTimeNs,
                statusTimeNs);
    }
}
