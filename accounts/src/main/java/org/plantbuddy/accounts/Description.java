package org.plantbuddy.accounts;

import java.util.Optional;
import org.plantbuddy.text.OwnName;

/**
 * What the owner says of a board, for people to read.
 *
 * @param name what they call it; empty: by its address
 * @param place where it is
 * @param archived whether it is taken off the lists
 */
public record Description(Optional<String> name, Optional<String> place, boolean archived) {

    /** Of a board that was just added. */
    public static final Description NONE = new Description(Optional.empty(), Optional.empty(), false);

    /**
     * Called otherwise; by its address again where nothing can be seen of the name.
     *
     * @throws IllegalArgumentException when the name cannot be one, see {@link OwnName}
     */
    public Description withName(String given) {
        return new Description(OwnName.of("name", given), place, archived);
    }

    /**
     * Elsewhere, or nowhere.
     *
     * @throws IllegalArgumentException when the place cannot be one, see {@link OwnName}
     */
    public Description withPlace(String given) {
        return new Description(name, OwnName.of("place", given), archived);
    }

    /** On the lists, or not. */
    public Description withArchived(boolean asked) {
        return new Description(name, place, asked);
    }
}
