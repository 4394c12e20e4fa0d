package ci.assay.notify;

import static java.nio.charset.StandardCharsets.UTF_8;

import ci.assay.thread.Threads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An SMTP server for tests, which can misbehave in ways that a test sets. */
final class OddMailServer implements AutoCloseable {

  /** The accepted recipients of each mail: {@code [a@x, b@x]}. */
  final List<List<String>> taken = Collections.synchronizedList(new ArrayList<>());

  final List<String> mails = Collections.synchronizedList(new ArrayList<>());

  /** Its answer to RCPT, by the address of the recipient. */
  final Map<String, String> recipients = Collections.synchronizedMap(new HashMap<>());

  volatile boolean dropsAfterData;
  volatile String greeting = "220 odd";
  private final ServerSocket socket;

  OddMailServer() throws IOException {
    socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Threads.daemon("odd mail server", this::serve).start();
  }

  String address() {
    return "smtp://127.0.0.1:" + socket.getLocalPort();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket client = socket.accept();
          BufferedReader in =
              new BufferedReader(new InputStreamReader(client.getInputStream(), UTF_8));
          PrintStream out = new PrintStream(client.getOutputStream(), true, UTF_8)) {
        talk(in, out);
      } catch (IOException e) {
        // the client is gone, or the test is over
      }
    }
  }

  private void talk(BufferedReader in, PrintStream out) throws IOException {
    out.print(greeting + "\r\n");
    List<String> accepted = new ArrayList<>();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String word = line.split("[ :]", 2)[0].toUpperCase(Locale.ROOT);
      switch (word) {
        case "RCPT" -> {
          String who = line.replaceFirst(".*<", "").replaceFirst(">.*", "");
          String answer = recipients.getOrDefault(who, "250 ok");
          if (answer.startsWith("250")) {
            accepted.add(who);
          }
          out.print(answer + "\r\n");
        }
        case "DATA" -> {
          out.print("354 go on\r\n");
          mails.add(letter(in));
          if (dropsAfterData) {
            return;
          }
          taken.add(List.copyOf(accepted));
          out.print("250 taken\r\n");
        }
        case "QUIT" -> {
          out.print("221 bye\r\n");
          return;
        }
        default -> out.print("250 ok\r\n");
      }
    }
  }

  private static String letter(BufferedReader in) throws IOException {
    StringBuilder letter = new StringBuilder();
    for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
      letter.append(line).append('\n');
    }
    return letter.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
