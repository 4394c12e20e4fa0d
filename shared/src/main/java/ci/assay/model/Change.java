package ci.assay.model;

import ci.assay.common.Names;
import ci.assay.common.Texts;
import java.time.Instant;

/**
 * Author, time and subject of a commit, by which people recognize it. Both texts are put on one
 * line and cut when they are too long.
 *
 * @param author the author's name, without the address; may be empty
 * @param authoredAt by the author's clock, which may be wrong; a time before 1970 or after 9999
 *     becomes the nearest one within
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
