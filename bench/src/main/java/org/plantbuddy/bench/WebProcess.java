package org.plantbuddy.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.plantbuddy.config.Key;

/** The page as a process of its own, told what its image is told, with a heap of 256 MB. */
final class WebProcess implements AutoCloseable {

    private static final int ANSWERS_WITHIN_S = 60;
    private static final Path OPTIONS = Path.of(System.getProperty("plantbuddy.root", "."), "tools/jvm/any.options");

    private final Process process;
    private final int port;

    private WebProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it and waits until it answers.
     *
     * @param keys where the other parts are, and the data folder with the accounts
     */
    static WebProcess start(Path folder, Map<Key, String> keys) throws IOException, InterruptedException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + OPTIONS,
                "-Xmx256m",
                "-Dslf4j.provider=org.slf4j.simple.SimpleServiceProvider",
                "-cp",
                System.getProperty("java.class.path"),
                "org.plantbuddy.web.Main");
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("PLANTBUDDY_"));
        keys.forEach((key, value) -> environment.put(key.variable(), value));
        environment.put(Key.WEB_PORT.variable(), Integer.toString(port));
        environment.put(Key.WEB_METRICS_PORT.variable(), "0");
        WebProcess web = new WebProcess(
                builder.redirectErrorStream(true)
                        .redirectOutput(folder.resolve("web.log").toFile())
                        .start(),
                port);
        for (int i = 0; i < ANSWERS_WITHIN_S * 10 && web.process.isAlive(); i++) {
            if (web.answers()) {
                return web;
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        web.close();
        throw new IOException("the page does not answer; see " + folder.resolve("web.log"));
    }

    private boolean answers() throws InterruptedException {
        try {
            return HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(URI.create(url() + "/healthz"))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    /** CPU time used so far, µs. */
    long usedUs() throws IOException {
        return Cpu.usedUs(process.pid());
    }

    /** The most memory it had resident, MiB. */
    long peakMib() throws IOException {
        return Cpu.peakMib(process.pid());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
