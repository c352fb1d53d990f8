package org.plantbuddy.bridge.alert;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.plantbuddy.accounts.Level;

/** The id of a change of level: the same however often, and by whichever bridge, it is told. */
final class AlertId {

    /** 128 bits: short enough to read out, long enough never to meet another. */
    private static final int HEX_DIGITS = 32;

    private AlertId() {}

    static String of(String user, String device, String sensor, Level level, long statusTimeNs) {
        // No name can hold a slash, so no two changes make the same text.
        String change = String.join("/", user, device, sensor, level.text(), Long.toString(statusTimeNs));
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(change.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, HEX_DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
