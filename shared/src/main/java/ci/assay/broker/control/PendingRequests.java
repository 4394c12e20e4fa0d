package ci.assay.broker.control;

import ci.assay.model.Message;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The questions that still wait for an answer. Safe for use by many threads. */
final class PendingRequests {

  /**
   * @param correlation the correlation id that the answer will carry
   * @param answer completes with the answer, or empty when there was none
   */
  record Open(String correlation, CompletableFuture<Optional<Message>> answer) {}

  private final Map<String, CompletableFuture<Optional<Message>>> open = new ConcurrentHashMap<>();
  private final AtomicLong asked = new AtomicLong();

  /** Adds a question, which waits for its answer until {@code limit} is over. */
  Open add(Duration limit) {
    String correlation = Long.toString(asked.incrementAndGet());
    CompletableFuture<Optional<Message>> answer = new CompletableFuture<>();
    open.put(correlation, answer);
    return new Open(
        correlation,
        answer
            .completeOnTimeout(Optional.empty(), limit.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((result, failure) -> open.remove(correlation)));
  }

  void answered(String correlation, Message answer) {
    complete(correlation, Optional.of(answer));
  }

  /** The broker returned the question: nobody is there to answer it. */
  void returned(String correlation) {
    complete(correlation, Optional.empty());
  }

  /** Completes it on another thread, since the calling one is the AMQP client's. */
  private void complete(String correlation, Optional<Message> answer) {
    CompletableFuture<Optional<Message>> question = open.get(correlation);
    if (question != null) {
      question.completeAsync(() -> answer);
    }
  }

  /** Completes all open questions without an answer. */
  void giveUp() {
    open.values().forEach(each -> each.complete(Optional.empty()));
  }
}
