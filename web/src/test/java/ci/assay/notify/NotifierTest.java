package ci.assay.notify;

import static ci.assay.index.StoredFiles.job;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.index.StoredFiles;
import ci.assay.model.Job;
import ci.assay.model.JobId;
import ci.assay.model.Outcome;
import ci.assay.notify.outbox.Entry.State;
import ci.assay.notify.outbox.Selection;
import ci.assay.notify.receiver.Answer;
import ci.assay.notify.receiver.Message;
import ci.assay.notify.receiver.Notice;
import ci.assay.notify.rule.NotifySettings;
import ci.assay.notify.rule.Rule;
import ci.assay.notify.rule.Rule.Kind;
import ci.assay.notify.rule.Rule.When;
import ci.assay.notify.rule.Scope;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("long")
@Timeout(120)
class NotifierTest {

  private static final String MAIN = "refs/heads/main";

  private static final Rule HOOK = TellingRig.rule("hook", Kind.WEBHOOK, When.EVERY);
  private static final Rule CHAT = TellingRig.rule("chat", Kind.SLACK, When.CHANGE);
  private static final Rule FORGE = TellingRig.rule("forge", Kind.GITHUB, When.STATE);

  @TempDir Path folder;

  @Test
  void eachVerdictIsToldOnceInItsOrderWithTheReasonWhereItFailed() throws Exception {
    try (TellingRig rig = new TellingRig(folder, HOOK).start()) {
      rig.judge(1, MAIN, Outcome.PASSED);
      rig.judge(2, MAIN, Outcome.FAILED);
      rig.judge(3, MAIN, Outcome.PASSED);
      rig.go();
      assertThat(rig.of("hook").words()).containsExactly("verdict 1", "verdict 2", "verdict 3");
      Notice failed = rig.of("hook").heard.get(1).notice();
      assertThat(failed.why().get(0)).contains("failed: it failed");
      assertThat(failed.page())
          .isEqualTo("https://ci.example.org/r/bottle/" + StoredFiles.commit(2));
      rig.judge(3, MAIN, Outcome.PASSED);
      rig.go();
      assertThat(rig.of("hook").heard).as("the same verdict again").hasSize(3);
    }
  }

  @Test
  void aReceiverThatIsDownForADayIsToldAllFiveHundredInTheirOrderWhenItIsBack() throws Exception {
    try (TellingRig rig = new TellingRig(folder, HOOK).start()) {
      rig.of("hook").answer = new Answer.Later("HTTP 503");
      List<String> all = new ArrayList<>();
      for (int n = 1; n <= 500; n++) {
        rig.judge(n, MAIN, n % 7 == 0 ? Outcome.FAILED : Outcome.PASSED);
        all.add("verdict " + n);
        if (n % 20 == 0) {
          rig.clock.advance(Duration.ofMinutes(58));
          rig.go();
        }
      }
      assertThat(rig.outbox().totals().pending()).isEqualTo(500);
      assertThat(rig.of("hook").tries.get()).as("less and less often").isLessThan(40);
      rig.of("hook").answer = new Answer.Told("HTTP 200");
      rig.clock.advance(Duration.ofHours(1));
      rig.go();
      assertThat(rig.of("hook").words()).isEqualTo(all);
      assertThat(rig.outbox().totals().pending()).isZero();
    }
  }

  @Test
  void whatDoesNotArriveForDaysIsGivenUpAndToldAfterAllWhenSomebodyAsksForIt() throws Exception {
    try (TellingRig rig = new TellingRig(folder, HOOK).start()) {
      rig.of("hook").answer = new Answer.Stopped("HTTP 401");
      rig.judge(1, MAIN, Outcome.PASSED);
      rig.judge(2, MAIN, Outcome.PASSED);
      rig.go();
      assertThat(rig.outbox().lanes().get(0).isStopped()).isTrue();
      rig.clock.advance(Duration.ofDays(3).plusHours(1));
      rig.go();
      assertThat(rig.outbox().latest(State.GIVEN_UP, 10))
          .extracting(each -> each.progress().said())
          .containsExactly("given up: HTTP 401", "given up: HTTP 401");
      rig.of("hook").answer = new Answer.Told("HTTP 200");
      assertThat(
              rig.outbox()
                  .replay(new Selection("hook", null, State.GIVEN_UP, null), rig.clock.instant()))
          .isEqualTo(2);
      rig.go();
      assertThat(rig.of("hook").words()).containsExactly("verdict 1", "verdict 2");
    }
  }

  @Test
  void oneThatIsNotTakenHoldsUpNoneBehindIt() throws Exception {
    try (TellingRig rig = new TellingRig(folder, HOOK).start()) {
      rig.of("hook").answer = new Answer.Refused("HTTP 422");
      rig.judge(1, MAIN, Outcome.PASSED);
      rig.go();
      rig.of("hook").answer = new Answer.Told("HTTP 200");
      rig.judge(2, MAIN, Outcome.PASSED);
      rig.go();
      assertThat(rig.of("hook").words()).containsExactly("verdict 2");
      assertThat(rig.outbox().totals().givenUp()).isEqualTo(1);
    }
  }

