package ci.assay.notify.mail;

import ci.assay.notify.receiver.Message;
import ci.assay.notify.receiver.Notice;
import ci.assay.notify.receiver.NoticeText;
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
 * A mail, as text and as HTML; text from commits is escaped. Its Message-ID is the same for each
 * try, and mails about one break of a branch form a thread.
 */
final class MailMessage extends MimeMessage {

  private static final String UTF_8 = StandardCharsets.UTF_8.name();

  private final String id;

  private MailMessage(Session session, String id) {
    super(session);
    this.id = id;
  }

  static MailMessage of(
      Message message, InternetAddress from, List<InternetAddress> to, Session session)
      throws MessagingException {
    Notice notice = message.notice();
    String domain = from.getAddress().replaceFirst(".*@", "");
    MailMessage mail = new MailMessage(session, "<" + message.id() + "@" + domain + ">");
    mail.setFrom(from);
    mail.setRecipients(RecipientType.TO, to.toArray(new InternetAddress[0]));
    mail.setSubject(NoticeText.title(notice), UTF_8);
    mail.setSentDate(Date.from(message.sentAt()));
    mail.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834: no automatic replies
    mail.setHeader("References", "<" + thread(notice) + "@" + domain + ">");
    MimeBodyPart text = new MimeBodyPart();
    text.setText(text(notice), UTF_8);
    MimeBodyPart html = new MimeBodyPart();
    html.setText(html(notice), UTF_8, "html");
    mail.setContent(new MimeMultipart("alternative", text, html));
    return mail;
  }

  /** The thread of a notice: named after the commit that broke the branch. */
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
    return NoticeText.title(notice)
        + "\n\n"
        + String.join("\n", NoticeText.lines(notice))
        + "\n"
        + page;
  }

  private static String html(Notice notice) {
    String page = notice.page();
    return "<html><body><p><b>"
        + escaped(NoticeText.title(notice))
        + "</b></p><pre>"
        + escaped(String.join("\n", NoticeText.lines(notice)))
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
