package org.plantbuddy.accounts;

import com.password4j.Argon2Function;
import com.password4j.Password;
import com.password4j.types.Argon2;

/** How users' passwords are stored: argon2id, with the parameters in the hash itself. */
final class Passwords {

    /** OWASP's first recommendation for argon2id: 19 MiB, 2 passes, 1 lane. */
    private static final Argon2Function ARGON2ID = Argon2Function.getInstance(19 * 1024, 2, 1, 32, Argon2.ID);

    /** Checked when a user does not exist, so that the answer takes as long as for one who does. */
    private static final String NOBODY = hash("nobody");

    private Passwords() {}

    static String hash(String password) {
        return Password.hash(password).addRandomSalt(16).with(ARGON2ID).getResult();
    }

    static boolean matches(String password, String hash) {
        return Password.check(password, hash).with(Argon2Function.getInstanceFromHash(hash));
    }

    /** Hashes as long as for a user who exists, so that the time of the answer tells nothing. */
    static void checkForNobody(String password) {
        boolean unused = matches(password, NOBODY);
    }
}
