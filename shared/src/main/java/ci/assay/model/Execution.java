package ci.assay.model;

import ci.assay.common.Names;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where and when a run was executed.
 *
 * @param worker the name of the worker that ran it
 * @param queuedAt when the job was queued
 * @param phasesMillis how long each phase took, in milliseconds, by its name and in order;
 *     docs/messages.md lists them
 * @param surroundings what the command ran in
 */
public record Execution(
    String worker,
    Instant queuedAt,
    Instant startedAt,
    Instant finishedAt,
    Map<String, Long> phasesMillis,
    Surroundings surroundings) {

  /** For a run whose surroundings are not known. */
  public Execution(
      String worker,
      Instant queuedAt,
      Instant startedAt,
      Instant finishedAt,
      Map<String, Long> phasesMillis) {
    this(worker, queuedAt, startedAt, finishedAt, phasesMillis, Surroundings.UNKNOWN);
  }

  public Execution {
    Names.present("worker", worker);
    queuedAt = Names.millis("queuedAt", queuedAt);
    startedAt = Names.millis("startedAt", startedAt);
    finishedAt = Names.millis("finishedAt", finishedAt);
    Names.present("phasesMillis", phasesMillis);
    phasesMillis = Collections.unmodifiableMap(new LinkedHashMap<>(phasesMillis));
  }

  /** What the command ran in, in one word; null where that is not known. */
  public @Nullable String executor() {
    return surroundings.executor();
  }
}
