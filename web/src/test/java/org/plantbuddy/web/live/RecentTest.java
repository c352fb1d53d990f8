package org.plantbuddy.web.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecentTest {

    private final Recent recent = new Recent("p.1");

    @Test
    void whoComesBackIsToldWhatCameSinceInItsOrder() {
        String none = recent.id();
        add("a", 0);
        String first = recent.id();
        add("b", 1);
        add("c", 2);
        assertThat(since(none, 2)).contains(List.of("a", "b", "c"));
        assertThat(since(first, 2)).contains(List.of("b", "c"));
        assertThat(since(recent.id(), 2)).contains(List.of());
    }

    @Test
    void eventsOlderThanFiveMinutesAreForgottenAndTheIdBeforeThemIsUnknown() {
        String none = recent.id();
        add("a", 0);
        String first = recent.id();
        add("b", 1_000);
        assertThat(since(none, Recent.KEPT_MS)).isPresent();
        assertThat(since(none, Recent.KEPT_MS + 1)).isEmpty();
        assertThat(since(first, Recent.KEPT_MS + 1)).contains(List.of("b"));
    }

    @Test
    void noMoreAreKeptThanTheBoundsInNumberAndInBytes() {
        String none = recent.id();
        for (int i = 0; i < Recent.MOST; i++) {
            add("a", 0);
        }
        assertThat(since(none, 0)).isPresent();
        add("a", 0);
        assertThat(since(none, 0)).isEmpty();

        String before = recent.id();
        add("x".repeat(Recent.MOST_BYTES - 100), 0);
        assertThat(since(before, 0)).isPresent();
        add("x".repeat(100), 0);
        assertThat(since(before, 0)).isEmpty();
        assertThat(since(recent.id(), 0)).contains(List.of());
    }

    @Test
    void nobodyGoesOnPastAGap() {
        add("a", 0);
        String before = recent.id();
        recent.gap();
        assertThat(since(before, 0)).isEmpty();
        assertThat(since(recent.id(), 0)).contains(List.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "p.1",
                "p.1-",
                "p.1-x",
                "p.1--1",
                "p.1-9",
                "p.2-1",
                "q.1-1",
                "p.1-99999999999999999999",
                "p.1-1\nevent: reading"
            })
    void idThatIsNoneOfTheseIsUnknown(String id) {
        add("a", 0);
        assertThat(recent.since(id, 0)).isEmpty();
    }

    private void add(String data, long atMs) {
        assertThat(recent.add(new Event("e", data), atMs)).isNotEmpty();
    }

    private Optional<List<String>> since(String id, long nowMs) {
        return recent.since(id, nowMs)
                .map(frames -> frames.stream()
                        .map(frame ->
                                new String(frame, StandardCharsets.UTF_8).replaceAll("(?s).*data: (.*)\n\n", "$1"))
                        .toList());
    }
}
