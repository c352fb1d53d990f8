package org.plantbuddy.e2e.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The journal has no room while InfluxDB is away: the bridge stops acknowledging, the broker keeps what comes. */
enum JournalFull implements Fault {

    /** Its own bound. */
    BOUND("journal full", "512000"),
    /** A disk of 4 MB; needs root. */
    DISK("journal's disk full", "10737418240");

    private static final int DISK_MB = 8;

    private final String title;
    private final String maxBytes;

    JournalFull(String title, String maxBytes) {
        this.title = title;
        this.maxBytes = maxBytes;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public String strike(Site site) throws Exception {
        BridgeServer bridge = site.fleet().bridge();
        bridge.close();
        if (this == DISK) {
            mount(bridge.journal());
        }
        try {
            bridge.start(Map.of("PLANTBUDDY_JOURNAL_MAX_BYTES", maxBytes));
            bridge.awaitReady();
            site.awaitSomeInstant();
            Server.freeze(site.fleet().influxd);
            site.await(
                    "the bridge says that its journal is full",
                    () -> bridge.readiness().contains("is full"));
            String hit = site.state();
            Server.thaw(site.fleet().influxd);
            site.await(
                    "the journal empties",
                    () -> bridge.isReady() && bridge.figures().journal() < Site.IN_FLIGHT);
            site.senders().stop();
            site.await("all is stored", () -> bridge.figures().journal() == 0);
            return hit;
        } finally {
            bridge.close();
            if (this == DISK) {
                run("umount", bridge.journal().toString());
            }
            bridge.start();
            bridge.awaitReady();
        }
    }

    /** Whether a file system may be mounted here: as root, outside most containers. */
    static boolean disksCanBeMounted() {
        try {
            Path folder = Files.createTempDirectory("plantbuddy-mount-");
            try {
                mount(folder);
                run("umount", folder.toString());
                return true;
            } finally {
                Files.delete(folder);
            }
        } catch (IOException e) {
            System.out.println("journal's disk full: not tried, no file system can be mounted here");
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void mount(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MB + "m", "tmpfs", folder.toString());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }
}
