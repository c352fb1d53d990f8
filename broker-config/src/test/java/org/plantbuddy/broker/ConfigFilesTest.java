package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.plantbuddy.broker.signin.ConnectInterceptor;

class ConfigFilesTest {

    @Test
    void bothConfigurationsDifferInTheTlsListenerOnly() throws Exception {
        String withTls = read("config-tls.xml").replaceAll("(?s) *<tls-tcp-listener>.*</tls-tcp-listener>\n", "");
        assertThat(withoutComment(withTls)).isEqualTo(withoutComment(read("config.xml")));
    }

    /** HiveMQ throws at an extension that sets a longer one, and nobody who asks for none would get in. */
    @Test
    void theKeepAliveOfAClientThatAsksForNoneIsTheLongestThatMayBeSet() throws Exception {
        assertThat(read("config.xml"))
                .contains("<max-keep-alive>" + (ConnectInterceptor.LONGEST_KEEP_ALIVE_S + 1) + "</max-keep-alive>")
                .contains("<allow-unlimited>false</allow-unlimited>");
    }

    private static String withoutComment(String xml) {
        return xml.replaceFirst("(?s)<!--.*?-->", "");
    }

    private static String read(String name) throws Exception {
        try (InputStream in = Objects.requireNonNull(EmbeddedBroker.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
