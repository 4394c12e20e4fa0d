package ci.assay.worker.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.common.InvalidInputException;
import ci.assay.worker.command.AwayException;
import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.CommandExit.Exited;
import ci.assay.worker.command.RunNeeds;
import ci.assay.worker.command.RunPlaces;
import ci.assay.worker.command.UnfitWorkerException;
import ci.assay.worker.folder.WorkFolder;
import ci.assay.worker.settings.Isolation;
import ci.assay.worker.settings.Isolation.Network;
import ci.assay.worker.settings.RunLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What can be tested of containers without an engine; needs bubblewrap and python3. */
@Tag("long")
@Timeout(120)
class FakeEngineTest extends ContainerContract {

  private FakeEngine engine;

  @BeforeEach
  void engine() throws IOException {
    engine = made();
  }

  private FakeEngine made() throws IOException {
    if (engine == null) {
      engine = FakeEngine.in(folder.resolve("engine"));
    }
    return engine;
  }

  @Override
  Path program() {
    try {
      return made().program();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fake applies no limits, so none may be reported as reached. */
  @Override
  void assertLimits(CommandExecutor limited) throws Exception {
    assertThat(run(limited, "exit 3", Map.of(), LONG).exit()).isEqualTo(new Exited(3));
    assertThat(engine.runs().get(0))
        .contains("--memory=67108864", "--memory-swap=67108864", "--pids-limit=32");
    LimitsMet met = new LimitsMet(RunLimits.parse("memory=64M,processes=30"), folder, threads);
    assertThat(met.met("memory/memory.oom_control oom_kill 1\npids/pids.events max 3\n"))
        .isEqualTo("killed: used more than 64M of memory");
    assertThat(met.met("memory.events oom_kill 0\npids.events max 3\n"))
        .isEqualTo("more than 30 processes at a time");
    assertThat(met.met("memory.events oom_kill 0\npids.events max 0\n")).isEmpty();
  }

  @Test
  void variablesOfARunAreOnNoCommandLine() throws Exception {
    try (CommandExecutor own = executor("3", Network.NONE)) {
      String look = "test ${#TOKEN} = 9 && ! cat /proc/*/cmdline | grep -a 's3[c]ret'";
      assertThat(run(own, look, Map.of("TOKEN", "s3cret-42"), LONG).exit())
          .isEqualTo(new Exited(0));
    }
    assertThat(engine.runs()).isNotEmpty().noneMatch(arguments -> arguments.contains("s3cret"));
  }

  @Test
  void containerIsIsolatedLabelledAndHasTheRunsFolders() throws Exception {
    try (CommandExecutor own = executor("2", Network.OWN)) {
      run(own, "true", Map.of(), LONG);
      String network = engine.all("networks").get(0);
      assertThat(network).startsWith("assay-").endsWith("-2");
      String work = folder.resolve("work-OWN").toString();
      assertThat(engine.runs().get(0))
          .contains(
              "\"--rm\", \"--interactive\", \"--pull=never\"",
              "\"--label\", \"ci.assay.worker=w1\", \"--label\", \"ci.assay.folder=" + work + "\"",
              "\"--label\", \"ci.assay.run=" + folder.getFileName(),
              "\"--cap-drop\", \"ALL\", \"--security-opt\", \"no-new-privileges\"",
              "\"--read-only\", \"--ipc=private\"",
              "\"--log-driver=none\", \"--network=" + network + "\"",
              "\"type=bind,source=" + folder.resolve("run-1/tree") + ",target=/assay/tree\"",
              "\"type=bind,source=" + folder.resolve("run-1/home") + ",target=/assay/home\"",
              "\"type=bind,source=" + folder.resolve("run-1/tmp") + ",target=/tmp\"",
              "/supervisor,target=/assay/supervisor,readonly\"",
              "\"" + "ab".repeat(32) + "\"")
          .doesNotContain("\"--privileged\"", ".sock");
    }
    assertThat(engine.all("networks")).isEmpty();
    await().until(() -> engine.all("containers").isEmpty());
  }

  @Test
  void onlyWhatAKilledWorkerLeftIsRemovedAtItsNextStart() throws Exception {
    String ours = folder.resolve("work-NONE").toString();
    for (String kind : List.of("containers", "networks")) {
      Path place = Files.createDirectories(engine.folder().resolve(kind));
      Files.writeString(place.resolve("left"), labels(ours));
      Files.writeString(place.resolve("of-another-worker"), labels("/elsewhere"));
    }
    run("true");
    assertThat(engine.all("networks")).containsExactly("of-another-worker");
    await().until(() -> engine.all("containers").equals(List.of("of-another-worker")));
  }

  private static String labels(String folder) {
    return "{\"labels\": [\"ci.assay.worker=w1\", \"ci.assay.folder=%s\"], \"pid\": 99999999}"
        .formatted(folder);
  }

  @Test
  void imageIsPulledOnceForAllSlots() throws Exception {
    ContainerEngine shared = engine(folder.resolve("shared"), Network.NONE, RunLimits.NONE);
    engine.set("pull-waits");
    List<Future<Outcome>> both =
        List.of("1", "2").stream()
            .map(
                slot ->
                    threads.submit(
                        () -> {
                          try (CommandExecutor each = shared.executor(guard, slot)) {
                            return run(each, "exit 4", Map.of(), LONG);
                          }
                        }))
            .toList();
    await().until(() -> engine.pulls().size() == 1);
    engine.unset("pull-waits");
    for (Future<Outcome> each : both) {
      assertThat(each.get().exit()).isEqualTo(new Exited(4));
    }
    assertThat(engine.pulls()).containsExactly(IMAGE);
  }

  @Test
  void resultHasTheDigestOfTheImage() throws Exception {
    RunPlaces places = places("python:3.12");
    assertThat(usual.surroundings(places).imageDigest()).isNull();
    usual.prepare(places);
    assertThat(usual.surroundings(places).executor()).isEqualTo("container");
    assertThat(usual.surroundings(places).image()).isEqualTo("python:3.12");
    assertThat(usual.surroundings(places).imageDigest()).isEqualTo("sha256:" + "cd".repeat(32));
  }

  private RunPlaces places(String image) {
    return new RunPlaces(folder, null, null, new RunNeeds(List.of(), image));
  }

  @Test
  void missingImageIsTheCommitsFaultButARegistryThatDoesNotAnswerIsNot() throws Exception {
    engine.pullSays("Error response from daemon: manifest for a:1 not found: manifest unknown\n");
    assertThatThrownBy(() -> usual.prepare(places("a:1")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(
            "image a:1 is not available: Error response from daemon: manifest for");
    engine.pullSays(
        "Error response from daemon: Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup"
            + " registry-1.docker.io on 10.0.0.2:53: no such host\n");
    assertThatThrownBy(() -> usual.prepare(places("a:1")))
        .isInstanceOf(AwayException.class)
        .hasMessageContaining("image a:1 cannot be pulled now")
        .satisfies(e -> assertThat(((AwayException) e).isForAll()).isFalse());
    engine.pullSays("Error response from daemon: no space left on device\n");
    assertThatThrownBy(() -> usual.prepare(places("a:1")))
        .isExactlyInstanceOf(IOException.class)
        .hasMessageContaining("no space left on device");
    engine.unset("pull-says");
    usual.prepare(places("a:1"));
  }

  @Test
  void engineThatDoesNotAnswerIsNotTheCommitsFaultAndIsUsedAgainLater() throws Exception {
    assertThat(run("exit 3").exit()).isEqualTo(new Exited(3));
    engine.set("down");
    assertThatThrownBy(() -> run("true"))
        .isInstanceOf(AwayException.class)
        .hasMessageContaining("no container engine answers")
        .hasMessageContaining("Cannot connect to the Docker daemon")
        .satisfies(e -> assertThat(((AwayException) e).isForAll()).isTrue());
    engine.unset("down");
    await().ignoreExceptions().until(() -> run("exit 3").exit().equals(new Exited(3)));
  }

  /** Such a commit goes to another worker. */
  @Test
  void besideAnotherExecutorAnEngineThatNeverAnsweredCountsAsMissing() throws Exception {
    engine.set("down");
    Isolation auto = new Isolation(Isolation.Executor.AUTO, Network.OWN, List.of(), List.of());
    Path work = Files.createDirectories(folder.resolve("auto"));
    ContainerEngine there =
        ContainerEngine.of(program().toString(), "w1", new WorkFolder(work), auto, threads);
    try (CommandExecutor each = there.executor(guard, "1")) {
      assertThatThrownBy(() -> each.prepare(places("a:1")))
          .isInstanceOf(UnfitWorkerException.class)
          .hasMessageContaining("Is the docker daemon running")
          .satisfies(e -> assertThat(((UnfitWorkerException) e).mend()).contains("install Docker"));
    }
  }
}
