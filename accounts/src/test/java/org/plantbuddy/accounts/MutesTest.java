package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.plantbuddy.reading.Level;
import org.plantbuddy.topic.InvalidNameException;
import org.plantbuddy.topic.SeriesName;

@ParameterizedClass
@EnumSource(Database.class)
class MutesTest {

    private static final Instant IN_AN_HOUR = OpenAccounts.NOW.plus(Duration.ofHours(1));

    @RegisterExtension
    final OpenAccounts open;

    private Mutes mutes;
    private int stored;

    MutesTest(Database database) {
        open = new OpenAccounts(database);
    }

    @BeforeEach
    void rickAndAnnaHaveBoards() {
        mutes = open.get().mutes();
        for (String user : new String[] {"rick", "anna"}) {
            open.get().users().add(user, "correct horse");
            open.get().devices().add(user, "01");
            open.get().devices().add(user, "02");
            open.get().sensors().admit(new SeriesName(user, "01", "light"));
            open.get().sensors().admit(new SeriesName(user, "01", "humidity"));
        }
    }

    @Test
    void muteOfASensorHoldsForItAloneAndForAnHour() {
        mutes.set(new Mute("rick", "01", "light", Optional.of(IN_AN_HOUR)));

        assertThat(isMuted("rick", "01", "light")).isTrue();
        assertThat(isMuted("rick", "01", "humidity")).isFalse();
        assertThat(isMuted("rick", "01", "status")).isFalse();
        assertThat(isMuted("rick", "02", "light")).isFalse();
        assertThat(isMuted("anna", "01", "light")).isFalse();

        open.later(Duration.ofHours(1));
        assertThat(isMuted("rick", "01", "light")).isFalse();
        assertThat(mutes.list("rick")).isEmpty();
        assertThat(mutes.remove("rick", "01", "light")).isFalse();
    }

    @Test
    void muteOfABoardHoldsForAllOfItUntilItIsTakenBack() {
        Mute mute = new Mute("rick", "01", Mute.ALL, Optional.empty());
        mutes.set(mute);
        open.later(Duration.ofDays(400));

        assertThat(mutes.list("rick")).containsExactly(mute);
        assertThat(isMuted("rick", "01", "light")).isTrue();
        assertThat(isMuted("rick", "01", "status")).isTrue();
        assertThat(isMuted("rick", "02", "status")).isFalse();

        assertThat(mutes.remove("anna", "01", Mute.ALL)).isFalse();
        assertThat(mutes.remove("rick", "01", Mute.ALL)).isTrue();
        assertThat(isMuted("rick", "01", "light")).isFalse();
    }

    @Test
    void alertStaysWhatItWasWhenItWasStored() {
        open.get().alerts().store(alert("before", "rick", "01", "light"));
        mutes.set(new Mute("rick", "01", "light", Optional.empty()));
        open.get().alerts().store(alert("during", "rick", "01", "light"));
        mutes.remove("rick", "01", "light");

        assertThat(open.get().alerts().isMuted("before")).isFalse();
        assertThat(open.get().alerts().isMuted("during")).isTrue();
        assertThat(open.get().alerts().history("rick", 10)).hasSize(2);
        assertThat(open.get().alerts().pendingCount()).isEqualTo(2);
    }

    @Test
    void laterMuteReplacesTheEarlier() {
        mutes.set(new Mute("rick", "01", "light", Optional.empty()));
        Mute hour = new Mute("rick", "01", "light", Optional.of(IN_AN_HOUR));
        mutes.set(hour);

        assertThat(mutes.list("rick")).containsExactly(hour);
    }

    @Test
    void onlyWhatExistsCanBeMuted() {
        for (Mute mute : new Mute[] {
            new Mute("rick", "07", Mute.ALL, Optional.empty()),
            new Mute("rick", "02", "light", Optional.empty()),
            new Mute("nobody", "01", Mute.ALL, Optional.empty())
        }) {
            assertThatThrownBy(() -> mutes.set(mute))
                    .isInstanceOf(AccountException.class)
                    .hasMessageContaining("'" + mute.device() + "'")
                    .hasMessageContaining("nothing to mute");
        }
        assertThatThrownBy(() -> new Mute("rick", "*", "light", Optional.empty()))
                .isInstanceOf(InvalidNameException.class);
        assertThatThrownBy(() -> new Mute("rick", "01", "**", Optional.empty()))
                .isInstanceOf(InvalidNameException.class);
    }

    @Test
    void removedUserTakesThemAlong() {
        mutes.set(new Mute("rick", "01", Mute.ALL, Optional.empty()));
        open.get().users().remove("rick");
        open.get().users().add("rick", "another horse");

        assertThat(mutes.list("rick")).isEmpty();
        assertThat(isMuted("rick", "01", "light")).isFalse();
    }

    private boolean isMuted(String user, String device, String sensor) {
        String id = "alert " + ++stored;
        assertThat(open.get().alerts().store(alert(id, user, device, sensor))).isTrue();
        return open.get().alerts().isMuted(id);
    }

    private static Alert alert(String id, String user, String device, String sensor) {
        return new Alert(id, user, device, sensor, Level.CRIT, Level.OK, OptionalDouble.of(20), "35", "too low", 1, 2);
    }
}
