package ci.assay.worker.secret;

import ci.assay.common.InvalidInputException;
import ci.assay.common.ProcessEnvironment;
import ci.assay.common.SecretFiles;
import ci.assay.worker.masking.Masking;
import ci.assay.worker.settings.SecretSource;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads the values of secrets. Its errors say what is wrong with one, without what it is. */
public final class SecretReader {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration MOMENT = Duration.ofMillis(20);

  /** One line end may follow, and one more byte shows that a value is too long. */
  private static final int MOST_BYTES = Masking.LONGEST + 3;

  private final Duration limit;

  public SecretReader() {
    this(LIMIT);
  }

  /**
   * @param limit how long a command may take
   */
  SecretReader(Duration limit) {
    this.limit = limit;
  }

  /**
   * The value as it is now.
   *
   * @throws IOException when it cannot be had, or cannot be masked; the message is for people
   */
  public String read(SecretSource source) throws IOException, InterruptedException {
    SecretSource.Origin origin = source.origin();
    byte[] bytes =
        origin instanceof SecretSource.InFile in
            ? ofFile(in.file())
            : ofCommand(((SecretSource.ByCommand) origin).command());
    String value = text(bytes).replaceFirst("\r?\n\\z", "");
    int length = value.getBytes(StandardCharsets.UTF_8).length;
    if (length < Masking.SHORTEST) {
      throw new IOException(
          "has %d characters, too few to be masked; use at least %d"
              .formatted(length, Masking.SHORTEST));
    }
    if (length > Masking.LONGEST) {
      throw new IOException(
          "has more than %d bytes; take a shorter value".formatted(Masking.LONGEST));
    }
    return value;
  }

  private static String text(byte[] bytes) throws IOException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.indexOf('\0') < 0) {
        return text;
      }
    } catch (CharacterCodingException e) {
      throw notText(e);
    }
    throw notText(null);
  }

  private static IOException notText(@Nullable Exception why) {
    return new IOException("is not text; give it in Base64, and decode it in the run", why);
  }

  private static byte[] ofFile(Path file) throws IOException {
    try {
      SecretFiles.requireOwnerOnly(file);
      Path folder = Objects.requireNonNull(file.getParent()).toRealPath();
      if (!Files.isRegularFile(file) || !file.toRealPath().startsWith(folder)) {
        throw new IOException("'%s' is not a file, or a link out of its folder".formatted(file));
      }
      try (InputStream in = Files.newInputStream(file)) {
        return in.readNBytes(MOST_BYTES);
      }
    } catch (InvalidInputException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    } catch (NoSuchFileException e) {
      throw new IOException(
          "'%s' is not there; write the value into it, mode 600".formatted(file), e);
    } catch (AccessDeniedException e) {
      throw new IOException("'%s' cannot be read; let this user read it".formatted(file), e);
    }
  }

  /** The command comes from the worker's own configuration, and so does all that is in it. */
  private byte[] ofCommand(String command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", command);
    builder.redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectError(Redirect.DISCARD);
    ProcessEnvironment.get().restoreForeign(builder.environment());
    Process process = builder.start();
    try {
      InputStream out = process.getInputStream();
      long deadline = System.nanoTime() + limit.toNanos();
      while (!process.waitFor(MOMENT.toMillis(), TimeUnit.MILLISECONDS)) {
        if (out.available() >= MOST_BYTES) {
          throw new IOException("its command prints more than %d bytes".formatted(Masking.LONGEST));
        }
        if (System.nanoTime() > deadline) {
          throw new IOException(
              "its command takes longer than %d s; perhaps it asks for a password"
                  .formatted(limit.toSeconds()));
        }
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            "its command ends with exit code %d; try it as the worker's user"
                .formatted(process.exitValue()));
      }
      return out.readNBytes(Math.min(out.available(), MOST_BYTES));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
