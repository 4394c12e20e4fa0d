package ci.assay.systemtest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import ci.assay.model.CrashPoint;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import org.junit.jupiter.api.Test;

/** The boundaries that docs/architecture.md draws. */
class ArchitectureTest {

  private static final String MODEL = "ci.assay.model..";
  private static final String WIRE = "ci.assay.wire..";
  private static final String BROKER = "ci.assay.broker..";
  private static final String TLS = "ci.assay.tls..";
  private static final String GIT = "ci.assay.git..";
  private static final String PIPELINE = "ci.assay.pipeline..";
  private static final String OBSERVER = "ci.assay.observer..";
  private static final String WORKER = "ci.assay.worker..";
  private static final String COORDINATOR = "ci.assay.coordinator..";
  private static final String INDEX = "ci.assay.index..";
  private static final String WEB = "ci.assay.web..";
  private static final String CLI = "ci.assay.cli..";

  /** Tests are in folders of their own, and those of shared also in a jar. */
  private static final JavaClasses all =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("ci.assay");

  @Test
  void everyPackageHasItsPlaceHere() {
    classes()
        .should()
        .resideInAnyPackage(
            MODEL, WIRE, BROKER, TLS, GIT, PIPELINE, OBSERVER, WORKER, COORDINATOR, INDEX, WEB, CLI)
        .check(all);
  }

  @Test
  void modelKnowsNothingButJava() {
    classes()
        .that()
        .resideInAPackage(MODEL)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(MODEL, "java..", "org.jspecify..")
        .check(all);
  }

  @Test
  void sharedPackagesKnowNoRole() {
    for (String shared : new String[] {MODEL, WIRE, BROKER, TLS, GIT, PIPELINE}) {
      doesNotKnow(shared, OBSERVER, WORKER, COORDINATOR, INDEX, WEB, CLI);
    }
  }

  @Test
  void rolesDoNotKnowEachOther() {
    doesNotKnow(OBSERVER, WORKER, COORDINATOR, INDEX, WEB, CLI);
    doesNotKnow(WORKER, OBSERVER, COORDINATOR, INDEX, WEB, CLI);
    doesNotKnow(COORDINATOR, OBSERVER, WORKER, INDEX, WEB, CLI);
  }

  @Test
  void pagesOnlyReadWhatTheCoordinatorStored() {
    doesNotKnow(INDEX, OBSERVER, WORKER, WEB, CLI);
    doesNotKnow(WEB, OBSERVER, WORKER, CLI);
    isUsedOnlyIn("org.jdbi..", INDEX);
    isUsedOnlyIn("io.javalin..", WEB);
  }

  @Test
  void onlyTheirPackageCountsForPrometheus() {
    isUsedOnlyIn("io.micrometer..", "ci.assay.cli.metrics..");
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("ci.assay.(**)").should().beFreeOfCycles().check(all);
  }

  @Test
  void onlyTheAdapterSpeaksAmqp() {
    isUsedOnlyIn("com.rabbitmq..", BROKER);
    isUsedOnlyIn("org.apache.qpid..", "ci.assay.cli.embedded..");
  }

  /** The worker reads what other tools wrote, such as {@code package.json}. */
  @Test
  void jsonAndYamlOfOursAreReadInOnePlaceEach() {
    isUsedOnlyIn("com.fasterxml.jackson..", WIRE, PIPELINE, WORKER, "ci.assay.cli.settings..");
  }

  @Test
  void coordinatorJudgesWithoutGit() {
    isUsedOnlyIn("org.eclipse.jgit..", GIT, OBSERVER, WORKER, CLI);
  }

  @Test
  void timeComesFromAnInjectedClock() {
    noClasses()
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(LocalDateTime.class, "now")
        .orShould()
        .callMethod(ZonedDateTime.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callConstructor(Date.class)
        .check(all);
  }

  @Test
  void onlyTheCommandLineEndsTheProcessOrPrints() {
    noClasses()
        .that()
        .resideOutsideOfPackage(CLI)
        .and()
        .areNotAssignableTo(CrashPoint.class)
        .should()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .orShould()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(all);
  }

  @Test
  void stateIsNotPublic() {
    fields().that().arePublic().should().beFinal().check(all);
  }

  private static void doesNotKnow(String one, String... others) {
    noClasses()
        .that()
        .resideInAPackage(one)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .check(all);
  }

  private static void isUsedOnlyIn(String library, String... packages) {
    noClasses()
        .that()
        .resideOutsideOfPackages(packages)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(all);
  }
}
