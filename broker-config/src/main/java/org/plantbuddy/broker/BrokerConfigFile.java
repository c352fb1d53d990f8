package org.plantbuddy.broker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** {@code config.xml} or {@code config-tls.xml} with this configuration's addresses, ports, queue size and keystore put in. */
final class BrokerConfigFile {

    static final String TCP = "tcp";
    static final String WEBSOCKET = "websocket";
    static final String TLS = "tls";

    private final Config config;

    BrokerConfigFile(Config config) {
        this.config = config;
    }

    /** Writes it; with a keystore it holds the keystore's password. */
    void write(Path file) throws IOException {
        Optional<String> keystore = config.optional(Key.MQTT_TLS_KEYSTORE);
        try (InputStream resource =
                BrokerConfigFile.class.getResourceAsStream(keystore.isPresent() ? "config-tls.xml" : "config.xml")) {
            Document document = DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(resource);
            listener(document, TCP, Key.MQTT_PORT);
            listener(document, WEBSOCKET, Key.MQTT_WEBSOCKET_PORT);
            set(document.getDocumentElement(), "max-queue-size", config.text(Key.BRIDGE_QUEUE), "queued-messages");
            if (keystore.isPresent()) {
                listener(document, TLS, Key.MQTT_TLS_PORT);
                String password = TlsKeystore.password(config);
                set(
                        document.getDocumentElement(),
                        "path",
                        Path.of(keystore.get()).toAbsolutePath().toString(),
                        "keystore");
                set(document.getDocumentElement(), "password", password, "keystore");
                set(document.getDocumentElement(), "private-key-password", password, "keystore");
            }
            TransformerFactory.newDefaultInstance()
                    .newTransformer()
                    .transform(new DOMSource(document), new StreamResult(file.toFile()));
        } catch (ParserConfigurationException | SAXException | TransformerException e) {
            throw new IOException("the broker's config.xml cannot be made: " + e.getMessage(), e);
        }
    }

    private void listener(Document document, String name, Key port) {
        NodeList names = document.getElementsByTagName("name");
        for (int i = 0; i < names.getLength(); i++) {
            if (names.item(i).getTextContent().strip().equals(name)
                    && names.item(i).getParentNode() instanceof Element listener) {
                child(listener, "port").setTextContent(Integer.toString(config.port(port)));
                child(listener, "bind-address").setTextContent(config.text(Key.MQTT_BIND));
            }
        }
    }

    private static void set(Element root, String tag, String text, String parent) {
        child(child(root, parent), tag).setTextContent(text);
    }

    private static Element child(Element parent, String tag) {
        if (parent.getElementsByTagName(tag).item(0) instanceof Element element) {
            return element;
        }
        throw new IllegalStateException("config.xml has no <" + tag + ">");
    }
}
