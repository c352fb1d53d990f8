package org.plantbuddy.operations.provision;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.plantbuddy.accounts.Tokens;
import org.plantbuddy.config.Config;
import org.plantbuddy.config.Key;
import org.plantbuddy.config.Secret;
import org.plantbuddy.process.WholeFile;

/** Secrets as files, each readable by its owner only and never half written. */
final class SecretFiles {

    private final Path folder;

    /** Makes the folder where it is missing. */
    SecretFiles(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new ProvisionException(
                    "the folder for secrets " + folder + " cannot be made: " + e
                            + "; set PLANTBUDDY_DATA to a folder you can write",
                    e);
        }
    }

    /** Those in the data folder. */
    static SecretFiles of(Config config) {
        return new SecretFiles(config.path(Key.DATA).resolve("secrets"));
    }

    Optional<Secret> read(String name) {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(file).strip())
                    .filter(text -> !text.isEmpty())
                    .map(Secret::new);
        } catch (IOException e) {
            throw new ProvisionException(file + " cannot be read: " + e, e);
        }
    }

    void write(String name, Secret secret) {
        byte[] line = (secret.text() + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            WholeFile.replace(folder.resolve(name), WholeFile.OWNERS, out -> out.write(line));
        } catch (IOException e) {
            throw new ProvisionException(folder.resolve(name) + " cannot be written: " + e, e);
        }
    }

    /** What the file holds, or a new random secret, which it holds from then on. */
    Secret readOrMake(String name) {
        return read(name).orElseGet(() -> {
            Secret made = new Secret(Tokens.random());
            write(name, made);
            return made;
        });
    }
}
