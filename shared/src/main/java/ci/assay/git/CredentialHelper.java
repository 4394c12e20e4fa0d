package ci.assay.git;

import ci.assay.common.ProcessEnvironment;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.transport.URIish;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks {@code git credential fill} for a login, where git is installed. Git may not prompt a
 * person.
 */
final class CredentialHelper {

  private static final Logger log = LoggerFactory.getLogger(CredentialHelper.class);
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private CredentialHelper() {}

  static Credentials.@Nullable Login fill(URIish uri) {
    ProcessBuilder builder = new ProcessBuilder("git", "credential", "fill");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    ProcessEnvironment.get().restoreForeign(builder.environment());
    builder.environment().put("GIT_TERMINAL_PROMPT", "0");
    builder.environment().put("GIT_ASKPASS", "");
    try {
      Process process = builder.start();
      try {
        return answer(process, question(uri));
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      log.debug("no login from git for {}: {}", uri, e.getMessage());
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private static Credentials.@Nullable Login answer(Process process, String question)
      throws IOException, InterruptedException {
    try (OutputStream out = process.getOutputStream()) {
      out.write(question.getBytes(StandardCharsets.UTF_8));
    }
    // The answer fits into the buffer of a pipe, so the helper does not block while nobody reads.
    if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
      log.warn("git's credential helper did not answer within {} s", LIMIT.toSeconds());
      return null;
    }
    if (process.exitValue() != 0) {
      return null;
    }
    Map<String, String> values = new HashMap<>();
    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.contains("="))
        .forEach(
            line ->
                values.put(
                    line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
    String user = values.get("username");
    String password = values.get("password");
    return user == null || password == null
        ? null
        : new Credentials.Login(user, password, "git's credential helper");
  }

  private static String question(URIish uri) {
    String port = uri.getPort() > 0 ? ":" + uri.getPort() : "";
    String user = uri.getUser() == null ? "" : "username=" + uri.getUser() + "\n";
    String path = uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/+", "");
    return "protocol=%s\nhost=%s%s\n%spath=%s\n\n"
        .formatted(uri.getScheme(), uri.getHost(), port, user, path);
  }
}
