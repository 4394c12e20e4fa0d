package ci.assay.worker.sandbox;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import ci.assay.common.CannotRunException;
import ci.assay.worker.command.GuardProcess;
import ci.assay.worker.folder.WorkFolder;
import ci.assay.worker.settings.Isolation;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** A program that {@link NormalUserTest} starts as another user. */
final class AnotherUsersTests {

  private AnotherUsersTests() {}

  /** Runs the tests of a class; with a folder, prints the executor chosen for a worker there. */
  public static void main(String[] arguments) throws Exception {
    if (arguments[0].startsWith("/")) {
      choose(Path.of(arguments[0]), Isolation.Executor.valueOf(arguments[1]));
      System.exit(0);
    }
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(arguments[0]))
            .filters(EngineFilter.includeEngines("junit-jupiter"))
            .build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    listener.getSummary().printFailuresTo(out, 3);
    out.println(
        "%d passed, %d failed"
            .formatted(
                listener.getSummary().getTestsSucceededCount(),
                listener.getSummary().getTotalFailureCount()));
    System.exit(0);
  }

  private static void choose(Path folder, Isolation.Executor executor) throws Exception {
    WorkFolder work = new WorkFolder(folder);
    work.create();
    work.prepare();
    ExecutorService threads = Executors.newCachedThreadPool();
    Isolation wanted = new Isolation(executor, Isolation.Network.OWN, List.of(), List.of());
    try (GuardProcess guard = GuardProcess.start(work.lock(), Duration.ZERO)) {
      System.out.println(
          ExecutorFactory.choose(new ExecutorFactory.Place("w", work), guard, threads, wanted)
              .name());
    } catch (CannotRunException e) {
      System.out.println("refused: " + e.getMessage());
    }
  }
}
