package org.plantbuddy.operations.backup;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * What a backup holds.
 *
 * @param format of the file; a reader refuses those after its own
 * @param plantbuddy the version that made it
 * @param influxdb the version of the InfluxDB it is of
 * @param cipher what it is encrypted with
 * @param instant every reading that was acknowledged before it is in the backup, unless it is not {@code drained}; ISO 8601
 * @param drained whether what was on its way at that instant was waited for
 * @param silentBridges bridges that had ended with readings in their journals, or without a word: what only those held is
 *     missing
 * @param parts all but the manifest itself, as they are in the file
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Manifest(
        int format,
        String plantbuddy,
        String influxdb,
        String cipher,
        String instant,
        boolean drained,
        List<String> silentBridges,
        List<Part> parts) {

    static final int FORMAT = 1;

    /**
     * A part.
     *
     * @param name in the file
     * @param bytes unpacked
     * @param sha256 of these, hex
     */
    public record Part(String name, long bytes, String sha256) {}

    Manifest with(List<Part> all) {
        return new Manifest(format, plantbuddy, influxdb, cipher, instant, drained, silentBridges, all);
    }
}
