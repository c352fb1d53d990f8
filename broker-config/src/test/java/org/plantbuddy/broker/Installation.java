package org.plantbuddy.broker;

import com.hivemq.configuration.service.InternalConfigurations;
import com.hivemq.embedded.EmbeddedHiveMQ;
import java.nio.file.Files;
import java.nio.file.Path;

/** The main class of the process that {@link InstalledExtension} starts. */
final class Installation {

    private Installation() {}

    public static void main(String[] args) throws Exception {
        Path home = Path.of(args[0]);
        EmbeddedHiveMQ hivemq = EmbeddedHiveMQ.builder()
                .withConfigurationFolder(home.resolve("conf"))
                .withDataFolder(Files.createDirectories(home.resolve("data")))
                .withExtensionsFolder(home.resolve("extensions"))
                .withoutLoggingBootstrap()
                .build();
        InternalConfigurations.AUTH_DENY_UNAUTHENTICATED_CONNECTIONS.set(true); // as in an installation
        hivemq.start().get();
        Thread.currentThread().join();
    }
}
