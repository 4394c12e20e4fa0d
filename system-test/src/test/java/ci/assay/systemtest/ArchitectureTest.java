package ci.assay.systemtest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.common.CrashPoint;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.HasOwner;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.Timer;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The boundaries that docs/architecture.md draws. */
class ArchitectureTest {

  private static final String COMMON = "ci.assay.common..";
  private static final String MODEL = "ci.assay.model..";
  private static final String MESSAGE = "ci.assay.message..";
  private static final String WIRE = "ci.assay.wire..";
  private static final String BROKER = "ci.assay.broker..";
  private static final String TLS = "ci.assay.tls..";
  private static final String GIT = "ci.assay.git..";
  private static final String PIPELINE = "ci.assay.pipeline..";
  private static final String OBSERVER = "ci.assay.observer..";
  private static final String WORKER = "ci.assay.worker..";
  private static final String COORDINATOR = "ci.assay.coordinator..";
  private static final String INDEX = "ci.assay.index..";
  private static final String NOTIFY = "ci.assay.notify..";
  private static final String WEB = "ci.assay.web..";
  private static final String CLI = "ci.assay.cli..";

  /** The main classes. Tests are excluded by their folders and, for those of shared, by the jar. */
  private static final JavaClasses all =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("ci.assay");

  /** Each package and the packages that it may depend on, all without {@code ci.assay.} */
  private static final Map<String, Set<String>> MAY_KNOW = mayKnow();

  /** More files in one folder are hard to survey. Exceptions are listed here with their reasons. */
  private static final int MOST_FILES = 25;

  private static final int MOST_PARAMETERS = 6;

  /** Records with many components, for rows, templates or public JSON. Their Javadoc says why. */
  private static final Set<String> FLAT =
      Set.of(
          "ci.assay.index.CommitLine",
          "ci.assay.index.JobLine",
          "ci.assay.index.TestLine",
          "ci.assay.index.TestRunLine",
          "ci.assay.model.report.TestCase",
          "ci.assay.model.Verdict$Part",
          "ci.assay.web.api.ApiModels$Commit",
          "ci.assay.web.api.ApiModels$Job",
          "ci.assay.web.api.ApiModels$Worker",
          "ci.assay.web.view.PageModels$Job");

  /** Whether a class is generated from a template. */
  private static boolean isGenerated(JavaClass type) {
    return type.getPackageName().startsWith("ci.assay.web.template");
  }

  private static Map<String, Set<String>> mayKnow() {
    try (InputStream table = ArchitectureTest.class.getResourceAsStream("packages.txt")) {
      return new String(requireNonNull(table).readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(":", 2))
          .collect(
              toMap(
                  sides -> sides[0],
                  sides ->
                      Set.of(sides[1].isBlank() ? new String[0] : sides[1].strip().split(" "))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String packageOf(JavaClass type) {
    return type.getPackageName().substring("ci.assay.".length());
  }

  @Test
  void everyPackageIsInTheTable() {
    Set<String> packages = new TreeSet<>();
    all.stream().filter(type -> !isGenerated(type)).forEach(type -> packages.add(packageOf(type)));
    assertThat(packages).isEqualTo(new TreeSet<>(MAY_KNOW.keySet()));
  }

  @Test
  void packagesKnowNoneButThoseInTheTable() {
    Set<String> strangers = new TreeSet<>();
    for (JavaClass type : all) {
      String from = packageOf(type);
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (!isGenerated(type) && target.getPackageName().startsWith("ci.assay.")) {
          String to = packageOf(target);
          if (!to.equals(from) && !MAY_KNOW.getOrDefault(from, Set.of()).contains(to)) {
            strangers.add(dependency.getDescription());
          }
        }
      }
    }
    assertThat(strangers).isEmpty();
  }

  @Test
  void noPackageHasMoreFilesThanCanBeSeen() {
    Map<String, Integer> files = new TreeMap<>();
    for (JavaClass type : all) {
      if (!isGenerated(type)
          && type.isTopLevelClass()
          && !type.getSimpleName().equals("package-info")) {
        files.merge(packageOf(type), 1, Integer::sum);
      }
    }
    files.values().removeIf(count -> count <= MOST_FILES);
    assertThat(files).isEmpty();
  }

  @Test
  void modelKnowsNothingButJava() {
    for (String plain : new String[] {COMMON, MODEL, MESSAGE}) {
      classes()
          .that()
          .resideInAPackage(plain)
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(COMMON, MODEL, MESSAGE, "java..", "org.jspecify..")
          .check(all);
    }
  }

  @Test
  void sharedPackagesKnowNoRole() {
    for (String shared : new String[] {COMMON, MODEL, MESSAGE, WIRE, BROKER, TLS, GIT, PIPELINE}) {
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
    doesNotKnow(NOTIFY, OBSERVER, WORKER, WEB, CLI);
    isUsedOnlyIn("org.jdbi..", INDEX, "ci.assay.notify.outbox..");
    isUsedOnlyIn("org.flywaydb..", INDEX, "ci.assay.notify.outbox..", "ci.assay.sqlite..");
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

  @Test
  void onlyTheirPackageSpeaksTheModelContextProtocol() {
    isUsedOnlyIn("io.modelcontextprotocol..", "ci.assay.cli.mcp..");
    isUsedOnlyIn("reactor..", "ci.assay.cli.mcp..");
  }

  /**
   * The worker is excepted, because it reads files of other tools, such as {@code package.json}.
   */
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

  /** An exception could end a thread that was made elsewhere silently. */
  @Test
  void threadsAreMadeInOnePlace() {
    noClasses()
        .that()
        .resideOutsideOfPackage("ci.assay.thread..")
        .should()
        .callConstructorWhere(
            JavaCall.Predicates.target(
                HasOwner.Predicates.With.owner(JavaClass.Predicates.assignableTo(Thread.class))))
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(
            Executors.class,
            ThreadPoolExecutor.class,
            ScheduledThreadPoolExecutor.class,
            ForkJoinPool.class,
            Timer.class)
        .orShould()
        .callMethod(CompletableFuture.class, "runAsync", Runnable.class)
        .orShould()
        .callMethod(CompletableFuture.class, "supplyAsync", Supplier.class)
        .check(all);
  }

  @Test
  void nothingHasMoreParametersThanCanBeToldApart() {
    Set<String> crowded = new TreeSet<>();
    for (JavaClass type : all) {
      for (JavaCodeUnit unit : type.getCodeUnits()) {
        if (!isGenerated(type)
            && !unit.getModifiers().contains(JavaModifier.SYNTHETIC)
            && unit.getRawParameterTypes().size() > MOST_PARAMETERS) {
          crowded.add(type.getName());
        }
      }
    }
    assertThat(crowded).isEqualTo(new TreeSet<>(FLAT));
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
