package ci.assay.systemtest.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.broker.BrokerAddress;
import ci.assay.model.CommitId;
import ci.assay.model.Outcome;
import ci.assay.systemtest.AssayProcess;
import ci.assay.systemtest.Installation;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * However a worker is given its broker password, a run cannot find it in the arguments and
 * environments of its ancestors in {@code /proc}. The worker works with each way.
 */
@Tag("long")
class HiddenPasswordsTest {

  /** In a URL it is percent-encoded, so both forms are looked for. */
  private static final String PASSWORD = "sesame/4711 %";

  private static final String ENCODED = "sesame%2F4711%20%25";
  private static final String GIT_PASSWORD = "git-sesame-4712";
  private static final String TOKEN = "token-sesame-4713";

  /** Prints the arguments and environments of all ancestors of the run. */
  private static final String ATTACK =
      """
      env
      p=$$
      while [ "$p" -gt 1 ]; do
        tr '\\0' '\\n' </proc/$p/environ
        tr '\\0' '\\n' </proc/$p/cmdline
        fd=$(tr '\\0' '\\n' </proc/$p/cmdline | sed -n 's,^-Dassay.secrets=/dev/fd/,,p')
        [ -z "$fd" ] || timeout 2 cat "/proc/$p/fd/$fd"
        p=$(sed -n 's/^PPid:\\t//p' /proc/$p/status)
      done
      """;

  /** Asks all ancestors that are Java to do what an attached program says; each may refuse. */
  private static final String ATTACH =
      """
      p=$$
      while [ "$p" -gt 1 ]; do
        if tr '\\0' ' ' </proc/$p/cmdline | grep -q assay-cli-; then
          '%s' -J-Dsun.tools.attach.attachTimeout=2000 $p VM.system_properties
          echo "tried to attach to $p"
        fi
        p=$(sed -n 's/^PPid:\\t//p' /proc/$p/status)
      done
      """
          .formatted(Path.of(System.getProperty("java.home"), "bin/jcmd"));

  @TempDir static Path folder;
  private static BrokerAddress worker;
  private static Installation assay;
  private static TestRepository repository;

  /** A way to give the password. */
  enum Way {
    URL_IN_ENVIRONMENT,
    URL_AS_ARGUMENT,
    URL_IN_ARGUMENT_WITH_EQUALS,
    PASSWORD_IN_ENVIRONMENT,
    FILE,
    FILE_IN_ENVIRONMENT,
    DESCRIPTOR,
    SYSTEMD_CREDENTIAL,
    CONFIG_FILE_WITH_VARIABLE
  }

  @BeforeAll
  static void start() {
    TestBroker broker = TestBroker.administered();
    BrokerAddress at = broker.newVirtualHost();
    String user = "hidden-" + UUID.randomUUID().toString().substring(0, 8);
    worker = broker.withUser(at, user, TestBroker.Permissions.ALL);
    broker.ctl("change_password", user, PASSWORD);
    repository = TestRepository.in(folder.resolve("repository"));
    assay = new Installation(folder, at);
    assay.coordinator();
    assay.observer("--test", "sh check.sh", "sample=" + repository.path());
  }

  @AfterAll
  static void end() {
    assay.close();
    repository.close();
  }

  @ParameterizedTest
  @EnumSource
  void aRunFindsNoPasswordOfItsWorker(Way way) throws Exception {
    try (AssayProcess process = worker(way)) {
      CommitId commit = repository.commit(way.name(), Map.of("check.sh", attack(way)));

      assertThat(assay.awaitVerdict("sample", commit).outcome())
          .as(process.output())
          .isEqualTo(Outcome.PASSED);
      String log =
          Files.readString(assay.results().resolve("sample/" + commit + "/default/log.txt"));
      assertThat(log).as("it saw the worker").contains("assay-cli-", "worker");
      assertHidden(log);
      if (way == Way.FILE) {
        assertThat(log).contains("tried to attach to").doesNotContain("java.class.path=");
      }
      assertHidden(process.output());
      await().untilAsserted(() -> assertHidden(startedWith(process)));
    }
  }

  /** Attaching takes two seconds when it is refused, so it is tried in one way only. */
  private static String attack(Way way) {
    return ATTACK + (way == Way.FILE ? ATTACH : "") + "# " + way + "\ntrue\n";
  }

