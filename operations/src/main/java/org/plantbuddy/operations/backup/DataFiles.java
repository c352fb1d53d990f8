package org.plantbuddy.operations.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The small files of a data folder: secrets, keys, notes. What other parts of a backup hold is not among them, nor what is of a
 * running process.
 */
record DataFiles(Path folder) {

    /** The settings that a restored backup was made with, for who compares them. */
    static final String SETTINGS = "restored-settings.properties";

    private static final Set<String> LEFT_OUT =
            Set.of("influxdb", "broker", "lock", "running.properties", "running.properties.new", SETTINGS);
    private static final List<String> LEFT_OUT_SO_BEGUN = List.of("plantbuddy.db", "journal-");

    /** Each, relative to the folder. */
    List<Path> all() throws IOException {
        List<Path> all = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path sub, BasicFileAttributes attributes) {
                return isTaken(sub) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && isTaken(file)) {
                    all.add(folder.relativize(file));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException || !isTaken(file)) { // it has gone meanwhile
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        return all.stream().sorted().toList();
    }

    private boolean isTaken(Path file) {
        String first = folder.relativize(file).getName(0).toString();
        return !LEFT_OUT.contains(first) && LEFT_OUT_SO_BEGUN.stream().noneMatch(first::startsWith);
    }

    /**
     * Passes when nothing is in the folder but empty folders and a lock.
     *
     * @throws BackupException naming what is there
     */
    void requireNone() {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> !Files.isDirectory(file))
                    .map(folder::relativize)
                    .filter(file -> !file.equals(Path.of("lock")))
                    .findFirst()
                    .ifPresent(file -> {
                        throw new BackupException(
                                "there is something in the data folder " + folder.toAbsolutePath() + " ("
                                        + file + "): a restore goes into an empty system only; name another folder with"
                                        + " PLANTBUDDY_DATA");
                    });
        } catch (IOException e) {
            throw new BackupException("the data folder " + folder.toAbsolutePath() + " cannot be read: " + e, e);
        }
    }

    /** Makes one, its owner's alone. */
    void put(String name, InputStream content) throws IOException {
        Path file = folder.resolve(name).normalize();
        if (!file.startsWith(folder.normalize())) {
            throw new IOException("a part has no place in the data folder: " + name);
        }
        Files.createDirectories(
                file.toAbsolutePath().getParent(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (var out = Files.newOutputStream(file, StandardOpenOption.WRITE, StandardOpenOption.SYNC)) {
            content.transferTo(out);
        }
    }
}
