package ci.assay.broker.publish;

import ci.assay.common.CannotRunException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The messages that wait to be sent and those that wait for their confirm. It keeps their state and
 * sends nothing. When the broker closes the channel because of a message, it does not say which:
 * every unconfirmed message is suspect, and is sent again alone on the channel. A message that
 * makes the broker close the channel twice while alone is refused; the others go on. Safe for use
 * by many threads.
 */
final class Outbox {

  private static final int STRIKES = 2;

  /** A message that is not confirmed yet. */
  static final class Letter {
    final OutgoingMessage message;
    final String token;
    private final CompletableFuture<Void> confirmed = new CompletableFuture<>();
    private boolean isSuspect;
    private int strikes;

    private Letter(OutgoingMessage message, String token) {
      this.message = message;
      this.token = token;
    }
  }

  private final Semaphore room;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Letter> waiting = new ArrayDeque<>();
  private final NavigableMap<Long, Letter> unconfirmed = new TreeMap<>();
  private final Map<String, Long> numbers = new HashMap<>();
  private long tokens;
  private long sentOnChannel;
  private boolean channelIsSpent;
  private @Nullable CannotRunException closedBecause;

  /**
   * @param capacity how many messages may be unconfirmed; then {@link #add} waits
   */
  Outbox(int capacity) {
    this.room = new Semaphore(capacity);
  }

  /** Adds a message; the future completes when it is confirmed. */
  CompletableFuture<Void> add(OutgoingMessage message) throws InterruptedException {
    room.acquire();
    lock.lock();
    try {
      if (closedBecause != null) {
        room.release();
        return CompletableFuture.failedFuture(closedBecause);
      }
      Letter letter = new Letter(message, Long.toString(tokens++));
      waiting.addLast(letter);
      changed.signalAll();
      return letter.confirmed;
    } finally {
      lock.unlock();
    }
  }

  /** A new channel was opened: its sequence numbers begin at 1 again. */
  void channelOpened() {
    lock.lock();
    try {
      sentOnChannel = 0;
      channelIsSpent = false;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the next message; the caller must publish it exactly once on the channel. Null when
   * the channel must not be used any longer.
   */
  @Nullable Letter take(BooleanSupplier channelIsOpen) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (closedBecause == null && !channelIsSpent && channelIsOpen.getAsBoolean()) {
        if (mayTake()) {
          Letter next = waiting.removeFirst();
          unconfirmed.put(++sentOnChannel, next);
          numbers.put(next.token, sentOnChannel);
          return next;
        }
        changed.await();
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private boolean mayTake() {
    if (waiting.isEmpty() || unconfirmed.isEmpty()) {
      return !waiting.isEmpty();
    }
    return !waiting.getFirst().isSuspect && !unconfirmed.firstEntry().getValue().isSuspect;
  }

  /** Makes {@link #take} check again whether the channel is open. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The broker confirmed these messages.
   *
   * @return whether any of them was still unconfirmed
   */
  boolean confirmed(long number, boolean multiple) {
    List<Letter> settled = settle(number, multiple);
    for (Letter each : settled) {
      room.release();
      each.confirmed.complete(null);
    }
    return !settled.isEmpty();
  }

  private List<Letter> settle(long number, boolean multiple) {
    lock.lock();
    try {
      var range = numbered(number, multiple);
      List<Letter> settled = List.copyOf(range.values());
      range.clear();
      settled.forEach(each -> numbers.remove(each.token));
      changed.signalAll();
      return settled;
    } finally {
      lock.unlock();
    }
  }

  /** The broker rejected these messages: they are sent again, on a new channel. */
  void rejected(long number, boolean multiple) {
    lock.lock();
    try {
      putBack(numbered(number, multiple));
      spendChannel();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The broker returned this message, since no queue took it: it is sent again, on a new channel.
   * RabbitMQ confirms a returned message afterwards; that confirm is ignored.
   *
   * @return whether it was the first on this channel
   */
  boolean returned(String token) {
    lock.lock();
    try {
      Long number = numbers.get(token);
      boolean isFirst = !channelIsSpent;
      if (number != null) {
        putBack(numbered(number, false));
        spendChannel();
      }
      return number != null && isFirst;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The channel was closed: unconfirmed messages are sent again.
   *
   * @param fault the broker's reason, when it closed the channel because of a message; null when
   *     the channel was closed for another reason
   * @return whether a message was refused
   */
  boolean channelClosed(@Nullable String fault) {
    Letter guilty = null;
    lock.lock();
    try {
      if (fault != null) {
        unconfirmed.values().forEach(each -> each.isSuspect = true);
        guilty = struckOut();
      }
      putBack(unconfirmed);
    } finally {
      lock.unlock();
    }
    if (guilty != null) {
      refuse(guilty, String.valueOf(fault));
    }
    return guilty != null;
  }

  /** Fails a message that was taken, and does not send it again. */
  void refuse(Letter letter, String why) {
    lock.lock();
    try {
      Long number = numbers.remove(letter.token);
      if (number != null) {
        unconfirmed.remove(number);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    room.release();
    letter.confirmed.completeExceptionally(new PublishRefusedException(letter.message, why));
  }

  /** Fails all messages that are not confirmed yet, and all that are added later. */
  void close(CannotRunException because) {
    List<Letter> left;
    lock.lock();
    try {
      if (closedBecause == null) {
        closedBecause = because;
      }
      putBack(unconfirmed);
      left = List.copyOf(waiting);
      waiting.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    left.forEach(each -> each.confirmed.completeExceptionally(because));
    room.release(left.size());
  }

  /**
   * Returns and removes the message that was alone on the channel, when this was its last strike;
   * else null.
   */
  private @Nullable Letter struckOut() {
    if (unconfirmed.size() != 1) {
      return null;
    }
    Letter alone = unconfirmed.firstEntry().getValue();
    if (++alone.strikes < STRIKES) {
      return null;
    }
    unconfirmed.clear();
    numbers.remove(alone.token);
    return alone;
  }

  private NavigableMap<Long, Letter> numbered(long number, boolean multiple) {
    return multiple
        ? unconfirmed.headMap(number, true)
        : unconfirmed.subMap(number, true, number, true);
  }

  private void putBack(NavigableMap<Long, Letter> letters) {
    letters.descendingMap().values().forEach(waiting::addFirst);
    letters.values().forEach(each -> numbers.remove(each.token));
    letters.clear();
  }

  private void spendChannel() {
    channelIsSpent = true;
    changed.signalAll();
  }
}
