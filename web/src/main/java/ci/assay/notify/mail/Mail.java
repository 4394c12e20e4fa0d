package ci.assay.notify.mail;

import ci.assay.common.InvalidInputException;
import ci.assay.common.LatestEntries;
import ci.assay.notify.receiver.DeliveryResult;
import ci.assay.notify.receiver.Message;
import ci.assay.notify.receiver.Notice;
import ci.assay.notify.receiver.Receiver;
import ci.assay.notify.rule.Rule;
import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each notice as one mail. If the server defers some of the recipients, those that are done
 * are remembered, so that a retry does not reach them twice; after a crash they get the mail again,
 * with the same Message-ID.
 */
public final class Mail implements Receiver {

  private static final Logger log = LoggerFactory.getLogger(Mail.class);

  private static final String AUTHOR = "author";
  private static final int MAX_RECIPIENTS = 50;
  private static final int MAX_REMEMBERED = 1_000;
  private static final int FIRST_PERMANENT_CODE = 500;

  private final SmtpServer server;
  private final InternetAddress from;
  private final List<String> to;
  private final @Nullable AuthorAddresses authors;
  private final LatestEntries<String, Set<String>> finished = new LatestEntries<>(MAX_REMEMBERED);

  private Mail(
      SmtpServer server, InternetAddress from, List<String> to, @Nullable AuthorAddresses authors) {
    this.server = server;
    this.from = from;
    this.to = to;
    this.authors = authors;
  }

  /**
   * The receiver of a rule.
   *
   * @throws InvalidInputException when a setting is missing or invalid
   */
  public static Mail of(Rule rule) {
    List<String> to = Arrays.stream(rule.required("to").split(",", -1)).map(String::strip).toList();
    to.stream().filter(each -> !each.equals(AUTHOR)).forEach(Mail::address);
    if (to.size() > MAX_RECIPIENTS) {
      throw new InvalidInputException("to has more than " + MAX_RECIPIENTS + "; use a list");
    }
    boolean asksAuthors = to.contains(AUTHOR);
    return new Mail(
        SmtpServer.of(rule),
        address(rule.required("from")),
        to,
        asksAuthors ? new AuthorAddresses(Path.of(rule.required("authors-file"))) : null);
  }

  private static InternetAddress address(String text) {
    try {
      InternetAddress address = new InternetAddress(text, true);
      if (address.getAddress().contains("@")) {
        return address;
      }
    } catch (AddressException e) {
      // reported below
    }
    throw new InvalidInputException("'" + text + "' is not a mail address");
  }

  @Override
  public DeliveryResult send(Message message) {
    List<InternetAddress> remaining = new ArrayList<>(recipients(message.notice()));
    Set<String> done = finished.get(message.id());
    remaining.removeIf(each -> done != null && done.contains(each.getAddress()));
    if (remaining.isEmpty()) {
      return new DeliveryResult.Delivered(
          done == null ? "there is no recipient" : "all recipients have it");
    }
    return send(message, remaining);
  }

  private DeliveryResult send(Message message, List<InternetAddress> remaining) {
    Session session = Session.getInstance(server.properties());
    Address[] recipients = remaining.toArray(new Address[0]);
    Transport transport = null;
    try {
      transport = session.getTransport(server.protocol());
      transport.connect(server.host(), server.port(), server.user(), password());
      MailMessage mail = MailMessage.of(message, from, remaining, session);
      mail.saveChanges();
      transport.sendMessage(mail, recipients);
      return new DeliveryResult.Delivered("taken for " + names(recipients));
    } catch (AuthenticationFailedException e) {
      return new DeliveryResult.Stopped(
          "user or password is not accepted; replace it: " + detail(e));
    } catch (SendFailedException e) {
      return partialResult(message.id(), e);
    } catch (MessagingException e) {
      return new DeliveryResult.RetryLater(detail(e));
    } finally {
      close(transport);
    }
  }

  /** The result is known already, so an error here is only logged. */
  private static void close(@Nullable Transport transport) {
    if (transport != null) {
      try {
        transport.close();
      } catch (MessagingException e) {
        log.debug("the connection to the mail server did not end well: {}", e.getMessage());
      }
    }
  }

  private @Nullable String password() {
    return server.password() == null ? null : server.password().one();
  }

  /** The result of a mail that was not accepted for all recipients. */
  private DeliveryResult partialResult(String id, SendFailedException trouble) {
    Address[] sent = orNone(trouble.getValidSentAddresses());
    Address[] waiting = orNone(trouble.getValidUnsentAddresses());
    Address[] refused = orNone(trouble.getInvalidAddresses());
    String detail = detail(trouble);
    if (sent.length == 0 && refused.length == 0 && isPermanent(trouble)) {
      return new DeliveryResult.Refused(detail);
    }
    if (waiting.length > 0) {
      Set<String> done = new HashSet<>();
      Set<String> earlier = finished.get(id);
      done.addAll(earlier == null ? Set.of() : earlier);
      Arrays.stream(sent).forEach(each -> done.add(plain(each)));
      Arrays.stream(refused).forEach(each -> done.add(plain(each)));
      finished.put(id, done);
      return new DeliveryResult.RetryLater("not yet for " + names(waiting) + ": " + detail);
    }
    return sent.length > 0
        ? new DeliveryResult.Delivered(
            "taken for " + names(sent) + ", not for " + names(refused) + ": " + detail)
        : new DeliveryResult.Refused("not taken for " + names(refused) + ": " + detail);
  }

  private static boolean isPermanent(SendFailedException trouble) {
    return trouble instanceof SMTPSendFailedException smtp
        && smtp.getReturnCode() >= FIRST_PERMANENT_CODE;
  }

  private Set<InternetAddress> recipients(Notice notice) {
    Set<InternetAddress> all = new LinkedHashSet<>();
    for (String each : to) {
      if (!each.equals(AUTHOR)) {
        all.add(address(each));
      } else if (authors != null && notice.about().author() != null) {
        authors.addressOf(notice.about().author()).map(Mail::address).ifPresent(all::add);
      }
    }
    return all;
  }

  private static Address[] orNone(Address @Nullable [] some) {
    return some == null ? new Address[0] : some;
  }

  private static String plain(Address address) {
    return address instanceof InternetAddress internet ? internet.getAddress() : address.toString();
  }

  private static String names(Address[] some) {
    return Arrays.stream(some).map(Mail::plain).collect(Collectors.joining(", "));
  }

  /** The message of the innermost exception, which has the answer of the server. */
  private static String detail(MessagingException trouble) {
    Exception last = trouble;
    while (last instanceof MessagingException one && one.getNextException() != null) {
      last = one.getNextException();
    }
    String message = last.getMessage();
    return message == null ? last.getClass().getSimpleName() : message;
  }
}
