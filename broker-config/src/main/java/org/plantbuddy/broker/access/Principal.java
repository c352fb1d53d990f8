package org.plantbuddy.broker.access;

import java.util.Optional;
import org.plantbuddy.accounts.Services;
import org.plantbuddy.topic.InvalidNameException;
import org.plantbuddy.topic.Names;

/** Who a client says it is, or, once signed in, who it is. Its names have passed their patterns. */
public sealed interface Principal {

    /** The MQTT username. */
    String username();

    /** A board. */
    record Board(String user, String device) implements Principal {
        @Override
        public String username() {
            return user + "/" + device;
        }
    }

    /** A person, or an app that acts for one. */
    record Person(String user) implements Principal {
        @Override
        public String username() {
            return user;
        }
    }

    /** A part of the system itself. */
    enum Service implements Principal {
        BRIDGE(Services.BRIDGE),
        WEB(Services.WEB),
        CANARY(Services.CANARY);

        private final String username;

        Service(String username) {
            this.username = username;
        }

        @Override
        public String username() {
            return username;
        }
    }

    /** The principal a username names; empty when no principal can have that name. */
    static Optional<Principal> of(String username) {
        for (Service service : Service.values()) {
            if (service.username().equals(username)) {
                return Optional.of(service);
            }
        }
        int slash = username.indexOf('/');
        if (slash < 0) {
            return Names.isUser(username) ? Optional.of(new Person(username)) : Optional.empty();
        }
        String user = username.substring(0, slash);
        String device = username.substring(slash + 1);
        return Names.isUser(user) && Names.isDevice(device) ? Optional.of(new Board(user, device)) : Optional.empty();
    }

    /** Why a username that {@link #of} finds nobody for names nobody, with a name that is allowed; says nothing of who is there. */
    static String problem(String username) {
        String[] names = username.split("/", 2);
        try {
            Names.requireUser(names[0]);
            Names.requireDevice(names.length > 1 ? names[1] : "");
            return "";
        } catch (InvalidNameException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