  @Test
  void aCopyOfTheDistributionHidesThemToo() throws Exception {
    repository.commit("copy", Map.of("check.sh", ATTACK));
    Path built = AssayProcess.checkout().resolve("cli/target/assay");
    Path copy = Files.createDirectory(folder.resolve("copy"));
    Path launcher = Files.copy(AssayProcess.checkout().resolve("assay"), copy.resolve("assay"));
    Files.createSymbolicLink(copy.resolve("lib"), built.resolve("lib"));
    ProcessBuilder builder =
        new ProcessBuilder(
                launcher.toString(), "run", "--test", "sh check.sh", repository.path().toString())
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().putAll(secrets());
    builder.environment().put("HOME", folder.resolve("home").toString());
    Process run = builder.start();
    String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(run.waitFor()).as(output).isZero();
    assertHidden(output);
    try (Stream<Path> logs = Files.walk(folder.resolve("home"))) {
      List<Path> found = logs.filter(file -> file.endsWith("log.txt")).toList();
      assertThat(found).isNotEmpty();
      for (Path log : found) {
        assertHidden(Files.readString(log));
      }
    }
  }

  private static AssayProcess worker(Way way) throws IOException {
    Map<String, String> environment = new HashMap<>(secrets());
    List<String> arguments = new ArrayList<>();
    Path file = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
    String url = Installation.uri(worker).replaceFirst(":[^:@/]*@", ":" + ENCODED + "@");
    String bare = url.replace(":" + ENCODED, "");
    String named = bare;
    switch (way) {
      case URL_IN_ENVIRONMENT -> environment.put("ASSAY_BROKER", url);
      case URL_AS_ARGUMENT -> arguments.addAll(List.of("--broker", url));
      case URL_IN_ARGUMENT_WITH_EQUALS -> arguments.add("--broker=" + url);
      case PASSWORD_IN_ENVIRONMENT -> environment.put("ASSAY_BROKER_PASSWORD", PASSWORD);
      case FILE -> arguments.addAll(List.of("--broker-password-file", file.toString()));
      case FILE_IN_ENVIRONMENT -> environment.put("ASSAY_BROKER_PASSWORD_FILE", file.toString());
      case DESCRIPTOR -> arguments.addAll(List.of("--broker-password-file", "/dev/fd/3"));
      case SYSTEMD_CREDENTIAL -> {
        Path credentials = Files.createDirectory(folder.resolve("credentials"));
        Files.writeString(credentials.resolve("assay_broker_password"), PASSWORD);
        environment.put("CREDENTIALS_DIRECTORY", credentials.toString());
      }
      case CONFIG_FILE_WITH_VARIABLE -> {
        environment.put("RABBIT_PASSWORD", ENCODED);
        named = bare.replace("@", ":${RABBIT_PASSWORD}@");
        Path config = Files.writeString(folder.resolve("with.yaml"), "broker: " + named + "\n");
        arguments.addAll(List.of("--config", config.toString()));
      }
    }
    if (!way.name().startsWith("URL") && way != Way.CONFIG_FILE_WITH_VARIABLE) {
      arguments.addAll(List.of("--broker", bare));
    }
    arguments.addAll(List.of("--name", "one", "--work", folder.resolve("work").toString()));
    arguments.add(0, "worker");
    return way == Way.DESCRIPTOR
        ? AssayProcess.startBy("exec \"$0\" \"$@\" 3<" + file, folder, environment, arguments)
        : AssayProcess.start(folder, environment, arguments.toArray(String[]::new));
  }

  /** Environment variables that may contain secrets. */
  private static Map<String, String> secrets() {
    return Map.of(
        "ASSAY_GIT_PASSWORD", GIT_PASSWORD,
        "ASSAY_GIT_PASSWORD_GIT_EXAMPLE_ORG", GIT_PASSWORD,
        "ASSAY_TOKEN", TOKEN);
  }

  /** The arguments and environments of the process and its descendants. */
  private static String startedWith(AssayProcess process) {
    StringBuilder all = new StringBuilder();
    Stream<Long> below = process.descendants().stream().map(ProcessHandle::pid);
    for (long pid : Stream.concat(Stream.of(process.pid()), below).toList()) {
      for (String file : List.of("cmdline", "environ")) {
        try {
          all.append(Files.readString(Path.of("/proc/" + pid + "/" + file)));
        } catch (NoSuchFileException e) {
          all.append("ended meanwhile");
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return all.toString();
  }

  private static void assertHidden(String text) {
    assertThat(text).doesNotContain(PASSWORD, ENCODED, GIT_PASSWORD, TOKEN);
  }
}
