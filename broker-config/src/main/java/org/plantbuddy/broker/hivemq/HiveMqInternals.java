package org.plantbuddy.broker.hivemq;

import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import com.hivemq.extension.sdk.api.services.publish.PublishService;
import com.hivemq.extensions.client.parameter.ConnectionAttributeStoreImpl;
import com.hivemq.persistence.clientqueue.ClientQueuePersistence;
import io.netty.channel.Channel;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HiveMQ CE's private members, by name. Its classes are used by type, so an update that renames one breaks the build. What is
 * not there on another edition or version is a {@link ReflectiveOperationException} or a {@link LinkageError}: see {@link Guarantees}.
 */
public final class HiveMqInternals {

    private static final Logger LOG = LoggerFactory.getLogger(HiveMqInternals.class);

    private HiveMqInternals() {}

    /** Calls a method that is not public. What the method throws is an {@link IllegalStateException}. */
    interface Call<T> {
        T with(Object... arguments);
    }

    /** The queues of all clients. */
    public static ClientQueuePersistence queues(PublishService service) throws ReflectiveOperationException {
        Object distributor = field(Object.class, service, "publishDistributor");
        return field(ClientQueuePersistence.class, distributor, "clientQueuePersistence");
    }

    /** Looks whether {@link #channel} will answer. */
    static void checkChannel() throws ReflectiveOperationException {
        if (!Channel.class.isAssignableFrom(
                find(ConnectionAttributeStoreImpl.class, "channel").getType())) {
            throw new NoSuchFieldException("channel of a connection is another one");
        }
    }

    /** Netty's channel of a connection; empty, and logged, where {@link #checkChannel} was wrong: the client is let in all the same. */
    static Optional<Channel> channel(ConnectionInformation connection) {
        try {
            return Optional.of(field(Channel.class, connection.getConnectionAttributeStore(), "channel"));
        } catch (ReflectiveOperationException e) {
            LOG.warn("event=channel_not_found cause=\"{}\"", e.toString());
            return Optional.empty();
        }
    }

    /** The value of a field, never null. */
    public static <T> T field(Class<T> type, Object of, String name) throws ReflectiveOperationException {
        Object value = find(of.getClass(), name).get(of);
        if (!type.isInstance(value)) {
            throw new NoSuchFieldException(name + " of " + of.getClass() + " is " + value);
        }
        return type.cast(value);
    }

    /** Changes a field, also one that its owner never does. */
    static void set(Object of, String name, Object value) throws ReflectiveOperationException {
        find(of.getClass(), name).set(of, value);
    }

    private static Field find(Class<?> of, String name) throws NoSuchFieldException {
        for (Class<?> type = of; type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field;
                }
            }
        }
        throw new NoSuchFieldException(name + " of " + of);
    }

    /** A method of the object's own class. */
    static <T> Call<T> method(Class<T> answer, Object of, String name, Class<?>... parameters)
            throws NoSuchMethodException {
        Method method = of.getClass().getDeclaredMethod(name, parameters);
        method.setAccessible(true);
        return arguments -> {
            try {
                return answer.cast(method.invoke(of, arguments));
            } catch (ReflectiveOperationException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                throw new IllegalStateException("HiveMQ's " + name + " failed: " + cause, e);
            }
        };
    }
}
