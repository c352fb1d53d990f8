package org.plantbuddy.influx;

import com.influxdb.exceptions.InfluxException;

/** InfluxDB did not do what it was asked, or does not answer. The message says why; it holds no secret. */
public final class InfluxUnavailableException extends RuntimeException {

    private final int status;

    InfluxUnavailableException(InfluxException cause) {
        super(cause.getMessage(), cause);
        this.status = cause.status();
    }

    InfluxUnavailableException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** Of HTTP; 0 where there was no answer. */
    public int status() {
        return status;
    }

    /** Whether InfluxDB answered that it does not do such a thing for whom asks. */
    public boolean isRefusal() {
        return status / 100 == 4;
    }
}
