package org.plantbuddy.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EofException;
import org.junit.jupiter.api.Test;

class HttpLimitsTest {

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
