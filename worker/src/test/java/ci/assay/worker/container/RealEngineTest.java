package ci.assay.worker.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ci.assay.common.ImageNames;
import ci.assay.common.InvalidInputException;
import ci.assay.program.Scripts;
import ci.assay.worker.command.AwayException;
import ci.assay.worker.command.CommandExecutor;
import ci.assay.worker.command.CommandRunner.Command;
import ci.assay.worker.command.PlacedCommand;
import ci.assay.worker.command.RunNeeds;
import ci.assay.worker.command.RunPlaces;
import ci.assay.worker.output.RunLog;
import ci.assay.worker.settings.Isolation.Network;
import ci.assay.worker.settings.RunLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Containers of a real engine, docker or podman, whichever answers. The image is made from programs
 * of this machine, so no registry is needed.
 */
@Tag("long")
@Tag("engine")
@Timeout(180)
class RealEngineTest extends ContainerContract {

  private static String program = "";

  @BeforeAll
  static void image(@TempDir Path made) throws Exception {
    EngineSearch.Found found = EngineSearch.look(System.getenv());
    assertThat(found.words()).as("an engine that answers: %s", found).isNotNull();
    program = String.valueOf(found.program());
    Path script = made.resolve("make-image.sh");
    Files.writeString(script, Scripts.load(RealEngineTest.class, "make-image.sh"));
    said(
        "sh", script.toString(), program, ImageNames.whole(IMAGE), made.resolve("root").toString());
  }

  @Override
  Path program() {
    return Path.of(program);
  }

  private static String said(String... words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(text).isZero();
    return text;
  }

  private String ours(String what) throws IOException, InterruptedException {
    String label = "label=ci.assay.folder=" + folder.resolve("work-" + what);
    return said(program, "ps", "--all", "--quiet", "--filter", label);
  }

  @Test
  void ownNetworkIsNotSharedWithOtherSlots() throws Exception {
    String listen =
        "python3 -c 'import socket; a=socket.create_server((\"0.0.0.0\",18765)); a.settimeout(4);"
            + " open(\"address\",\"w\").write(socket.gethostbyname(socket.gethostname()));"
            + " a.accept()' 2>/dev/null";
    Path place = folder.resolve("listening");
    Future<Outcome> listening =
        threads.submit(() -> run(executor("1", Network.OWN), place, listen, Map.of(), LONG));
    Path address = place.resolve("tree/address");
    await().until(() -> Files.exists(address) && Files.size(address) > 6);
    String connect =
        "python3 -c 'import socket; socket.create_connection((\"%s\",18765),2)' 2>/dev/null"
            .formatted(Files.readString(address));
    assertThat(run(executor("2", Network.OWN), connect, Map.of(), LONG).exit().words())
        .isEqualTo("exit code 1");
    assertThat(listening.get().exit().words()).as("nobody came").isEqualTo("exit code 1");
  }

  @Test
  void missingImageIsNotPulledAgainAndAgain() throws Exception {
    RunPlaces places =
        new RunPlaces(folder, null, null, new RunNeeds(List.of(), "localhost:9/no/such:1"));
    assertThatThrownBy(() -> usual.prepare(places))
        .isInstanceOfAny(AwayException.class, InvalidInputException.class)
        .hasMessageContaining("localhost:9/no/such:1");
  }

  @Test
  void containerOfAKilledWorkerEndsAndTheRestIsRemovedAtItsNextStart() throws Exception {
    Future<Outcome> running = threads.submit(() -> run("touch begun; sleep 45"));
    await().until(() -> Files.exists(folder.resolve("run-1/tree/begun")));
    assertThat(ours("NONE")).isNotBlank();
    guard.close(); // as it does when the worker is gone
    assertThatThrownBy(running::get).isInstanceOf(ExecutionException.class);
    await().until(() -> ours("NONE").isBlank());

    Path work = folder.resolve("work-NONE");
    String label = "ci.assay.folder=" + work;
    said(program, "create", "--label", label, ImageNames.whole(IMAGE), "sleep", "60");
    said(program, "network", "create", "--label", label, "assay-left-" + System.nanoTime());
    assertThat(ours("NONE")).isNotBlank();
    engine(work, Network.NONE, RunLimits.NONE).words();
    assertThat(ours("NONE")).isBlank();
    assertThat(said(program, "network", "ls", "--quiet", "--filter", "label=" + label)).isBlank();
  }

  @Test
  void containerRemovedFromOutsideGivesNoVerdict() throws Exception {
    Future<Outcome> running = threads.submit(() -> run("touch begun; sleep 45"));
    await().until(() -> Files.exists(folder.resolve("run-1/tree/begun")));
    said(program, "rm", "--force", ours("NONE").strip());
    assertThatThrownBy(running::get).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void imageWithoutAShellIsTheCommitsFault() throws Exception {
    String empty = "docker.io/library/assay-test-empty:1";
    said(
        "sh",
        "-c",
        "mkdir -p $1/a && tar -C $1 -c a | $2 import - $3 >/dev/null",
        "sh",
        folder.resolve("empty").toString(),
        program,
        empty);
    try (CommandExecutor executor = executor("3", Network.NONE)) {
      var placed = PlacedCommand.in(folder.resolve("e"), "e", "true");
      var wants =
          new Command(
              "e",
              "true",
              placed.directory(),
              placed.environment(),
              LONG,
              new RunNeeds(List.of(), empty));
      try (var log = new RunLog(folder.resolve("log"), 1 << 20)) {
        assertThatThrownBy(() -> executor.run(wants, log))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageContaining("no command runs in a container of image " + empty);
      }
    }
  }
}
