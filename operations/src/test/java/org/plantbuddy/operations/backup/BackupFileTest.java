package org.plantbuddy.operations.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.plantbuddy.config.Secret;

class BackupFileTest {

    private static final Secret PASSPHRASE = new Secret("correct horse battery");
    private static final byte[] NOISE = new byte[300_000];

    static {
        new Random(1).nextBytes(NOISE);
    }

    private static byte[] whole;

    @TempDir
    Path folder;

    @Test
    void partsComeBackInOrder() throws Exception {
        Path file = made();
        List<String> read = new ArrayList<>();

        Manifest manifest = BackupFile.read(file, PASSPHRASE, (name, part) -> {
            read.add(name);
            if (name.equals("noise")) {
                assertThat(part.readAllBytes()).isEqualTo(NOISE);
            }
        });

        assertThat(read).containsExactly("text", "noise", "empty");
        assertThat(manifest.parts())
                .first()
                .isEqualTo(new Manifest.Part(
                        "text", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

    /** A program with which this one shares no code. */
    @Test
    void gnuPgOpensIt() throws Exception {
        Path file = made();
        Path home = Files.createDirectory(
                folder.resolve("gnupg"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Process gpg = new ProcessBuilder(
                        "gpg",
                        "--homedir",
                        home.toString(),
                        "--batch",
                        "--pinentry-mode",
                        "loopback",
                        "--passphrase-fd",
                        "0",
                        "--decrypt",
                        file.toString())
                .redirectError(folder.resolve("gpg.err").toFile())
                .start();
        try (OutputStream in = gpg.getOutputStream()) {
            in.write(PASSPHRASE.text().getBytes(StandardCharsets.UTF_8));
        }
        byte[] zip = gpg.getInputStream().readAllBytes();

        assertThat(gpg.waitFor())
                .as(Files.readString(folder.resolve("gpg.err")))
                .isZero();
        Map<String, byte[]> parts = new TreeMap<>();
        try (ZipInputStream unpacked = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry entry = unpacked.getNextEntry(); entry != null; entry = unpacked.getNextEntry()) {
                parts.put(entry.getName(), unpacked.readAllBytes());
            }
        }
        assertThat(parts).containsOnlyKeys("version", "text", "noise", "empty", "manifest.json");
        assertThat(parts.get("noise")).isEqualTo(NOISE);
    }

    /** From both ends: the passphrase costs time, so not each of them. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 20, 70, 100, 100_000, -40, -1})
    void changedByteIsFound(int at) throws Exception {
        byte[] changed = whole.clone();
        changed[at < 0 ? changed.length + at : at] ^= 0x10;

        assertThatThrownBy(() -> BackupFile.check(written(changed), PASSPHRASE)).isInstanceOf(BackupException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 60, 70_000, -33, -16, -1})
    void cutIsFound(int length) throws Exception {
        byte[] cut = Arrays.copyOf(whole, length < 0 ? whole.length + length : length);

        assertThatThrownBy(() -> BackupFile.check(written(cut), PASSPHRASE)).isInstanceOf(BackupException.class);
    }

    @Test
    void damageInTheMiddleSaysWhatToDo() throws Exception {
        byte[] changed = whole.clone();
        changed[changed.length / 2] ^= 1;

        assertThatThrownBy(() -> BackupFile.check(written(changed), PASSPHRASE))
                .hasMessageContaining("is damaged or cut: take another backup");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "correct horse batter", "Correct horse battery"})
    void anotherPassphraseIsTold(String other) throws Exception {
        Path file = made();

        assertThatThrownBy(() -> BackupFile.check(file, new Secret(other)))
                .hasMessage("the passphrase does not open " + file + ": give the one that this backup was made with");
    }

    @Test
    void whatIsNoBackupIsTold() throws Exception {
        assertThatThrownBy(() -> BackupFile.check(written("PK no backup".getBytes(StandardCharsets.UTF_8)), PASSPHRASE))
                .isInstanceOf(BackupException.class);
        assertThatThrownBy(() -> BackupFile.check(folder.resolve("none"), PASSPHRASE))
                .hasMessageContaining("cannot be read");
    }

    @Test
    void newerFormatIsTold() throws Exception {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(Encryption.encrypt(file, PASSPHRASE))) {
            zip.putNextEntry(new ZipEntry("version"));
            zip.write("plantbuddy backup 2\n".getBytes(StandardCharsets.UTF_8));
        }

        assertThatThrownBy(() -> BackupFile.check(written(file.toByteArray()), PASSPHRASE))
                .hasMessageContaining("was made by a newer Plant Buddy (plantbuddy backup 2)");
    }

    @Test
    void partThatIsNotOfTheManifestIsFound() throws Exception {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        Path made = made();
        try (InputStream in = Files.newInputStream(made);
                ZipInputStream from = new ZipInputStream(Encryption.decrypt(in, PASSPHRASE, made));
                ZipOutputStream to = new ZipOutputStream(Encryption.encrypt(file, PASSPHRASE))) {
            for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
                to.putNextEntry(new ZipEntry(entry.getName()));
                to.write(entry.getName().equals("text") ? "abd".getBytes(StandardCharsets.UTF_8) : from.readAllBytes());
            }
        }

        assertThatThrownBy(() -> BackupFile.check(written(file.toByteArray()), PASSPHRASE))
                .hasMessageContaining("its parts are not those of its manifest");
    }

    @Test
    void nothingIsOverwrittenAndNothingIsLeftOfAHalfOne() throws Exception {
        Path file = made();
        assertThatThrownBy(() -> BackupFile.create(file, PASSPHRASE)).hasMessageContaining("exists already");
        Path other = folder.resolve("other");

        assertThatThrownBy(() -> {
                    try (BackupFile half = BackupFile.create(other, PASSPHRASE)) {
                        half.add("text", out -> {
                            throw new IOException("away");
                        });
                    }
                })
                .hasMessage("away");

        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void whereThereAreNoLinksItComesToItsPlaceToo() throws Exception {
        Path half = Files.writeString(folder.resolve("half"), "new");
        BackupFile.Links none = (link, existing) -> {
            throw new FileSystemException(link.toString(), existing.toString(), "Operation not permitted");
        };
        Path file = Files.writeString(folder.resolve("file"), "old");

        assertThatThrownBy(() -> BackupFile.place(half, file, none)).isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> BackupFile.place(half, file, Files::createLink))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("old");

        Files.delete(file);
        BackupFile.place(half, file, none);
        assertThat(file).hasContent("new");
        assertThat(half).doesNotExist();
    }

    private Path made() throws IOException {
        return Files.write(folder.resolve("made.gpg"), whole);
    }

    @BeforeAll
    static void make(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("made.gpg");
        try (BackupFile backup = BackupFile.create(file, PASSPHRASE)) {
            backup.add("text", out -> out.write("abc".getBytes(StandardCharsets.UTF_8)));
            backup.add("noise", out -> out.write(NOISE));
            backup.add("empty", out -> {});
            backup.finish(new Manifest(
                    Manifest.FORMAT,
                    "1",
                    "2.9.1",
                    Encryption.CIPHER,
                    "2026-11-27T00:00:00Z",
                    true,
                    List.of(),
                    List.of()));
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
        whole = Files.readAllBytes(file);
    }

    private Path written(byte[] content) throws IOException {
        return Files.write(folder.resolve("written"), content);
    }
}
