package ci.assay.notify.mail;

import ci.assay.common.InvalidInputException;
import ci.assay.common.LatestEntries;
import ci.assay.notify.receiver.Answer;
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
 * Sends each notice as one mail. Who was sent it is remembered while a part of the recipients has
 * to wait, so that the others have it once; after a crash all have it again, with the same id.
 */
public final class Mail implements Receiver {

  private static final Logger log = LoggerFactory.getLogger(Mail.class);

  private static final String AUTHOR = "author";
  private static final int MOST_RECIPIENTS = 50;
  private static final int MOST_REMEMBERED = 1_000;
  private static final int FOR_GOOD = 500;

  private final Server server;
  private final InternetAddress from;
  private final List<String> to;
  private final @Nullable Authors authors;
  private final LatestEntries<String, Set<String>> settled = new LatestEntries<>(MOST_REMEMBERED);

  private Mail(Server server, InternetAddress from, List<String> to, @Nullable Authors authors) {
    this.server = server;
    this.from = from;
    this.to = to;
    this.authors = authors;
  }

  /**
   * The one of a rule.
   *
   * @throws InvalidInputException when something is missing, or no such value
   */
  public static Mail of(Rule rule) {
    List<String> to = Arrays.stream(rule.required("to").split(",", -1)).map(String::strip).toList();
    to.stream().filter(each -> !each.equals(AUTHOR)).forEach(Mail::address);
    if (to.size() > MOST_RECIPIENTS) {
      throw new InvalidInputException("to has more than " + MOST_RECIPIENTS + "; use a list");
    }
    boolean asksAuthors = to.contains(AUTHOR);
    return new Mail(
        Server.of(rule),
        address(rule.required("from")),
        to,
        asksAuthors ? new Authors(Path.of(rule.required("authors-file"))) : null);
  }

  private static InternetAddress address(String text) {
    try {
      InternetAddress address = new InternetAddress(text, true);
      if (address.getAddress().contains("@")) {
        return address;
      }
    } catch (AddressException e) {
      // said below
    }
    throw new InvalidInputException("'" + text + "' is no address of mail");
  }

  @Override
  public Answer tell(Message message) {
    List<InternetAddress> open = new ArrayList<>(recipients(message.notice()));
    Set<String> done = settled.get(message.id());
    open.removeIf(each -> done != null && done.contains(each.getAddress()));
    if (open.isEmpty()) {
      return new Answer.Told(done == null ? "there is nobody to tell" : "all have it");
    }
    return send(message, open);
  }

  private Answer send(Message message, List<InternetAddress> open) {
    Session session = Session.getInstance(server.properties());
    Address[] recipients = open.toArray(new Address[0]);
    Transport transport = null;
    try {
      transport = session.getTransport(server.protocol());
      transport.connect(server.host(), server.port(), server.user(), password());
      Letter letter = Letter.of(message, from, open, session);
      letter.saveChanges();
      transport.sendMessage(letter, recipients);
      return new Answer.Told("taken for " + names(recipients));
    } catch (AuthenticationFailedException e) {
      return new Answer.Stopped("user or password is not taken; replace it: " + words(e));
    } catch (SendFailedException e) {
      return partly(message.id(), e);
    } catch (MessagingException e) {
      return new Answer.Later(words(e));
    } finally {
      close(transport);
    }
  }

  /** It was taken, or it was not: how it ends changes nothing of that. */
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

  /** Some have it, some may have it later, and some never. */
  private Answer partly(String id, SendFailedException trouble) {
    Address[] sent = orNone(trouble.getValidSentAddresses());
    Address[] waiting = orNone(trouble.getValidUnsentAddresses());
    Address[] refused = orNone(trouble.getInvalidAddresses());
    String said = words(trouble);
    if (sent.length == 0 && refused.length == 0 && isForGood(trouble)) {
      return new Answer.Refused(said);
    }
    if (waiting.length > 0) {
      Set<String> done = new HashSet<>();
      Set<String> earlier = settled.get(id);
      done.addAll(earlier == null ? Set.of() : earlier);
      Arrays.stream(sent).forEach(each -> done.add(plain(each)));
      Arrays.stream(refused).forEach(each -> done.add(plain(each)));
      settled.put(id, done);
      return new Answer.Later("not yet for " + names(waiting) + ": " + said);
    }
    return sent.length > 0
        ? new Answer.Told("taken for " + names(sent) + ", not for " + names(refused) + ": " + said)
        : new Answer.Refused("not taken for " + names(refused) + ": " + said);
  }

  private static boolean isForGood(SendFailedException trouble) {
    return trouble instanceof SMTPSendFailedException smtp && smtp.getReturnCode() >= FOR_GOOD;
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

  /** The innermost says what the server said. */
  private static String words(MessagingException trouble) {
    Exception last = trouble;
    while (last instanceof MessagingException one && one.getNextException() != null) {
      last = one.getNextException();
    }
    String message = last.getMessage();
    return message == null ? last.getClass().getSimpleName() : message;
  }
}
