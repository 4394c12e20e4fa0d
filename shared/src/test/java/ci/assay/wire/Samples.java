package ci.assay.wire;

import ci.assay.message.ActiveNotice;
import ci.assay.message.LivenessQuery;
import ci.assay.message.Order;
import ci.assay.message.OrderReply;
import ci.assay.message.PollRequest;
import ci.assay.message.Presence;
import ci.assay.message.ReconcileReply;
import ci.assay.message.ReconcileRequest;
import ci.assay.message.RefTips;
import ci.assay.message.ResendRequest;
import ci.assay.message.RunNotice;
import ci.assay.message.RunReturned;
import ci.assay.message.RunStarted;
import ci.assay.message.StartReply;
import ci.assay.message.StartRequest;
import ci.assay.message.StopRequest;
import ci.assay.message.Tick;
import ci.assay.message.WatchRequest;
import ci.assay.model.Change;
import ci.assay.model.CommitId;
import ci.assay.model.Conclusion;
import ci.assay.model.Execution;
import ci.assay.model.FileSummary;
import ci.assay.model.Findings;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Message;
import ci.assay.model.Origin;
import ci.assay.model.Outcome;
import ci.assay.model.Repository;
import ci.assay.model.Result;
import ci.assay.model.Revision;
import ci.assay.model.RunId;
import ci.assay.model.Surroundings;
import ci.assay.model.Task;
import ci.assay.model.Variant;
import ci.assay.model.artifact.Artifact;
import ci.assay.model.artifact.ArtifactList;
import ci.assay.model.artifact.StoredArtifacts;
import ci.assay.model.report.CaseOutcome;
import ci.assay.model.report.TestCase;
import ci.assay.model.report.TestCounts;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A sample of each message, with the literal JSON that is also in docs/messages.md. */
final class Samples {

  private static final CommitId COMMIT = new CommitId("4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610");
  static final JobId ID = JobId.of("bottle", COMMIT, "default");
  private static final Instant QUEUED = Instant.parse("2026-11-23T01:02:03.456Z");
  static final Instant NOW = Instant.parse("2026-11-23T01:02:04Z");
  private static final String RUN = "01KAQ4W2Z6T8JH3M5N7P9R1S2V";
  private static final String OTHER_RUN = "01KAQ4X0R7W2B5C8D9E1F3G4H6";
  private static final String STORE = "01KAQ3F9M2K4N6P8Q0R1S3T5V7";
  private static final JobId OTHER_ID =
      JobId.of("bottle", new CommitId("90de1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a"), "default");

  static final Job JOB =
      new Job(
          ID,
          new Revision(
              new Repository("bottle", "/srv/git/bottle.git"),
              COMMIT,
              new CommitId("77ab0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b"),
              List.of(new CommitId("90de1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a")),
              "refs/heads/main"),
          new Task(Variant.DEFAULT, 1, null, "default", 1800),
          new Origin(
              QUEUED,
              "push",
              new Change(
                  "A U Thor", Instant.parse("2026-11-23T01:01:58Z"), "Keep the clock on time")));

  static final String JOB_JSON =
      """
      {"type":"job","version":1,"id":"bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default",\
      "repository":{"name":"bottle","url":"/srv/git/bottle.git"},\
      "commit":"4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610",\
      "tree":"77ab0c1d2e3f4a5b6c7d8e9f0a1b2c3d4e5f6a7b",\
      "parents":["90de1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a"],"ref":"refs/heads/main",\
      "variant":{"name":"default","env":{}},"variants":1,"test":null,"pool":"default",\
      "timeoutSeconds":1800,"queuedAt":"2026-11-23T01:02:03.456Z","reason":"push",\
      "change":{"author":"A U Thor","authoredAt":"2026-11-23T01:01:58.000Z",\
      "subject":"Keep the clock on time"}}""";

  static final RunStarted STARTED =
      new RunStarted(ID, RUN, "host-1", Instant.parse("2026-11-23T01:02:04Z"));

  static final String STARTED_JSON =
      """
      {"type":"started","version":1,\
      "job":"bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default",\
      "run":"01KAQ4W2Z6T8JH3M5N7P9R1S2V","worker":"host-1",\
      "startedAt":"2026-11-23T01:02:04.000Z"}""";

