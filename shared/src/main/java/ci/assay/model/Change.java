package ci.assay.model;

import ci.assay.common.Names;
import ci.assay.common.Texts;
import java.time.Instant;

/**
 * Who wrote a commit, when and what for, so that people recognise it. Long texts are cut, and both
 * are on one line.
 *
 * @param author the author's name, without the address; may be empty
 * @param authoredAt by the author's clock, which may be anything; one that is not within the years
 *     1970 to 9999 becomes the nearest that is
 * @param subject the first line of the commit's message; may be empty
 */
public record Change(String author, Instant authoredAt, String subject) {

  /** Longest author, in characters. */
  public static final int MAX_AUTHOR = 200;

  /** Longest subject, in characters. */
  public static final int MAX_SUBJECT = 500;

  public Change {
    author = Texts.line(Names.present("author", author), MAX_AUTHOR);
    authoredAt = Names.nearestMillis("authoredAt", authoredAt);
    subject = Texts.line(Names.present("subject", subject), MAX_SUBJECT);
  }
}