  @Test
  void whatWasStoredWhileNobodyToldIsToldByTheNextCoordinator() throws Exception {
    TellingRig rig = new TellingRig(folder, HOOK).start();
    rig.judge(1, MAIN, Outcome.PASSED);
    rig.go();
    rig.active.set(false);
    rig.judge(3, MAIN, Outcome.PASSED);
    rig.judge(2, MAIN, Outcome.PASSED);
    rig.go();
    assertThat(rig.of("hook").words()).as("a standby tells nothing").containsExactly("verdict 1");
    rig.close();
    rig.active.set(true);
    rig.start();
    assertThat(rig.of("hook").words()).containsExactly("verdict 1", "verdict 2", "verdict 3");
    rig.close();
  }

  @Test
  void whatWasThereBeforeAnybodyWasToldAnythingIsNotTold() throws Exception {
    TellingRig rig = new TellingRig(folder, HOOK);
    rig.files.judge(job("bottle", 1, MAIN, "Old"), Outcome.FAILED, "old", "");
    rig.clock.advance(Duration.ofHours(1));
    rig.start();
    rig.owe(1, MAIN); // a rerun of it, say
    rig.go();
    assertThat(rig.of("hook").heard).isEmpty();
    rig.close();
  }

  @Test
  void twoCoordinatorsOnOneFolderTellNothingTwice() throws Exception {
    try (TellingRig one = new TellingRig(folder, HOOK).start();
        TellingRig other = new TellingRig(folder, HOOK)) {
      other.active.set(false);
      other.start();
      one.judge(1, MAIN, Outcome.PASSED);
      one.go();
      other.active.set(true);
      other.notifier().step(Duration.ofMillis(1));
      assertThat(other.of("hook").heard).as("the first one may be telling still").isEmpty();
      one.active.set(false);
      one.go();
      other.judge(2, MAIN, Outcome.PASSED);
      other.go();
      assertThat(one.of("hook").words()).containsExactly("verdict 1");
      assertThat(other.of("hook").words()).containsExactly("verdict 2");
    }
  }

  @Test
  void aStateGoesFromWaitingToItsVerdictAndNeverBack() throws Exception {
    try (TellingRig rig = new TellingRig(folder, FORGE).start()) {
      rig.owe(1, MAIN);
      rig.go();
      rig.of("forge").answer = new Answer.Later("HTTP 502");
      rig.owe(2, MAIN);
      rig.go();
      rig.judge(1, MAIN, Outcome.PASSED);
      rig.judge(2, MAIN, Outcome.FAILED);
      rig.go();
      rig.of("forge").answer = new Answer.Told("HTTP 201");
      rig.clock.advance(Duration.ofMinutes(5));
      rig.owe(1, MAIN);
      rig.go();
      assertThat(rig.of("forge").words())
          .as("that 2 waits is not told when it has its verdict")
          .containsExactly("waiting 1", "verdict 1", "verdict 2");
      int replayed =
          rig.outbox().replay(new Selection(null, null, null, null), rig.clock.instant());
      assertThat(replayed).isEqualTo(3);
      rig.go();
      assertThat(rig.of("forge").words().subList(3, 5))
          .as("nor when all is told again")
          .containsExactly("verdict 1", "verdict 2");
    }
  }

  @Test
  void aRerunsVerdictIsToldAfterTheFirstOne() throws Exception {
    try (TellingRig rig = new TellingRig(folder, FORGE, HOOK, CHAT).start()) {
      rig.judge(1, MAIN, Outcome.PASSED);
      rig.judge(2, MAIN, Outcome.ERRORED);
      rig.go();
      Job first = job("bottle", 2, MAIN, "Change 2");
      Job rerun =
          new Job(
              new JobId(first.id().repository(), first.commit(), "default", 2),
              first.revision(),
              first.task(),
              first.origin());
      rig.judge(rerun, Outcome.PASSED);
      rig.go();
      assertThat(outcomes(rig, "forge"))
          .containsExactly(Outcome.PASSED, Outcome.ERRORED, Outcome.PASSED);
      assertThat(outcomes(rig, "hook"))
          .containsExactly(Outcome.PASSED, Outcome.ERRORED, Outcome.PASSED);
      assertThat(rig.of("chat").words()).containsExactly("broke 2", "mended 2");
    }
  }

  private static List<Outcome> outcomes(TellingRig rig, String rule) {
    return rig.of(rule).heard.stream().map(each -> each.notice().outcome()).toList();
  }

