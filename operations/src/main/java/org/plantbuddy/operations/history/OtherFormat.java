package org.plantbuddy.operations.history;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What people have beside line protocol: named as what it is, with what to do, before any of it is stored. Stateless.
 */
final class OtherFormat {

    /** So many bytes of a file are looked at: a tar archive says at byte 257 what it is. */
    static final int LOOKED_AT = 262;

    private static final int TAR_SAYS = 257;

    private static final String ZIP = "PK\u0003\u0004";

    private static final Map<String, String> PACKED = Map.of(
            ZIP,
            "a zip archive: unpack it (unzip FILE)",
            "BZh",
            "packed with bzip2: unpack it (bunzip2 FILE)",
            "\u00fd7zXZ",
            "packed with xz: unpack it (unxz FILE)",
            "(\u00b5/\u00fd",
            "packed with zstd: unpack it (unzstd FILE)");

    private static final String TAR = "a tar archive: unpack it (tar -xf FILE)";
    private static final String UTF_16 = "text in UTF-16: make it UTF-8 (iconv -f %s -t UTF-8 FILE > readings.lp)";
    private static final String LINE = "make each reading a line such as 'soil_moisture,device_id=01,user=rick"
            + " reading=36 1622548800' (measurement = sensor, time in s, ms, µs or ns)";
    private static final String ANNOTATED_CSV = "annotated CSV of InfluxDB: make it line protocol"
            + " (influx write dryrun --bucket plantbuddy --format csv --file FILE > readings.lp)";
    private static final String INFLUXDB_1 = "an export of InfluxDB 1 (influx_inspect export): export with -lponly, or"
            + " leave all but the points out (grep -v -e '^#' -e '^CREATE ' FILE > readings.lp)";

    private OtherFormat() {}

    /** Looks at a file's beginning, unpacked where it is gzip: at most {@link #LOOKED_AT} bytes. */
    static void refuseBytes(byte[] beginning) throws ImportRefusedException {
        String start = new String(beginning, StandardCharsets.ISO_8859_1);
        for (Map.Entry<String, String> packed : PACKED.entrySet()) {
            refuseIf(start.startsWith(packed.getKey()), packed.getValue());
        }
        refuseIf(start.startsWith("ustar", TAR_SAYS), TAR);
        refuseIf(start.startsWith("\u00ff\u00fe") || start.startsWith("\u00fe\u00ff"), UTF_16.formatted("UTF-16"));
        refuseIf(start.length() > 1 && start.charAt(0) != 0 && start.charAt(1) == 0, UTF_16.formatted("UTF-16LE"));
        refuseIf(start.length() > 1 && start.charAt(0) == 0 && start.charAt(1) != 0, UTF_16.formatted("UTF-16BE"));
    }

    static boolean isZip(byte[] beginning) {
        return new String(beginning, StandardCharsets.ISO_8859_1).startsWith(ZIP);
    }

    /** Looks at a comment. */
    static void refuseComment(String line) throws ImportRefusedException {
        refuseIf(line.matches("#(group|datatype|default|constant)\\b.*"), ANNOTATED_CSV);
        refuseIf(line.matches("# ?(DDL|DML|INFLUXDB EXPORT|CONTEXT-).*"), INFLUXDB_1);
    }

    /** Looks at the first line that is neither empty nor a comment. */
    static void refuseFirst(String line) throws ImportRefusedException {
        refuseIf(line.startsWith("CREATE "), INFLUXDB_1);
        refuseIf(line.startsWith("{") || line.startsWith("["), "JSON: " + LINE);
        refuseIf(line.startsWith(",result,table,"), ANNOTATED_CSV);
        refuseIf(line.indexOf('=') < 0 && line.matches(".*[,;\t].*"), "CSV: " + LINE);
    }

    private static void refuseIf(boolean is, String what) throws ImportRefusedException {
        if (is) {
            throw new ImportRefusedException(
                    "the file is not line protocol but " + what + ", and import that; nothing was imported");
        }
    }
}
