package ci.assay.broker.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.broker.Peer;
import ci.assay.common.CannotRunException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class OutboxTest {

  private final Outbox outbox = new Outbox(10);

  @Test
  void confirmCompletesTheMessageWithItsNumber() throws Exception {
    CompletableFuture<Void> a = outbox.add(message("a"));
    CompletableFuture<Void> b = outbox.add(message("b"));
    takeAll(2);

    assertThat(outbox.confirmed(2, false)).isTrue();

    assertThat(a).isNotDone();
    assertThat(b).isCompleted();
  }

  @Test
  void multipleConfirmCompletesAllUpToItsNumber() throws Exception {
    CompletableFuture<Void> a = outbox.add(message("a"));
    CompletableFuture<Void> b = outbox.add(message("b"));
    CompletableFuture<Void> c = outbox.add(message("c"));
    takeAll(3);

    outbox.confirmed(2, true);

    assertThat(a).isCompleted();
    assertThat(b).isCompleted();
    assertThat(c).isNotDone();
  }

  @Test
  void confirmOfAReturnedMessageIsIgnored() throws Exception {
    CompletableFuture<Void> a = outbox.add(message("a"));
    Outbox.Letter letter = take();

    assertThat(outbox.returned(letter.token)).isTrue();
    assertThat(outbox.confirmed(1, false)).isFalse();

    assertThat(a).isNotDone();
    assertThat(outbox.take(() -> true)).as("the channel is spent").isNull();
    outbox.channelClosed(null);
    outbox.channelOpened();
    assertThat(take()).isSameAs(letter);
    outbox.confirmed(1, false);
    assertThat(a).isCompleted();
  }

  @Test
  void onlyTheFirstReturnOnAChannelIsReported() throws Exception {
    CompletableFuture<Void> a = outbox.add(message("a"));
    CompletableFuture<Void> b = outbox.add(message("b"));
    List<Outbox.Letter> letters = takeAll(2);

    assertThat(outbox.returned(letters.get(0).token)).isTrue();
    assertThat(outbox.returned(letters.get(1).token)).isFalse();
    assertThat(List.of(a, b)).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void rejectedMessageAndTheOthersAreSentAgain() throws Exception {
    CompletableFuture<Void> a = outbox.add(message("a"));
    CompletableFuture<Void> b = outbox.add(message("b"));
    takeAll(2);

    outbox.rejected(1, false);
    outbox.channelClosed(null);
    outbox.channelOpened();

    assertThat(ids(takeAll(2))).containsExactlyInAnyOrder("a", "b");
    assertThat(List.of(a, b)).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void lostChannelKeepsTheOrder() throws Exception {
    List<CompletableFuture<Void>> all = addAll("a", "b", "c", "d");
    takeAll(3);

    outbox.channelClosed(null);
    outbox.channelOpened();

    assertThat(ids(takeAll(4))).containsExactly("a", "b", "c", "d");
    assertThat(all).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void suspectsAreSentOneByOneAndTheGuiltyOneIsRefused() throws Exception {
    List<CompletableFuture<Void>> all = addAll("good", "bad", "late");
    takeAll(3);
    outbox.channelClosed("too large");

    outbox.channelOpened();
    assertThat(ids(takeAll(1))).containsExactly("good");
    outbox.confirmed(1, false);
    assertThat(ids(takeAll(1))).containsExactly("bad");
    assertThat(outbox.channelClosed("too large")).as("first strike").isFalse();

    outbox.channelOpened();
    assertThat(ids(takeAll(1))).containsExactly("bad");
    assertThat(outbox.channelClosed("too large")).as("second strike").isTrue();

    outbox.channelOpened();
    assertThat(ids(takeAll(1))).containsExactly("late");
    outbox.confirmed(1, false);
    assertThat(all.get(0)).isCompleted();
    assertThatThrownBy(all.get(1)::get)
        .hasCauseInstanceOf(PublishRefusedException.class)
        .hasMessageContaining("too large");
    assertThat(all.get(2)).isCompleted();
  }

  @Test
  void nothingIsSentTogetherWithASuspect() throws Exception {
    List<CompletableFuture<Void>> all = addAll("a", "b");
    takeAll(2);
    outbox.channelClosed("fault");
    outbox.channelOpened();
    takeAll(1);

    var polls = new int[1];
    assertThat(outbox.take(() -> polls[0]++ == 0 && wakeSoon())).isNull();
    assertThat(all).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void closingFailsAllMessagesAndLaterOnes() throws Exception {
    List<CompletableFuture<Void>> all = addAll("a", "b");
    takeAll(1);

    outbox.close(new CannotRunException("closed"));

    assertThat(all).allMatch(CompletableFuture::isCompletedExceptionally);
    assertThat(outbox.add(message("c"))).isCompletedExceptionally();
    assertThat(outbox.take(() -> true)).isNull();
  }

  @Test
  void capacityIsFreedHoweverAMessageEnds() throws Exception {
    for (int i = 0; i < 50; i++) {
      addAll("confirmed", "refused", "struck");
      outbox.channelOpened();
      takeAll(1);
      outbox.confirmed(1, false);
      outbox.refuse(take(), "no");
      takeAll(1);
      outbox.channelClosed("fault");
      outbox.channelOpened();
      takeAll(1);
      outbox.channelClosed("fault");
    }
  }

  private boolean wakeSoon() {
    var unused = CompletableFuture.runAsync(outbox::wake);
    return true;
  }

  private List<CompletableFuture<Void>> addAll(String... ids) throws InterruptedException {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (String id : ids) {
      all.add(outbox.add(message(id)));
    }
    return all;
  }

  private List<Outbox.Letter> takeAll(int count) throws InterruptedException {
    List<Outbox.Letter> letters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      letters.add(take());
    }
    return letters;
  }

  private Outbox.Letter take() throws InterruptedException {
    Outbox.Letter letter = outbox.take(() -> true);
    if (letter == null) {
      throw new AssertionError("the channel is spent");
    }
    return letter;
  }

  private static List<String> ids(List<Outbox.Letter> letters) {
    return letters.stream().map(each -> each.message.id()).toList();
  }

  private static OutgoingMessage message(String id) {
    return Peer.message("exchange", "key", id);
  }
}
