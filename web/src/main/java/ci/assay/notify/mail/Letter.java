package ci.assay.notify.mail;

import ci.assay.notify.receiver.Message;
import ci.assay.notify.receiver.Notice;
import ci.assay.notify.receiver.Words;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;

/**
 * One mail: the same as text and as HTML, in which nothing that a commit wrote is markup. Its id is
 * the same however often it is sent, and those about one branch that breaks are one thread.
 */
final class Letter extends MimeMessage {

  private static final String UTF_8 = StandardCharsets.UTF_8.name();

  private final String id;

  private Letter(Session session, String id) {
    super(session);
    this.id = id;
  }

  static Letter of(Message message, InternetAddress from, List<InternetAddress> to, Session session)
      throws MessagingException {
    Notice notice = message.notice();
    String domain = from.getAddress().replaceFirst(".*@", "");
    Letter letter = new Letter(session, "<" + message.id() + "@" + domain + ">");
    letter.setFrom(from);
    letter.setRecipients(RecipientType.TO, to.toArray(new InternetAddress[0]));
    letter.setSubject(Words.title(notice), UTF_8);
    letter.setSentDate(Date.from(message.sentAt()));
    letter.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: nobody's holiday answers
    letter.setHeader("References", "<" + thread(notice) + "@" + domain + ">");
    MimeBodyPart text = new MimeBodyPart();
    text.setText(text(notice), UTF_8);
    MimeBodyPart html = new MimeBodyPart();
    html.setText(html(notice), UTF_8, "html");
    letter.setContent(new MimeMultipart("alternative", text, html));
    return letter;
  }

  /** The commit that broke the branch, for all that is told of that. */
  private static String thread(Notice notice) {
    Notice.Before before = notice.before();
    boolean isMended = notice.kind() == Notice.Kind.MENDED;
    String first =
        isMended && before != null && before.commit() != null
            ? before.commit()
            : notice.about().commit();
    return "assay." + notice.about().repository() + "." + first;
  }

  private static String text(Notice notice) {
    String page = notice.page() == null ? "" : "\n" + notice.page() + "\n";
    return Words.title(notice) + "\n\n" + String.join("\n", Words.lines(notice)) + "\n" + page;
  }

  private static String html(Notice notice) {
    String page = notice.page();
    return "<html><body><p><b>"
        + escaped(Words.title(notice))
        + "</b></p><pre>"
        + escaped(String.join("\n", Words.lines(notice)))
        + "</pre>"
        + (page == null ? "" : "<p><a href=\"" + escaped(page) + "\">" + escaped(page) + "</a></p>")
        + "</body></html>\n";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  @Override
  protected void updateMessageID() throws MessagingException {
    setHeader("Message-ID", id);
  }
}