  @Test
  void aBranchThatBreaksIsToldOnceAgainAfterADayAndWhenItIsMended() throws Exception {
    try (TellingRig rig = new TellingRig(folder, CHAT).start()) {
      rig.judge(1, MAIN, Outcome.PASSED);
      rig.judge(2, MAIN, Outcome.FAILED);
      rig.judge(3, MAIN, Outcome.FAILED);
      rig.judge(4, MAIN, Outcome.SKIPPED);
      rig.go();
      assertThat(rig.of("chat").words()).containsExactly("broke 2");
      rig.clock.advance(Duration.ofDays(1).plusMinutes(5));
      rig.go();
      rig.clock.advance(Duration.ofDays(1).plusMinutes(5));
      rig.go();
      rig.judge(5, MAIN, Outcome.PASSED);
      rig.judge(6, MAIN, Outcome.PASSED);
      rig.go();
      assertThat(rig.of("chat").words()).containsExactly("broke 2", "still_broken 2", "mended 5");
      Notice.Before before = requireNonNull(rig.of("chat").heard.get(2).notice().before());
      assertThat(before.commit()).isEqualTo(StoredFiles.commit(2).value());
    }
  }

  @Test
  void whoBrokeItIsSaidWhenTheVerdictsBeforeItAreThere() throws Exception {
    try (TellingRig rig = new TellingRig(folder, CHAT).start()) {
      rig.judge(1, MAIN, Outcome.PASSED);
      rig.owe(2, MAIN);
      rig.judge(3, MAIN, Outcome.FAILED);
      rig.judge(4, MAIN, Outcome.PASSED);
      rig.go();
      assertThat(rig.of("chat").words()).as("2 may have broken it").isEmpty();
      rig.judge(2, MAIN, Outcome.FAILED);
      rig.go();
      assertThat(rig.of("chat").words()).containsExactly("broke 2", "mended 4");
    }
  }

  @Test
  void onlyWhatARuleIsAboutIsToldByIt() throws Exception {
    Rule some =
        new Rule(
            "some",
            Kind.WEBHOOK,
            When.EVERY,
            Scope.ALL.withRepositories("b*").withBranches("main,release/*").withOutcomes("failed"),
            Map.of());
    try (TellingRig rig = new TellingRig(folder, some).start()) {
      rig.judge(1, "refs/heads/topic", Outcome.FAILED);
      rig.judge(2, MAIN, Outcome.PASSED);
      rig.judge(3, "refs/heads/release/1", Outcome.FAILED);
      rig.judge(job("other", 4, MAIN, "Change"), Outcome.FAILED);
      rig.go();
      assertThat(rig.of("some").words()).containsExactly("verdict 3");
    }
  }

  @Test
  void ofARepositoryThatIsForgottenNothingIsToldOrKept() throws Exception {
    try (TellingRig rig = new TellingRig(folder, HOOK).start()) {
      rig.of("hook").answer = new Answer.Later("HTTP 503");
      rig.judge(1, MAIN, Outcome.FAILED);
      rig.judge(job("other", 2, MAIN, "Change"), Outcome.PASSED);
      rig.go();
      rig.outbox().forget("bottle");
      rig.of("hook").answer = new Answer.Told("HTTP 200");
      rig.clock.advance(Duration.ofMinutes(1));
      rig.go();
      assertThat(rig.of("hook").words()).containsExactly("verdict 2");
    }
  }

  @Test
  void otherRulesHoldWithoutANewStartAndWhatWasNotedIsToldAsTheySayNow() throws Exception {
    try (TellingRig rig = new TellingRig(folder, HOOK).start()) {
      rig.of("hook").answer = new Answer.Stopped("HTTP 404");
      rig.judge(1, MAIN, Outcome.PASSED);
      rig.go();
      TellingRig.Listening other = new TellingRig.Listening();
      TellingRig.Listening chat = new TellingRig.Listening();
      rig.notifier()
          .use(
              new NotifySettings(null, Duration.ofDays(3), List.of(HOOK, CHAT)),
              Map.of("hook", other, "chat", chat));
      rig.judge(2, MAIN, Outcome.FAILED);
      rig.clock.advance(Duration.ofMinutes(16));
      rig.go();
      assertThat(other.words()).containsExactly("verdict 1", "verdict 2");
      assertThat(chat.words()).containsExactly("broke 2");
    }
  }

  @Test
  void theIdOfAMessageIsTheSameHoweverOftenItIsTold() throws Exception {
    try (TellingRig rig = new TellingRig(folder, HOOK).start()) {
      rig.judge(1, MAIN, Outcome.PASSED);
      rig.go();
      rig.clock.advance(Duration.ofHours(1));
      assertThat(rig.outbox().replay(new Selection(null, null, null, null), rig.clock.instant()))
          .isEqualTo(1);
      rig.go();
      assertThat(rig.of("hook").heard).hasSize(2);
      Message one = rig.of("hook").heard.get(0);
      Message other = rig.of("hook").heard.get(1);
      assertThat(other.id()).isEqualTo(one.id()).matches("msg_[0-9a-f]{32}");
      assertThat(other.notice()).isEqualTo(one.notice());
      assertThat(other.sentAt()).isAfter(one.sentAt());
    }
  }
}
