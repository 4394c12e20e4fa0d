package ci.assay.worker.container;

import ci.assay.common.Durations;
import ci.assay.common.ImageNames;
import ci.assay.common.InvalidInputException;
import ci.assay.worker.command.AwayException;
import ci.assay.worker.command.UnfitWorkerException;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Provides the images of this worker's runs. An image that the engine has is used as it is. A
 * missing one is pulled, once for all threads that wait for it. Safe for use by many threads.
 */
final class Images {

  private static final Logger log = LoggerFactory.getLogger(Images.class);
  private static final Duration LOOK_LIMIT = Duration.ofSeconds(30);

  private final ContainerHost host;
  private final Executor pulls;
  private final Duration pullLimit;
  private final Map<String, FutureTask<Image>> inProgress = new HashMap<>();

  /**
   * @param pulls runs one task for each image that is pulled
   */
  Images(ContainerHost host, Executor pulls, Duration pullLimit) {
    this.host = host;
    this.pulls = pulls;
    this.pullLimit = pullLimit;
  }

  /**
   * Waits until the engine has an image.
   *
   * @throws InvalidInputException when there is no such image, or this worker may not pull it
   * @throws AwayException when the engine or the registry does not answer
   * @throws IOException when it cannot be pulled for another reason
   */
  Image require(String name) throws IOException, InterruptedException {
    FutureTask<Image> task = task(name);
    try {
      return task.get();
    } catch (ExecutionException e) {
      throw unwrapped(e, name);
    }
  }

  /**
   * The task in progress, or a new one. A task is removed before its outcome is known to anybody.
   */
  private FutureTask<Image> task(String name) throws IOException {
    synchronized (inProgress) {
      FutureTask<Image> known = inProgress.get(name);
      if (known != null) {
        return known;
      }
      FutureTask<Image> task = new FutureTask<>(() -> findAndForget(name));
      inProgress.put(name, task);
      try {
        pulls.execute(task);
      } catch (RejectedExecutionException e) {
        inProgress.remove(name);
        throw new IOException("image " + name + " is not looked for: this worker stops", e);
      }
      return task;
    }
  }

  private Image findAndForget(String name) throws IOException, InterruptedException {
    try {
      return find(name);
    } finally {
      synchronized (inProgress) {
        inProgress.remove(name);
      }
    }
  }

  private static IOException unwrapped(ExecutionException e, String name) {
    Throwable cause = e.getCause();
    if (cause instanceof AwayException away) {
      return new AwayException(String.valueOf(away.getMessage()), away.isForAll());
    }
    if (cause instanceof UnfitWorkerException unfit) {
      return new UnfitWorkerException(String.valueOf(unfit.getMessage()), unfit.mend());
    }
    if (cause instanceof InvalidInputException wrong) {
      throw new InvalidInputException(String.valueOf(wrong.getMessage()));
    }
    return new IOException(
        cause instanceof IOException
            ? String.valueOf(cause.getMessage())
            : "image " + name + " is not available: " + cause,
        cause);
  }

  private Image find(String name) throws IOException, InterruptedException {
    boolean isPodman = host.ready().isPodman();
    String whole = isPodman ? ImageNames.whole(name) : name;
    EngineAnswer look = look(whole);
    if (!look.isOk()) {
      pull(name, whole);
      look = look(whole);
    }
    if (!look.isOk()) {
      throw new IOException("image %s was pulled, but is missing".formatted(name));
    }
    return Image.read(name, look.out());
  }

  private EngineAnswer look(String name) throws IOException, InterruptedException {
    return host.run(LOOK_LIMIT, List.of("image", "inspect", "--format", "{{json .}}", name));
  }

  private void pull(String name, String whole) throws IOException, InterruptedException {
    log.info("pulling image {}", name);
    long start = System.nanoTime();
    EngineAnswer pulled;
    try {
      pulled = host.engine().run(pullLimit, List.of("pull", "--quiet", whole));
    } catch (Engine.HangsException e) {
      throw new AwayException(
          "image %s was not pulled within %s".formatted(name, Durations.text(pullLimit)), false);
    }
    if (pulled.isOk()) {
      Duration took = Duration.ofNanos(System.nanoTime() - start).truncatedTo(ChronoUnit.MILLIS);
      log.info("pulled image {} in {}", name, Durations.text(took));
      return;
    }
    host.requireEngine(pulled);
    if (pulled.isWithoutImage()) {
      throw new InvalidInputException(
          "image %s is not available: %s; correct 'image' in .assay.yml, or let the workers log in to its registry (%s login)"
              .formatted(name, pulled.problem(), host.engine().program()));
    }
    if (pulled.isRegistryAway()) {
      throw new AwayException(
          "image %s cannot be pulled now: %s".formatted(name, pulled.problem()), false);
    }
    throw new IOException("image %s cannot be pulled: %s".formatted(name, pulled.problem()));
  }
}
