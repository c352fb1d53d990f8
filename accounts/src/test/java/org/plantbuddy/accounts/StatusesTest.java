package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.plantbuddy.boards.BoardState.OFFLINE;
import static org.plantbuddy.boards.BoardState.ONLINE;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.plantbuddy.boards.BoardState;
import org.plantbuddy.boards.StatusReport;

@ParameterizedClass
@EnumSource(Database.class)
class StatusesTest {

    @RegisterExtension
    final OpenAccounts open;

    StatusesTest(Database database) {
        open = new OpenAccounts(database);
    }

    @BeforeEach
    void rickHasABoard() {
        open.get().users().add("rick", "correct horse");
        open.get().devices().add("rick", "01");
    }

    @Test
    void boardThatNeverSpokeIsNotKnown() {
        open.get().devices().add("rick", "02");
        keep(said(ONLINE, 10, 11));

        assertThat(open.get().devices().list("rick"))
                .extracting(Device::status)
                .satisfiesExactly(
                        first -> assertThat(first).contains(status(ONLINE, 11, 11)),
                        second -> assertThat(second).isEmpty());
    }

    @Test
    void repeatedWordMovesWhenItWasLastKnownAndNotSinceWhen() {
        keep(said(ONLINE, 10, 11), said(ONLINE, 10, 20));
        assertThat(known()).contains(status(ONLINE, 11, 20));

        keep(said(ONLINE, 30, 31));
        assertThat(known()).as("of another connection").contains(status(ONLINE, 31, 31));
    }

    @Test
    void willEndsItsOwnConnectionHoweverLateAndNoOther() {
        keep(said(ONLINE, 10, 11));
        keep(will(10, 15));
        assertThat(known()).contains(status(OFFLINE, 15, 15));

        keep(said(ONLINE, 20, 21));
        keep(will(10, 60));
        assertThat(known()).contains(status(ONLINE, 21, 21));
    }

    @Test
    void orderAndRepetitionDoNotMatter() {
        List<StatusReport> all = List.of(
                said(ONLINE, 10, 11), will(10, 50), said(ONLINE, 20, 21), said(OFFLINE, 20, 22), said(ONLINE, 30, 31));
        Random random = new Random(4);
        for (int round = 0; round < 20; round++) {
            List<StatusReport> mixed = new ArrayList<>(all);
            mixed.addAll(all);
            Collections.shuffle(mixed, random);
            open.get().devices().revoke("rick", "01");
            open.get().devices().add("rick", "01");
            mixed.subList(0, 5).forEach(this::keep);
            open.get().statuses().keep(mixed.subList(5, 10));

            assertThat(known()).as("%s", mixed).contains(status(ONLINE, 31, 31));
        }
    }

    @Test
    void unknownAndRevokedBoardsAreIgnored() {
        keep(said(ONLINE, 10, 11));
        open.get().devices().revoke("rick", "01");
        keep(will(10, 12), said(ONLINE, 20, 21));
        keep(new StatusReport("rick", "07", ONLINE, ns(20), ns(21), OpenAccounts.NOW));
        keep(new StatusReport("nobody", "01", ONLINE, ns(20), ns(21), OpenAccounts.NOW));

        assertThat(open.get().devices().list("rick"))
                .containsExactly(new Device("rick", "01", Description.NONE, false, Optional.empty()));
    }

    @Test
    void boardAddedAnewShowsNothingOfTheOneBefore() {
        keep(said(ONLINE, 10, 11));
        open.get().devices().revoke("rick", "01");
        open.later(Duration.ofSeconds(60));
        open.get().devices().add("rick", "01");
        keep(will(10, 70), said(ONLINE, 59, 61));
        assertThat(known()).isEmpty();

        keep(said(ONLINE, 65, 66));
        assertThat(known()).contains(status(ONLINE, 66, 66));
    }

    @Test
    void removedUserTakesItAlong() {
        keep(said(ONLINE, 10, 11));
        open.get().users().remove("rick");
        open.get().users().add("rick", "another horse");
        open.get().devices().add("rick", "01");

        assertThat(known()).isEmpty();
    }

    private void keep(StatusReport... reports) {
        open.get().statuses().keep(List.of(reports));
    }

    private Optional<BoardStatus> known() {
        return open.get().devices().list("rick").get(0).status();
    }

    private static BoardStatus status(BoardState state, long since, long lastKnown) {
        return new BoardStatus(state, OpenAccounts.NOW.plusSeconds(since), OpenAccounts.NOW.plusSeconds(lastKnown));
    }

    private static StatusReport said(BoardState state, long connection, long said) {
        return new StatusReport("rick", "01", state, ns(connection), ns(said), OpenAccounts.NOW.plusSeconds(said));
    }

    private static StatusReport will(long connection, long heard) {
        return new StatusReport(
                "rick", "01", OFFLINE, ns(connection), StatusReport.AT_THE_END, OpenAccounts.NOW.plusSeconds(heard));
    }

    private static long ns(long seconds) {
        return OpenAccounts.NOW.plusSeconds(seconds).toEpochMilli() * 1_000_000;
    }
}
