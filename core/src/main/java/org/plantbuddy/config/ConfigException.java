package org.plantbuddy.config;

import java.util.List;

/** A configuration that cannot be used. The message lists every error found, a line each, never a secret's text. */
public final class ConfigException extends RuntimeException {

    public ConfigException(List<String> errors) {
        super("configuration is not usable:\n  " + String.join("\n  ", errors));
    }
}
