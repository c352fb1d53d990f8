package org.plantbuddy.operations.backup;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.plantbuddy.config.Secret;
import org.plantbuddy.process.Version;
import org.plantbuddy.text.Sha256;

/**
 * A backup as one file: an {@linkplain Encryption encrypted} zip, its manifest last. It is written beside its place, for its
 * owner alone, and comes to its place when it is whole. Nothing of it is held in memory. For one thread.
 */
final class BackupFile implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String VERSION = "version";
    private static final String VERSION_TEXT = "plantbuddy backup ";
    private static final String MANIFEST = "manifest.json";

    private final Path file;
    private final Path half;
    private final FileChannel channel;
    private final ZipOutputStream zip;
    private final List<Manifest.Part> parts = new ArrayList<>();

    /** Writes a part. The stream need not be closed. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Takes a part. The stream need not be read to its end, nor closed. */
    @FunctionalInterface
    interface Reader {
        void take(String name, InputStream part) throws IOException;
    }

    private BackupFile(Path file, Secret passphrase) throws IOException {
        this.file = file;
        this.half = file.resolveSibling("." + file.getFileName() + ".part");
        Files.deleteIfExists(half); // of one that was killed
        half.toFile().deleteOnExit(); // also when it is told to end
        this.channel = FileChannel.open(
                half,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        this.zip = new ZipOutputStream(
                Encryption.encrypt(new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16), passphrase));
        zip.setLevel(Deflater.BEST_SPEED); // points are packed already
    }

    /** Begins one. */
    static BackupFile create(Path file, Secret passphrase) {
        try {
            if (Files.exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
            BackupFile made = new BackupFile(file, passphrase);
            made.write(
                    VERSION,
                    out -> out.write((VERSION_TEXT + Manifest.FORMAT + "\n").getBytes(StandardCharsets.UTF_8)));
            return made;
        } catch (FileAlreadyExistsException e) {
            throw new BackupException(file + " exists already: give another name", e);
        } catch (IOException e) {
            throw new BackupException(
                    file + " cannot be written: " + e + "; give a place that you can write, with room for all data", e);
        }
    }

    /** Adds a part. */
    void add(String name, Content content) throws IOException {
        parts.add(write(name, content));
    }

    private Manifest.Part write(String name, Content content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        zip.putNextEntry(entry);
        DigestOutputStream out = new DigestOutputStream(zip, Sha256.digest());
        content.writeTo(out);
        zip.closeEntry();
        return part(entry, out.getMessageDigest());
    }

    private static Manifest.Part part(ZipEntry entry, MessageDigest digest) {
        return new Manifest.Part(
                entry.getName(), entry.getSize(), HexFormat.of().formatHex(digest.digest()));
    }

    /**
     * Writes the manifest, and moves the file to its place when it is on the disk.
     *
     * @param manifest whose parts are filled in
     */
    Manifest finish(Manifest manifest) throws IOException {
        Manifest whole = manifest.with(List.copyOf(parts));
        write(MANIFEST, out -> out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(whole)));
        zip.close();
        channel.force(true);
        place(half, file, Files::createLink);
        return whole;
    }

    /** Makes a hard link. */
    @FunctionalInterface
    interface Links {
        void create(Path link, Path existing) throws IOException;
    }

    /** A link, unlike a move, overwrites nothing, whatever comes at the same moment. Not each file system has links. */
    static void place(Path half, Path file, Links links) throws IOException {
        try {
            links.create(file, half);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException | UnsupportedOperationException e) {
            Files.move(half, file); // refuses what is there
            return;
        }
        Files.delete(half);
    }

    /** Leaves nothing of one that was not finished. */
    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(half);
        } catch (IOException e) {
            throw new BackupException(half + " is left behind: " + e + "; delete it", e);
        }
    }

    /**
     * Reads a file to its end, and passes when all of it is as it was written.
     *
     * @throws BackupException when the passphrase is another, or the file was changed, cut or is of a newer version
     */
    static Manifest check(Path file, Secret passphrase) {
        try {
            return read(file, passphrase, (name, part) -> {});
        } catch (IOException | RuntimeException e) {
            if (e instanceof BackupException told) {
                throw told;
            }
            throw new BackupException(file + " is damaged or cut: take another backup (" + e.getMessage() + ")", e);
        }
    }

    /**
     * Hands out each part, in order.
     *
     * @throws BackupException as {@link #check}
     * @throws IOException when a reader throws it, or the file is damaged
     */
    static Manifest read(Path file, Secret passphrase, Reader reader) throws IOException {
        try (InputStream in = open(file);
                InputStream clear = Encryption.decrypt(in, passphrase, file)) {
            Manifest manifest = parts(file, clear, reader);
            clear.transferTo(OutputStream.nullOutputStream()); // what authenticates the end comes after the zip's
            return manifest;
        }
    }

    private static InputStream open(Path file) {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw new BackupException(file + " cannot be read: " + e, e);
        }
    }

    private static Manifest parts(Path file, InputStream clear, Reader reader) throws IOException {
        @SuppressWarnings("resource") // its end is not that of the stream below
        ZipInputStream zip = new ZipInputStream(new FilterInputStream(clear) {
            @Override
            public void close() {
                // is read on
            }
        });
        List<Manifest.Part> read = new ArrayList<>();
        Optional<Manifest> manifest = Optional.empty();
        for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            switch (entry.getName()) {
                case VERSION -> requireKnown(file, zip);
                case MANIFEST -> manifest = Optional.of(JSON.readValue(zip.readAllBytes(), Manifest.class));
                default -> read.add(read(entry, zip, reader));
            }
        }
        if (!manifest.map(Manifest::parts).equals(Optional.of(read))) {
            throw new IOException("its parts are not those of its manifest");
        }
        return manifest.get();
    }

    private static void requireKnown(Path file, InputStream version) throws IOException {
        String text = new String(version.readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!text.equals(VERSION_TEXT + Manifest.FORMAT)) {
            throw new BackupException(file + " was made by a newer Plant Buddy (" + text
                    + "): use that version, or a newer" + " one; this is " + Version.text());
        }
    }

    private static Manifest.Part read(ZipEntry entry, InputStream zip, Reader reader) throws IOException {
        DigestInputStream part = new DigestInputStream(zip, Sha256.digest());
        reader.take(entry.getName(), part);
        part.transferTo(OutputStream.nullOutputStream());
        return part(entry, part.getMessageDigest()); // its size follows its content
    }
}
