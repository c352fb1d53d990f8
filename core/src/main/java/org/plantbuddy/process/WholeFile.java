package org.plantbuddy.process;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that nobody ever sees half written, or with another mode than they are to have. Stateless. */
public final class WholeFile {

    /** The mode of what only its owner may read. */
    public static final String OWNERS = "rw-------";

    private WholeFile() {}

    /** Writes the content of a file. The stream need not be closed. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Puts a file in the place of the one before it, if there is one, when all of it is on the disk.
     *
     * @param mode such as {@code rw-r--r--}
     */
    public static void replace(Path file, String mode, Content content) throws IOException {
        Path half = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(half); // of one that was killed
        Files.createFile(half, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
        try (OutputStream out = Files.newOutputStream(half, StandardOpenOption.WRITE, StandardOpenOption.SYNC)) {
            content.writeTo(out);
        }
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
