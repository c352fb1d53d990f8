package org.plantbuddy.topic;

/** The topic tree of {@code docs/topics.md}. Every name given to these methods is checked. Thread-safe. */
public final class Topics {

    /** First level of every topic. */
    public static final String ROOT = "plantbuddy";

    /** What bridges subscribe to: each reading and each status reaches one of them. */
    public static final String BRIDGE_SUBSCRIPTION = "$share/bridge/" + ROOT + "/+/+/+";

    /** User property with the broker's arrival stamp, epoch ns in decimal. */
    public static final String RECEIVED_AT = "received-at";

    /** User property of a bridge's SUBACK, one for each guarantee that the broker cannot give, for example {@code queue-bound}. */
    public static final String NOT_GUARANTEED = "not-guaranteed";

    /**
     * User property of a status and of a will: when the connection that it is of began, by the clock of {@link
     * #RECEIVED_AT}, epoch ns in decimal.
     */
    public static final String CONNECTED_AT = "connected-at";

    /** User property with the board's own time, in the forms a payload's {@code time} has. */
    public static final String TIME = "time";

    private static final String CANARY_SENSOR = "soil_moisture";

    private Topics() {}

    /** {@code online} or {@code offline}, retained. */
    public static String status(String user, String device) {
        return ROOT + "/" + Names.requireUser(user) + "/" + Names.requireDevice(device) + "/" + Names.STATUS;
    }

    /** Whether it tells a status, and not a reading. Any text may be asked for. */
    public static boolean isStatus(String topic) {
        return topic.endsWith("/" + Names.STATUS);
    }

    /** Alert events of a user. */
    public static String alerts(String user) {
        return ROOT + "/" + Names.requireUser(user) + "/alerts";
    }

    /** The alert in force of one series, retained. {@code sensor} may be {@code status} (a silent board). */
    public static String alertInForce(String user, String device, String sensor) {
        String last = sensor.equals(Names.STATUS) ? sensor : Names.requireSensor(sensor);
        return alerts(user) + "/" + Names.requireDevice(device) + "/" + last;
    }

    /** Refused readings of a user. */
    public static String rejected(String user) {
        return ROOT + "/" + Names.requireUser(user) + "/rejected";
    }

    /** The series of a bridge's canary: soil moisture, which is judged where nobody set a threshold. */
    public static SeriesName canary(String device) {
        return new SeriesName(Names.CANARY, device, CANARY_SENSOR);
    }

    /** Whether it is the series of some bridge's canary. */
    public static boolean isCanary(SeriesName series) {
        return series.user().equals(Names.CANARY) && series.sensor().equals(CANARY_SENSOR);
    }

    /** Everything a user may read. */
    public static String allOf(String user) {
        return ROOT + "/" + Names.requireUser(user) + "/#";
    }
}
