package org.plantbuddy.operations.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.OptionalLong;

/**
 * By how much each file was moved, so that importing it again gives the same points: a small file per user and content,
 * written before the first point is.
 *
 * @param folder holds them; made when it is needed
 */
record ShiftMemory(Path folder) {

    OptionalLong recall(String account, String fingerprint) throws IOException {
        Path file = file(account, fingerprint);
        if (!Files.exists(file)) {
            return OptionalLong.empty();
        }
        String text = Files.readString(file).strip();
        if (!text.matches("-?\\d{1,19}")) {
            throw new ImportRefusedException(
                    file + " should hold by how many ns this file was moved; remove it to move the" + " file to now");
        }
        return OptionalLong.of(Long.parseLong(text));
    }

    void remember(String account, String fingerprint, long nanos) throws IOException {
        Files.createDirectories(folder);
        Path made = Files.createTempFile(folder, "shift", ".new");
        Files.writeString(made, Long.toString(nanos) + "\n");
        Files.move(
                made, file(account, fingerprint), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(String account, String fingerprint) {
        return folder.resolve(account + "-" + fingerprint + ".shift");
    }
}
