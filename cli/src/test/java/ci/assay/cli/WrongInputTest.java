package ci.assay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.testing.TestRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that a person can type wrong gets one clear line and the right exit code. */
class WrongInputTest {

  private static final String COMMIT = "0".repeat(40);

  @TempDir Path folder;
  private Sandbox sandbox;

  @BeforeEach
  void aRepositoryAndAFile() throws Exception {
    sandbox = new Sandbox(folder);
    try (TestRepository repository = TestRepository.in(folder.resolve("good.git"))) {
      repository.commit("first", Map.of("file", "content"));
    }
    try (TestRepository repository = TestRepository.in(folder.resolve("partial.git"))) {
      repository.commit("first", Map.of("file", "content"));
      repository.git("config", "remote.origin.promisor", "true");
    }
    try (TestRepository repository = TestRepository.in(folder.resolve("checkout/.git"))) {
      repository.commit("first", Map.of("file", "content"));
    }
    Files.writeString(folder.resolve("checkout/file"), "content");
    Files.createDirectory(folder.resolve("empty"));
    Files.createDirectory(folder.resolve("two words.git"));
    Files.writeString(folder.resolve("a-file"), "text");
  }

  /**
   * One mistake.
   *
   * @param words the command line
   * @param says what the line must contain
   */
  record Mistake(int exitCode, String words, String says) {
    @Override
    public String toString() {
      return "assay " + words;
    }
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake(2, "worke", "unknown command 'worke'; did you mean worker?"),
        new Mistake(2, "--brokr", "unknown option '--brokr'"),
        new Mistake(2, "worker --slot 2", "unknown option '--slot'; did you mean --slots?"),
        new Mistake(2, "worker extra", "unexpected argument 'extra' (see assay worker --help)"),
        new Mistake(2, "worker --broker", "missing required parameter for option '--broker'"),
        new Mistake(2, "worker --broker localhost", "broker 'localhost' is not amqp[s]://"),
        new Mistake(2, "worker --broker http://mq", "neither amqp:// nor amqps://"),
        new Mistake(2, "worker --broker amqp://mq:99999", "port 99999 is not from 1 to 65535"),
        new Mistake(2, "worker --broker amqp://mq/a/b", "write it as %2F"),
        new Mistake(2, "worker --broker embedded", "broker 'embedded' is not amqp[s]://"),
        new Mistake(2, "worker --broker-ca a-file", "--broker-ca is for amqps://"),
        new Mistake(2, "worker --broker amqps://mq --broker-ca nothing", "not a readable file"),
        new Mistake(
            2,
            "worker --broker-password-file nothing",
            "nothing' is not there; write the password into it"),
        new Mistake(2, "queue --token-file empty", "--token-file: '"),
        new Mistake(2, "worker --slots 0", "--slots: '0' is not a number from 1"),
        new Mistake(2, "worker --slots many", "--slots: 'many' is not a number"),
        new Mistake(2, "worker --slots 999999", "slots is 999999; it must be 1 to"),
        new Mistake(2, "worker --max-attempts -1", "--max-attempts: '-1' is not a number"),
        new Mistake(2, "worker --timeout soon", "--timeout: duration 'soon' is not like"),
        new Mistake(2, "worker --timeout 0s", "must be longer than zero"),
        new Mistake(2, "worker --timeout 48h", "at most 23h"),
        new Mistake(2, "worker --min-free-disk 500", "--min-free-disk: size '500' is not like"),
        new Mistake(2, "worker --min-free-disk -1M", "size '-1M' is not like 64K, 500M, 2G or 0"),
        new Mistake(2, "worker --log-cap 16MB", "--log-cap: size '16MB' is not like"),
        new Mistake(2, "worker --log-cap 0", "log cap is 0 bytes; it must be 1K to 256M"),
        new Mistake(2, "worker --log-cap 2G", "log cap is 2G; it must be 1K to 256M"),
        new Mistake(2, "worker --artifact-limit 2G", "artifact limit is 2G; it must be 0 to 256M"),
        new Mistake(2, "worker --keep-trees 14", "--keep-trees: duration '14' is not like"),
        new Mistake(2, "worker --keep-trees 1m", "it must be 1h or more"),
        new Mistake(2, "worker --name a/b", "--name: name 'a/b' may only have letters"),
        new Mistake(2, "worker --pool default,.x", "'.x' may not begin with a dot"),
        new Mistake(2, "worker --config nothing.yaml", "nothing.yaml' is not there"),
        new Mistake(2, "results --server foo", "--server: 'foo' is not http[s]://HOST[:PORT]"),
        new Mistake(2, "log --server http:// r 1", "'http://' is not http[s]://HOST[:PORT]"),
        new Mistake(2, "workers --server ftp://host", "'ftp://host' is not http[s]://HOST[:PORT]"),
        new Mistake(3, "queue --server http://127.0.0.1:1", "it refuses connections"),
        new Mistake(2, "coordinator --http 0 --management x", "--management: 'x' is not http"),
        new Mistake(
            2, "coordinator --http 0 --trusted-proxy x", "'x' is not an address or network"),
        new Mistake(2, "coordinator --http 0 --trusted-proxy 10.0.0.0/33", "is not an address"),
        new Mistake(2, "observer", "no repository to watch: name one as REPO"),
        new Mistake(2, "observer nowhere", "nowhere is not there: there is no such folder"),
        new Mistake(2, "observer empty", "the folder has no git repository in it"),
        new Mistake(2, "observer a-file", "it is a file"),
        new Mistake(2, "observer partial.git", "partial.git is a partial clone, which lacks"),
        new Mistake(2, "run partial.git", "or clone it again without --filter"),
        new Mistake(2, "observer x=empty", "the folder has no git repository in it"),
        new Mistake(2, "observer a%b=good.git", "'a%b' may only have letters"),
        new Mistake(2, "observer ftp://host/x.git", "neither a path nor file:, https:"),
        new Mistake(2, "observer https://u:secret@host/x.git", "has a password in its URL"),
        new Mistake(2, "observer good.git good=good.git", "two repositories are named 'good'"),
        new Mistake(2, "observer --commits all good.git", "'all' is neither every nor latest"),
        new Mistake(2, "observer --interval 5 good.git", "duration '5' is not like"),
        new Mistake(2, "observer --interval 1ms good.git", "not 10 ms or more"),
        new Mistake(2, "observer --backlog none good.git", "--backlog: 'none' is not a number"),
        new Mistake(2, "observer --refs a~b good.git", "ref 'a~b' is not the name of a ref"),
        new Mistake(2, "run nowhere", "there is no such folder"),
        new Mistake(2, "run", "the folder has no git repository in it"),
        new Mistake(2, "run checkout/nowhere", "checkout/nowhere is not there: there is no such"),
        new Mistake(2, "run checkout/file", "checkout/file is not there: it is a file"),
        new Mistake(2, "up checkout/nowhere", "checkout/nowhere is not there: there is no such"),
        new Mistake(2, "observer checkout/no/where", "checkout/no/where is not there"),
        new Mistake(2, "run --commits nothing good.git", "'nothing' is unknown"),
        new Mistake(2, "run --commits HEAD..HEAD good.git", "the range has no commits"),
        new Mistake(2, "run --workers 0 good.git", "--workers: '0' is not a number"),
        new Mistake(2, "run --broker amqp good.git", "broker 'amqp' is not amqp[s]://"),
        new Mistake(2, "run good.git good.git", "unexpected argument 'good.git'"),
        new Mistake(2, "up", "no repository to watch"),
        new Mistake(2, "up --workers x good.git", "--workers: 'x' is not a number"),
        new Mistake(2, "demo --dir a-file", "is a file, not a folder"),
        new Mistake(2, "demo --dir .", "is not empty; name a new folder"),
        new Mistake(2, "results --results nowhere", "no results folder"),
        new Mistake(2, "results --results a-file", "no results folder"),
        new Mistake(2, "results --results empty bottle", "repository 'bottle' has no results"),
        new Mistake(2, "results --limit 0 --results empty", "--limit: '0' is not a number"),
        new Mistake(2, "reindex --results nowhere", "no results folder"),
        new Mistake(2, "cancel", "missing required parameter"),
        new Mistake(2, "cancel bottle", "missing required parameter: 'COMMIT'"),
        new Mistake(2, "cancel bottle 4f1g", "'4f1g' is not a commit id"),
        new Mistake(2, "wait bottle HEAD", "'HEAD' is not a commit id"),
        new Mistake(
            2,
            "coordinator --forge git.example.org=gutlab",
            "--forge: 'gutlab' is not an https:// address with {commit}, nor one of github"),
        new Mistake(2, "coordinator --forge gitlab", "--forge: 'gitlab' is not KEY=VALUE"),
        new Mistake(2, "cancel a/b 4f1c", "repository name 'a/b' may only have letters"),
        new Mistake(2, "cancel --results nowhere bottle 4f1c", "is abbreviated and there is no"),
        new Mistake(2, "cancel --results empty bottle 4f1c", "repository 'bottle' has no results"),
        new Mistake(2, "rerun", "missing required parameter"),
        new Mistake(2, "rerun bottle " + COMMIT + " a/b", "variant 'a/b' may only have letters"),
        new Mistake(2, "rerun --broker mq bottle " + COMMIT, "broker 'mq' is not amqp[s]://"),
        new Mistake(3, "rerun --broker amqp://localhost:1 bottle " + COMMIT, "no broker at"),
        new Mistake(2, "audit --results empty", "no repository to watch"),
        new Mistake(2, "audit --results nowhere good.git", "no results folder"),
        new Mistake(2, "audit --results empty nowhere", "there is no such folder"),
        new Mistake(2, "audit --results empty --range nothing good.git", "'nothing' is unknown"),
        new Mistake(2, "audit --backlog x good.git", "--backlog: 'x' is not a number"),
        new Mistake(2, "coordinator --http nowhere", "--http: 'nowhere' is not HOST:PORT"),
        new Mistake(2, "coordinator --http 127.0.0.1:70000", "is not HOST:PORT"),
        new Mistake(2, "token fetch", "'fetch' is not add, list or remove"),
        new Mistake(2, "token add", "whose token? Give a name: assay token add NAME"),
        new Mistake(2, "token --results empty add x --role king", "role 'king' is not read"),
        new Mistake(2, "token --results empty remove nobody", "there is no token 'nobody'"),
        new Mistake(3, "workers --server http://127.0.0.1:1", "no answer from http://127.0.0.1:1"),
        new Mistake(2, "log", "missing required parameter"),
        new Mistake(2, "log bottle", "missing required parameter: 'COMMIT'"),
        new Mistake(2, "log --results empty bottle 4f", "repository 'bottle' has no results"),
        new Mistake(2, "coordinator --sweep-after soon", "--sweep-after: duration 'soon'"),
        new Mistake(3, "coordinator --results a-file", "a-file"),
        new Mistake(3, "run --results a-file good.git", "a-file"),
        new Mistake(3, "up --data a-file good.git", "a-file"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void isSaidInOneLine(Mistake mistake) {
    int exitCode = sandbox.run(mistake.words().split(" ", -1));

    assertThat(sandbox.errorLines().stream().filter(line -> line.startsWith("assay: ")))
        .singleElement()
        .asString()
        .contains(mistake.says())
        .doesNotContain("Exception", "secret");
    assertThat(sandbox.err()).doesNotContain("\tat ");
    assertThat(exitCode).isEqualTo(mistake.exitCode());
  }

  @Test
  void namesWithBlanksAreRefusedWithTheMend() throws Exception {
    try (TestRepository repository = TestRepository.in(folder.resolve("two words"))) {
      repository.commit("first", Map.of("file", "content"));
    }

    assertThat(sandbox.run("observer", "two words")).isEqualTo(2);
    assertThat(sandbox.errorLines()).singleElement().asString().contains("NAME=two words");
  }

  @Test
  void aWrongVariableIsNamed() {
    sandbox.environment.put("ASSAY_SLOTS", "lots");
    sandbox.environment.put("ASSAY_TIMEOUT", "5");

    assertThat(sandbox.run("worker")).isEqualTo(2);
    assertThat(sandbox.errorLines())
        .hasSize(2)
        .anyMatch(line -> line.contains("environment: ASSAY_SLOTS: 'lots' is not a number"))
        .anyMatch(line -> line.contains("environment: ASSAY_TIMEOUT: duration '5' is not like"));
  }

  @Test
  void aWrongVariableThatTheCommandLineReplacesDoesNoHarm() {
    sandbox.environment.put("ASSAY_RESULTS", "nowhere");

    assertThat(sandbox.run("results", "--results", "empty")).isZero();
    assertThat(sandbox.out()).contains("no results in");
  }

  @Test
  void everythingThatIsWrongInTheFileIsSaidAtOnceWithItsLine() throws Exception {
    Files.writeString(
        folder.resolve("assay.yaml"),
        """
        brokr: amqp://localhost
        broker: http://localhost
        interval: [1, 2
          , 3]
        state: ${NOT_THERE}/state
        repositories:
          - name: one
          - url: nowhere
            commits: some
            tests: make check
        """);

    assertThat(sandbox.run("observer")).isEqualTo(2);
    assertThat(sandbox.errorLines())
        .containsExactlyInAnyOrder(
            "assay: assay.yaml line 1: key 'brokr' is unknown; did you mean 'broker'?",
            "assay: assay.yaml line 5: the environment has no variable 'NOT_THERE'",
            "assay: assay.yaml line 7: a repository needs a url",
            "assay: assay.yaml line 10: key 'tests' is unknown; did you mean 'test'?",
            "assay: assay.yaml line 2: broker: broker 'http://localhost' is not"
                + " amqp[s]://[USER[:PASSWORD]@]HOST[:PORT][/VHOST]:"
                + " it begins with neither amqp:// nor amqps://",
            "assay: assay.yaml line 3: interval: duration '1,2,3' is not like 500ms, 90s, 30m,"
                + " 2h, 1d or 1h30m");
  }

  @Test
  void whatIsWrongWithARepositoryOfTheFileIsSaidWithItsLine() throws Exception {
    Files.writeString(
        folder.resolve("assay.yaml"),
        """
        repositories:
          - url: nowhere
            commits: some
          - url: good.git
            backlog: 0
        """);

    assertThat(sandbox.run("observer")).isEqualTo(2);
    assertThat(sandbox.errorLines())
        .hasSize(3)
        .anyMatch(line -> line.contains("assay.yaml line 2: url: repository"))
        .anyMatch(line -> line.contains("assay.yaml line 3: commits: 'some' is neither"))
        .anyMatch(line -> line.contains("assay.yaml line 5: backlog: '0' is not a number"));
  }

  @Test
  void whatIsWrongWithASecretOfTheFileIsSaidWithItsLine() throws Exception {
    Files.writeString(
        folder.resolve("assay.yaml"),
        """
        secrets:
          - name: A
            file: /etc/assay/secrets/a
          - {name: B, command: [pass, show], repositories: '*'}
          - {name: C, value: x, repositories: '*'}
        """);
    assertThat(sandbox.run("worker")).isEqualTo(2);
    assertThat(sandbox.errorLines())
        .containsExactly(
            "assay: assay.yaml line 2: a secret needs a name, a file or command, and the"
                + " repositories that may have it ('*' for all)",
            "assay: assay.yaml line 4: command: expected one line for sh, like 'pass show x'",
            "assay: assay.yaml line 5: key 'value' is unknown; did you mean 'name'?",
            "assay: assay.yaml line 5: a secret needs a name, a file or command, and the"
                + " repositories that may have it ('*' for all)");
    Files.writeString(
        folder.resolve("assay.yaml"),
        """
        secrets:
          - {name: A-B, command: pass show a, repositories: '*'}
          - {name: B, file: /etc/shadow, repositories: '*'}
          - {name: C, command: x, file: /etc/assay/secrets/y, repositories: '*'}
          - {name: D, command: x, repositories: '*', refs: '^', pools: 'a b'}
        """);
    assertThat(sandbox.run("worker")).isEqualTo(2);
    assertThat(sandbox.errorLines())
        .hasSize(5)
        .anyMatch(line -> line.contains("line 2: name: 'A-B' cannot be the name of a secret"))
        .anyMatch(line -> line.contains("line 3: file: '/etc/shadow' is in a folder of the system"))
        .anyMatch(line -> line.contains("line 4: command: there is 'file' already"))
        .anyMatch(line -> line.contains("line 5: refs: ref '^' is not the name of a ref"))
        .anyMatch(line -> line.contains("line 5: pools: pool 'a b'"));
  }

  @Test
  void aCommitCannotBringSecretsOrTheirCommands() throws Exception {
    Path marker = folder.resolve("ran");
    Files.writeString(
        folder.resolve("assay.yaml"),
        "secrets: [{name: A, command: 'touch %s', repositories: '*'}]\n".formatted(marker));
    Files.createDirectories(folder.resolve("clone/.git"));
    Path below = Files.createDirectories(folder.resolve("clone/sub"));
    Files.copy(folder.resolve("assay.yaml"), below.resolve("assay.yaml"));
    Sandbox within = new Sandbox(below);
    within.run("doctor");
    assertThat(within.out()).contains("'secrets' is not read from a file in a git repository");
    assertThat(marker).doesNotExist();
    sandbox.run("doctor", "--config", "assay.yaml");
    assertThat(sandbox.out()).contains("A: has 0 characters, too few to be masked");
    assertThat(marker).exists();
  }

  @Test
  void aFileThatIsNotYamlIsSaidWithItsLine() throws Exception {
    Files.writeString(folder.resolve("assay.yaml"), "broker: amqp://localhost\nrefs: [a\n");

    assertThat(sandbox.run("worker")).isEqualTo(2);
    assertThat(sandbox.errorLines())
        .singleElement()
        .asString()
        .contains("assay.yaml line 3: not YAML");
  }

  @Test
  void theDoctorLooksAtTheRepositoriesThatAreToBeTested() throws Exception {
    Files.writeString(
        folder.resolve("assay.yaml"),
        "repositories:\n- url: good.git\n- url: partial.git\n- url: https://git.example.org/x\n");

    assertThat(sandbox.run("doctor")).isEqualTo(3);

    assertThat(sandbox.out().replaceAll("\\s+", " "))
        .contains("ok repository " + folder.resolve("good.git"))
        .contains("FAIL repository repository " + folder.resolve("partial.git") + " is a partial")
        .contains("https://git.example.org/x, not asked");
    assertThat(sandbox.run("doctor", "empty")).isEqualTo(3);
    assertThat(sandbox.out()).contains("the folder has no git repository in it");
  }

  @Test
  void everyCommandHasHelpThatShowsItsDefaultsAndNoErrors() {
    List<String> commands =
        List.of(
            "demo",
            "run",
            "up",
            "observer",
            "coordinator",
            "worker",
            "results",
            "log",
            "cancel",
            "rerun",
            "audit",
            "doctor");
    for (String command : commands) {
      assertThat(sandbox.run(command, "--help")).as(command).isZero();
      assertThat(sandbox.out()).startsWith("Usage: assay " + command);
      assertThat(sandbox.err()).isEmpty();
    }
    assertThat(sandbox.run("--help")).isZero();
    assertThat(sandbox.out()).contains(commands);
    assertThat(sandbox.run("--version")).isZero();
    assertThat(sandbox.out()).startsWith("assay ");
  }
}
