package org.plantbuddy.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.ConfigException;
import org.plantbuddy.config.Key;

class ListenPortsTest {

    @Test
    void takenPortIsToldWithItsKeyAndAFreeOneIsNot() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
            assertThatThrownBy(() ->
                            ListenPorts.requireFree(at("127.0.0.1", port), Key.WEB_BIND, Key.WEB_PORT, "the page"))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("port " + port + " on 127.0.0.1 (the page) cannot be used")
                    .hasMessageContaining("set PLANTBUDDY_WEB_PORT to another port");
        }
        ListenPorts.requireFree(at("127.0.0.1", port), Key.WEB_BIND, Key.WEB_PORT, "the page");
        ListenPorts.requireFree(at("127.0.0.1", 0), Key.WEB_BIND, Key.WEB_PORT, "the page");
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "no.such.host.invalid"})
    void addressThatIsNotThisMachinesIsToldWithItsKey(String address) {
        assertThat(ListenPorts.problem(at(address, 65_000), Key.WEB_BIND, Key.WEB_PORT, "the page"))
                .hasValueSatisfying(problem -> assertThat(problem)
                        .startsWith("PLANTBUDDY_WEB_BIND=" + address + " (the page) is no address of this machine")
                        .doesNotContain("WEB_PORT"));
    }

    private static Config at(String address, int port) {
        return Config.load(Map.of("PLANTBUDDY_WEB_BIND", address, "PLANTBUDDY_WEB_PORT", Integer.toString(port)));
    }
}
