package ci.assay.notify;

import ci.assay.notify.receiver.Message;
import ci.assay.notify.receiver.Notice;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The message that {@code assay notifications test} sends. */
public final class TestNotice {

  private static final String NO_COMMIT = "0".repeat(40);

  private TestNotice() {}

  /**
   * A test message.
   *
   * @param address the base URL of the pages; null if it is not configured
   */
  public static Message now(@Nullable String address, Instant now) {
    return new Message(
        "msg_test_" + now.toEpochMilli(),
        new Notice(
            Notice.Kind.TEST,
            new Notice.About("assay", "", NO_COMMIT, "refs/heads/main", "A test", "Assay"),
            null,
            null,
            List.of(),
            address),
        now);
  }
}
