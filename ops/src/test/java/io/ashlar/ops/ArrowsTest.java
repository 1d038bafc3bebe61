package io.ashlar.ops;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the layout: ops -> dataplane -> metadata.api -> common, seen from the top. */
@AnalyzeClasses(packages = "io.ashlar", importOptions = ImportOption.DoNotIncludeTests.class)
class ArrowsTest {

    @ArchTest
    static final ArchRule nothingPointsUpToOps =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.ashlar.ops..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.ashlar.ops..");

    @ArchTest
    static final ArchRule metadataKnowsNoDataPlane =
            noClasses()
                    .that()
                    .resideInAnyPackage("io.ashlar.metadata..", "io.ashlar.common..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.ashlar.dataplane..");

    @ArchTest
    static final ArchRule commonKnowsNobody =
            noClasses()
                    .that()
                    .resideInAPackage("io.ashlar.common..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("io.ashlar.metadata..");

    @ArchTest
    static final ArchRule dataPlaneSeesTheMetadataApiOnly =
            noClasses()
                    .that()
                    .resideInAPackage("io.ashlar.dataplane..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.ashlar.metadata.catalog..",
                            "io.ashlar.metadata.event..",
                            "io.ashlar.metadata.store..",
                            "io.ashlar.metadata.raft..");

    @ArchTest
    static final ArchRule commandsAndReportsNeedTheMetadataApiOnly =
            noClasses()
                    .that()
                    .resideInAPackage("io.ashlar.ops.report..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "io.ashlar.metadata.raft..",
                            "io.ashlar.metadata.store..",
                            "io.ashlar.metadata.catalog..",
                            "io.ashlar.dataplane..");
}
