package org.plantbuddy.broker.signin;

import com.hivemq.extension.sdk.api.client.parameter.ClientTlsInformation;
import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.plantbuddy.broker.access.Principal;

/**
 * What a client's certificate says. The broker has checked who signed it, that it has not expired, and that the client has its
 * key.
 *
 * @param name its common name; empty where it has none, or several
 * @param from when it was made
 */
record BoardCertificate(String name, Instant from) {

    static Optional<BoardCertificate> of(ConnectionInformation client) {
        return client.getClientTlsInformation()
                .flatMap(ClientTlsInformation::getClientCertificate)
                .map(certificate -> new BoardCertificate(
                        commonName(certificate), certificate.getNotBefore().toInstant()));
    }

    private static String commonName(X509Certificate certificate) {
        try {
            List<String> names = new LdapName(
                            certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .filter(part -> part.getType().equalsIgnoreCase("CN"))
                            .map(part -> String.valueOf(part.getValue()))
                            .toList();
            return names.size() == 1 ? names.get(0) : "";
        } catch (InvalidNameException e) {
            return "";
        }
    }

    /** The board it is of; empty where it is of none. Persons and services sign in with what can be taken back. */
    Optional<Principal.Board> board() {
        return Principal.of(name).filter(Principal.Board.class::isInstance).map(Principal.Board.class::cast);
    }

    /** Why nobody signs in with it so, and what to do. */
    Optional<String> problem(Optional<String> username) {
        if (board().isEmpty()) {
            return Optional.of(
                    "a certificate of '" + name + "' stands for no board: its common name must be user/device");
        }
        return username.filter(other -> !other.equals(name))
                .map(other -> "a client with the certificate of '" + name + "' said to be '" + other
                        + "': it is who its certificate says, so leave the user name out");
    }
}
