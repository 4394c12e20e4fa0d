package ci.assay.common;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Passwords and tokens in files. A setting may name the file; systemd ({@code LoadCredential=}) and
 * Docker provide files in folders of their own, where the file has the name of the variable in
 * lower case: {@code assay_broker_password}.
 */
public final class SecretFiles {

  private static final Path DOCKER = Path.of("/run/secrets");
  private static final int MOST_BYTES = 64 * 1024;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private SecretFiles() {}

  /**
   * The file with the value of a variable; null when neither systemd nor Docker provides one.
   *
   * @param environment the environment of the process
   * @param variable the name of the variable: {@code ASSAY_BROKER_PASSWORD}
   */
  public static @Nullable Path brought(
      UnaryOperator<@Nullable String> environment, String variable) {
    String name = variable.toLowerCase(Locale.ROOT);
    String credentials = environment.apply("CREDENTIALS_DIRECTORY");
    if (credentials != null && !credentials.isEmpty()) {
      Path credential = Path.of(credentials).resolve(name);
      if (Files.exists(credential)) {
        return credential;
      }
    }
    Path secret = DOCKER.resolve(name);
    return hasContent(secret) ? secret : null;
  }

  /**
   * Docker Compose needs a file for each secret, so an empty one means none. One that only root can
   * read is not meant for this process.
   */
  private static boolean hasContent(Path secret) {
    try {
      return Files.isReadable(secret) && Files.size(secret) > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The content of the file, without the line break at its end. The file may be a pipe, such as
   * {@code /dev/fd/3}.
   *
   * @param origin the setting that named the file, for the message
   * @throws InvalidInputException when the file cannot be read, is empty, or has more than one line
   */
  public static String read(Path file, String origin) {
    try {
      byte[] bytes = PipeReader.read(file, MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw wrong(file, origin, "has more than " + MOST_BYTES + " bytes; name another file");
      }
      String text = new String(bytes, StandardCharsets.UTF_8).replaceFirst("\r?\n\\z", "");
      if (text.isEmpty()) {
        throw wrong(file, origin, "is empty; write the password into it");
      }
      if (text.chars().anyMatch(Character::isISOControl)) {
        throw wrong(file, origin, "has more than one line, or is not text; leave one line in it");
      }
      return text;
    } catch (NoSuchFileException e) {
      throw wrong(file, origin, "is not there; write the password into it, or name another file");
    } catch (IOException e) {
      throw wrong(file, origin, "cannot be read; let this user read it");
    }
  }

  /**
   * Refuses a file with a secret that anybody but its owner may read or write.
   *
   * @throws InvalidInputException when others may, or nobody can tell
   */
  public static void requireOwnerOnly(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (view == null) {
      throw new InvalidInputException(
          "'%s' is on a file system without permissions; move it to one that has them"
              .formatted(file));
    }
    if (!OWNER_ONLY.containsAll(view.readAttributes().permissions())) {
      throw new InvalidInputException(
          "'%s' has a secret, and others may read it; say chmod 600 '%s'".formatted(file, file));
    }
  }

  private static InvalidInputException wrong(Path file, String origin, String why) {
    return new InvalidInputException("%s: '%s' %s".formatted(origin, file, why));
  }
}
