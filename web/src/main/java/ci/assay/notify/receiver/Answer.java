package ci.assay.notify.receiver;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of one try to tell somebody. All words are for people, on one line. */
public sealed interface Answer {

  /** What there is to say of it. */
  String words();

  /** It arrived. */
  record Told(String words) implements Answer {}

  /**
   * Not now: it is tried again, and so are those behind it.
   *
   * @param pause as long as the receiver asks for; null where it does not say
   */
  record Later(String words, @Nullable Duration pause) implements Answer {
    public Later(String words) {
      this(words, null);
    }
  }

  /** Nothing arrives until a person changes something; it is tried again now and then. */
  record Stopped(String words) implements Answer {}

  /** This one never arrives; those behind it may. */
  record Refused(String words) implements Answer {}
}
