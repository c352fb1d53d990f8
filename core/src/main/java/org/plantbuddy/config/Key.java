package org.plantbuddy.config;

import java.util.Arrays;
import java.util.Optional;

/** Every key of the system: an environment variable, or the same name in the properties file. */
public enum Key {
    CONFIG(Type.PATH, "", "properties file with these same keys; the environment wins over it"),
    DATA(Type.PATH, "data", "folder of everything that is kept over a restart"),

    LOG_FORMAT(Type.FORMAT, "text", "how logs are written: a line, or a JSON object, an event"),

    DISK_FREE(
            Type.NUMBER,
            "1000000000",
            "bytes that must be free to start; below a fifth of it readings are refused; 0: no check"),

    DATABASE_URL(Type.TEXT, "", "JDBC URL of the accounts database; empty: SQLite in the data folder"),
    DATABASE_USER(Type.TEXT, "", "its user, where the URL needs one"),
    DATABASE_PASSWORD(Type.SECRET, "", "its password"),

    MQTT_BIND(Type.TEXT, "0.0.0.0", "address the broker listens on"),
    MQTT_PORT(Type.PORT, "1883", "MQTT over TCP, with a certificate on loopback only; 0 takes a free port"),
    MQTT_WEBSOCKET_PORT(Type.PORT, "8000", "MQTT over WebSocket, path /mqtt; with a certificate over TLS"),
    MQTT_TLS_PORT(Type.PORT, "8883", "MQTT over TLS, where there is a certificate"),
    MQTT_CLIENT_CERTIFICATES(
            Type.TEXT, "NONE", "OPTIONAL: boards may sign in with a certificate of clients.pem instead of a password"),
    TLS_FOLDER(
            Type.PATH,
            "",
            "folder of fullchain.pem and privkey.pem: page and broker speak TLS; empty: they do not, but with"
                    + " `up --tls`"),
    TLS_WATCH(Type.TEXT, "", "host:port,… whose certificates the bridge watches"),
    PUBLIC_HOST(
            Type.TEXT,
            "",
            "where boards reach the broker, in sketches and on the page; empty: this machine's name, the page's"),
    PUBLIC_MQTT_PORT(Type.PORT, "", "its MQTT port as boards reach it; empty: the one it listens on"),
    MQTT_WINDOW("1000", 1, 65_535, "messages that a client of the embedded broker may have unacknowledged"),
    MQTT_URL(Type.TEXT, "tcp://127.0.0.1:1883", "where bridge and web reach the broker"),
    MQTT_TOKEN(Type.SECRET, "", "password of the service's own MQTT principal"),
    MQTT_CANARY_TOKEN(Type.SECRET, "", "password of the bridge's canary; empty: it has none"),
    QUOTA_BOARD(Type.NUMBER, "500", "messages a second the broker takes from one board; 0: no limit"),
    QUOTA_USER(Type.NUMBER, "5000", "messages a second the broker takes from all boards of one user; 0: no limit"),
    READINGS_PER_DAY(
            "5000000",
            0,
            1_000_000_000_000L,
            "readings a day (UTC) stored for a user, unless `user set` gave another limit; 0: no limit"),
    MQTT_SESSIONS("20", 1, 100_000, "sessions a board or a user may have, with all apps, connected or away"),
    MQTT_CONNECTIONS("20", 1, 100_000, "connections a board or a user may have, with all apps"),
    MQTT_SUBSCRIPTIONS("1000", 1, 100_000, "topic filters of a session, and in a packet"),
    MQTT_SOCKETS(Type.NUMBER, "10000", "connections to the broker in all; 0: no limit"),
    MQTT_SOCKETS_OF_ADDRESS(
            Type.NUMBER,
            "1000",
            "connections from one address, of IPv6 one /64; behind a proxy or NAT more; 0: no limit"),
    MQTT_SOCKETS_SILENT(Type.NUMBER, "1000", "connections that have not sent their CONNECT yet; 0: no limit"),
    MQTT_CONNECT_WITHIN(Type.DURATION, "20s", "time from a client's connection to its complete CONNECT"),
    BROKER_UNVERIFIED(
            Type.TEXT, "", "accept: the broker starts on an untested HiveMQ, without what cannot be guaranteed there"),
    BRIDGE_QUEUE("8000000", 1, Integer.MAX_VALUE, "readings that the broker of `up` queues while the bridge is away"),

    INFLUX_URL(Type.TEXT, "", "a running InfluxDB 2; empty: `up` runs one of its own"),
    INFLUX_PORT(Type.PORT, "8086", "port of the InfluxDB that `up` runs"),
    INFLUX_MEMORY(
            "671088640",
            268_435_456,
            1L << 40,
            "bytes of memory of the InfluxDB that `up` runs; half of it for queries"),
    INFLUX_ORG(Type.TEXT, "plantbuddy", "organisation in InfluxDB"),
    INFLUX_TOKEN(Type.SECRET, "", "the service's own token"),
    INFLUX_OPERATIONS_TOKEN(
            Type.SECRET,
            "",
            "the bridge's second token: watches tasks, deletes the data of removed users; given to provisioning where"
                    + " it may make none"),
    INFLUX_OPERATOR_TOKEN(Type.SECRET, "", "used by provisioning and backups alone"),
    INFLUX_BRIDGE_TOKEN(Type.SECRET, "", "the bridge's token, where provisioning may make none"),
    INFLUX_WEB_TOKEN(Type.SECRET, "", "the page's token, where provisioning may make none"),
    INFLUX_READ_TOKEN(Type.SECRET, "", "the token of `status` and `env`, where provisioning may make none"),
    INFLUXD(Type.PATH, "", "the influxd program that `up` runs; the launcher finds or builds one"),
    RAW_RETENTION(Type.DURATION, "720h", "how long bucket plantbuddy keeps raw readings"),
    DOWNSAMPLED_RETENTION(Type.DURATION, "0s", "how long bucket downsampled keeps means; 0s: forever"),
    CHECK_EVERY(Type.DURATION, "10s", "how often InfluxDB judges readings against thresholds"),

