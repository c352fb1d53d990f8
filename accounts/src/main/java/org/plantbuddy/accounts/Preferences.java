package org.plantbuddy.accounts;

import java.util.Optional;

/**
 * How a user reads the page.
 *
 * @param language such as de; empty: that of the browser
 * @param temperatureUnit C or F
 */
public record Preferences(Optional<String> language, String temperatureUnit) {

    /** Of whoever has chosen nothing. */
    public static final Preferences USUAL = new Preferences(Optional.empty(), "C");
}
