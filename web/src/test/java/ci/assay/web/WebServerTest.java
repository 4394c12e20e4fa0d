package ci.assay.web;

import static ci.assay.index.StoredFiles.commit;
import static ci.assay.index.StoredFiles.job;
import static ci.assay.index.StoredFiles.test;
import static ci.assay.model.report.CaseOutcome.FAILED;
import static ci.assay.model.report.CaseOutcome.PASSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ci.assay.coordinator.live.LiveListener;
import ci.assay.message.Presence;
import ci.assay.model.CommitId;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Outcome;
import ci.assay.model.artifact.StoredArtifacts;
import ci.assay.model.report.TestCase;
import ci.assay.web.access.WebRig;
import ci.assay.web.view.Assets;
import ci.assay.wire.Codec;
import java.io.IOException;
import java.io.StringReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class WebServerTest {

  private static final String MAIN = "refs/heads/main";

  @TempDir Path folder;
  private WebRig rig;

  @BeforeEach
  void start() {
    rig = new WebRig(folder);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void anEmptyInstallationSaysWhatToDoNext() throws Exception {
    assertThat(rig.get("/").body())
        .contains("Nothing has been tested yet")
        .contains("assay observer");
    assertThat(rig.get("/workers").body()).contains("No worker is running");
    assertThat(rig.get("/queue").body()).contains("Nothing is waiting or running");
  }

  @Test
  void aBrokenCommitIsTwoClicksFromItsLog() throws Exception {
    Job job = job("bottle", 1, MAIN, "Break it");
    rig.judge(job, Outcome.FAILED, "3 tests, 1 failed", "one\ntwo fails\n");
    assertThat(rig.get("/").body()).contains("/r/bottle/" + commit(1)).contains("failed");
    assertThat(rig.get("/r/bottle").body()).contains("Break it").contains("3 tests, 1 failed");
    String commit = "/r/bottle/" + commit(1);
    assertThat(rig.get(commit).body()).contains("A U Thor").contains(commit + "/default");
    assertThat(rig.get(commit + "/default").body()).contains("two fails");
    assertThat(rig.get(commit + "/default/lines?first=2").body())
        .contains("two fails")
        .doesNotContain("one");
    assertThat(rig.get(commit + "/default/find?text=FAILS").body()).isEqualTo("[2]");
    HttpResponse<String> raw = rig.get(commit + "/default/log.txt");
    assertThat(raw.body()).isEqualTo("one\ntwo fails\n");
    assertThat(raw.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
  }

  @Test
  void aCommitSaysWhatItBrokeAndWhatItFixed() throws Exception {
    rig.judge(
        job("bottle", 1, MAIN, null),
        Outcome.FAILED,
        List.of(test("a", FAILED), test("b", PASSED), test("c", FAILED)));
    rig.judge(
        job("bottle", 2, MAIN, null),
        Outcome.FAILED,
        List.of(test("a", PASSED), test("b", FAILED), test("c", FAILED)));
    String page = rig.get("/r/bottle/" + commit(2)).body();
    assertThat(page).contains("1 newly broken").contains("1 fixed").contains("1 still failing");
    assertThat(page).contains("it said no").contains("#find=b");
    String tests = rig.get("/r/bottle/tests").body();
    assertThat(tests).contains(">b</a>").contains(">c</a>").doesNotContain(">a</a>");
    assertThat(tests).contains("/r/bottle/" + commit(1));
  }

  @Test
  void artifactsAreListedOnThePageAndServedSoThatNoneCanRunAScript() throws Exception {
    Job job = job("bottle", 1, MAIN, null);
    Map<String, String> files = new LinkedHashMap<>();
    files.put("site/index.html", "<script>alert(1)</script>");
    files.put("odd/a b;c%d?#\"é&.txt", "0123456789");
    files.put("shot.svg", "<svg onload='alert(1)'/>");
    files.put("shot.png", "PNG");
    files.put("empty.txt", "");
    rig.judge(job, files);
    String page = "/r/bottle/" + commit(1) + "/default";
    String odd = "odd/a%20b%3Bc%25d%3F%23%22%C3%A9%26.txt";
    assertThat(rig.get("/r/bottle/" + commit(1)).body())
        .contains("5 files", page + "/artifacts/site/index.html?rerun=1", "/artifacts/" + odd)
        .doesNotContain("<script>alert");
    for (String base :
        List.of(page, "/api/v1/repositories/bottle/commits/" + commit(1) + "/default")) {
      HttpResponse<String> html = rig.get(base + "/artifacts/site/index.html");
      assertThat(html.body()).isEqualTo("<script>alert(1)</script>");
      assertThat(header(html, "Content-Disposition")).startsWith("attachment; ");
      assertThat(header(html, "X-Content-Type-Options")).isEqualTo("nosniff");
      assertThat(header(html, "Content-Security-Policy")).startsWith("sandbox; default-src 'none'");
      assertThat(header(rig.get(base + "/artifacts/shot.svg"), "Content-Disposition"))
          .startsWith("attachment; filename=\"shot.svg\"");
      assertThat(header(rig.get(base + "/artifacts/shot.png"), "Content-Disposition"))
          .startsWith("inline; ");
      HttpResponse<String> text = rig.get(base + "/artifacts/" + odd);
      assertThat(text.body()).isEqualTo("0123456789");
      assertThat(header(text, "Content-Disposition"))
          .isEqualTo(
              "inline; filename=\"a b_c_d_____.txt\";"
                  + " filename*=UTF-8''a%20b%3Bc%25d%3F%23%22%C3%A9%26.txt");
      assertThat(rig.get(base + "/artifacts/empty.txt").statusCode()).isEqualTo(200);
      assertThat(rig.get(base + "/artifacts/site").statusCode()).isEqualTo(404);
      assertThat(rig.get(base + "/artifacts/..%2f..%2fresult.json").statusCode())
          .isBetween(400, 404);
    }
    assertThat(rig.get("/api/v1/openapi.json").body())
        .contains("/default".replace("default", "{variant}") + "/artifacts/{path}", "\"sha256\"");
  }

  @Test
  void aPartOfAnArtifactIsServedToo() throws Exception {
    rig.judge(job("bottle", 1, MAIN, null), Map.of("a.txt", "0123456789"));
    String file = "/r/bottle/" + commit(1) + "/default/artifacts/a.txt";
    for (var each :
        Map.of(
                "bytes=0-3", "0123",
                "bytes=4-", "456789",
                "bytes=-2", "89",
                "bytes=8-99", "89")
            .entrySet()) {
      HttpResponse<String> part = rig.get(file, "Range", each.getKey());
      assertThat(part.statusCode()).as(each.getKey()).isEqualTo(206);
      assertThat(part.body()).isEqualTo(each.getValue());
    }
    assertThat(header(rig.get(file, "Range", "bytes=4-5"), "Content-Range"))
        .isEqualTo("bytes 4-5/10");
    assertThat(rig.get(file, "Range", "bytes=10-").statusCode()).isEqualTo(416);
    for (String other : List.of("bytes=", "bytes=-", "bytes=5-4", "bytes=0-1,3-4", "lines=1-2")) {
      HttpResponse<String> whole = rig.get(file, "Range", other);
      assertThat(whole.statusCode()).as(other).isEqualTo(200);
      assertThat(whole.body()).isEqualTo("0123456789");
    }
  }

  @Test
  void artifactsThatWereRemovedAreStillListed() throws Exception {
    Job job = job("bottle", 1, MAIN, null);
    rig.judge(job, Map.of("a.txt", "0123456789"));
    Path stored = folder.resolve("results/bottle/" + commit(1) + "/default");
    Path list = stored.resolve("artifacts.json");
    StoredArtifacts before = Codec.fromJson(Files.readAllBytes(list), StoredArtifacts.class);
    Files.write(list, Codec.jsonFile(before.removedAt(Instant.parse("2026-12-01T00:00:00Z"))));
    Files.delete(stored.resolve("artifacts.bin"));
    String page = "/r/bottle/" + commit(1);
    assertThat(rig.get(page).body())
        .contains("a.txt", "The artifacts were removed at 2026-12-01 00:00:00 UTC")
        .doesNotContain("/artifacts/a.txt");
    assertThat(rig.get(page + "/default/artifacts/a.txt").statusCode()).isEqualTo(404);
    Files.writeString(list, "{");
    assertThat(rig.get(page).statusCode()).as("the page without them").isEqualTo(200);
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }

  @Test
  void theFirstThingOnThePageOfAFailedCommitIsWhyItFailed() throws Exception {
    rig.judge(job("bottle", 1, MAIN, null), Outcome.PASSED, List.of(test("a", PASSED)));
    rig.judge(job("bottle", 2, MAIN, null), Outcome.FAILED, List.of(test("a", FAILED)));
    String page = rig.get("/r/bottle/" + commit(2)).body();
    assertThat(page).contains("Newly failing, compared with", "it said no");
    assertThat(page.indexOf("Why it failed")).isLessThan(page.indexOf("<dl class"));
    assertThat(rig.get("/r/bottle/" + commit(1)).body()).doesNotContain("Why it failed");

    String api = "/api/v1/repositories/bottle/commits/";
    assertThat(rig.get(api + commit(2) + "/failure").body())
        .contains(
            "\"newly\":true", "\"message\":[\"it said no\"]", "assay run --commits " + commit(2));
    assertThat(rig.get(api + commit(1) + "/failure").body()).contains("\"variants\":[]");
    assertThat(rig.get(api + commit(3) + "/failure").statusCode()).isEqualTo(404);
    assertThat(rig.get("/api/v1/openapi.json").body()).contains("\"comparedWith\"");
  }

  @Test
  void aCommitShowsWhichTestsPassedOnlyWhenTheyWereTriedAgain() throws Exception {
    rig.judge(
        job("bottle", 1, MAIN, null),
        Outcome.PASSED,
        List.of(
            test("a", PASSED),
            new TestCase("pkg.Class", "b", PASSED, 1L, "once it said no", "at b", true)));
    String page = rig.get("/r/bottle/" + commit(1)).body();
    assertThat(page).contains("1 flaky").contains("once it said no").contains("at b");
    String answer =
        rig.get("/api/v1/repositories/bottle/commits/" + commit(1) + "/default/tests").body();
    assertThat(answer).contains("\"flaky\":true");
    assertThat(rig.get("/api/v1/openapi.json").body()).contains("\"flaky\"", "\"atLeast\"");
  }

  @Test
  void theBeginningOfACommitLeadsToItsPage() throws Exception {
    rig.judge(job("bottle", 0xabc, MAIN, null), Outcome.PASSED, "", "");
    HttpResponse<String> answer = rig.get("/r/bottle/" + commit(0xabc).value().substring(0, 39));
    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("Location").orElseThrow())
        .endsWith("/r/bottle/" + commit(0xabc));
  }

  @Test
  void theBeginningOfACommitMayBeTheRepositorysName() throws Exception {
    rig.judge(job("0000000000", 0xabc, MAIN, null), Outcome.PASSED, "", "");
    String whole = "/r/0000000000/" + commit(0xabc);
    assertThat(rig.get("/r/0000000000/0000000000/default").headers().firstValue("Location"))
        .get()
        .asString()
        .endsWith(whole + "/default");
    rig.judge(job("0000000000", 0xabd, MAIN, null), Outcome.PASSED, "", "");
    assertThat(rig.get("/r/0000000000/0000000000").statusCode()).isEqualTo(400);
    assertThat(rig.get("/r/0000000000/beef").statusCode()).isEqualTo(404);
    assertThat(rig.get("/r/0000000000/%25").statusCode()).isEqualTo(404);
    assertThat(rig.get(whole + "/default/lines?first=x").statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsNotThereIsNamedOnAPageOfItsOwn() throws Exception {
    HttpResponse<String> nowhere = rig.get("/r/%3Cscript%3Ealert(1)");
    assertThat(nowhere.statusCode()).isEqualTo(404);
    assertThat(nowhere.body()).contains("Unknown repository").doesNotContain("<script>alert");
    assertThat(rig.get("/nowhere").statusCode()).isEqualTo(404);
    assertThat(rig.get("/nowhere").body()).contains("no page at this address");
    rig.judge(job("bottle", 1, MAIN, null), Outcome.PASSED, "", "");
    assertThat(rig.get("/r/bottle?outcome=great").statusCode()).isEqualTo(400);
    assertThat(rig.get("/r/bottle?after=x").statusCode()).isEqualTo(400);
    assertThat(rig.get("/r/bottle/" + commit(1) + "/nope").statusCode()).isEqualTo(404);
    assertThat(rig.get("/assets/..%2Fpackage-info.class").statusCode()).isIn(400, 404);
  }

  @Test
  void hostileTextIsShownAndDoesNothing() throws Exception {
    String hostile = "<img src=x onerror=alert(1)>\u202Eevil";
    rig.judge(
        job("bottle", 1, MAIN, hostile), Outcome.FAILED, "</p><script>x", "<script>log</script>\n");
    for (String path :
        new String[] {
          "/", "/r/bottle", "/r/bottle/" + commit(1), "/r/bottle/" + commit(1) + "/default"
        }) {
      assertThat(rig.get(path).body())
          .doesNotContain("<img src=x")
          .doesNotContain("<script>")
          .doesNotContain("\u202E");
    }
  }

  @Test
  void everyAnswerForbidsScriptsOfOthers() throws Exception {
    for (String path : new String[] {"/", "/nowhere", "/assets/assay.css"}) {
      assertThat(rig.get(path).headers().firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'")
          .doesNotContain("unsafe");
    }
  }

  @Test
  void aPageThatDidNotChangeIsNotSentAgain() throws Exception {
    String sheet = Assets.address("assay.css");
    assertThat(rig.get("/").body()).contains("href=\"" + sheet + "\"");
    assertThat(rig.get(sheet).headers().firstValue("Cache-Control"))
        .hasValue("max-age=31536000, immutable");
    assertThat(rig.get("/assets/assay.css?v=other").headers().firstValue("Cache-Control"))
        .hasValue("no-cache");
    String tag = rig.get("/assets/assay.css").headers().firstValue("ETag").orElseThrow();
    assertThat(rig.get("/assets/assay.css", "If-None-Match", tag).statusCode()).isEqualTo(304);
  }

  @Test
  void aRunIsSeenAsItPrints() throws IOException {
    Job job = job("bottle", 1, MAIN, null);
    String path = "/r/bottle/" + commit(1) + "/default/tail";
    try (WebRig.Listener listener = rig.listen(path, "watching")) {
      LiveListener live = Objects.requireNonNull(rig.watchers.get(job.id()));
      live.received("RUN1", 0, bytes("one\n<b>tw"), false);
      live.received("RUN1", 9, bytes("o\n\u001b[31mthree"), false);
      live.received("RUN2", 0, bytes("anew\n"), false);
      live.received("RUN2", 5, bytes("last"), true);
      await().until(() -> listener.received().contains("event: end"));
      assertThat(listener.received())
          .contains("<span>one</span>")
          .contains("<span>&lt;b&gt;two</span>")
          .contains("event: again")
          .contains("<a>1</a><span>anew</span>")
          .contains("<a>2</a><span>last</span>");
    }
    await().until(() -> rig.watchers.isEmpty());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void theApiSaysAllOfACommit() throws Exception {
    rig.judge(job("bottle", 1, MAIN, "Break it"), Outcome.FAILED, List.of(test("a", FAILED)));
    String api = "/api/v1/repositories/bottle/commits";
    assertThat(rig.get("/api/v1/repositories").body()).contains("\"ref\":\"refs/heads/main\"");
    assertThat(rig.get(api + "?limit=1").body())
        .contains("\"subject\":\"Break it\"")
        .contains("\"outcome\":\"failed\"")
        .contains("\"queuedAt\":\"2026-11-23T10:00:01.000Z\"")
        .contains("\"next\":null");
    assertThat(rig.get(api + "/" + commit(1)).body())
        .contains("\"verdict\":{")
        .contains("\"results\":[{\"type\":\"result\"");
    assertThat(rig.get(api + "/" + commit(1) + "/default/tests").body())
        .contains("\"class\":\"pkg.Class\",\"name\":\"a\",\"outcome\":\"failed\"");
    assertThat(rig.get("/api/v1/verdicts").body()).contains("\"sequence\":1");
    assertThat(rig.get("/api/v1/queue").body()).contains("\"owed\":0");
    assertThat(rig.get("/api/v1/workers").body()).isEqualTo("{\"items\":[],\"next\":null}");
    assertThat(rig.get(api + "?limit=0").body()).contains("\"status\":400");
    assertThat(rig.get("/api/v1/repositories/nope/commits").body()).contains("\"status\":404");
  }

  @Test
  void itIsSaidWhatCommandsRunIn() throws Exception {
    rig.workers.add(running(commit(1)));
    assertThat(rig.get("/workers").body()).contains("data-label=\"executor\">sandbox</td>");
    assertThat(rig.get("/api/v1/workers").body()).contains("\"executor\":\"sandbox\"");
    rig.judge(job("bottle", 1, MAIN, "Break it"), Outcome.FAILED, "failed", "two fails\n");
    assertThat(rig.get("/r/bottle/" + commit(1) + "/default").body())
        .contains("<dt>Executor</dt><dd>process</dd>");
    assertThat(rig.get("/api/v1/repositories/bottle/commits/" + commit(1)).body())
        .contains("\"executor\":\"process\"");
  }

  @Test
  void aLostWorkerIsShownAsLostWithWhatItRan() throws Exception {
    rig.lost.add(running(commit(1)));
    assertThat(rig.get("/workers").body())
        .contains("No worker is running", "</span>lost</span>")
        .contains("ran</span> <a href=\"/r/bottle/" + commit(1) + "/default\"");
    assertThat(rig.get("/api/v1/workers").body())
        .contains("{\"name\":\"host-1\",\"lost\":true,", "bottle/" + commit(1) + "/default");
    rig.owe(job("bottle", 1, MAIN, null));
    assertThat(rig.get("/api/v1/queue").body())
        .as("what it ran is not running any more")
        .contains("\"state\":\"waiting\"");
    rig.lost.clear();
    rig.workers.add(running(commit(1)));
    assertThat(rig.get("/workers").body()).doesNotContain("lost");
    assertThat(rig.get("/api/v1/workers").body()).contains("\"lost\":false");
  }

  @Test
  void theApiIsDescribed() throws Exception {
    String document = rig.get("/api/v1/openapi.json").body();
    assertThat(document)
        .contains("\"openapi\":\"3.1.0\"")
        .contains("/api/v1/repositories/{repository}/commits/{commit}/{variant}/log")
        .contains("\"WholeCommit\"")
        .contains("\"timed_out\"");
  }

  @Test
  void trendsAndTheBadgeShowWhatCameOfTheLastCommits() throws Exception {
    rig.judge(job("bottle", 1, MAIN, null), Outcome.PASSED, "", "");
    rig.judge(job("bottle", 2, MAIN, null), Outcome.FAILED, "", "");
    assertThat(rig.get("/r/bottle/trends").body())
        .contains("the last 2 commits took")
        .contains("<rect");
    assertThat(rig.get("/badge/bottle.svg").body()).contains("Assay: failed");
    assertThat(rig.get("/badge/bottle.svg?ref=refs/heads/none").body()).contains("unknown");
  }

  @Test
  void whoListensIsToldOfAChange() throws IOException {
    try (WebRig.Listener listener = rig.listen()) {
      rig.judge(job("bottle", 1, MAIN, null), Outcome.PASSED, "", "");
      await().until(() -> listener.received().contains("data: bottle/" + commit(1)));
    }
  }

  @Test
  void aPageThatMissedAChangeBeforeItListenedIsToldSo() throws Exception {
    String seen = seenBy("/");
    rig.judge(job("bottle", 1, MAIN, null), Outcome.PASSED, "", "");
    await().until(() -> !seenBy("/").equals(seen));
    try (WebRig.Listener late = rig.listen("/events?seen=" + seen, "listening");
        WebRig.Listener current = rig.listen("/events?seen=" + seenBy("/"), "listening")) {
      await().until(() -> late.received().contains("event: changed\ndata: *"));
      rig.judge(job("bottle", 2, MAIN, null), Outcome.PASSED, "", "");
      await().until(() -> current.received().contains("data: bottle/" + commit(2)));
      assertThat(current.received()).doesNotContain("data: *");
    }
  }

  private String seenBy(String path) throws IOException, InterruptedException {
    String page = rig.get(path).body();
    return page.replaceFirst("(?s).* data-seen=\"(\\d+)\".*", "$1");
  }

  @Test
  void aBranchShowsTheVerdictOfItsTipOnPagesBadgeAndApi() throws Exception {
    String topic = "refs/heads/topic";
    rig.judge(job("bottle", 1, MAIN, null), Outcome.PASSED, "", "");
    rig.judge(job("bottle", 2, topic, null), Outcome.FAILED, "", "");
    assertThat(rig.get("/badge/bottle.svg?ref=" + MAIN).body()).contains(">passed<");

    rig.tips(1, "bottle", Map.of(MAIN, commit(2), topic, commit(2)));
    assertThat(row("main")).contains(">failed<").contains("/r/bottle/" + commit(2));
    assertThat(row("topic")).contains(">failed<");
    assertThat(rig.get("/badge/bottle.svg?ref=" + MAIN).body()).contains(">failed<");
    assertThat(rig.get("/r/bottle?ref=" + MAIN).body()).contains("/r/bottle/" + commit(2));
    assertThat(rig.get("/api/v1/repositories").body())
        .contains(
            "{\"ref\":\"refs/heads/main\",\"latestAt\":\"2026-11-23T10:00:02.000Z\",\"tip\":\""
                + commit(2)
                + "\",\"outcome\":\"failed\",\"state\":\"failed\"}");

    rig.tips(2, "bottle", Map.of(MAIN, commit(3)));
    assertThat(row("main")).contains(">waiting<").doesNotContain(">failed<");
    assertThat(row("topic")).as("it was deleted").isEmpty();
    assertThat(rig.get("/badge/bottle.svg?ref=" + topic).body()).contains(">unknown<");
    assertThat(rig.get("/badge/bottle.svg?ref=" + MAIN).body()).contains(">waiting<");

    rig.workers.add(running(commit(3)));
    assertThat(row("main")).contains(">running<");
    assertThat(rig.get("/badge/bottle.svg?ref=" + MAIN).body()).contains(">running<");
  }

  @Test
  void jobsCommitsAndBranchesStandInTheSameWordsEverywhere() throws Exception {
    rig.judge(job("bottle", 1, MAIN, null), Outcome.TIMED_OUT, "", "");
    rig.owe(job("bottle", 2, MAIN, "Second"));
    rig.owe(job("bottle", 3, MAIN, "Third"));
    rig.tips(1, "bottle", Map.of(MAIN, commit(2)));
    rig.workers.add(running(commit(2)));

    String api = "/api/v1/repositories/bottle/commits";
    assertThat(rig.get(api).body())
        .contains("\"state\":\"timed_out\"", "\"state\":\"waiting\"")
        .contains(
            "\"state\":\"running\",\"runningOn\":\"host-1\","
                + "\"runningSince\":\"1970-01-01T00:00:00.000Z\"");
    assertThat(rig.get("/api/v1/queue").body())
        .contains("\"state\":\"running\"", "\"worker\":\"host-1\"", "\"state\":\"waiting\"");
    assertThat(rig.get("/api/v1/repositories").body()).contains("\"state\":\"running\"");
    assertThat(rig.get("/r/bottle").body())
        .contains(">timed out<", ">waiting<", ">running<", "on host-1 since");
    assertThat(rig.get("/queue").body()).contains(">waiting<", ">running<", "on host-1 since");
    assertThat(row("main")).contains(">running<");
    assertThat(rig.get("/r/bottle/" + commit(2)).body())
        .contains("Running on host-1 since", "1970-01-01");
    assertThat(rig.get("/r/bottle/" + commit(3)).body()).contains("Waiting for a worker of pool");
  }

  @Test
  void theOverviewSaysSinceWhichCommitABranchFails() throws Exception {
    rig.judge(job("bottle", 1, MAIN, "Works"), Outcome.PASSED, "", "");
    rig.judge(job("bottle", 2, MAIN, "Break <it>"), Outcome.FAILED, "", "");
    rig.judge(job("bottle", 3, MAIN, "Never mind"), Outcome.CANCELLED, "", "");
    rig.judge(job("bottle", 4, MAIN, "Break more"), Outcome.ERRORED, "", "");
    rig.owe(job("bottle", 5, MAIN, "Try"));
    rig.tips(1, "bottle", Map.of(MAIN, commit(5), "refs/heads/old", commit(1)));
    assertThat(row("main"))
        .contains("failing since <a href=\"/r/bottle/" + commit(2), "Break &lt;it", "A U Thor");
    assertThat(row("old")).doesNotContain("failing since");

    rig.judge(job("bottle", 5, MAIN, "Try"), Outcome.PASSED, "", "");
    assertThat(row("main")).doesNotContain("failing since");
    rig.judge(job("shop", 7, MAIN, "First"), Outcome.FAILED, "", "");
    rig.tips(1, "shop", Map.of(MAIN, commit(7)));
    assertThat(rig.get("/").body())
        .contains("failing since at least <a href=\"/r/shop/" + commit(7));
  }

  @Test
  void programsThatWatchManyServersReadEachBranchByItsTip() throws Exception {
    rig.judge(job("bottle", 1, MAIN, null), Outcome.PASSED, "", "");
    rig.judge(job("bottle", 2, "refs/heads/a&\"b", null), Outcome.TIMED_OUT, "", "");
    rig.judge(job("bottle", 3, "refs/heads/odd", null), Outcome.ERRORED, "", "");
    rig.owe(job("bottle", 4, "refs/heads/next", null));
    rig.tips(
        1,
        "bottle",
        Map.of(
            MAIN,
            commit(1),
            "refs/heads/a&\"b",
            commit(2),
            "refs/heads/odd",
            commit(3),
            "refs/heads/next",
            commit(4)));
    HttpResponse<String> feed = rig.get("/cc.xml");
    assertThat(feed.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/xml");
    Map<String, Element> projects = projects(feed.body());
    assertThat(projects)
        .containsOnlyKeys("bottle/main", "bottle/a&\"b", "bottle/odd", "bottle/next");
    assertThat(said(projects, "bottle/main")).isEqualTo("Sleeping Success 0000000000");
    assertThat(said(projects, "bottle/a&\"b")).isEqualTo("Sleeping Failure 0000000000");
    assertThat(said(projects, "bottle/odd")).isEqualTo("Sleeping Exception 0000000000");
    assertThat(said(projects, "bottle/next"))
        .as("the last verdict before it")
        .isEqualTo("Building Exception 0000000000");
    Element main = Objects.requireNonNull(projects.get("bottle/main"));
    assertThat(main.getAttribute("lastBuildTime")).isEqualTo("2026-11-23T10:00:03Z");
    assertThat(main.getAttribute("webUrl"))
        .isEqualTo(rig.uri("/r/bottle?ref=refs%2Fheads%2Fmain").toString());
  }

  @Test
  void feedReadersGetTheVerdictsOfABranchOrAnAuthor() throws Exception {
    rig.judge(
        job("bottle", 1, "refs/heads/main", "One & <two> \u0007"), Outcome.PASSED, "fine", "");
    rig.judge(job("bottle", 2, "refs/heads/topic", "Two"), Outcome.FAILED, "not fine", "");
    rig.owe(job("bottle", 3, "refs/heads/main", "Three"));
    HttpResponse<String> feed = rig.get("/feed/bottle?ref=main");
    assertThat(feed.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/atom+xml");
    assertThat(feed.body())
        .contains("<title>Assay: bottle main</title>")
        .contains("<title>passed: main 0000000000 One &amp; &lt;two&gt;")
        .contains("<updated>2026-11-23T10:00:03.500Z</updated>")
        .contains("href=\"" + rig.uri("/r/bottle/" + commit(1)) + "\"")
        .doesNotContain("Two", "Three", "\u0007");
    assertThat(rig.get("/feed/bottle").body())
        .containsSubsequence("<entry><title>failed: topic", "<entry><title>passed: main");
    assertThat(rig.get("/feed/bottle?author=A+U+Thor").body()).contains("failed: topic");
    assertThat(rig.get("/feed/bottle?author=Ada").body()).doesNotContain("<entry>");
    assertThat(rig.get("/feed/nothing").statusCode()).isEqualTo(404);
  }

  private static String said(Map<String, Element> projects, String name) {
    Element project = Objects.requireNonNull(projects.get(name));
    return String.join(
        " ",
        project.getAttribute("activity"),
        project.getAttribute("lastBuildStatus"),
        project.getAttribute("lastBuildLabel"));
  }

  private static Map<String, Element> projects(String xml) throws Exception {
    NodeList all =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(xml)))
            .getElementsByTagName("Project");
    Map<String, Element> projects = new HashMap<>();
    for (int i = 0; i < all.getLength(); i++) {
      Element project = (Element) all.item(i);
      projects.put(project.getAttribute("name"), project);
    }
    return projects;
  }

  @Test
  void aCommitWithOneVariantHasOnePage() throws Exception {
    rig.judge(job("bottle", 1, MAIN, "Break it"), Outcome.FAILED, "1 failed", "it says no\n");
    String commit = "/r/bottle/" + commit(1);
    String page = rig.get(commit).body();
    assertThat(page)
        .contains("it says no", "Break it", "A U Thor", "1 failed", "<dt>Worker</dt>")
        .contains("<code class=\"command\">make test</code>", "from .assay.yml");
    assertThat(withoutAges(rig.get(commit + "/default").body())).isEqualTo(withoutAges(page));
  }

  private static String withoutAges(String page) {
    return page.replaceAll("data-seen=\"\\d+\"", "");
  }

  @Test
  void everyPageSaysWhichVersionThisIsAndLeadsToItsDocuments() throws Exception {
    for (String path : new String[] {"/", "/queue", "/nowhere", "/login", "/docs"}) {
      assertThat(rig.get(path).body())
          .containsPattern("Assay \\d+\\.\\d+[^<]* · <a href=\"/docs\"");
    }
    assertThat(rig.get("/docs").body()).contains("href=\"/docs/operations\"");
    String document = rig.get("/docs/operations").body();
    assertThat(document)
        .contains("<h2 id=\"pages\">Pages</h2>", "<table>", "href=\"/docs/api\"")
        .doesNotContain(".md\"");
    assertThat(rig.get("/docs/nothing").statusCode()).isEqualTo(404);
    assertThat(rig.get("/docs/..%2Foperations").statusCode()).isIn(400, 404);
  }

  /** The text about a branch on the overview; empty if there is none. */
  private String row(String branch) throws Exception {
    return Stream.of(rig.get("/").body().split("<tr>"))
        .filter(row -> row.contains(">" + branch + "</a></th>"))
        .collect(Collectors.joining());
  }

  private static Presence running(CommitId commit) {
    Presence.Underway run =
        new Presence.Underway(JobId.of("bottle", commit, "default"), "run", Instant.EPOCH);
    return new Presence(
        new Presence.Sender("host-1", "host-1-1"),
        new Presence.Capacity(List.of("default"), 1, "sandbox"),
        new Presence.Load(List.of(run), List.of()),
        new Presence.Condition(1, null),
        Instant.EPOCH);
  }
}
