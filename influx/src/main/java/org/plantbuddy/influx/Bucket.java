package org.plantbuddy.influx;

/** InfluxDB's buckets; the text of one is its name there. */
public enum Bucket {
    READINGS("plantbuddy"),
    DOWNSAMPLED("downsampled"),
    SETTINGS("settings"),
    /** InfluxDB's own. */
    MONITORING("_monitoring"),
    /** InfluxDB's own. */
    TASKS("_tasks");

    private final String text;

    Bucket(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
