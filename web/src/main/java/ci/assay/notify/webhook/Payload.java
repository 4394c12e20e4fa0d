package ci.assay.notify.webhook;

import ci.assay.notify.receiver.Notice;
import ci.assay.wire.Codec;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request. The specification asks for {@code type}, {@code timestamp} and {@code
 * data} ("Payload structure"); docs/notifications.md has the fields.
 *
 * @param timestamp when the event happened; null for a test
 */
record Payload(String type, @Nullable Instant timestamp, Data data) {

  /** The event. */
  record Data(
      Notice.About commit,
      @Nullable String outcome,
      @Nullable String summary,
      Notice.@Nullable Before before,
      List<String> why,
      @Nullable String page) {}

  static byte[] of(Notice notice) {
    Notice.Verdict verdict = notice.verdict();
    return Codec.json(
        new Payload(
            type(notice.kind()),
            verdict == null ? null : verdict.finishedAt(),
            new Data(
                notice.about(),
                verdict == null ? null : verdict.outcome().word(),
                verdict == null ? null : verdict.summary(),
                notice.before(),
                notice.why(),
                notice.page())));
  }

  private static String type(Notice.Kind kind) {
    return switch (kind) {
      case WAITING -> "commit.waiting";
      case VERDICT -> "commit.verdict";
      case BROKE -> "branch.broke";
      case STILL_BROKEN -> "branch.still_broken";
      case MENDED -> "branch.mended";
      case TEST -> "test";
    };
  }
}