  static final Result RESULT =
      new Result(
          ID,
          new RunId(RUN, 1),
          new Conclusion(
              Outcome.FAILED,
              null,
              1,
              "211 tests, 2 failed, 3 skipped; first failing: ClockTest.strikes",
              new Conclusion.Command("make check", Conclusion.Source.FILE)),
          new Execution(
              "host-1",
              QUEUED,
              Instant.parse("2026-11-23T01:02:04Z"),
              Instant.parse("2026-11-23T01:02:05.880Z"),
              phases(),
              new Surroundings("sandbox")),
          new Findings(
              new TestCounts(211, 2, 0, 3),
              new FileSummary(48210, false, null),
              new FileSummary(30177, false, null)),
          JOB);

  static final String RESULT_JSON =
      """
      {"type":"result","version":1,\
      "job":"bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default",\
      "run":"01KAQ4W2Z6T8JH3M5N7P9R1S2V","attempt":1,"outcome":"failed","cause":null,"exitCode":1,\
      "summary":"211 tests, 2 failed, 3 skipped; first failing: ClockTest.strikes",\
      "command":{"text":"make check","source":"file"},"worker":"host-1",\
      "queuedAt":"2026-11-23T01:02:03.456Z","startedAt":"2026-11-23T01:02:04.000Z",\
      "finishedAt":"2026-11-23T01:02:05.880Z",\
      "phasesMillis":{"fetch":9,"checkout":31,"test":1840},"executor":"sandbox",\
      "tests":{"total":211,"failed":2,"errors":0,"skipped":3},\
      "log":{"bytes":48210,"truncated":false},\
      "cases":{"bytes":30177,"truncated":false},"about":"""
          + JOB_JSON
          + "}";

  static final Result CONTAINED =
      new Result(
          RESULT.id(),
          RESULT.runId(),
          RESULT.conclusion(),
          new Execution(
              "host-1",
              QUEUED,
              RESULT.startedAt(),
              RESULT.finishedAt(),
              phases(),
              new Surroundings("container", "maven:3.9", "sha256:ab")),
          RESULT.findings(),
          JOB);

  static final String CONTAINED_JSON =
      RESULT_JSON.replace(
          "\"executor\":\"sandbox\"",
          "\"executor\":\"container\",\"image\":\"maven:3.9\",\"imageDigest\":\"sha256:ab\"");

