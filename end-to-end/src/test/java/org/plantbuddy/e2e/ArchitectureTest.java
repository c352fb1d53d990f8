package org.plantbuddy.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** A module depends only on modules left of it in the story, and no package is a drawer for odds and ends. */
@AnalyzeClasses(packages = "org.plantbuddy", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule modulesDependOnlyOnThoseLeftOfThem = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("core")
            .definedBy(
                    "org.plantbuddy.config..",
                    "org.plantbuddy.process..",
                    "org.plantbuddy.reading..",
                    "org.plantbuddy.text..",
                    "org.plantbuddy.time..",
                    "org.plantbuddy.topic..")
            .layer("tls")
            .definedBy("org.plantbuddy.tls..")
            .layer("boards")
            .definedBy("org.plantbuddy.boards..")
            .layer("accounts")
            .definedBy("org.plantbuddy.accounts..", "org.plantbuddy.http..")
            .layer("watch")
            .definedBy("org.plantbuddy.watch..")
            .layer("mqtt")
            .definedBy("org.plantbuddy.mqtt..")
            .layer("influx")
            .definedBy("org.plantbuddy.influx..")
            .layer("broker")
            .definedBy("org.plantbuddy.broker..")
            .layer("flux")
            .definedBy("org.plantbuddy.flux..")
            .layer("bridge")
            .definedBy("org.plantbuddy.bridge..")
            .layer("operations")
            .definedBy("org.plantbuddy.operations..")
            .layer("web")
            .definedBy("org.plantbuddy.web..")
            .layer("simulator")
            .definedBy("org.plantbuddy.simulator..")
            .layer("standalone")
            .definedBy("org.plantbuddy.standalone..")
            .whereLayer("core")
            .mayNotAccessAnyLayer()
            .whereLayer("tls")
            .mayOnlyAccessLayers("core")
            .whereLayer("boards")
            .mayOnlyAccessLayers("core")
            .whereLayer("accounts")
            .mayOnlyAccessLayers("core", "boards")
            .whereLayer("watch")
            .mayOnlyAccessLayers("core", "accounts")
            .whereLayer("mqtt")
            .mayOnlyAccessLayers("core")
            .whereLayer("influx")
            .mayOnlyAccessLayers("core")
            .whereLayer("standalone")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("simulator")
            .mayOnlyBeAccessedByLayers("standalone")
            .whereLayer("web")
            .mayOnlyBeAccessedByLayers("standalone")
            .whereLayer("bridge")
            .mayOnlyBeAccessedByLayers("standalone")
            .whereLayer("operations")
            .mayOnlyBeAccessedByLayers("standalone")
            .whereLayer("broker")
            .mayOnlyBeAccessedByLayers("standalone")
            .whereLayer("flux")
            .mayOnlyBeAccessedByLayers("bridge", "operations", "web", "standalone")
            .whereLayer("influx")
            .mayOnlyBeAccessedByLayers("flux", "bridge", "operations", "web", "standalone");

    @ArchTest
    static final ArchRule stagesOfTheBridgeHaveNoCycles =
            slices().matching("org.plantbuddy.bridge.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule partsOfThePageHaveNoCycles =
            slices().matching("org.plantbuddy.web.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule partsOfThePageDoNotKnowWhatPutsThemTogether = noClasses()
            .that()
            .resideInAPackage("org.plantbuddy.web.*..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.plantbuddy.web");

    /** Each but the first may be used by those left of it. */
    @ArchTest
    static final ArchRule packagesOfTheBrokerDependInOneDirection = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("root")
            .definedBy("org.plantbuddy.broker")
            .layer("removal")
            .definedBy("org.plantbuddy.broker.removal..")
            .layer("signin")
            .definedBy("org.plantbuddy.broker.signin..")
            .layer("arrival")
            .definedBy("org.plantbuddy.broker.arrival..")
            .layer("hivemq")
            .definedBy("org.plantbuddy.broker.hivemq..")
            .layer("access")
            .definedBy("org.plantbuddy.broker.access..")
            .whereLayer("removal")
            .mayOnlyBeAccessedByLayers("root")
            .whereLayer("signin")
            .mayOnlyBeAccessedByLayers("root")
            .whereLayer("arrival")
            .mayOnlyBeAccessedByLayers("root", "removal", "signin")
            .whereLayer("hivemq")
            .mayOnlyBeAccessedByLayers("root", "signin", "arrival")
            .whereLayer("access")
            .mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule onlyOnePackageReachesIntoHiveMq = noClasses()
            .that()
            .resideOutsideOfPackage("org.plantbuddy.broker.hivemq..")
            .should()
            .dependOnClassesThat(resideInAPackage("com.hivemq..")
                    .and(not(resideInAnyPackage("com.hivemq.extension.sdk..", "com.hivemq.embedded.."))));

    /** Netty and Xodus are HiveMQ's inside too. */
    @ArchTest
    static final ArchRule onlyOnePackageUsesWhatHiveMqIsBuiltOn = noClasses()
            .that()
            .resideInAPackage("org.plantbuddy.broker..")
            .and()
            .resideOutsideOfPackage("org.plantbuddy.broker.hivemq..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.netty..", "jetbrains.exodus.."));

    @ArchTest
    static final ArchRule onlyThatPackageReadsWhatIsPrivate = noClasses()
            .that()
            .resideInAPackage("org.plantbuddy.broker..")
            .and()
            .resideOutsideOfPackage("org.plantbuddy.broker.hivemq..")
            .should()
            .dependOnClassesThat(resideInAPackage("java.lang.reflect.."));

    @ArchTest
    static final ArchRule onlyOnePackageUsesTheClientOfMqtt = noClasses()
            .that()
            .resideOutsideOfPackage("org.plantbuddy.mqtt..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.paho..");

    @ArchTest
    static final ArchRule onlyOnePackageTouchesInfluxDbsClient = noClasses()
            .that()
            .resideOutsideOfPackage("org.plantbuddy.influx..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("com.influxdb..", "okhttp3..", "retrofit2.."));

    @ArchTest
    static final ArchRule noPackageIsADrawer =
            noClasses().should().resideInAnyPackage("..util..", "..common..", "..impl..", "..helper..");
}
