package org.plantbuddy.broker.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.codahale.metrics.MetricRegistry;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.plantbuddy.accounts.DenialSums;
import org.plantbuddy.accounts.DeniedRequest;
import org.plantbuddy.broker.access.Verdict.Denied;

class DenialsTest {

    private static final Instant NOW = Instant.parse("2026-11-24T08:04:00Z");
    private static final int MANY = 20_000;

    private final List<DeniedRequest> database = new ArrayList<>();
    private boolean away;
    private final DenialSums sums = new DenialSums(this::add);
    private final Denials denials = new Denials(new MetricRegistry(), InstantSource.fixed(NOW), sums);

    private void add(Collection<DeniedRequest> denied) {
        if (away) {
            throw new IllegalStateException("away");
        }
        database.addAll(denied);
    }

    @AfterEach
    void close() {
        denials.close();
    }

    @ParameterizedTest
    @EnumSource(Denial.class)
    void eachKindThatHasAnOwnerIsWritten(Denial kind) {
        note(kind, "rick/01");
        note(kind, "rick");
        sums.write();
        if (kind.told() == Denial.Told.NOBODY) {
            assertThat(database).isEmpty();
        } else {
            assertThat(database).extracting(DeniedRequest::kind).containsExactly(kind.label(), kind.label());
            assertThat(database).extracting(DeniedRequest::device).containsExactlyInAnyOrder("01", "");
        }
    }

    @Test
    void nothingIsLostWhileTheDatabaseIsAway() {
        away = true;
        note(Denial.QOS_2, "rick/01");
        sums.write();
        note(Denial.QOS_2, "rick/01");
        note(Denial.QUOTA, "rick/01");
        away = false;
        sums.write();
        sums.write();
        assertThat(database)
                .extracting(DeniedRequest::kind, DeniedRequest::times)
                .containsExactlyInAnyOrder(tuple("qos-2", 2L), tuple("quota", 1L));
    }

    @Test
    void whatIsKeptInMemoryIsBoundedAndNamesThatAreGuessedDoNotTakeThePlaceOfBoards() {
        for (int i = 0; i < MANY; i++) {
            note(Denial.WRONG_CREDENTIALS, "guess" + i + "/01");
        }
        note(Denial.QOS_2, "rick/01");
        sums.write();
        assertThat(database).hasSize(1_001);
        assertThat(database).filteredOn(denied -> denied.kind().equals("qos-2")).hasSize(1);

        database.clear();
        for (int i = 0; i < MANY; i++) {
            note(Denial.QOS_2, "rick" + i + "/01");
        }
        sums.write();
        assertThat(database).hasSize(10_000);
    }

    @Test
    void whatAClientWroteIntoItIsOneLineAndNotLong() {
        denials.note(
                new Denied(Denial.FOREIGN_SUBSCRIPTION, "a\nb\u202E" + "x".repeat(70_000)),
                Principal.of("rick"),
                Optional.empty(),
                NOW);
        sums.write();
        assertThat(database)
                .singleElement()
                .satisfies(denied ->
                        assertThat(denied.reason()).startsWith("a?b?x").hasSizeLessThan(600));
    }

    /** Each of ten thousand sums would else hold a topic of 64 KiB. */
    @Test
    void ofWhatWasPublishedOnlyTheBeginningIsKept() {
        PublishPacket large = (PublishPacket) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PublishPacket.class},
                (packet, method, none) -> method.getName().equals("getTopic")
                        ? "t".repeat(65_535)
                        : Optional.of(ByteBuffer.allocate(100_000)));
        denials.note(new Denied(Denial.WRONG_DEPTH, "why"), Principal.of("rick/01"), Optional.of(large), NOW);
        sums.write();
        assertThat(database).singleElement().satisfies(denied -> {
            assertThat(denied.topic()).startsWith("ttt").hasSizeLessThan(300);
            assertThat(denied.payload()).hasSizeLessThan(300);
        });
    }

    private void note(Denial kind, String principal) {
        denials.note(new Denied(kind, "why"), Principal.of(principal), Optional.empty(), NOW);
    }
}
