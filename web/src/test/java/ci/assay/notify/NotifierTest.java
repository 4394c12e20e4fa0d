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
import ci.assay.notify.receiver.DeliveryResult;
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

  private static final Rule HOOK = NotifierRig.rule("hook", Kind.WEBHOOK, When.EVERY);
  private static final Rule CHAT = NotifierRig.rule("chat", Kind.SLACK, When.CHANGE);
  private static final Rule FORGE = NotifierRig.rule("forge", Kind.GITHUB, When.STATE);

  @TempDir Path folder;

  @Test
  void eachVerdictIsSentOnceInOrderWithTheReasonsOfAFailure() throws Exception {
    try (NotifierRig rig = new NotifierRig(folder, HOOK).start()) {
      rig.judge(1, MAIN, Outcome.PASSED);
      rig.judge(2, MAIN, Outcome.FAILED);
      rig.judge(3, MAIN, Outcome.PASSED);
      rig.settle();
      assertThat(rig.of("hook").received()).containsExactly("verdict 1", "verdict 2", "verdict 3");
      Notice failed = rig.of("hook").accepted.get(1).notice();
      assertThat(failed.why().get(0)).contains("failed: it failed");
      assertThat(failed.page())
          .isEqualTo("https://ci.example.org/r/bottle/" + StoredFiles.commit(2));
      rig.judge(3, MAIN, Outcome.PASSED);
      rig.settle();
      assertThat(rig.of("hook").accepted).as("the same verdict again").hasSize(3);
    }
  }

  @Test
  void aReceiverThatWasDownForADayGetsAllFiveHundredMessagesInOrder() throws Exception {
    try (NotifierRig rig = new NotifierRig(folder, HOOK).start()) {
      rig.of("hook").result = new DeliveryResult.RetryLater("HTTP 503");
      List<String> all = new ArrayList<>();
      for (int n = 1; n <= 500; n++) {
        rig.judge(n, MAIN, n % 7 == 0 ? Outcome.FAILED : Outcome.PASSED);
        all.add("verdict " + n);
        if (n % 20 == 0) {
          rig.clock.advance(Duration.ofMinutes(58));
          rig.settle();
        }
      }
      assertThat(rig.outbox().totals().pending()).isEqualTo(500);
      assertThat(rig.of("hook").tries.get()).as("less and less often").isLessThan(40);
      rig.of("hook").result = new DeliveryResult.Delivered("HTTP 200");
      rig.clock.advance(Duration.ofHours(1));
      rig.settle();
      assertThat(rig.of("hook").received()).isEqualTo(all);
      assertThat(rig.outbox().totals().pending()).isZero();
    }
  }

  @Test
  void aMessageThatFailsForDaysIsGivenUpAndCanBeReplayed() throws Exception {
    try (NotifierRig rig = new NotifierRig(folder, HOOK).start()) {
      rig.of("hook").result = new DeliveryResult.Stopped("HTTP 401");
      rig.judge(1, MAIN, Outcome.PASSED);
      rig.judge(2, MAIN, Outcome.PASSED);
      rig.settle();
      assertThat(rig.outbox().retryStates().get(0).isStopped()).isTrue();
      rig.clock.advance(Duration.ofDays(3).plusHours(1));
      rig.settle();
      assertThat(rig.outbox().latest(State.GIVEN_UP, 10))
          .extracting(each -> each.progress().lastAnswer())
          .containsExactly("given up: HTTP 401", "given up: HTTP 401");
      rig.of("hook").result = new DeliveryResult.Delivered("HTTP 200");
      assertThat(
              rig.outbox()
                  .replay(new Selection("hook", null, State.GIVEN_UP, null), rig.clock.instant()))
          .isEqualTo(2);
      rig.settle();
      assertThat(rig.of("hook").received()).containsExactly("verdict 1", "verdict 2");
    }
  }

  @Test
  void aRefusedMessageDoesNotBlockTheNext() throws Exception {
    try (NotifierRig rig = new NotifierRig(folder, HOOK).start()) {
      rig.of("hook").result = new DeliveryResult.Refused("HTTP 422");
      rig.judge(1, MAIN, Outcome.PASSED);
      rig.settle();
      rig.of("hook").result = new DeliveryResult.Delivered("HTTP 200");
      rig.judge(2, MAIN, Outcome.PASSED);
      rig.settle();
      assertThat(rig.of("hook").received()).containsExactly("verdict 2");
      assertThat(rig.outbox().totals().givenUp()).isEqualTo(1);
    }
  }

  @Test
  void verdictsStoredWithoutAnActiveCoordinatorAreSentByTheNextOne() throws Exception {
    NotifierRig rig = new NotifierRig(folder, HOOK).start();
    rig.judge(1, MAIN, Outcome.PASSED);
    rig.settle();
    rig.active.set(false);
    rig.judge(3, MAIN, Outcome.PASSED);
    rig.judge(2, MAIN, Outcome.PASSED);
    rig.settle();
    assertThat(rig.of("hook").received())
        .as("a standby sends nothing")
        .containsExactly("verdict 1");
    rig.close();
    rig.active.set(true);
    rig.start();
    assertThat(rig.of("hook").received()).containsExactly("verdict 1", "verdict 2", "verdict 3");
    rig.close();
  }

  @Test
  void verdictsFromBeforeTheFirstRuleAreNotSent() throws Exception {
    NotifierRig rig = new NotifierRig(folder, HOOK);
    rig.files.judge(job("bottle", 1, MAIN, "Old"), Outcome.FAILED, "old", "");
    rig.clock.advance(Duration.ofHours(1));
    rig.start();
    rig.owe(1, MAIN); // for example a rerun of it
    rig.settle();
    assertThat(rig.of("hook").accepted).isEmpty();
    rig.close();
  }

  @Test
  void twoCoordinatorsOnOneFolderSendNothingTwice() throws Exception {
    try (NotifierRig one = new NotifierRig(folder, HOOK).start();
        NotifierRig other = new NotifierRig(folder, HOOK)) {
      other.active.set(false);
      other.start();
      one.judge(1, MAIN, Outcome.PASSED);
      one.settle();
      other.active.set(true);
      other.notifier().step(Duration.ofMillis(1));
      assertThat(other.of("hook").accepted).as("the first one may still be sending").isEmpty();
      one.active.set(false);
      one.settle();
      other.judge(2, MAIN, Outcome.PASSED);
      other.settle();
      assertThat(one.of("hook").received()).containsExactly("verdict 1");
      assertThat(other.of("hook").received()).containsExactly("verdict 2");
    }
  }

  @Test
  void aStatusGoesFromPendingToTheVerdictAndNeverBack() throws Exception {
    try (NotifierRig rig = new NotifierRig(folder, FORGE).start()) {
      rig.owe(1, MAIN);
      rig.settle();
      rig.of("forge").result = new DeliveryResult.RetryLater("HTTP 502");
      rig.owe(2, MAIN);
      rig.settle();
      rig.judge(1, MAIN, Outcome.PASSED);
      rig.judge(2, MAIN, Outcome.FAILED);
      rig.settle();
      rig.of("forge").result = new DeliveryResult.Delivered("HTTP 201");
      rig.clock.advance(Duration.ofMinutes(5));
      rig.owe(1, MAIN);
      rig.settle();
      assertThat(rig.of("forge").received())
          .as("a pending status is not sent when the verdict is known")
          .containsExactly("waiting 1", "verdict 1", "verdict 2");
      int replayed =
          rig.outbox().replay(new Selection(null, null, null, null), rig.clock.instant());
      assertThat(replayed).isEqualTo(3);
      rig.settle();
      assertThat(rig.of("forge").received().subList(3, 5))
          .as("nor when all are replayed")
          .containsExactly("verdict 1", "verdict 2");
    }
  }

  @Test
  void theVerdictOfARerunIsSentAfterTheFirstOne() throws Exception {
    try (NotifierRig rig = new NotifierRig(folder, FORGE, HOOK, CHAT).start()) {
      rig.judge(1, MAIN, Outcome.PASSED);
      rig.judge(2, MAIN, Outcome.ERRORED);
      rig.settle();
      Job first = job("bottle", 2, MAIN, "Change 2");
      Job rerun =
          new Job(
              new JobId(first.id().repository(), first.commit(), "default", 2),
              first.revision(),
              first.task(),
              first.origin());
      rig.judge(rerun, Outcome.PASSED);
      rig.settle();
      assertThat(outcomes(rig, "forge"))
          .containsExactly(Outcome.PASSED, Outcome.ERRORED, Outcome.PASSED);
      assertThat(outcomes(rig, "hook"))
          .containsExactly(Outcome.PASSED, Outcome.ERRORED, Outcome.PASSED);
      assertThat(rig.of("chat").received()).containsExactly("broke 2", "mended 2");
    }
  }

  private static List<Outcome> outcomes(NotifierRig rig, String rule) {
    return rig.of(rule).accepted.stream().map(each -> each.notice().outcome()).toList();
  }

  @Test
  void aBrokenBranchIsReportedOnceAgainAfterADayAndWhenItIsMended() throws Exception {
    try (NotifierRig rig = new NotifierRig(folder, CHAT).start()) {
      rig.judge(1, MAIN, Outcome.PASSED);
      rig.judge(2, MAIN, Outcome.FAILED);
      rig.judge(3, MAIN, Outcome.FAILED);
      rig.judge(4, MAIN, Outcome.SKIPPED);
      rig.settle();
      assertThat(rig.of("chat").received()).containsExactly("broke 2");
      rig.clock.advance(Duration.ofDays(1).plusMinutes(5));
      rig.settle();
      rig.clock.advance(Duration.ofDays(1).plusMinutes(5));
      rig.settle();
      rig.judge(5, MAIN, Outcome.PASSED);
      rig.judge(6, MAIN, Outcome.PASSED);
      rig.settle();
      assertThat(rig.of("chat").received())
          .containsExactly("broke 2", "still_broken 2", "mended 5");
      Notice.Before before = requireNonNull(rig.of("chat").accepted.get(2).notice().before());
      assertThat(before.commit()).isEqualTo(StoredFiles.commit(2).value());
    }
  }

  @Test
  void theCommitThatBrokeABranchIsReportedWhenTheEarlierVerdictsAreKnown() throws Exception {
    try (NotifierRig rig = new NotifierRig(folder, CHAT).start()) {
      rig.judge(1, MAIN, Outcome.PASSED);
      rig.owe(2, MAIN);
      rig.judge(3, MAIN, Outcome.FAILED);
      rig.judge(4, MAIN, Outcome.PASSED);
      rig.settle();
      assertThat(rig.of("chat").received()).as("2 may have broken it").isEmpty();
      rig.judge(2, MAIN, Outcome.FAILED);
      rig.settle();
      assertThat(rig.of("chat").received()).containsExactly("broke 2", "mended 4");
    }
  }

  @Test
  void aRuleSendsOnlyTheVerdictsInItsScope() throws Exception {
    Rule some =
        new Rule(
            "some",
            Kind.WEBHOOK,
            When.EVERY,
            Scope.ALL.withRepositories("b*").withBranches("main,release/*").withOutcomes("failed"),
            Map.of());
    try (NotifierRig rig = new NotifierRig(folder, some).start()) {
      rig.judge(1, "refs/heads/topic", Outcome.FAILED);
      rig.judge(2, MAIN, Outcome.PASSED);
      rig.judge(3, "refs/heads/release/1", Outcome.FAILED);
      rig.judge(job("other", 4, MAIN, "Change"), Outcome.FAILED);
      rig.settle();
      assertThat(rig.of("some").received()).containsExactly("verdict 3");
    }
  }

  @Test
  void nothingOfAForgottenRepositoryIsSentOrKept() throws Exception {
    try (NotifierRig rig = new NotifierRig(folder, HOOK).start()) {
      rig.of("hook").result = new DeliveryResult.RetryLater("HTTP 503");
      rig.judge(1, MAIN, Outcome.FAILED);
      rig.judge(job("other", 2, MAIN, "Change"), Outcome.PASSED);
      rig.settle();
      rig.outbox().forget("bottle");
      rig.of("hook").result = new DeliveryResult.Delivered("HTTP 200");
      rig.clock.advance(Duration.ofMinutes(1));
      rig.settle();
      assertThat(rig.of("hook").received()).containsExactly("verdict 2");
    }
  }

  @Test
  void changedRulesNeedNoRestartAndApplyToPendingMessages() throws Exception {
    try (NotifierRig rig = new NotifierRig(folder, HOOK).start()) {
      rig.of("hook").result = new DeliveryResult.Stopped("HTTP 404");
      rig.judge(1, MAIN, Outcome.PASSED);
      rig.settle();
      NotifierRig.FakeReceiver other = new NotifierRig.FakeReceiver();
      NotifierRig.FakeReceiver chat = new NotifierRig.FakeReceiver();
      rig.notifier()
          .updateRules(
              new NotifySettings(null, Duration.ofDays(3), List.of(HOOK, CHAT)),
              Map.of("hook", other, "chat", chat));
      rig.judge(2, MAIN, Outcome.FAILED);
      rig.clock.advance(Duration.ofMinutes(16));
      rig.settle();
      assertThat(other.received()).containsExactly("verdict 1", "verdict 2");
      assertThat(chat.received()).containsExactly("broke 2");
    }
  }

  @Test
  void theIdOfAMessageIsTheSameForEachTry() throws Exception {
    try (NotifierRig rig = new NotifierRig(folder, HOOK).start()) {
      rig.judge(1, MAIN, Outcome.PASSED);
      rig.settle();
      rig.clock.advance(Duration.ofHours(1));
      assertThat(rig.outbox().replay(new Selection(null, null, null, null), rig.clock.instant()))
          .isEqualTo(1);
      rig.settle();
      assertThat(rig.of("hook").accepted).hasSize(2);
      Message one = rig.of("hook").accepted.get(0);
      Message other = rig.of("hook").accepted.get(1);
      assertThat(other.id()).isEqualTo(one.id()).matches("msg_[0-9a-f]{32}");
      assertThat(other.notice()).isEqualTo(one.notice());
      assertThat(other.sentAt()).isAfter(one.sentAt());
    }
  }
}
