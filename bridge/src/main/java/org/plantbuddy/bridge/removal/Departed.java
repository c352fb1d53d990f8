package org.plantbuddy.bridge.removal;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.plantbuddy.accounts.Removal;

/**
 * Whose readings are not written any more: those that the broker stamped before their user was removed, however long
 * they were in its queue or in the journal. Thread-safe.
 */
public final class Departed {

    private final Map<String, Long> cutoffs = new ConcurrentHashMap<>();
    private final Set<String> pending = new HashSet<>();
    private final List<Fence> fences = new CopyOnWriteArrayList<>();

    /** Nobody yet. */
    public Departed() {}

    /** Those of earlier. */
    Departed(Collection<Removal> removals) {
        removals.forEach(this::note);
    }

    /**
     * Whether a reading is a removed account's, and not one of the account that has the name now.
     *
     * @param stampNs when the broker got it; 0 where that is not known, which is before any removal
     */
    public boolean has(String user, long stampNs) {
        Long cutoff = cutoffs.get(user);
        return cutoff != null && stampNs <= cutoff;
    }

    /**
     * A fence around what one thread does with readings: between asking {@link #has} and being done with them.
     *
     * @param onPassed told of each user of whom nothing is under way any more
     */
    public Fence fence(Consumer<String> onPassed) {
        Fence fence = new Fence(onPassed);
        fences.add(fence);
        return fence;
    }

    /** A fence whose thread has ended. */
    public void lift(Fence fence) {
        fences.remove(fence);
    }

    /**
     * Takes the removals as they are now.
     *
     * @param now all that are not done
     * @param one asked for those that were not done and are missing now
     */
    void update(List<Removal> now, Function<String, Optional<Removal>> one) {
        Set<String> gone = new HashSet<>(pending);
        pending.clear();
        for (Removal removal : now) {
            note(removal);
            pending.add(removal.user());
            gone.remove(removal.user());
        }
        gone.forEach(user -> one.apply(user).ifPresent(this::note));
    }

    private void note(Removal removal) {
        cutoffs.put(removal.user(), removal.cutoffNs().orElse(Long.MAX_VALUE));
    }

    /** Returns when nothing of the user is under way. */
    void awaitPassed(String user) {
        fences.forEach(fence -> fence.pass(user));
    }
}
