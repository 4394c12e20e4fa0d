package ci.assay.coordinator.inquiry;

import ci.assay.broker.BrokerConnection;
import ci.assay.broker.Topology;
import ci.assay.broker.WorkerUsers;
import ci.assay.broker.control.Binding;
import ci.assay.broker.control.ControlChannel;
import ci.assay.broker.control.ReceivedMessage;
import ci.assay.common.AssayException;
import ci.assay.coordinator.active.ActiveFlag;
import ci.assay.message.Order;
import ci.assay.message.ReconcileRequest;
import ci.assay.message.StartRequest;
import ci.assay.model.Message;
import ci.assay.thread.Threads;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the questions that only the active coordinator answers. Those of workers are answered at
 * once; questions of observers and orders, which take longer, are handled on a thread of their own.
 * A question that cannot be answered gets no answer, which every asker can cope with.
 */
public final class InquiryServer implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(InquiryServer.class);

  /**
   * The handlers of the kinds of questions.
   *
   * @param flag whether this coordinator is active; questions are ignored when it is not
   */
  public record Handlers(
      StartRequestHandler starts,
      ReconcileHandler reconciliations,
      OrderHandler orders,
      ActiveFlag flag) {}

  /** The most orders, and the most questions of observers, in hand at once; others are ignored. */
  private static final int MOST_IN_HAND = 64;

  private final Handlers handlers;
  private final String self;
  private final ControlChannel control;
  private final ExecutorService slow;
  private final ExecutorService slowQuestions;
  private final Semaphore orders = new Semaphore(MOST_IN_HAND);
  private final Semaphore questions = new Semaphore(MOST_IN_HAND);

  /**
   * @param consuming not closed by this object
   * @param publishing not closed by this object
   */
  public InquiryServer(
      Handlers handlers, BrokerConnection consuming, BrokerConnection publishing, String name) {
    this.handlers = handlers;
    this.self = publishing.user();
    this.control =
        new ControlChannel(
            consuming,
            publishing,
            name + " inquiries",
            List.of(
                Binding.questions(Topology.KEY_ASK),
                Binding.questions(Topology.KEY_RECONCILE),
                Binding.orders()),
            this::received,
            () -> {});
    this.slow = Threads.single(name + " orders");
    this.slowQuestions = Threads.single(name + " questions");
  }

  public void start() {
    control.start();
  }

  @Override
  public void close() {
    control.close();
    slow.shutdownNow();
    slowQuestions.shutdownNow();
  }

  private void received(ReceivedMessage received) {
    if (!handlers.flag().isActive()) {
      log.debug("not active any more, so not answered: {}", received.message());
    } else if (received.message() instanceof StartRequest ask) {
      contained(
          received, () -> control.answer(received, handlers.starts().handle(ask, received.user())));
    } else if (received.message() instanceof ReconcileRequest question) {
      onSlow(slowQuestions, questions, received, () -> answer(received, question));
    } else if (received.message() instanceof Order order) {
      onSlow(
          slow,
          orders,
          received,
          () -> {
            control.answer(
                received, handlers.orders().handle(verified(order, received.user(), self)));
            return CompletableFuture.completedFuture(null);
          });
    }
  }

  /**
   * The order with a reliable {@code by}. An order sent with our own broker user, from the pages,
   * keeps its {@code by}, and so does any on the embedded broker, which serves one process. For any
   * other order the broker user is added, since only that is verified.
   */
  static Order verified(Order order, String user, String own) {
    if (user.equals(own) || user.equals(WorkerUsers.NOT_VERIFIED)) {
      return order;
    }
    String by = "%s (as %s)".formatted(user.isEmpty() ? "unknown" : user, order.by());
    return new Order(order.kind(), order.repository(), order.commit(), order.variant(), by);
  }

  private CompletableFuture<?> answer(ReceivedMessage received, ReconcileRequest question)
      throws InterruptedException {
    return handlers
        .reconciliations()
        .handle(question)
        .whenComplete(
            (Message answer, Throwable failure) -> {
              if (failure == null) {
                control.answer(received, answer);
              } else {
                log.debug("no answer to a question about {} jobs", question.jobs().size());
              }
            });
  }

  @FunctionalInterface
  private interface Answering {
    void run() throws IOException, InterruptedException;
  }

  /** Completes when the message is answered. */
  @FunctionalInterface
  private interface SlowAnswering {
    CompletableFuture<?> run() throws IOException, InterruptedException;
  }

  /**
   * Answers on another thread. When too many messages of this kind are in hand, this one is
   * ignored, as if it had been lost: those who wait ask again.
   */
  private static void onSlow(
      ExecutorService thread, Semaphore places, ReceivedMessage received, SlowAnswering how) {
    if (!places.tryAcquire()) {
      log.debug("too many in hand, so not answered: {}", received.message());
      return;
    }
    try {
      thread.execute(() -> answerThenRelease(received, how, places));
    } catch (RejectedExecutionException e) {
      places.release();
      log.debug("not active any more, so not answered: {}", received.message());
    }
  }

  private static void answerThenRelease(
      ReceivedMessage received, SlowAnswering how, Semaphore places) {
    contained(
        received,
        () -> {
          CompletableFuture<?> answered = CompletableFuture.completedFuture(null);
          try {
            answered = how.run();
          } finally {
            var unused = answered.whenComplete((nothing, failure) -> places.release());
          }
        });
  }

  private static void contained(ReceivedMessage received, Answering how) {
    try {
      how.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | AssayException e) {
      log.warn("no answer to {}: {}", received.message(), e.toString());
    } catch (RuntimeException | Error e) {
      log.error("no answer to {}, which is a defect", received.message(), e);
    }
  }
}
