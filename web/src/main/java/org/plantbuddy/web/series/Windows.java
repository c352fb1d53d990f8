package org.plantbuddy.web.series;

import java.util.Arrays;

/** Windows, or readings, by their times; quick where they come in order, as InfluxDB gives them. For one thread. */
final class Windows {

    private double[] times = new double[64];
    private Window[] windows = new Window[64];
    private int size;

    /** Where the one that was asked for last is. */
    private int at;

    /** What is known of a window; NaN: nothing. */
    static final class Window {
        double mean = Double.NaN;
        double min = Double.NaN;
        double max = Double.NaN;

        static Window of(double mean, double min, double max) {
            Window window = new Window();
            window.mean = mean;
            window.min = min;
            window.max = max;
            return window;
        }
    }

    int size() {
        return size;
    }

    /** Of the one that has this place in the order of times. */
    double time(int place) {
        return times[place];
    }

    Window get(int place) {
        return windows[place];
    }

    double[] times() {
        return Arrays.copyOf(times, size);
    }

    /** The one of a time, which is made where there is none. */
    Window of(double time) {
        int place = find(time);
        return place >= 0 ? windows[place] : insert(-place - 1, time, new Window());
    }

    void put(double time, Window window) {
        int place = find(time);
        if (place >= 0) {
            windows[place] = window;
        } else {
            insert(-place - 1, time, window);
        }
    }

    void putIfAbsent(double time, Window window) {
        int place = find(time);
        if (place < 0) {
            insert(-place - 1, time, window);
        }
    }

    void putAll(Windows others) {
        for (int i = 0; i < others.size; i++) {
            put(others.times[i], others.windows[i]);
        }
    }

    void removeLast() {
        size--;
        at = 0;
    }

    /** As {@link Arrays#binarySearch} answers. */
    private int find(double time) {
        if (at + 1 < size && times[at + 1] == time) {
            return ++at;
        }
        if (size == 0 || time > times[size - 1]) {
            return -size - 1;
        }
        int place = Arrays.binarySearch(times, 0, size, time);
        at = Math.max(0, place);
        return place;
    }

    private Window insert(int place, double time, Window window) {
        if (size == times.length) {
            times = Arrays.copyOf(times, size * 2);
            windows = Arrays.copyOf(windows, size * 2);
        }
        System.arraycopy(times, place, times, place + 1, size - place);
        System.arraycopy(windows, place, windows, place + 1, size - place);
        times[place] = time;
        windows[place] = window;
        size++;
        at = place;
        return window;
    }
}
