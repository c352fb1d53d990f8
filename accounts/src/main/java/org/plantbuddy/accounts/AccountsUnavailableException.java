package org.plantbuddy.accounts;

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

    /**
     * Why the database failed, for logs: the innermost message alone. Those around it print statements with their arguments.
     *
     * @param failure as the database's libraries threw it
     */
    public static String rootMessage(Throwable failure) {
        Throwable at = failure;
        for (Throwable next = at.getCause(); next != null; next = at.getCause()) {
            at = next;
        }
        return String.valueOf(at.getMessage());
    }
}
