package org.plantbuddy.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.plantbuddy.broker.signin.ConnectInterceptor;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ConfigFilesTest {

    @Test
    void whatIsConfiguredIsPutInAndStaysWhatItIs(@TempDir Path folder) throws Exception {
        Config plain = Config.load(Map.of("PLANTBUDDY_MQTT_PORT", "11883", "PLANTBUDDY_BRIDGE_QUEUE", "5000"));
        assertThat(written(plain, folder))
                .contains("<port>11883</port>", "<port>8000</port>", "<max-queue-size>5000</max-queue-size>")
                .contains("<bind-address>0.0.0.0</bind-address>")
                .doesNotContain("<tls-tcp-listener>")
                .doesNotContain("${PLANTBUDDY");
        Config withTls = plain.with(Map.of(Key.TLS_FOLDER, "/certificates", Key.MQTT_CLIENT_CERTIFICATES, "OPTIONAL"));
        Path odd = folder.resolve("a&b ${HOME}");
        Document xml = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(written(withTls, odd, folder))));
        assertThat(texts(xml, "path"))
                .containsExactly(
                        odd + "/tls/keystore.p12",
                        odd + "/tls/truststore.p12",
                        "/mqtt",
                        odd + "/tls/keystore.p12",
                        odd + "/tls/truststore.p12");
        assertThat(texts(xml, "bind-address")).containsExactly("127.0.0.1", "0.0.0.0", "0.0.0.0");
        assertThat(texts(xml, "client-authentication-mode")).containsExactly("OPTIONAL", "OPTIONAL");
        assertThat(xml.getElementsByTagName("websocket-listener").getLength()).isZero();
        assertThat(written(withTls, odd, folder)).doesNotContain("${");
    }

    private static List<String> texts(Document xml, String element) {
        NodeList found = xml.getElementsByTagName(element);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> found.item(i).getTextContent())
                .toList();
    }

    private static String written(Config config, Path folder) throws Exception {
        return written(config, folder, folder);
    }

    private static String written(Config config, Path data, Path folder) throws Exception {
        BrokerConfigFile.write(config, data, folder.resolve("config.xml"));
        return Files.readString(folder.resolve("config.xml"));
    }

    /** HiveMQ throws at an extension that sets a longer one, and nobody who asks for none would get in. */
    @Test
    void theKeepAliveOfAClientThatAsksForNoneIsTheLongestThatMayBeSet() throws Exception {
        assertThat(read("config.xml"))
                .contains("<max-keep-alive>" + (ConnectInterceptor.LONGEST_KEEP_ALIVE_S + 1) + "</max-keep-alive>")
                .contains("<allow-unlimited>false</allow-unlimited>");
    }

    private static String read(String name) throws Exception {
        try (InputStream in = Objects.requireNonNull(EmbeddedBroker.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
