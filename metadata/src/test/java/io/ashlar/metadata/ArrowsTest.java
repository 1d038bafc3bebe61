package io.ashlar.metadata;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;

/** The arrows between the packages (DESIGN section 7). */
@AnalyzeClasses(packages = "io.ashlar.metadata", importOptions = DoNotIncludeTests.class)
class ArrowsTest {

    private static final String[] PURE = {"..model..", "..api..", "..event..", "..catalog.."};

    @ArchTest
    static final ArchRule pureCodeHasNoLibraryNetworkThreadOrFile =
            noClasses()
                    .that()
                    .resideInAnyPackage(PURE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.apache.ratis..",
                            "org.rocksdb..",
                            "com.google.protobuf..",
                            "io.ashlar.metadata.proto..",
                            "io.netty..",
                            "org.slf4j..",
                            "java.io..",
                            "java.net..",
                            "java.nio..",
                            "java.security..",
                            "java.util.concurrent..");

    @ArchTest
    static final ArchRule pureCodeHasNoClockNorRandomness =
            noClasses()
                    .that()
                    .resideInAnyPackage(PURE)
                    .should()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .callMethod(Math.class, "random")
                    .orShould()
                    .callMethod(UUID.class, "randomUUID")
                    .orShould()
                    .dependOnClassesThat()
                    .resideInAPackage("java.util.random..")
                    .orShould()
                    .dependOnClassesThat()
                    .belongToAnyOf(
                            Random.class,
                            SplittableRandom.class,
                            Clock.class,
                            Instant.class,
                            Thread.class);

    @ArchTest
    static final ArchRule onlyRaftKnowsRatis =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..metadata.raft..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.apache.ratis..");

    @ArchTest
    static final ArchRule onlyTheStoreKnowsRocksDb =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("..metadata.store..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.rocksdb..");

    @ArchTest
    static final ArchRule whatOthersSeeKnowsNothingBehindIt =
            noClasses()
                    .that()
                    .resideInAnyPackage("..metadata.model..", "..metadata.api..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "..metadata.event..",
                            "..metadata.catalog..",
                            "..metadata.codec..",
                            "..metadata.store..",
                            "..metadata.raft..");

    @ArchTest
    static final ArchRule thePureCoreKnowsNoShell =
            noClasses()
                    .that()
                    .resideInAnyPackage("..metadata.event..", "..metadata.catalog..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "..metadata.codec..", "..metadata.store..", "..metadata.raft..");

    @ArchTest
    static final ArchRule theStoreDoesNotKnowRaft =
            noClasses()
                    .that()
                    .resideInAnyPackage("..metadata.store..", "..metadata.codec..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("..metadata.raft..");
}
