package org.plantbuddy.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.Javalin;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

class HttpLimitsTest {

    @Test
    void asManyMayWaitToBeLetInAsMayBeConnected() {
        Javalin server =
                Javalin.create(config -> HttpLimits.set(config, 1_000, 0)).start("127.0.0.1", 0);
        try {
            assertThat(server.jettyServer().server().getBeans(ServerConnector.class))
                    .isNotEmpty()
                    .allMatch(connector -> connector.getAcceptQueueSize() >= Connections.MOST);
        } finally {
            server.stop();
        }
    }

    @Test
    void clientThatIsGoneTooSlowOrMalformedIsToldApartFromAFailureOfOurs() {
        assertThat(HttpLimits.isTheClients(new EofException())).isTrue();
        assertThat(HttpLimits.isTheClients(new IOException(new HttpException.RuntimeException(400))))
                .isTrue();
        assertThat(HttpLimits.isTheClients(new IOException(new TimeoutException())))
                .isTrue();

        assertThat(HttpLimits.isTheClients(new IOException("No space left on device")))
                .isFalse();
        assertThat(HttpLimits.isTheClients(new NoSuchFileException("page.html")))
                .isFalse();
    }
}
