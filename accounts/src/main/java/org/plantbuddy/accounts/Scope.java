package org.plantbuddy.accounts;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What an app token may do; never more than its user. */
public enum Scope {
    /** Sign in to the broker, as the user. */
    MQTT,
    /** Read what the page shows. */
    READ,
    /** Note what was done, such as that a plant was watered. */
    NOTE,
    /** Change boards, thresholds and what is muted. */
    MANAGE;

    /** As it is stored and shown, {@code read}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Those of these names.
     *
     * @throws AccountException when one is none
     */
    public static Set<Scope> named(Collection<String> texts) {
        return texts.stream()
                .map(text ->
                        of(text).orElseThrow(() -> new AccountException("a scope must be mqtt, read, note or manage")))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Scope.class)));
    }

    private static Optional<Scope> of(String text) {
        return Arrays.stream(values())
                .filter(scope -> scope.text().equals(text))
                .findFirst();
    }

    static String text(Set<Scope> scopes) {
        return EnumSet.copyOf(scopes).stream().map(Scope::text).collect(Collectors.joining(" "));
    }

    static Set<Scope> set(String text) {
        return Arrays.stream(text.split(" "))
                .flatMap(one -> of(one).stream())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Scope.class)));
    }
}
