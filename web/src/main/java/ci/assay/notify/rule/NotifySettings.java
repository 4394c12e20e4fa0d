package ci.assay.notify.rule;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of notifications.
 *
 * @param address the base URL of the pages, for links, without a trailing slash; null for none
 * @param giveUpAfter how old a notification may be when a try of it fails
 */
public record NotifySettings(@Nullable String address, Duration giveUpAfter, List<Rule> rules) {

  /** The default. */
  public static final Duration GIVE_UP_AFTER = Duration.ofDays(3);

  /** No rules. */
  public static final NotifySettings NONE = new NotifySettings(null, GIVE_UP_AFTER, List.of());

  public NotifySettings {
    rules = List.copyOf(rules);
  }
}
