package org.plantbuddy.operations.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.plantbuddy.flux.export.UserExport;

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

    @Test
    void takesByteOrderMarksOff() throws IOException {
        assertThat(read("\uFEFFa 1\nb 2\n\uFEFF# joined\n\uFEFFc 3".getBytes(StandardCharsets.UTF_8)))
                .containsExactly("1:a 1", "2:b 2", "4:c 3");
    }

    static Stream<Arguments> otherFormats() {
        Charset bytes = StandardCharsets.ISO_8859_1;
        String line = "light,user=rick,device_id=01 reading=1 1622505600\n";
        return Stream.of(
                arguments("PK\u0003\u0004 and more".getBytes(bytes), "zip", "unzip"),
                arguments("BZh91AY&SY".getBytes(bytes), "bzip2", "bunzip2"),
                arguments("\u00fd7zXZ\u0000".getBytes(bytes), "xz", "unxz"),
                arguments("(\u00b5/\u00fd\u0004".getBytes(bytes), "zstd", "unzstd"),
                arguments(("f".repeat(257) + "ustar\u0000").getBytes(bytes), "tar", "tar -xf"),
                arguments(("\uFEFF" + line).getBytes(StandardCharsets.UTF_16LE), "UTF-16", "iconv -f UTF-16 "),
                arguments(("\uFEFF" + line).getBytes(StandardCharsets.UTF_16BE), "UTF-16", "iconv -f UTF-16 "),
                arguments(line.getBytes(StandardCharsets.UTF_16LE), "UTF-16", "iconv -f UTF-16LE"),
                arguments(line.getBytes(StandardCharsets.UTF_16BE), "UTF-16", "iconv -f UTF-16BE"),
                arguments(
                        "#group,false,false\n#datatype,string,long\n,result,table\n".getBytes(bytes), "CSV", "dryrun"),
                arguments("#datatype measurement,tag,double\nm,a,b\n".getBytes(bytes), "CSV", "dryrun"),
                arguments(",result,table,_start,_stop\n".getBytes(bytes), "CSV", "dryrun"),
                arguments("time,device,light\n1622505600,01,3\n".getBytes(bytes), "CSV", "soil_moisture,device_id"),
                arguments("\uFEFFtime;light\n".getBytes(StandardCharsets.UTF_8), "CSV", "soil_moisture,device_id"),
                arguments("[{\"reading\":1}]".getBytes(bytes), "JSON", "soil_moisture,device_id"),
                arguments("# DDL\nCREATE DATABASE x\n# DML\n".getBytes(bytes), "InfluxDB 1", "-lponly"),
                arguments(("# CONTEXT-DATABASE:x\n" + line).getBytes(bytes), "InfluxDB 1", "-lponly"),
                arguments("CREATE DATABASE \"x\"\n".getBytes(bytes), "InfluxDB 1", "-lponly"));
    }

    @ParameterizedTest
    @MethodSource("otherFormats")
    void otherFormatIsNamedWithWhatToDo(byte[] content, String name, String whatToDo) {
        assertThatThrownBy(() -> read(content))
                .isInstanceOf(ImportRefusedException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(whatToDo)
                .hasMessageEndingWith("nothing was imported");
    }

    @Test
    void gzipThatIsCutOffIsSaidToBe() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write("a 1\n".repeat(1_000).getBytes(StandardCharsets.UTF_8));
        }
        assertThatThrownBy(() -> read(Arrays.copyOf(packed.toByteArray(), packed.size() / 2)))
                .isInstanceOf(ImportRefusedException.class)
                .hasMessageContaining("damaged or cut off");
    }

    /** Older programs write the names in an archive in a character set of their own. */
    @Test
    void archiveWithNamesThatAreNotUtf8IsAnArchive() throws IOException {
        assertThatThrownBy(() -> read(archive(Charset.forName("IBM850"), "Gießkanne.csv")))
                .isInstanceOf(ImportRefusedException.class)
                .hasMessageContaining("a zip archive: unpack it");
        byte[] marked = archive(StandardCharsets.UTF_8, "Gießkanne.csv");
        marked[new String(marked, StandardCharsets.ISO_8859_1).indexOf(0xc3)] = (byte) 0xff;
        assertThatThrownBy(() -> read(marked))
                .isInstanceOf(ImportRefusedException.class)
                .hasMessageContaining("damaged or cut off");
    }

    @Test
    void archiveThatIsCutOffIsSaidToBe() throws IOException {
        byte[] whole = archive(StandardCharsets.UTF_8, UserExport.READINGS);
        for (int length = 30; length < 60; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(cut))
                    .isInstanceOf(ImportRefusedException.class)
                    .hasMessageContaining("damaged or cut off")
                    .hasMessageNotContainingAny("null");
        }
    }

    private static byte[] archive(Charset names, String name) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(packed, names)) {
            out.putNextEntry(new ZipEntry(name));
            out.write("a 1\n".repeat(1_000).getBytes(StandardCharsets.UTF_8));
        }
        return packed.toByteArray();
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
