package org.plantbuddy.accounts;

import org.jspecify.annotations.Nullable;

/** The accounts database cannot be opened or brought to the current schema. */
public final class AccountsUnavailableException extends RuntimeException {

    AccountsUnavailableException(String url, Throwable cause) {
        super(
                "accounts database " + withoutQuery(url) + " cannot be opened: " + rootMessage(cause)
                        + "; check PLANTBUDDY_DATABASE_URL or the data folder's permissions",
                cause);
    }

    /** A URL's query may carry a password. */
    private static String withoutQuery(String url) {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }

    private static @Nullable String rootMessage(Throwable cause) {
        Throwable at = cause;
        for (Throwable next = at.getCause(); next != null; next = at.getCause()) {
            at = next;
        }
        return at.getMessage();
    }
}
