package org.plantbuddy.bridge.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryFileTest {

    @TempDir
    Path folder;

    @Test
    void numbersLinesAndLeavesOutCommentsAndEmptyOnes() throws IOException {
        assertThat(read("# made by hand\na 1\r\n\n  \n#\nb 2".getBytes(StandardCharsets.UTF_8)))
                .containsExactly("2:a 1", "6:b 2");
        assertThat(read(new byte[0])).isEmpty();
    }

    @Test
    void reportsWhatCannotBeReadAndGoesOn() throws IOException {
        byte[] notUtf8 = "ok\nbad \uffff\nok".getBytes(StandardCharsets.UTF_8);
        notUtf8[7] = (byte) 0xff;
        assertThat(read(notUtf8)).containsExactly("1:ok", "2!it is not UTF-8", "3:ok");
        String long65 = "x".repeat(65 * 1024);
        assertThat(read((long65 + "\nok\n").getBytes(StandardCharsets.UTF_8)))
                .containsExactly("1!it is longer than 64 KiB", "2:ok");
    }

    @Test
    void readsGzipAndTellsHowFarItIs() throws IOException {
        Path file = folder.resolve("packed");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("a\nb\n".repeat(10_000).getBytes(StandardCharsets.UTF_8));
        }
        Collected lines = new Collected();
        List<Long> consumed = new ArrayList<>();
        new HistoryFile(file).read(lines, consumed::add);
        assertThat(lines.all).hasSize(20_000);
        assertThat(consumed).isSorted().last().isEqualTo(Files.size(file));
    }

    private List<String> read(byte[] content) throws IOException {
        Path file = Files.write(folder.resolve("plain"), content);
        Collected lines = new Collected();
        new HistoryFile(file).read(lines, bytes -> {});
        return lines.all;
    }

    private static final class Collected implements HistoryFile.Lines {

        private final List<String> all = new ArrayList<>();

        @Override
        public void line(long number, String text) {
            all.add(number + ":" + text);
        }

        @Override
        public void unreadable(long number, String reason) {
            all.add(number + "!" + reason);
        }
    }
}
