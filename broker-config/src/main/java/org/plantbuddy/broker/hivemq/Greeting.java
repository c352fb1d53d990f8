package org.plantbuddy.broker.hivemq;

import com.hivemq.bootstrap.netty.ChannelHandlerNames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.plantbuddy.broker.access.Denial;
import org.plantbuddy.config.Key;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection until its client is let in: its CONNECT must have come in time, however it dribbles, and no
 * packet may be larger than {@link Entrance#LARGEST_CONNECT}.
 */
final class Greeting extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(Greeting.class);
    private static final String NAME = "plantbuddy-greeting";
    private static final AttributeKey<List<Bound>> BOUNDS = AttributeKey.valueOf("plantbuddy-bounds");

    private final Entrance entrance;
    private final Future<?> end;

    /** A number in one of the broker's objects, and what it was. */
    private record Bound(Object of, String field, int before) {

        static Bound lower(Object of, String field, int to) throws ReflectiveOperationException {
            Bound bound = new Bound(of, field, HiveMqInternals.field(Integer.class, of, field));
            HiveMqInternals.set(of, field, Math.min(to, bound.before()));
            return bound;
        }

        void lift() throws ReflectiveOperationException {
            HiveMqInternals.set(of, field, before);
        }
    }

    private Greeting(Entrance entrance, Duration within, Channel connection) {
        this.entrance = entrance;
        this.end = connection
                .eventLoop()
                .schedule(() -> tooSlow(connection, within), within.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Puts the greeting where it belongs when the broker has made its line of handlers. */
    static final class Arrangement extends ChannelInboundHandlerAdapter {

        private final Entrance entrance;
        private final Duration within;

        Arrangement(Entrance entrance, Duration within) {
            this.entrance = entrance;
            this.within = within;
        }

        @Override
        public void channelRegistered(ChannelHandlerContext context) {
            ChannelPipeline line = context.pipeline();
            if (line.context(ChannelHandlerNames.MQTT_MESSAGE_ENCODER) != null) { // else the broker stops
                try {
                    context.channel().attr(BOUNDS).set(lowered(line));
                } catch (ReflectiveOperationException | RuntimeException e) {
                    LOG.warn("event=connect_size_not_bounded cause=\"{}\"", e.toString());
                }
                line.addBefore(ChannelHandlerNames.MQTT_MESSAGE_DECODER, NAME + "-size", new Size(entrance));
                if (line.context(ChannelHandlerNames.WEBSOCKET_SERVER_PROTOCOL_HANDLER) != null) {
                    line.addAfter(
                            ChannelHandlerNames.WEBSOCKET_SERVER_PROTOCOL_HANDLER, NAME + "-path", new WebSocketPath());
                }
                line.addAfter(
                        ChannelHandlerNames.MQTT_MESSAGE_ENCODER,
                        NAME,
                        new Greeting(entrance, within, context.channel()));
            }
            line.remove(this);
            context.fireChannelRegistered();
        }

        private static List<Bound> lowered(ChannelPipeline line) throws ReflectiveOperationException {
            List<Bound> bounds = new ArrayList<>();
            Object decoder = line.get(ChannelHandlerNames.MQTT_MESSAGE_DECODER);
            bounds.add(Bound.lower(decoder, "maxPacketSize", Entrance.LARGEST_CONNECT));
            @Nullable Object webSocket = line.get(ChannelHandlerNames.WEBSOCKET_SERVER_PROTOCOL_HANDLER);
            if (webSocket != null) {
                Object frames = HiveMqInternals.field(WebSocketServerProtocolConfig.class, webSocket, "serverConfig")
                        .decoderConfig();
                int largest = bounds.get(0).before() + Entrance.LARGEST_CONNECT;
                HiveMqInternals.set(
                        frames, "maxFramePayloadLength", largest); // HiveMQ lets it be 2 GiB, all of it in memory
                bounds.add(Bound.lower(frames, "maxFramePayloadLength", Entrance.LARGEST_CONNECT));
            }
            return bounds;
        }
    }

    /**
     * Refuses a CONNECT that says it is too large, with an answer, and counts it. Whose length dribbles is refused by the decoder, or
     * runs out of time.
     */
    private static final class Size extends ChannelInboundHandlerAdapter {

        private static final int MQTT_5 = 5;
        private static final int AFTER_LENGTH_TO_VERSION = 6;
        private static final byte[] TOO_LARGE_FOR_5 = {0x20, 3, 0, (byte) 0x95, 0};
        private static final byte[] UNAVAILABLE_FOR_3 = {0x20, 2, 0, 3};

        private final Entrance entrance;

        Size(Entrance entrance) {
            this.entrance = entrance;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object first) {
            context.pipeline().remove(this);
            if (!(first instanceof ByteBuf bytes)) {
                context.fireChannelRead(first);
                return;
            }
            long length = 0;
            int at = bytes.readerIndex() + 1;
            for (int shift = 0; shift < Integer.SIZE && at < bytes.writerIndex(); shift += 7) {
                int next = bytes.getByte(at++);
                length |= (next & 0x7FL) << shift;
                if (next >= 0) {
                    break;
                }
            }
            if (length <= Entrance.LARGEST_CONNECT) {
                context.fireChannelRead(first);
                return;
            }
            int version = at + AFTER_LENGTH_TO_VERSION;
            boolean mqtt5 = version < bytes.writerIndex() && bytes.getByte(version) == MQTT_5;
            bytes.release();
            entrance.refused(
                    context.channel(),
                    Denial.CONNECT_TOO_LARGE,
                    length + " bytes: a CONNECT has at most " + Entrance.LARGEST_CONNECT);
            var unused = context.writeAndFlush(Unpooled.wrappedBuffer(mqtt5 ? TOO_LARGE_FOR_5 : UNAVAILABLE_FOR_3))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void tooSlow(Channel connection, Duration within) {
        entrance.refused(
                connection,
                Denial.CONNECT_TOO_SLOW,
                "no whole CONNECT within " + within + " (" + Key.MQTT_CONNECT_WITHIN.variable() + ")");
        var unused = connection.close();
    }

    /** What comes here is decoded: a CONNECT, as the broker takes nothing else first. */
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        over(context);
        context.fireChannelRead(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        over(context);
        context.fireChannelInactive();
    }

    private void over(ChannelHandlerContext context) {
        end.cancel(false);
        entrance.greeted(context.channel());
        context.pipeline().remove(this);
    }

    /** The client is let in. */
    static void over(Channel connection) {
        @Nullable List<Bound> bounds = connection.attr(BOUNDS).getAndSet(null);
        if (bounds == null) {
            return;
        }
        try {
            for (Bound bound : bounds) {
                bound.lift();
            }
        } catch (ReflectiveOperationException e) {
            LOG.warn("event=packet_size_not_raised cause=\"{}\"", e.toString()); // it was lowered in the same way
        }
    }
}