    BRIDGE_BIND(Type.TEXT, "127.0.0.1", "address of the bridge's HTTP listener"),
    BRIDGE_PORT(Type.PORT, "8081", "/notify, /metrics, /healthz and /readyz"),
    BRIDGE_CLIENT_ID(
            Type.TEXT,
            "",
            "stable MQTT client id, one of its own for each bridge; empty: the first free one of bridge-1,"
                    + " bridge-2, … on this data folder"),
    BRIDGE_CONNECTIONS("2", 1, 64, "connections of a bridge to the broker, which gives each a window of readings"),
    NOTIFY_URL(Type.TEXT, "http://127.0.0.1:8081/notify", "where InfluxDB reaches the bridge"),
    NOTIFY_SECRET(Type.SECRET, "", "bearer secret of /notify"),
    CANARY_EVERY(Type.DURATION, "20s", "how often the bridge's canary tests the way from a reading to its alert"),
    JOURNAL_MAX_BYTES(Type.NUMBER, "10737418240", "size at which the bridge's journal is full"),

    METRICS_BIND(
            Type.TEXT,
            "127.0.0.1",
            "address of the ports of /metrics of broker and page; a bridge's is on its own port"),
    BROKER_METRICS_PORT(Type.PORT, "8082", "/metrics of a broker that is a process of its own"),
    WEB_METRICS_PORT(Type.PORT, "8083", "/metrics of a page that is a process of its own"),

    OPERATOR_WEBHOOK(
            Type.SECRET, "", "where JSON is posted when a part stops working, and when it works again; empty: nowhere"),
    OPERATOR_EMAIL(Type.TEXT, "", "who gets the same by mail, with commas between them; empty: nobody"),
    SMTP_HOST(Type.TEXT, "", "the server that takes mail"),
    SMTP_PORT(Type.PORT, "587", "its port"),
    SMTP_TLS(Type.TEXT, "starttls", "starttls, tls (from the first byte, port 465 mostly) or none"),
    SMTP_USER(Type.TEXT, "", "who signs in there; empty: nobody"),
    SMTP_PASSWORD(Type.SECRET, "", "the password for it"),
    SMTP_FROM(Type.TEXT, "", "sender of mails; empty: the first who gets them"),

    WEB_BIND(Type.TEXT, "127.0.0.1", "address of the web page"),
    WEB_PORT(Type.PORT, "8080", "port of the web page"),
    WEB_URL(
            Type.TEXT,
            "",
            "the page's address as browsers see it; https://… makes cookies secure, as a certificate does, and browsers"
                    + " keep to TLS on that host"),
    WEB_PROXIES("0", 0, 10, "number of reverse proxies before the page that set X-Forwarded-For");

    enum Type {
        TEXT,
        PATH,
        PORT,
        NUMBER,
        DURATION,
        SECRET,
        FORMAT
    }

    static final String PREFIX = "PLANTBUDDY_";
    static final String FILE_SUFFIX = "_FILE";

    private final Type type;
    private final String defaultText;
    private final String meaning;
    private final long from;
    private final long to;

    Key(Type type, String defaultText, String meaning) {
        this(type, defaultText, 0, Long.MAX_VALUE, meaning);
    }

    /** A number within bounds. */
    Key(String defaultText, long from, long to, String meaning) {
        this(Type.NUMBER, defaultText, from, to, meaning);
    }

    Key(Type type, String defaultText, long from, long to, String meaning) {
        this.type = type;
        this.defaultText = defaultText;
        this.from = from;
        this.to = to;
        this.meaning = meaning;
    }

    /** Whether a number is within the key's bounds. */
    boolean allows(long number) {
        return number >= from && number <= to;
    }

    /** The bounds in words, to follow the type; empty where it has none. */
    String bounds() {
        return to == Long.MAX_VALUE ? "" : " from " + from + " to " + to;
    }

    Type type() {
        return type;
    }

    /** The environment variable, e.g. {@code PLANTBUDDY_MQTT_PORT}. */
    public String variable() {
        return PREFIX + name();
    }

    /** The text used where nothing is set; empty where the key is optional. */
    public String defaultText() {
        return defaultText;
    }

    /** One line for the documentation. */
    public String meaning() {
        return meaning;
    }

    static Optional<Key> ofVariable(String variable) {
        return Arrays.stream(values())
                .filter(key -> key.variable().equals(variable))
                .findFirst();
    }

    /** The secret whose text is read from the file that {@code variable} names. */
    static Optional<Key> ofFileVariable(String variable) {
        return Arrays.stream(values())
                .filter(key -> key.type == Type.SECRET && (key.variable() + FILE_SUFFIX).equals(variable))
                .findFirst();
    }
}
