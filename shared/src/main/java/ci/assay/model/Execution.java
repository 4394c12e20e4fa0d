package ci.assay.model;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where and when a run was.
 *
 * @param worker the name of the worker that ran it
 * @param queuedAt when the job was queued
 * @param phasesMillis how long each phase took, by its name and in their order; docs/messages.md
 *     lists them
 */
public record Execution(
    String worker,
    Instant queuedAt,
    Instant startedAt,
    Instant finishedAt,
    Map<String, Long> phasesMillis) {

  public Execution {
    Names.present("worker", worker);
    queuedAt = Names.millis("queuedAt", queuedAt);
    startedAt = Names.millis("startedAt", startedAt);
    finishedAt = Names.millis("finishedAt", finishedAt);
    Names.present("phasesMillis", phasesMillis);
    phasesMillis = Collections.unmodifiableMap(new LinkedHashMap<>(phasesMillis));
  }
}
