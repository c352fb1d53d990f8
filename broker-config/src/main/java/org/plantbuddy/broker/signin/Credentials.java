package org.plantbuddy.broker.signin;

import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.plantbuddy.accounts.Accounts;
import org.plantbuddy.accounts.AppTokens;
import org.plantbuddy.accounts.Devices;
import org.plantbuddy.accounts.Services;
import org.plantbuddy.accounts.StandingCredentials;
import org.plantbuddy.accounts.Tokens;
import org.plantbuddy.accounts.Users;
import org.plantbuddy.broker.access.Principal;

/** Proves principals by what the accounts database holds. */
public final class Credentials {

    private final Users users;
    private final Devices devices;
    private final AppTokens appTokens;
    private final Services services;
    private final StandingCredentials standing;
    private final boolean certificates;

    /** @param certificates whether boards may prove themselves by one */
    public Credentials(Accounts accounts, boolean certificates) {
        this.certificates = certificates;
        this.users = accounts.users();
        this.devices = accounts.devices();
        this.appTokens = accounts.appTokens();
        this.services = accounts.services();
        this.standing = accounts.standingCredentials();
    }

    /** Whether this is the principal's secret. Takes some 30 ms of a processor for a password, else microseconds. */
    boolean prove(Principal principal, String secret) {
        if (principal instanceof Principal.Board board) {
            return devices.authenticate(board.user(), board.device(), secret);
        }
        if (principal instanceof Principal.Service service) {
            return services.authenticate(service.username(), secret);
        }
        return isToken(secret)
                ? appTokens.authenticate(principal.username(), secret)
                : users.signIn(principal.username(), secret);
    }

    /** What the client has shown, signed by an authority that the operator named; empty where certificates do not count. */
    Optional<BoardCertificate> certificate(ConnectionInformation client) {
        return certificates ? BoardCertificate.of(client) : Optional.empty();
    }

    /**
     * Whether a certificate still stands for the board: it has a token, and was added before the certificate was made. So
     * what was made for a board that was revoked does not come back with the board.
     */
    boolean prove(Principal.Board board, BoardCertificate certificate) {
        return devices.addedAt(board.user(), board.device())
                .filter(added -> !certificate.from().isBefore(added.truncatedTo(ChronoUnit.SECONDS)))
                .isPresent();
    }

    /** The mark of a sign-in with a certificate: gone with the board's token. */
    String markOfCertificate(Principal.Board board) {
        return standing.markOfBoard(board.user(), board.device());
    }

    /** What stands in the database for as long as a sign-in with this secret holds. */
    String mark(Principal principal, String secret) {
        return isCostly(principal, secret)
                ? standing.markOfPassword(principal.username())
                : standing.markOfToken(principal.username(), secret);
    }

    /** Whether proving it costs hashing a password. */
    static boolean isCostly(Principal principal, String secret) {
        return principal instanceof Principal.Person && !isToken(secret);
    }

    private static boolean isToken(String secret) {
        return secret.startsWith(Tokens.PREFIX);
    }
}
