package org.plantbuddy.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Database.class)
class DeniedRequestsTest {

    @RegisterExtension
    final OpenAccounts open;

    private DeniedRequests denied;

    DeniedRequestsTest(Database database) {
        open = new OpenAccounts(database);
    }

    @BeforeEach
    void people() {
        denied = open.get().deniedRequests();
        open.get().users().add("rick", "correct horse");
        open.get().devices().add("rick", "01");
    }

    @Test
    void ofEachBoardAndKindThereIsOneRowWithTheNewestReasonAndAllTimes() {
        denied.add(List.of(of("rick", "01", "qos-2", 1), of("rick", "", "qos-2", 2), of("rick", "01", "quota", 3)));
        denied.add(List.of(of("rick", "01", "qos-2", 4)));

        assertThat(denied.of("rick"))
                .extracting(DeniedRequest::device, DeniedRequest::kind, DeniedRequest::reason, DeniedRequest::times)
                .containsExactly(
                        tuple("01", "qos-2", "reason 4", 5L),
                        tuple("01", "quota", "reason 3", 3L),
                        tuple("", "qos-2", "reason 2", 2L));
        assertThat(denied.byKind(OpenAccounts.NOW)).isEqualTo(Map.of("qos-2", 2L, "quota", 1L));
        assertThat(denied.byKind(OpenAccounts.NOW.plusSeconds(4))).isEqualTo(Map.of("qos-2", 1L));
    }

    @Test
    void whoIsNotKnownHasNoneAndWhoIsRemovedOrAddedAnewHasNoneAnyMore() {
        denied.add(List.of(of("rick", "02", "qos-2", 1), of("nobody", "", "qos-2", 1), of("rick", "01", "qos-2", 1)));
        assertThat(denied.of("nobody")).isEmpty();
        assertThat(denied.of("rick")).extracting(DeniedRequest::device).containsExactly("01");

        open.get().devices().revoke("rick", "01");
        open.get().devices().add("rick", "01");
        assertThat(denied.of("rick")).isEmpty();

        denied.add(List.of(of("rick", "01", "qos-2", 1), of("rick", "", "qos-2", 1)));
        open.get().users().remove("rick");
        open.get().users().add("rick", "correct horse");
        assertThat(denied.of("rick")).isEmpty();
    }

    @Test
    void oneIsPublishedAtOnceThenWithWhatCameSinceAMinuteLater() {
        denied.add(List.of(of("rick", "01", "qos-2", 2)));
        List<DeniedRequest> first = denied.claim(10);
        assertThat(first).singleElement().extracting(DeniedRequest::times).isEqualTo(2L);
        denied.add(List.of(of("rick", "01", "qos-2", 3)));
        assertThat(denied.claim(10)).as("another bridge").isEmpty();
        denied.told(first.get(0));
        assertThat(denied.claim(10)).as("within a minute").isEmpty();

        open.later(DeniedRequests.TOLD_AGAIN);
        List<DeniedRequest> second = denied.claim(10);
        assertThat(second).singleElement().extracting(DeniedRequest::times).isEqualTo(5L);
        open.later(DeniedRequests.TOLD_AGAIN);
        assertThat(denied.claim(10))
                .as("whose publication was never acknowledged")
                .isEqualTo(second);
        denied.told(second.get(0));
        open.later(DeniedRequests.TOLD_AGAIN);
        assertThat(denied.claim(10)).isEmpty();
    }

    @Test
    void ofTwoBridgesThatClaimAtOnceOneGetsIt() throws Exception {
        ExecutorService bridges = Executors.newFixedThreadPool(2);
        CyclicBarrier together = new CyclicBarrier(2);
        Callable<List<DeniedRequest>> claim = () -> {
            together.await();
            return denied.claim(10);
        };
        try {
            for (int i = 0; i < 20; i++) {
                denied.add(List.of(of("rick", "01", "kind-" + i, 1), of("rick", "", "kind-" + i, 1)));
                int claimed = 0;
                for (Future<List<DeniedRequest>> bridge : bridges.invokeAll(List.of(claim, claim))) {
                    claimed += bridge.get().size();
                }
                assertThat(claimed).isEqualTo(2);
            }
        } finally {
            bridges.shutdownNow();
        }
    }

    @Test
    void whatIsShownOnlyIsNotPublishedAndOneUserDoesNotKeepAnotherWaiting() {
        open.get().users().add("anna", "correct horse");
        List<DeniedRequest> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(of("rick", "", "kind-" + i, 1));
        }
        denied.add(many);
        denied.add(List.of(of("anna", "", "qos-2", 9), shown("anna", "ignored")));

        assertThat(denied.claim(20))
                .filteredOn(each -> each.user().equals("anna"))
                .extracting(DeniedRequest::kind)
                .containsExactly("qos-2");
        assertThat(denied.of("anna")).hasSize(2);
    }

    @Test
    void oldOnesAreNotShownAndForgotten() {
        denied.add(List.of(of("rick", "01", "qos-2", 1)));
        open.later(DeniedRequests.KEPT.plus(Duration.ofMinutes(1)));
        assertThat(denied.of("rick")).isEmpty();
        assertThat(denied.byKind(OpenAccounts.NOW)).hasSize(1);
        denied.forgetOld();
        assertThat(denied.byKind(OpenAccounts.NOW)).isEmpty();
    }

    @Test
    void longTextsAreCutAndNulsReplaced() {
        String text = "\0" + "x".repeat(70_000);
        denied.add(List.of(
                new DeniedRequest("rick", "01", "qos-2", text, text, text, 1, 1, OpenAccounts.NOW, OpenAccounts.NOW)));
        assertThat(denied.of("rick")).singleElement().satisfies(each -> {
            assertThat(each.reason()).startsWith("\uFFFDx").hasSize(512);
            assertThat(each.topic()).hasSize(256);
            assertThat(each.payload()).hasSize(128);
        });
    }

    /** So many times, the last of them so many seconds after the start. */
    private static DeniedRequest of(String user, String device, String kind, int times) {
        return new DeniedRequest(
                user,
                device,
                kind,
                "reason " + times,
                "",
                "",
                times,
                times,
                OpenAccounts.NOW,
                OpenAccounts.NOW.plusSeconds(times));
    }

    private static DeniedRequest shown(String user, String kind) {
        return new DeniedRequest(user, "", kind, "reason", "", "", 1, 0, OpenAccounts.NOW, OpenAccounts.NOW);
    }
}
