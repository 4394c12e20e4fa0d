package ci.assay.worker.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.common.InvalidInputException;
import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.CommandExit.TimedOut;
import ci.assay.worker.output.RunLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CommandRunnerTest {

  private static final Duration LONG = Duration.ofSeconds(50);

  @TempDir Path folder;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private GuardProcess guard;
  private CommandRunner commands;
  private int runs;
  private int scripts;

  @BeforeEach
  void guard() throws InterruptedException {
    guard = GuardProcess.start(folder.resolve(".lock"), Duration.ZERO);
    commands = commands();
  }

  @AfterEach
  void close() {
    commands.close();
    guard.close();
    threads.shutdownNow();
  }

  @Test
  void theExitCodeIsTheCommands() throws Exception {
    assertThat(run("true")).isEqualTo(new Exited(0));
    assertThat(run("exit 3")).isEqualTo(new Exited(3));
    assertThat(run("no-such-command")).isEqualTo(new Exited(127));
    assertThat(run("kill -9 $$").words()).isEqualTo("killed by signal 9 (SIGKILL)");
    assertThat(run("exit 129").words()).isEqualTo("exit code 129");
  }

  @Test
  void bothOutputsAreKeptInTheirOrder() throws Exception {
    run("for i in 1 2 3; do echo out $i; echo err $i >&2; done");
    assertThat(log()).isEqualTo("out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n");
  }

  @Test
  void nothingIsInheritedAndNothingCanBeRead() throws Exception {
    run("env | sort; cat; pwd");
    assertThat(log().lines())
        .contains("PATH=/usr/bin:/bin", "ASSAY_RUN=" + id(1), folder.toRealPath().toString())
        .allMatch(line -> line.matches("(PATH|ASSAY_RUN|PWD|SHLVL|_)=.*|/.*"));
  }

  @Test
  void aScriptIsRunAsShWouldRunIt() throws Exception {
    run("# a comment\nset -e\ncat <<END\n$# $0\nEND\nfalse\necho not reached");
    assertThat(log()).isEqualTo("0 sh\n");
    assertThat(run("if")).isEqualTo(new Exited(2));
    assertThat(log()).contains("yntax error");
  }

  @Test
  void aCommandThatPrintsNothingLeavesNoLog() throws Exception {
    run("true");
    assertThat(folder.resolve("run1.log")).doesNotExist();
  }

  @Test
  void aRunLeadsAGroupAndASessionOfItsOwn() throws Exception {
    run("ps -o pid=,pgid=,sid= -p $$");
    String[] ids = log().strip().split(" +", -1);
    assertThat(ids).hasSize(3).containsOnly(ids[0]);
    assertThat(Long.parseLong(ids[0])).isNotEqualTo(ProcessHandle.current().pid());
  }

  @Test
  void timeIsUpForAllOfTheGroup() throws Exception {
    CommandExit ending = run("sleep 55 & echo $!; wait", Duration.ofMillis(300));
    assertThat(ending).isEqualTo(new TimedOut(Duration.ofMillis(300), false));
    assertThat(ending.words()).isEqualTo("killed by signal 15 (SIGTERM)");
    assertThatAllAreGone();
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  @Tag("long")
  void whoIgnoresSigtermIsKilledTenSecondsLater() throws Exception {
    CommandExit ending =
        run("trap '' TERM; echo $$; while :; do sleep 1; done", Duration.ofMillis(200));
    assertThat(ending).isEqualTo(new TimedOut(Duration.ofMillis(200), true));
    assertThatAllAreGone();
  }

  @Test
  void aBackgroundChildThatHoldsTheOutputEndsWithTheRun() throws Exception {
    assertThat(run("sleep 55 & echo $!")).isEqualTo(new Exited(0));
    assertThatAllAreGone();
  }

  @Test
  void aChildThatLeftTheGroupEndsWithTheRun() throws Exception {
    assertThat(
            run(
                "n=55.$$; setsid sh -c \"echo \\$\\$; sleep $n\" & while ! pgrep -f \"sleep $n\"; do :; done"))
        .isEqualTo(new Exited(0));
    assertThatAllAreGone();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "setsid env -i sh -c 'echo $$; exec sleep 55' & sleep 0.3",
        "setsid env -i sh -c '(setsid sh -c \"echo \\$\\$; exec sleep 55\" &) ; exit' & sleep 0.3",
        "setsid env -i sh -c 'echo $$; exec >/dev/null 2>&1; trap \"\" TERM HUP; sleep 55' & sleep 0.3"
      })
  void noChildCanHideFromTheEndOfItsRun(String command) throws Exception {
    assertThat(run(command)).isEqualTo(new Exited(0));
    assertThatAllAreGone();
    assertThat(run("echo next")).isEqualTo(new Exited(0));
    assertThat(log()).isEqualTo("next\n");
  }

  @Test
  @Execution(ExecutionMode.CONCURRENT)
  @Tag("long")
  void aProcessThatIsNotOfTheRunDoesNotHoldItUp() throws Exception {
    Path id = folder.resolve("id");
    Path open = folder.resolve("open");
    String holding =
        "until [ -s %s ]; do sleep 0.05; done; exec 3>/proc/$(cat %s)/fd/1; touch %s; exec sleep 54"
            .formatted(id, id, open);
    Process holder = start(List.of(), "sh", "-c", holding);
    try {
      String held = "echo $$ >%s; until [ -e %s ]; do sleep 0.05; done; echo given";
      assertThat(run(held.formatted(id, open))).isEqualTo(new Exited(0));
      assertThat(log()).startsWith("given\n").contains("[assay] a process that is not of this run");
      assertThat(run("echo next")).isEqualTo(new Exited(0));
      assertThat(log()).isEqualTo("next\n");
    } finally {
      holder.destroyForcibly();
    }
  }

  @Test
  void theEnvironmentThatMarksARunIsNotMistakenForAnothers() throws Exception {
    Future<CommandExit> other = threads.submit(() -> run("sleep 2"));
    await().until(() -> runs == 1);
    try (CommandRunner beside = commands()) {
      assertThat(run(beside, "true", LONG)).isEqualTo(new Exited(0));
    }
    assertThat(other.get()).isEqualTo(new Exited(0));
  }

  @Test
  void anInterruptKillsTheRun() throws Exception {
    CompletableFuture<Throwable> outcome = new CompletableFuture<>();
    Thread runner =
        new Thread(
            () -> {
              try {
                run("echo $$; sleep 55");
              } catch (Throwable e) {
                outcome.complete(e);
              }
            });
    runner.start();
    await().until(() -> Files.exists(folder.resolve("run1.log")));
    runner.interrupt();
    assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
    assertThatAllAreGone();
  }

  /** A script of the commit's own, so that the command is a simple one. */
  private String script(String content) throws IOException {
    Path script = folder.resolve("script-%d.sh".formatted(++scripts));
    Files.writeString(script, content);
    return "sh " + script;
  }

  @Test
  void commandsShareASupervisorAndSeeNothingOfEachOther() throws Exception {
    String supervisor = supervisorOfARun();
    run("cd /");
    run("export LEFT=1");
    run("umask 077");
    run("set -eu");
    run("trap true EXIT");
    run("LEFT=2");
    assertThat(run(script("umask; pwd; echo ${LEFT-none}"))).isEqualTo(new Exited(0));
    assertThat(log().lines()).containsExactly("0022", folder.toRealPath().toString(), "none");
    assertThat(run("exit 3")).isEqualTo(new Exited(3));
    assertThat(run("no-such-command")).isEqualTo(new Exited(127));
    assertThat(log()).contains("no-such-command: not found\n");
    run("kill -9 0");
    run("sleep 55 &");
    run("setsid sleep 55 & sleep 0.1");
    run("sleep 55", Duration.ofMillis(100));
    assertThat(supervisorOfARun()).isEqualTo(supervisor);
  }

  @Test
  void aSupervisorThatItsRunKilledIsReplaced() throws Exception {
    String supervisor = supervisorOfARun();
    String killing = "sleep 55 & echo $!; kill -9 $(ps -o ppid= -p $$); sleep 55";
    assertThat(run(killing).words()).isEqualTo("killed by signal 9 (SIGKILL)");
    assertThatAllAreGone();
    assertThat(run(script("echo heard; exit 4"))).isEqualTo(new Exited(4));
    assertThat(log()).isEqualTo("heard\n");
    assertThat(supervisorOfARun()).isNotEqualTo(supervisor);
  }

  @Test
  void anotherRunCannotSayHowThisOneEnded() throws Exception {
    String supervisor = supervisorOfARun();
    Path begun = folder.resolve("begun");
    Path told = folder.resolve("told");
    String forging =
        """
        until [ -e %s ]; do sleep 0.05; done
        for fd in /proc/%s/fd/1; do
          printf '0\\nexit 0\\n x exit 0\\noutput 5\\nrest none\\n' >$fd
          printf '%%0100000d\\n' 0 >$fd
        done
        touch %s
        """
            .formatted(begun, supervisor, told);
    try (CommandRunner beside = commands()) {
      Future<CommandExit> forger = threads.submit(() -> run(beside, script(forging), LONG));
      await().until(() -> runs == 2);
      String waiting =
          "touch %s; until [ -e %s ]; do sleep 0.05; done; echo own; exit 1".formatted(begun, told);
      assertThat(run(waiting)).isEqualTo(new Exited(1));
      assertThat(log()).isEqualTo("own\n");
      forger.get();
    }
  }

  @Test
  void aProcessOfTheSameUserCannotOpenTheSupervisorsPipes() throws Exception {
    List<String> asNobody =
        ProcessHandle.current().info().user().filter("root"::equals).isPresent()
            ? List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
            : List.of();
    Process supervisor =
        start(asNobody, "perl", "-e", ShellScript.load("run-supervisor.pl"), "157", "112");
    try (var words = supervisor.inputReader(StandardCharsets.UTF_8)) {
      assertThat(words.readLine()).isEqualTo("ready");
      String proc = "/proc/" + supervisor.pid();
      String prying =
          "for f in fd/0 fd/1 mem environ; do (: <%s/$f) 2>/dev/null && echo $f; done; echo tried"
              .formatted(proc);
      Process spy = start(asNobody, "sh", "-c", prying);
      assertThat(spy.inputReader(StandardCharsets.UTF_8).lines()).containsExactly("tried");
    } finally {
      supervisor.destroyForcibly();
    }
  }

  private static Process start(List<String> prefix, String... program) throws IOException {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(List.of(program));
    return new ProcessBuilder(all).start();
  }

  @Test
  void whenTimeIsUpEachProcessHasTimeToEndWell() throws Exception {
    String careful =
        script("trap 'sleep 0.5; echo tidy; exit 0' TERM; while :; do sleep 0.1; done");
    assertThat(run(careful, Duration.ofMillis(300)))
        .isEqualTo(new TimedOut(Duration.ofMillis(300), false));
    assertThat(log()).endsWith("tidy\n");
    run("setsid " + careful + " & wait", Duration.ofMillis(300));
    assertThat(log()).endsWith("tidy\n");
  }

  @Test
  void aScriptMayTrapAndSignalItself() throws Exception {
    assertThat(run("trap 'echo heard' TERM; kill -TERM $$; exit 6")).isEqualTo(new Exited(6));
    assertThat(log()).isEqualTo("heard\n");
    assertThat(run("kill -TERM $$; sleep 5").words()).isEqualTo("killed by signal 15 (SIGTERM)");
    assertThat(run("(kill -TERM $$); sleep 5").words()).isEqualTo("killed by signal 15 (SIGTERM)");
    assertThat(run("trap 'echo heard; exit 7' TERM; kill -TERM -$$")).isEqualTo(new Exited(7));
  }

  @ParameterizedTest
  @ValueSource(strings = {". ./part.sh", "command . ./part.sh", "eval . ./part.sh"})
  void aFileThatBecomesPartOfTheCommandMayUseItsProcessId(String command) throws Exception {
    Files.writeString(folder.resolve("part.sh"), "kill -TERM $$\n");
    assertThat(run(command).words()).isEqualTo("killed by signal 15 (SIGTERM)");
  }

  @Test
  void aSignalToTheGroupIsForTheCommand() throws Exception {
    for (String command : List.of("kill -TERM 0; sleep 5", script("kill -TERM 0; sleep 5"))) {
      assertThat(run(command).words()).isEqualTo("killed by signal 15 (SIGTERM)");
    }
    assertThat(run(script("kill -INT 0; sleep 5")).words())
        .isEqualTo("killed by signal 2 (SIGINT)");
    assertThat(run("kill -KILL 0").words()).isEqualTo("killed by signal 9 (SIGKILL)");
    assertThat(run("true")).isEqualTo(new Exited(0));
  }

  @ParameterizedTest
  @CsvSource({
    "HUP, exit code 129", // which programs exit with, too
    "INT, killed by signal 2 (SIGINT)",
    "QUIT, killed by signal 3 (SIGQUIT)"
  })
  void aSignalThatItsWorkerWasStartedToIgnoreEndsARun(String signal, String words)
      throws Exception {
    Process worker =
        new ProcessBuilder(
                "sh",
                "-c",
                "trap '' HUP INT QUIT; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                BackgroundWorker.class.getName(),
                folder.resolve("background").toString(),
                script("kill -%s $$; echo ignored".formatted(signal)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output = new String(worker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(output).endsWith(words + "\n");
  }

  /** Started by the test as a process of its own. */
  static final class BackgroundWorker {
    public static void main(String[] arguments) throws Exception {
      Path folder = Files.createDirectories(Path.of(arguments[0]));
      ExecutorService threads = Executors.newCachedThreadPool();
      Map<String, String> world = Map.of("PATH", "/usr/bin:/bin", "ASSAY_RUN", "01BACKGROUND");
      try (GuardProcess guard = GuardProcess.start(folder.resolve(".lock"), Duration.ZERO);
          CommandRunner commands = new CommandRunner(guard, threads);
          RunLog log = new RunLog(folder.resolve("log"), 1 << 20)) {
        CommandRunner.Command command =
            new CommandRunner.Command("01BACKGROUND", arguments[1], folder, world, LONG);
        System.out.println(commands.run(command, log).words());
      }
      threads.shutdownNow();
    }
  }

  @Test
  void anIdleSupervisorThatIsKilledIsNobodysVerdict() throws Exception {
    ProcessHandle supervisor = ProcessHandle.of(Long.parseLong(supervisorOfARun())).orElseThrow();
    supervisor.destroyForcibly();
    await().until(() -> !supervisor.isAlive());
    assertThat(run("true")).isEqualTo(new Exited(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", ":; true"})
  void whatCannotBeginIsTroubleAndNoEnding(String command) throws Exception {
    Path gone = folder.resolve("gone");
    CommandRunner.Command nowhere =
        new CommandRunner.Command(id(1), command, gone, Map.of("PATH", "/usr/bin:/bin"), LONG);
    try (RunLog log = new RunLog(folder.resolve("run1.log"), 1 << 20)) {
      assertThatThrownBy(() -> commands.run(nowhere, log))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("could not begin")
          .hasMessageContaining(gone.toString());
    }
    assertThat(run(command)).isEqualTo(new Exited(0));
  }

  @Test
  void textIsTakenLiterally() throws Exception {
    String value = "it's \"$(touch ran)\" `x` \\ ü\nsecond line ";
    Map<String, String> world = Map.of("PATH", "/usr/bin:/bin", "VALUE", value);
    Path odd = Files.createDirectories(folder.resolve("it's $odd"));
    try (RunLog log = new RunLog(folder.resolve("run0.log"), 1 << 20)) {
      commands.run(
          new CommandRunner.Command(id(0), "printf %s \"$VALUE\" >'a b'", odd, world, LONG), log);
    }
    assertThat(odd.resolve("a b")).hasContent(value);
    assertThat(odd).isDirectoryNotContaining("glob:**ran");
  }

  @Test
  void aVariableThatNoShellCanHoldIsRefused() throws Exception {
    Map<String, String> world = Map.of("A-B", "1");
    try (RunLog log = new RunLog(folder.resolve("run0.log"), 1 << 20)) {
      assertThatThrownBy(
              () ->
                  commands.run(
                      new CommandRunner.Command(id(0), "touch ran", folder, world, LONG), log))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("'A-B'");
    }
    assertThat(folder.resolve("ran")).doesNotExist();
  }

  @Test
  void onceClosedTheSupervisorIsGone() throws Exception {
    String supervisor = supervisorOfARun();
    commands.close();
    assertThat(Alive.is(supervisor)).isFalse();
  }

  @Test
  void withoutTheGuardNothingRuns() {
    guard.close();
    assertThatThrownBy(() -> run("touch ran")).hasMessageContaining("guard");
    assertThat(folder.resolve("ran")).doesNotExist();
  }

  private CommandExit run(String command) throws IOException, InterruptedException {
    return run(command, LONG);
  }

  private CommandExit run(String command, Duration timeout)
      throws IOException, InterruptedException {
    return run(commands, command, timeout);
  }

  private CommandExit run(CommandRunner in, String command, Duration timeout)
      throws IOException, InterruptedException {
    int number = ++runs;
    Map<String, String> world = Map.of("PATH", "/usr/bin:/bin", "ASSAY_RUN", id(number));
    try (RunLog log = new RunLog(folder.resolve("run" + number + ".log"), 1 << 20)) {
      CommandExit ending =
          in.run(new CommandRunner.Command(id(number), command, folder, world, timeout), log);
      log.finish();
      return ending;
    }
  }

  /** A run id that is unique on this machine, because processes are found and killed by it. */
  private String id(int number) {
    return folder.getFileName() + "-" + number;
  }

  private CommandRunner commands() {
    return new CommandRunner(guard, threads);
  }

  /** The process id of the supervisor, which starts the next command. */
  private String supervisorOfARun() throws Exception {
    assertThat(run("ps -o ppid= -p $$; true")).isEqualTo(new Exited(0));
    return log().strip();
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("run" + runs + ".log"));
  }

  /** Each line of the log that is a number is the id of a process that must be dead. */
  private void assertThatAllAreGone() throws IOException {
    assertThat(log().lines().filter(line -> line.matches("\\d+")))
        .isNotEmpty()
        .noneMatch(Alive::is);
  }
}
