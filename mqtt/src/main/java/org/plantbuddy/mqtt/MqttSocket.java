package org.plantbuddy.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * MQTT 5 down to its packets: the caller says under which packet id a message goes out and whether it is sent again: no client
 * library lets one. For senders of a load. One thread writes, one reads.
 */
public final class MqttSocket implements AutoCloseable {

    private static final int MOST_IN_FLIGHT = 65_535;
    private static final int MOST_BYTES_TAKEN = 1 << 20;
    private static final int KEEP_ALIVE_S = 600;
    private static final int PATIENCE_MS = 10_000;
    private static final int BUFFER = 1 << 16;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] read = new byte[BUFFER];

    /** Used by both threads, one at a time. */
    private final EmbeddedChannel codec = new EmbeddedChannel(MqttEncoder.INSTANCE, new MqttDecoder(MOST_BYTES_TAKEN));

    private boolean sessionPresent;
    private int receiveMaximum = MOST_IN_FLIGHT;

    private MqttSocket(Socket socket) throws IOException {
        this.socket = socket;
        in = socket.getInputStream();
        out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
    }

    /** The broker's answer to a message; a code of 0x80 or more refuses it. */
    public record Answer(int packetId, int code) {}

    /**
     * Connects, without a clean start.
     *
     * @param client its session is kept for so long; subscription and will are not asked for
     * @throws IOException when the broker cannot be reached or refuses; nothing is left open then
     */
    public static MqttSocket connect(MqttOptions client) throws IOException {
        URI broker = URI.create(client.url());
        Socket socket =
                broker.getScheme().equals("ssl") ? SSLSocketFactory.getDefault().createSocket() : new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(broker.getHost(), broker.getPort()), PATIENCE_MS);
            socket.setSoTimeout(PATIENCE_MS);
            if (socket instanceof SSLSocket tls) {
                SSLParameters parameters = tls.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the certificate must be this host's
                tls.setSSLParameters(parameters);
                tls.startHandshake();
            }
            MqttSocket connected = new MqttSocket(socket);
            connected.signIn(client);
            socket.setSoTimeout(0);
            return connected;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void signIn(MqttOptions client) throws IOException {
        MqttProperties properties = new MqttProperties();
        properties.add(new MqttProperties.IntegerProperty(MqttPropertyType.SESSION_EXPIRY_INTERVAL.value(), (int)
                client.keptFor().toSeconds()));
        write(MqttMessageBuilders.connect()
                .protocolVersion(MqttVersion.MQTT_5)
                .cleanSession(false)
                .clientId(client.clientId())
                .username(client.username())
                .password(client.password().get().text().getBytes(StandardCharsets.UTF_8))
                .keepAlive(KEEP_ALIVE_S)
                .properties(properties)
                .build());
        flush();
        if (!(next() instanceof MqttConnAckMessage connack)) {
            throw new IOException("the broker does not answer CONNECT with CONNACK");
        }
        int code = connack.variableHeader().connectReturnCode().byteValue() & 0xFF;
        if (code != 0) {
            throw new IOException(
                    "the broker refuses " + client.username() + ", reason code 0x" + Integer.toHexString(code));
        }
        sessionPresent = connack.variableHeader().isSessionPresent();
        MqttProperties.MqttProperty<?> most =
                connack.variableHeader().properties().getProperty(MqttPropertyType.RECEIVE_MAXIMUM.value());
        if (most != null && most.value() instanceof Integer number) {
            receiveMaximum = number;
        }
    }

    /** Whether the broker had kept the session. */
    public boolean sessionPresent() {
        return sessionPresent;
    }

    /** How many messages the broker takes without having answered the first. */
    public int receiveMaximum() {
        return receiveMaximum;
    }

    /** Subscribes with QoS 1; to be called before the first {@link #publish}. */
    public void subscribe(String filter) throws IOException {
        write(MqttMessageBuilders.subscribe()
                .messageId(1)
                .addSubscription(MqttQoS.AT_LEAST_ONCE, filter)
                .build());
        flush();
        if (!(next() instanceof MqttSubAckMessage suback)
                || suback.payload().reasonCodes().get(0) >= 0x80) {
            throw new IOException("the broker refuses the subscription " + filter);
        }
    }

    /**
     * Publishes with QoS 1; it leaves with {@link #flush}, or earlier.
     *
     * @param again whether it is sent again under this packet id
     */
    public void publish(String topic, int packetId, boolean again, MqttProperties properties, byte[] payload)
            throws IOException {
        write(new MqttPublishMessage(
                new MqttFixedHeader(MqttMessageType.PUBLISH, again, MqttQoS.AT_LEAST_ONCE, false, 0),
                new MqttPublishVariableHeader(topic, packetId, properties),
                Unpooled.wrappedBuffer(payload)));
    }

    public void ping() throws IOException {
        write(MqttMessage.PINGREQ);
    }

    private void write(MqttMessage message) throws IOException {
        ByteBuf bytes;
        synchronized (codec) {
            codec.writeOutbound(message);
            bytes = codec.readOutbound();
        }
        try {
            bytes.readBytes(out, bytes.readableBytes()); // may wait for the broker, and the reader must not
        } finally {
            bytes.release();
        }
    }

    public void flush() throws IOException {
        out.flush();
    }

    /**
     * Waits for the next answer to a message.
     *
     * @throws IOException when the connection has ended, also by the broker's DISCONNECT; the socket is closed then
     */
    public Answer answer() throws IOException {
        try {
            while (true) {
                MqttMessage message = next();
                if (message.variableHeader() instanceof MqttPubReplyMessageVariableHeader puback) {
                    return new Answer(puback.messageId(), puback.reasonCode() & 0xFF);
                }
                if (message.fixedHeader().messageType() == MqttMessageType.DISCONNECT) {
                    throw new IOException("the broker ended the connection");
                }
            }
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private MqttMessage next() throws IOException {
        @Nullable MqttMessage message = decoded();
        while (message == null) {
            int bytes = in.read(read);
            if (bytes < 0) {
                throw new EOFException("the broker closed the connection");
            }
            synchronized (codec) {
                codec.writeInbound(Unpooled.copiedBuffer(read, 0, bytes));
            }
            message = decoded();
        }
        if (message.decoderResult().isFailure()) {
            throw new IOException("not MQTT 5", message.decoderResult().cause());
        }
        if (message instanceof MqttPublishMessage publish) {
            publish.release();
        }
        return message;
    }

    private @Nullable MqttMessage decoded() {
        synchronized (codec) {
            return codec.readInbound();
        }
    }

    /** Leaves, as far as the broker still listens; it keeps the session. */
    @Override
    public void close() {
        try (socket) {
            write(MqttMessage.DISCONNECT);
            flush();
        } catch (IOException e) {
            // It has ended.
        }
    }
}
