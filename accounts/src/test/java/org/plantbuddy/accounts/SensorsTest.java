package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.plantbuddy.topic.Names;
import org.plantbuddy.topic.SeriesName;

@ParameterizedClass
@EnumSource(Database.class)
class SensorsTest {

    @RegisterExtension
    final OpenAccounts open;

    SensorsTest(Database database) {
        open = new OpenAccounts(database);
    }

    @Test
    void boardMayUseSoManySensorsAndNoMore() {
        open.get().users().add("rick", "correct horse");
        Sensors sensors = open.get().sensors();
        for (int i = 0; i < Names.MAX_SENSORS_PER_DEVICE; i++) {
            assertThat(sensors.admit(new SeriesName("rick", "01", "s" + i))).isTrue();
        }

        assertThat(sensors.admit(new SeriesName("rick", "01", "one_more"))).isFalse();
        assertThat(sensors.admit(new SeriesName("rick", "01", "s0"))).isTrue();
        assertThat(sensors.admit(new SeriesName("rick", "02", "one_more"))).isTrue();
        assertThat(sensors.list("rick")).hasSize(33).doesNotContain(new SeriesName("rick", "01", "one_more"));
    }

    @Test
    void unknownUsersSeriesIsNotAdmitted() {
        assertThat(open.get().sensors().admit(new SeriesName("nobody", "01", "light")))
                .isFalse();
        assertThat(open.get().sensors().list("nobody")).isEmpty();
    }

    @Test
    void whatIsKnownOrCannotBeAddedIsToldWhileAnotherWrites() throws Exception {
        open.get().users().add("rick", "correct horse");
        Sensors sensors = open.get().sensors();
        for (int i = 0; i < Names.MAX_SENSORS_PER_DEVICE; i++) {
            sensors.admit(new SeriesName("rick", "01", "s" + i));
        }
        try (Connection other = open.whileAnotherWrites()) {
            assertThat(other.isClosed()).isFalse();
            for (int i = 0; i < 100; i++) {
                assertThat(sensors.admit(new SeriesName("rick", "01", "new" + i)))
                        .isFalse();
            }
            assertThat(sensors.admit(new SeriesName("rick", "01", "s0"))).isTrue();
            assertThat(sensors.admit(new SeriesName("nobody", "01", "light"))).isFalse();
        }
    }
}
