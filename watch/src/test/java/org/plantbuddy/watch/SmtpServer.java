package org.plantbuddy.watch;

import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

/** An SMTP server on a free port that keeps what it takes; with TLS it asks for it, and for a name and a password. */
final class SmtpServer implements AutoCloseable {

    static final String USER = "plants";
    static final String PASSWORD = "smtp-secret-42";

    final List<String> mails = new CopyOnWriteArrayList<>();
    private final SMTPServer server;

    private SmtpServer(SMTPServer.Builder builder) throws Exception {
        server = builder.bindAddress(InetAddress.getLoopbackAddress())
                .port(0)
                .messageHandler((context, from, to, data) -> mails.add(new String(data, StandardCharsets.UTF_8)))
                .build();
        server.start();
    }

    static SmtpServer plain() throws Exception {
        return new SmtpServer(SMTPServer.port(0));
    }

    static SmtpServer withTls(SSLContext certificate) throws Exception {
        return new SmtpServer(SMTPServer.port(0)
                .startTlsSocketFactory(certificate)
                .requireTLS()
                .requireAuth()
                .authenticationHandlerFactory(new EasyAuthenticationHandlerFactory((user, password, context) -> {
                    if (!user.equals(USER) || !password.equals(PASSWORD)) {
                        throw new LoginFailedException();
                    }
                })));
    }

    /** A certificate of its own for localhost. */
    static SSLContext certificate(Path folder) throws Exception {
        KeyStore keys = keys(folder);
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    static SSLSocketFactory trusting(Path folder) throws Exception {
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(keys(folder));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    private static KeyStore keys(Path folder) throws Exception {
        Path file = folder.resolve("smtp.p12");
        if (!Files.exists(file)) {
            Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
            new ProcessBuilder(
                            keytool.toString(),
                            "-genkeypair",
                            "-alias",
                            "smtp",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=localhost",
                            "-ext",
                            "san=dns:localhost",
                            "-validity",
                            "2",
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            file.toString(),
                            "-storepass",
                            PASSWORD)
                    .inheritIO()
                    .start()
                    .waitFor();
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys;
    }

    int port() {
        return server.getPortAllocated();
    }

    @Override
    public void close() {
        server.stop();
    }
}