  static final StoredArtifacts ARTIFACTS =
      StoredArtifacts.of(
          RUN,
          new ArtifactList(
              List.of(
                  new Artifact(
                      "target/site/index.html",
                      4127,
                      "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                      "text/html"))),
          Instant.parse("2026-12-07T01:02:06Z"));

  static final String ARTIFACTS_JSON =
      """
      {"version":1,"run":"01KAQ4W2Z6T8JH3M5N7P9R1S2V","keptUntil":"2026-12-07T01:02:06.000Z",\
      "files":[{"path":"target/site/index.html","size":4127,\
      "sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",\
      "mediaType":"text/html"}]}""";

  static final List<TestCase> CASES =
      List.of(
          new TestCase("clock.ClockTest", "keepsTime", CaseOutcome.PASSED, 12L, null, null),
          new TestCase(
              "clock.ClockTest",
              "strikes",
              CaseOutcome.FAILED,
              3L,
              "expected: 12 but was: 13",
              "at clock.ClockTest.strikes(ClockTest.java:31)\n"),
          new TestCase("clock.ClockTest", "isWound", CaseOutcome.SKIPPED, null, "no key", null));

  static final String CASES_JSON =
      """
      {"class":"clock.ClockTest","name":"keepsTime","outcome":"passed","millis":12}
      {"class":"clock.ClockTest","name":"strikes","outcome":"failed","millis":3,\
      "message":"expected: 12 but was: 13",\
      "stack":"at clock.ClockTest.strikes(ClockTest.java:31)\\n"}
      {"class":"clock.ClockTest","name":"isWound","outcome":"skipped","message":"no key"}
      """;

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
            "summary": "211 tests, 2 failed, 3 skipped; first failing: ClockTest.strikes"
          }
        },
        "queuedAt": "2026-11-23T01:02:03.456Z",
        "finishedAt": "2026-11-23T01:02:05.880Z"
      }
      """;

  static final RunReturned RETURNED =
      new RunReturned(ID, RUN, "host-1", "the disk is full", true, NOW);

  static final String RETURNED_JSON =
      """
      {"type":"returned","version":1,\
      "job":"bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default",\
      "run":"01KAQ4W2Z6T8JH3M5N7P9R1S2V","worker":"host-1","reason":"the disk is full",\
      "trouble":true,"returnedAt":"2026-11-23T01:02:04.000Z"}""";

  static final RunReturned UNSEEN =
      new RunReturned(
          ID, RUN, "host-1", new RunReturned.Why("no such folder", true, true, null), NOW);

  static final String UNSEEN_JSON =
      """
      {"type":"returned","version":1,\
      "job":"bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default",\
      "run":"01KAQ4W2Z6T8JH3M5N7P9R1S2V","worker":"host-1","reason":"no such folder",\
      "trouble":true,"unseen":true,"returnedAt":"2026-11-23T01:02:04.000Z"}""";

  static final RunReturned UNFIT =
      new RunReturned(
          ID, RUN, "host-1", new RunReturned.Why("no engine", true, true, "install one"), NOW);

  static final String UNFIT_JSON =
      """
      {"type":"returned","version":1,\
      "job":"bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default",\
      "run":"01KAQ4W2Z6T8JH3M5N7P9R1S2V","worker":"host-1","reason":"no engine",\
      "trouble":true,"unseen":true,"mend":"install one","returnedAt":"2026-11-23T01:02:04.000Z"}""";

  static final RefTips REFS =
      new RefTips(
          "bottle",
          1_795_395_723_456L,
          Map.of(
              "refs/heads/main",
              COMMIT,
              "refs/heads/topic",
              new CommitId("90de1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a")),
          0,
          NOW);

  static final String REFS_JSON =
      """
      {"type":"refs","version":1,"repository":"bottle","sequence":1795395723456,\
      "refs":{"refs/heads/main":"4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610",\
      "refs/heads/topic":"90de1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a"},\
      "more":0,"sentAt":"2026-11-23T01:02:04.000Z"}""";

  static final Tick TICK = new Tick(STORE, "main-3f2a9c1e", 42, NOW);

  static final String TICK_JSON =
      """
      {"type":"tick","version":1,"store":"01KAQ3F9M2K4N6P8Q0R1S3T5V7",\
      "coordinator":"main-3f2a9c1e","number":42,"sentAt":"2026-11-23T01:02:04.000Z"}""";

  static final ActiveNotice ACTIVE = new ActiveNotice(STORE, "main-3f2a9c1e", NOW);

  static final String ACTIVE_JSON =
      """
      {"type":"active","version":1,"store":"01KAQ3F9M2K4N6P8Q0R1S3T5V7",\
      "coordinator":"main-3f2a9c1e","sentAt":"2026-11-23T01:02:04.000Z"}""";

  static final StartRequest ASK = new StartRequest(ID, RUN, "host-1", 3, List.of(OTHER_RUN));

  static final String ASK_JSON =
      """
      {"type":"ask","version":1,\
      "job":"bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default",\
      "run":"01KAQ4W2Z6T8JH3M5N7P9R1S2V","worker":"host-1","maxAttempts":3,\
      "silent":["01KAQ4X0R7W2B5C8D9E1F3G4H6"]}""";

  static final StartReply ANSWER =
      new StartReply(ID, StartReply.Decision.ELSEWHERE, 2, List.of(OTHER_RUN), true);

  static final String ANSWER_JSON =
      """
      {"type":"answer","version":1,\
      "job":"bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default",\
      "decision":"elsewhere","attempt":2,"runs":["01KAQ4X0R7W2B5C8D9E1F3G4H6"],\
      "settled":true}""";

  static final LivenessQuery WHO = new LivenessQuery(ID, RUN);

  static final String WHO_JSON =
      """
      {"type":"who","version":1,\
      "job":"bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default",\
      "run":"01KAQ4W2Z6T8JH3M5N7P9R1S2V"}""";

  static final RunNotice HERE =
      new RunNotice(ID, OTHER_RUN, "host-2", RunNotice.State.RUNNING, NOW);

  static final String HERE_JSON =
      """
      {"type":"here","version":1,\
      "job":"bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default",\
      "run":"01KAQ4X0R7W2B5C8D9E1F3G4H6","worker":"host-2","state":"running",\
      "startedAt":"2026-11-23T01:02:04.000Z"}""";

  static final StopRequest STOP = new StopRequest(ID, "cancelled by ann@desk");

  static final String STOP_JSON =
      """
      {"type":"stop","version":1,\
      "job":"bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default",\
      "reason":"cancelled by ann@desk"}""";

  static final ResendRequest RESEND = new ResendRequest(ID, RUN);

  static final String RESEND_JSON =
      """
      {"type":"resend","version":1,\
      "job":"bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default",\
      "run":"01KAQ4W2Z6T8JH3M5N7P9R1S2V"}""";

  static final WatchRequest WATCH = new WatchRequest(ID, 48210);

  static final String WATCH_JSON =
      """
      {"type":"watch","version":1,\
      "job":"bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default","from":48210}""";

  static final Presence PRESENCE =
      new Presence(
          new Presence.Sender("host-1", "host-1-9b1d4c7a"),
          new Presence.Capacity(List.of("default"), 2, "sandbox"),
          new Presence.Load(List.of(new Presence.Underway(ID, RUN, NOW)), List.of(OTHER_ID)),
          new Presence.Condition(52_428_800_000L, null),
          NOW);

  static final String PRESENCE_JSON =
      """
      {"type":"presence","version":1,"worker":"host-1","instance":"host-1-9b1d4c7a",\
      "pools":["default"],"slots":2,"executor":"sandbox",\
      "running":[{"job":"bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default",\
      "run":"01KAQ4W2Z6T8JH3M5N7P9R1S2V","startedAt":"2026-11-23T01:02:04.000Z"}],\
      "held":["bottle/90de1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a/default"],\
      "freeBytes":52428800000,"takesNothing":null,"sentAt":"2026-11-23T01:02:04.000Z"}""";

  static final ReconcileRequest RECONCILE = new ReconcileRequest(List.of(ID, OTHER_ID));

  static final String RECONCILE_JSON =
      """
      {"type":"reconcile","version":1,\
      "jobs":["bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default",\
      "bottle/90de1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a/default"]}""";

  static final ReconcileReply RECONCILED =
      new ReconcileReply(List.of(ID), List.of(), List.of(OTHER_ID));

  static final String RECONCILED_JSON =
      """
      {"type":"reconciled","version":1,\
      "judged":["bottle/4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610/default"],"owed":[],\
      "unknown":["bottle/90de1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a/default"]}""";

  static final Order ORDER = new Order(Order.Kind.CANCEL, "bottle", COMMIT, null, "ann@desk");

  static final String ORDER_JSON =
      """
      {"type":"order","version":1,"kind":"cancel","repository":"bottle",\
      "commit":"4f1c3a0d5be2f9b4d1c7a68e0f23b5c9d8e7a610","variant":null,"by":"ann@desk"}""";

  static final PollRequest POLL = new PollRequest("bottle", "a hook of GitHub");

  static final String POLL_JSON =
      """
      {"type":"poll","version":1,"repository":"bottle","by":"a hook of GitHub"}""";

  static final OrderReply RECEIPT = new OrderReply(true, List.of("bottle/4f1c…/default cancelled"));

  static final String RECEIPT_JSON =
      """
      {"type":"receipt","version":1,"done":true,\
      "lines":["bottle/4f1c…/default cancelled"]}""";

  /** Each message with its JSON, in the order of docs/messages.md. */
  static Map<Message, String> all() {
    Map<Message, String> all = new LinkedHashMap<>();
    all.put(JOB, JOB_JSON);
    all.put(STARTED, STARTED_JSON);
    all.put(RETURNED, RETURNED_JSON);
    all.put(UNSEEN, UNSEEN_JSON);
    all.put(UNFIT, UNFIT_JSON);
    all.put(RESULT, RESULT_JSON);
    all.put(CONTAINED, CONTAINED_JSON);
    all.put(REFS, REFS_JSON);
    all.put(TICK, TICK_JSON);
    all.put(ACTIVE, ACTIVE_JSON);
    all.put(ASK, ASK_JSON);
    all.put(ANSWER, ANSWER_JSON);
    all.put(WHO, WHO_JSON);
    all.put(HERE, HERE_JSON);
    all.put(STOP, STOP_JSON);
    all.put(RESEND, RESEND_JSON);
    all.put(WATCH, WATCH_JSON);
    all.put(PRESENCE, PRESENCE_JSON);
    all.put(RECONCILE, RECONCILE_JSON);
    all.put(RECONCILED, RECONCILED_JSON);
    all.put(ORDER, ORDER_JSON);
    all.put(POLL, POLL_JSON);
    all.put(RECEIPT, RECEIPT_JSON);
    return all;
  }

  private Samples() {}

  private static Map<String, Long> phases() {
    Map<String, Long> phases = new LinkedHashMap<>();
    phases.put("fetch", 9L);
    phases.put("checkout", 31L);
    phases.put("test", 1840L);
    return phases;
  }
}
