package org.plantbuddy.broker.signin;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import com.hivemq.extension.sdk.api.packets.disconnect.DisconnectReasonCode;
import com.hivemq.extension.sdk.api.services.general.IterationCallback;
import com.hivemq.extension.sdk.api.services.session.ClientService;
import com.hivemq.extension.sdk.api.services.session.SessionInformation;
import com.hivemq.extensions.services.session.SessionInformationImpl;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.plantbuddy.accounts.DenialSums;
import org.plantbuddy.broker.access.Denials;
import org.plantbuddy.broker.access.Principal;
import org.plantbuddy.broker.access.Principal.Board;
import org.plantbuddy.broker.access.Principal.Person;

/** What is counted, beside a broker that says of its sessions what a test wants. */
class SessionsTest {

    private static final int MOST = 3;
    private static final int MOST_CONNECTED = 2;
    private static final Person RICK = new Person("rick");
    private static final Board BOARD = new Board("rick", "01");

    private final Map<String, SessionInformation> inBroker = new TreeMap<>();
    private final List<String> ended = new ArrayList<>();
    private final DenialSums sums = new DenialSums(denied -> {});
    private final Sessions sessions = new Sessions(
            MOST, MOST_CONNECTED, new Broker(), new Denials(new MetricRegistry(), Clock.systemUTC(), sums));

    @AfterEach
    void close() {
        sums.close();
    }

    @Test
    void theSessionsOfABoardAndOfItsUserReceiveAndNoOthers() {
        enters(BOARD, "rick/01|board", true);
        enters(RICK, "rick|phone", true);
        enters(RICK, "rick|page", false);
        enters(new Board("rick", "02"), "rick/02|board", true);
        enters(new Person("anna"), "anna|phone", true);
        enters(Principal.Service.WEB, "$web|page", false);
        assertThat(sessions.receivers(BOARD)).as("web's are at nobody's cost").isEqualTo(3);
        assertThat(sessions.receivers(new Board("anna", "01"))).isEqualTo(1);
    }

    @Test
    void aClientThatChangesHowLongItIsKeptIsKeptThatLong() {
        enters(RICK, "rick|phone", true);
        sessions.keeps("rick|phone", 60);
        leaves("rick|phone");
        assertThat(sessions.receivers(BOARD)).isEqualTo(1);
        enters(RICK, "rick|phone", true);
        sessions.keeps("rick|phone", 0);
        leaves("rick|phone");
        assertThat(sessions.receivers(BOARD)).isZero();
    }

    @Test
    void aSessionThatHasExpiredIsForgottenWhenTheBrokerHasSaidSoTwice() {
        enters(RICK, "rick|phone", true);
        leaves("rick|phone");
        look();
        assertThat(sessions.receivers(BOARD)).isEqualTo(1);
        look();
        assertThat(sessions.receivers(BOARD)).isZero();
    }

    @Test
    void aSessionThatIsThereAgainMeanwhileIsNotForgotten() {
        enters(RICK, "rick|phone", true);
        leaves("rick|phone");
        look();
        has("rick|phone", false);
        look();
        inBroker.clear();
        look();
        assertThat(sessions.receivers(BOARD)).isEqualTo(1);
        enters(RICK, "rick|phone", true);
        look();
        assertThat(sessions.receivers(BOARD)).isEqualTo(1);
    }

    @Test
    void aConnectionOfWhichNobodyHeardTheEndCountsUntilTheBrokerHasSaidSoTwice() {
        enters(RICK, "rick|phone", true);
        enters(RICK, "rick|tablet", true);
        has("rick|phone", false);
        has("rick|tablet", true);
        look();
        assertThat(refuses(RICK, "rick|page")).isTrue();
        look();
        assertThat(refuses(RICK, "rick|page")).isFalse();
        assertThat(sessions.receivers(BOARD)).isEqualTo(3);
    }

    @Test
    void sessionsFromBeforeTheStartCount() {
        has("rick|phone", true);
        has("rick/01|board", false);
        inBroker.put("rick|gone", new SessionInformationImpl("rick|gone", 0, false));
        look();
        assertThat(sessions.receivers(BOARD)).isEqualTo(2);
        enters(RICK, "rick|page", false);
        assertThat(refuses(RICK, "rick|tablet")).as("connections").isTrue();
    }

    @Test
    void ofSessionsThatAreTooManySinceBeforeTheStartTheLongestAwayEndAtTheSecondLook() {
        for (String id : new String[] {"rick|a", "rick|b", "rick|c", "rick|d"}) {
            has(id, false);
            has(id.replace("rick", "$bridge"), false);
        }
        look();
        assertThat(ended).as("they have had no time to come back").isEmpty();
        for (String id : new String[] {"rick|a", "rick|b", "rick|d"}) {
            enters(RICK, id, true);
            leaves(id);
        }
        look();
        assertThat(ended).containsExactly("rick|c");
        look();
        assertThat(ended).hasSize(1);
    }

    private void enters(Principal principal, String clientId, boolean kept) {
        assertThat(sessions.enters(principal, clientId, clientId, kept, "10.0.0.1"))
                .isEmpty();
    }

    private boolean refuses(Principal principal, String clientId) {
        return sessions.enters(principal, clientId, clientId, true, "10.0.0.1").isPresent();
    }

    private void leaves(String clientId) {
        sessions.leaves(clientId, clientId);
    }

    private void look() {
        sessions.lookAgain();
    }

    private void has(String clientId, boolean connected) {
        inBroker.put(clientId, new SessionInformationImpl(clientId, 3_600, connected));
    }

    /** As much of the broker as is asked. */
    private final class Broker implements ClientService {

        @Override
        public CompletableFuture<Void> iterateAllClients(IterationCallback<SessionInformation> each) {
            inBroker.values().forEach(session -> each.iterate(() -> {}, session));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<Boolean> invalidateSession(String clientId) {
            ended.add(clientId);
            return CompletableFuture.completedFuture(inBroker.remove(clientId) != null);
        }

        @Override
        public CompletableFuture<Void> iterateAllClients(IterationCallback<SessionInformation> each, Executor on) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Boolean> isClientConnected(String clientId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Optional<SessionInformation>> getSession(String clientId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Boolean> disconnectClient(String clientId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Boolean> disconnectClient(String clientId, boolean withoutWill) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Boolean> disconnectClient(
                String clientId, boolean withoutWill, DisconnectReasonCode code, String reason) {
            throw new UnsupportedOperationException();
        }
    }
}
