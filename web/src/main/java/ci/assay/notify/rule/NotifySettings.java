package ci.assay.notify.rule;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of verdicts, and how.
 *
 * @param address of the pages, for links in messages, without a slash at its end; null for none
 * @param giveUpAfter how long one that does not arrive is tried
 */
public record NotifySettings(@Nullable String address, Duration giveUpAfter, List<Rule> rules) {

  /** Where nobody says otherwise. */
  public static final Duration GIVE_UP_AFTER = Duration.ofDays(3);

  /** Nobody is told. */
  public static final NotifySettings NONE = new NotifySettings(null, GIVE_UP_AFTER, List.of());

  public NotifySettings {
    rules = List.copyOf(rules);
  }
}
