package org.plantbuddy.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A secret that may be replaced while its user runs: read anew each time it is asked for.
 *
 * <p>While the file cannot be read, or is empty, what was read before counts. Thread-safe.
 */
final class SecretFile implements Supplier<Secret> {

    private final Path file;
    private volatile Secret last;

    /**
     * @throws IOException when the file cannot be read now
     */
    SecretFile(Path file) throws IOException {
        this.file = file;
        this.last = read();
    }

    private Secret read() throws IOException {
        return new Secret(Files.readString(file).strip());
    }

    @Override
    public Secret get() {
        try {
            Secret now = read();
            if (!now.text().isEmpty()) {
                last = now;
            }
        } catch (IOException e) {
            // what was read before counts
        }
        return last;
    }
}
