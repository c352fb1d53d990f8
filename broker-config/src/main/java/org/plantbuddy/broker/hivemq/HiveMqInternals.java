package org.plantbuddy.broker.hivemq;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads and calls by name what HiveMQ CE does not offer to extensions. What is not there, on another edition or version, is a
 * {@link ReflectiveOperationException}: whoever asks says what works less well then.
 */
public final class HiveMqInternals {

    private HiveMqInternals() {}

    /** The value of a field, never null. */
    public static Object field(Object of, String name) throws NoSuchFieldException, IllegalAccessException {
        Object value = find(of, name).get(of);
        if (value == null) {
            throw new NoSuchFieldException(name + " is not set");
        }
        return value;
    }

    /** Changes a field, also one that its owner never does. */
    public static void set(Object of, String name, Object value) throws NoSuchFieldException, IllegalAccessException {
        find(of, name).set(of, value);
    }

    private static Field find(Object of, String name) throws NoSuchFieldException {
        for (Class<?> type = of.getClass(); type != null; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (field.getName().equals(name)) {
                    field.setAccessible(true);
                    return field;
                }
            }
        }
        throw new NoSuchFieldException(name + " of " + of.getClass());
    }

    /** The method with so many parameters, in the class, one above it, or what they implement. */
    public static Method method(Class<?> of, String name, int parameters) throws NoSuchMethodException {
        Deque<Class<?>> types = new ArrayDeque<>(List.of(of));
        while (!types.isEmpty()) {
            Class<?> type = types.removeFirst();
            for (Method method : type.getDeclaredMethods()) {
                if (method.getName().equals(name) && method.getParameterCount() == parameters && !method.isBridge()) {
                    method.setAccessible(true);
                    return method;
                }
            }
            if (type.getSuperclass() != null) {
                types.addLast(type.getSuperclass());
            }
            types.addAll(List.of(type.getInterfaces()));
        }
        throw new NoSuchMethodException(name + " of " + of);
    }

    /** What the method answers: null where it answers nothing. */
    static @Nullable Object call(Object of, String name, Object... arguments)
            throws NoSuchMethodException, IllegalAccessException, InvocationTargetException {
        return method(of.getClass(), name, arguments.length).invoke(of, arguments);
    }

    /** What the method answers. */
    public static <T> T get(Class<T> type, Object of, String name, Object... arguments)
            throws NoSuchMethodException, IllegalAccessException, InvocationTargetException {
        Object answer = call(of, name, arguments);
        if (!type.isInstance(answer)) {
            throw new NoSuchMethodException(name + " answers " + answer);
        }
        return type.cast(answer);
    }
}
