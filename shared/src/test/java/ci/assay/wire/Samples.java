package ci.assay.wire;

import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.LogSummary;
import ci.assay.model.Outcome;
import ci.assay.model.Repository;
import ci.assay.model.Result;
import ci.assay.model.Started;
import ci.assay.model.TestCounts;
import ci.assay.model.Variant;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One of each message, with the literal JSON that stands in docs/messages.md too. */
final class Samples {

  private static final CommitId COMMIT = new CommitId("4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610");
  private static final JobId ID = JobId.of("bottle", COMMIT, "default");
  private static final Instant QUEUED = Instant.parse("2026-11-23T01:02:03.456Z");
  private static final String RUN = "01KAQ4W2Z6T8JH3M5N7P9R1S2V";

  static final Job JOB =
      new Job(
          ID,
          new Repository("bottle", "/srv/git/bottle.git"),
          COMMIT,
          new CommitId("77ab0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b"),
          List.of(new CommitId("90de1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a")),
          "refs/heads/main",
          Variant.DEFAULT,
          1,
          null,
          "default",
          1800,
          QUEUED,
          "push");

  static final String JOB_JSON =
      """
      {"type":"job","version":1,"id":"bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default",\
      "repository":{"name":"bottle","url":"/srv/git/bottle.git"},\
      "commit":"4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610",\
      "tree":"77ab0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b",\
      "parents":["90de1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a"],"ref":"refs/heads/main",\
      "variant":{"name":"default","env":{}},"variants":1,"test":null,"pool":"default",\
      "timeoutSeconds":1800,"queuedAt":"2026-11-23T01:02:03.456Z","reason":"push"}""";

  static final Started STARTED =
      new Started(ID, RUN, "host-1", Instant.parse("2026-11-23T01:02:04Z"));

  static final String STARTED_JSON =
      """
      {"type":"started","version":1,\
      "job":"bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default",\
      "run":"01KAQ4W2Z6T8JH3M5N7P9R1S2V","worker":"host-1",\
      "startedAt":"2026-11-23T01:02:04.000Z"}""";

  static final Result RESULT =
      new Result(
          ID,
          RUN,
          1,
          Outcome.FAILED,
          null,
          1,
          "211 tests, 2 failed, 3 skipped",
          "host-1",
          QUEUED,
          Instant.parse("2026-11-23T01:02:04Z"),
          Instant.parse("2026-11-23T01:02:05.880Z"),
          phases(),
          new TestCounts(211, 2, 0, 3),
          new LogSummary(48210, false, null),
          JOB);

  static final String RESULT_JSON =
      """
      {"type":"result","version":1,\
      "job":"bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default",\
      "run":"01KAQ4W2Z6T8JH3M5N7P9R1S2V","attempt":1,"outcome":"failed","cause":null,"exitCode":1,\
      "summary":"211 tests, 2 failed, 3 skipped","worker":"host-1",\
      "queuedAt":"2026-11-23T01:02:03.456Z","startedAt":"2026-11-23T01:02:04.000Z",\
      "finishedAt":"2026-11-23T01:02:05.880Z",\
      "phasesMillis":{"fetch":9,"checkout":31,"test":1840},\
      "tests":{"total":211,"failed":2,"errors":0,"skipped":3},\
      "log":{"bytes":48210,"truncated":false},"about":"""
          + JOB_JSON
          + "}";

  static final String VERDICT_JSON =
      """
      {
        "version": 1,
        "repository": "bottle",
        "commit": "4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610",
        "ref": "refs/heads/main",
        "outcome": "failed",
        "variants": {
          "default": {
            "outcome": "failed",
            "run": "01KAQ4W2Z6T8JH3M5N7P9R1S2V",
            "attempt": 1,
            "worker": "host-1",
            "durationMillis": 1880,
            "summary": "211 tests, 2 failed, 3 skipped"
          }
        },
        "queuedAt": "2026-11-23T01:02:03.456Z",
        "finishedAt": "2026-11-23T01:02:05.880Z"
      }
      """;

  private Samples() {}

  private static Map<String, Long> phases() {
    Map<String, Long> phases = new LinkedHashMap<>();
    phases.put("fetch", 9L);
    phases.put("checkout", 31L);
    phases.put("test", 1840L);
    return phases;
  }
}
