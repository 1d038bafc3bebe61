package io.ashlar.dataplane;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the layout: what is pure stays pure, and nobody looks upwards. */
@AnalyzeClasses(
        packages = "io.ashlar.dataplane",
        importOptions = ImportOption.DoNotIncludeTests.class)
final class ArrowsTest {

    private static final String ROOT = "io.ashlar.dataplane.";
    private static final String[] PURE = {
        ROOT + "coordinator..",
        ROOT + "mirror..",
        ROOT + "resync..",
        ROOT + "journal..",
        ROOT + "message.."
    };

    @ArchTest
    static final ArchRule THE_STATE_MACHINES_ARE_PURE =
            noClasses()
                    .that()
                    .resideInAnyPackage(PURE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.netty..",
                            "org.apache.ratis..",
                            "org.rocksdb..",
                            "com.codahale..",
                            "org.slf4j..",
                            "java.io..",
                            "java.net..",
                            "java.nio..",
                            "java.util.concurrent..");

    @ArchTest
    static final ArchRule THE_STATE_MACHINES_HAVE_NO_CLOCK_AND_NO_DICE =
            noClasses()
                    .that()
                    .resideInAnyPackage(PURE)
                    .should()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis")
                    .orShould()
                    .dependOnClassesThat()
                    .belongToAnyOf(java.util.Random.class, Thread.class, java.time.Clock.class);

    @ArchTest
    static final ArchRule THE_STATE_MACHINES_KNOW_NO_SHELL =
            noClasses()
                    .that()
                    .resideInAnyPackage(PURE)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            ROOT + "shard..",
                            ROOT + "server..",
                            ROOT + "net..",
                            ROOT + "nbd..",
                            ROOT + "store.log..");

    @ArchTest
    static final ArchRule A_FRONT_END_KNOWS_VOLUMES_ONLY =
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + "nbd..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            ROOT + "coordinator..",
                            ROOT + "mirror..",
                            ROOT + "store..",
                            ROOT + "net..",
                            ROOT + "shard..",
                            ROOT + "server..",
                            "io.ashlar.metadata..");

    @ArchTest
    static final ArchRule A_DEVICE_KNOWS_NO_NETWORK =
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + "store..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.netty..", ROOT + "net..", ROOT + "nbd..", ROOT + "shard..");

    @ArchTest
    static final ArchRule THE_METADATA_GROUP_IS_KNOWN_BY_ITS_API =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.ashlar.metadata.raft..",
                            "io.ashlar.metadata.store..",
                            "io.ashlar.metadata.catalog..",
                            "io.ashlar.metadata.event..");

    @ArchTest
    static final ArchRule ONLY_THE_SERVER_PUTS_PARTS_TOGETHER =
            classes()
                    .that()
                    .resideInAPackage(ROOT + "server..")
                    .should()
                    .onlyBeAccessed()
                    .byAnyPackage(ROOT + "server..");
}
