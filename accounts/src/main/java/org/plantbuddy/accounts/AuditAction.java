package org.plantbuddy.accounts;

import java.util.Locale;

/** What is recorded. */
public enum AuditAction {
    SIGN_IN,
    SIGN_IN_FAILED,
    SIGN_OUT_OTHER,
    USER_ADD,
    USER_INVITE,
    USER_REMOVE,
    USER_EXPORT,
    PASSWORD_CHANGE,
    RESET_LINK,
    DEVICE_ADD,
    DEVICE_REVOKE,
    DEVICE_DESCRIBE,
    TOKEN_ADD,
    TOKEN_REVOKE,
    LIMIT_SET,
    ROLE_SET,
    MUTE_SET,
    MUTE_REMOVE,
    THRESHOLD_SET,
    THRESHOLD_REMOVE,
    COMMAND;

    /** As it is stored and shown, {@code sign-in-failed}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static AuditAction of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
