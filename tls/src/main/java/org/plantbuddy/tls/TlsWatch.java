package org.plantbuddy.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.plantbuddy.process.Vital;
import org.plantbuddy.text.Sha256;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every {@link #EVERY} whether the files of a {@link TlsFolder} are others than those in use. Bad ones, as while they are
 * being replaced, are logged once and tried again at each look, and the certificate before them stays.
 */
public final class TlsWatch implements AutoCloseable {

    public static final Duration EVERY = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(TlsWatch.class);

    private final TlsFolder folder;
    private final Clock clock;
    private final Consumer<Identity> renewed;
    private final ScheduledExecutorService timer = Vital.timer("tls-folder", 1);
    private String used;
    private String told = "";

    private TlsWatch(TlsFolder folder, Clock clock, Consumer<Identity> renewed) {
        this.folder = folder;
        this.clock = clock;
        this.renewed = renewed;
        this.used = content();
    }

    /**
     * Reads the folder, hands what it holds over before this returns, and again whenever it changes.
     *
     * @param renewed called on a thread of its own after the first time; when it throws, it is logged
     * @throws BadCertificateException when the folder is bad now
     */
    public static TlsWatch start(TlsFolder folder, Clock clock, Consumer<Identity> renewed) {
        TlsWatch watch =
                new TlsWatch(folder, clock, renewed); // first: what changes from here on is seen at the next look
        renewed.accept(folder.read(clock));
        var unused = watch.timer.scheduleWithFixedDelay(
                Vital.again("tls-folder", watch::look), EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return watch;
    }

    private void look() {
        String now = content();
        if (now.equals(used)) {
            return;
        }
        try {
            Identity identity = folder.read(clock);
            renewed.accept(identity);
            used = now;
            told = "";
            LOG.info(
                    "event=certificate_renewed folder=\"{}\" serial={} expires={}",
                    folder.folder(),
                    identity.serial(),
                    identity.expires());
        } catch (RuntimeException e) { // also what the server that takes it throws: a mode or a disk may be mended
            String cause = String.valueOf(e.getMessage());
            if (!cause.equals(told)) {
                LOG.warn("event=certificate_not_renewed cause=\"{}\" effect=\"the one before it stays\"", cause);
            }
            told = cause;
        }
    }

    /** A digest of the files, so that no key is kept. */
    private String content() {
        StringBuilder all = new StringBuilder();
        for (String name : List.of(TlsFolder.CERTIFICATES, TlsFolder.PRIVATE_KEY, TlsFolder.CLIENT_CAS)) {
            Path file = folder.folder().resolve(name);
            try {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                all.append(e);
            }
            all.append('\n').append(name).append('\n');
        }
        return Sha256.hex(all.toString());
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
