package ci.assay.worker.artifact;

import ci.assay.common.Durations;
import ci.assay.common.Sizes;
import ci.assay.common.Texts;
import ci.assay.model.artifact.Artifact;
import ci.assay.model.artifact.ArtifactList;
import ci.assay.model.artifact.ArtifactSummary;
import ci.assay.model.artifact.MediaTypes;
import ci.assay.pipeline.ArtifactRule;
import ci.assay.worker.masking.Masking;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies the files that a commit asks to keep out of the work tree of a run that is over. What is
 * over a limit, is no regular file or cannot be read is left out, and said in the log. For use once
 * by one thread.
 */
public final class ArtifactCollector {

  /**
   * The limits for the artifacts of one run.
   *
   * @param bytes all together
   * @param time for finding and copying them
   */
  public record Limits(long bytes, Duration time) {

    /** With the time that workers allow. */
    public Limits(long bytes) {
      this(bytes, Duration.ofMinutes(1));
    }
  }

  private static final int CHUNK = 64 * 1024;
  private static final int LONGEST_REASON = 300;

  private final Limits limits;
  private final ArtifactFiles files;
  private final Consumer<String> log;
  private final Masking masking;
  private final LongSupplier nanos;
  private final LeftOut leftOut = new LeftOut();
  private final byte[] chunk = new byte[CHUNK];
  private long began;
  private boolean isLate;

  /**
   * @param files receives the artifacts; closed by this object
   * @param log receives lines for people
   * @param masking of the run's secrets: a file with one in its name is left out
   * @param nanos a monotonic clock, such as {@link System#nanoTime}
   */
  public ArtifactCollector(
      Limits limits,
      ArtifactFiles files,
      Consumer<String> log,
      Masking masking,
      LongSupplier nanos) {
    this.limits = limits;
    this.files = files;
    this.log = log;
    this.masking = masking;
    this.nanos = nanos;
  }

  /**
   * Collects the files; they are on disk when this returns. A full disk, or any other failure, only
   * leaves all of them out.
   *
   * @param tree the work tree, in which no process runs any more
   * @throws InterruptedException when the run is stopped
   */
  public ArtifactSummary collect(Path tree, ArtifactRule rule) throws InterruptedException {
    began = nanos.getAsLong();
    try (files) {
      new MatchingFiles(tree, rule.paths()).visit(new Copies());
      long manifest = files.finish();
      return told(rule, manifest);
    } catch (IOException | RuntimeException e) { // whatever it is, the verdict is another matter
      if (Thread.interrupted()) {
        throw new InterruptedException(String.valueOf(e.getMessage()));
      }
      return failed(rule, e);
    }
  }

  private ArtifactSummary told(ArtifactRule rule, long manifest) {
    leftOut.tell(log);
    String why = leftOut.first();
    if (isLate) {
      why = "collecting took longer than %d s".formatted(limits.time().toSeconds());
      log.accept("not all artifacts are kept: " + why);
    }
    if (files.count() == 0) {
      why = why == null ? "no file matches" : why;
      log.accept("artifacts: none" + (leftOut.count() == 0 ? ", " + why : ""));
    } else {
      log.accept(
          "artifacts: %s, %s, kept for %s"
              .formatted(
                  files.count() == 1 ? "1 file" : files.count() + " files",
                  Sizes.text(files.bytes()),
                  Durations.days(rule.keep())));
    }
    return ArtifactSummary.of(
        files.list(),
        manifest,
        rule.keep(),
        why == null ? null : new ArtifactSummary.LeftOut(leftOut.count(), why));
  }

  private ArtifactSummary failed(ArtifactRule rule, Exception e) {
    String why = Texts.line(masking.text("they could not be collected: " + e), LONGEST_REASON);
    log.accept("artifacts: none, " + why);
    try {
      files.discard();
    } catch (IOException left) {
      e.addSuppressed(left); // removed with other old files
    }
    return ArtifactSummary.of(
        new ArtifactList(List.of()), 0, rule.keep(), new ArtifactSummary.LeftOut(0, why));
  }

  private boolean isTimeLeft() {
    isLate |= nanos.getAsLong() - began > limits.time().toNanos();
    return !isLate;
  }

  private final class Copies implements MatchingFiles.Visitor {

    @Override
    public boolean goesOn() throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException("the run is stopped");
      }
      return isTimeLeft();
    }

    @Override
    public void found(String name, Path path, BasicFileAttributes attributes) throws IOException {
      String objection = objection(name, attributes);
      if (objection == null) {
        objection = copy(name, path);
      }
      if (objection != null) {
        leftOut.add(masking.text(name), objection);
      }
    }

    @Override
    public void unlisted(String name, String reason) {
      leftOut.add(name.isEmpty() ? "the work tree" : masking.text(name), reason);
    }
  }

  private @Nullable String objection(String name, BasicFileAttributes attributes) {
    if (attributes.isSymbolicLink()) {
      return "it is a symbolic link";
    }
    if (!attributes.isRegularFile()) {
      return "it is not a regular file";
    }
    String problem = Artifact.problemOf(name);
    if (problem != null) {
      return problem;
    }
    if (!masking.text(name).equals(name)) {
      return "its name contains a secret";
    }
    if (files.count() == ArtifactList.MOST_FILES) {
      return "there are %d already".formatted(ArtifactList.MOST_FILES);
    }
    return attributes.size() > left() ? tooLarge(Sizes.text(attributes.size())) : null;
  }

  private long left() {
    return limits.bytes() - files.bytes();
  }

  private String tooLarge(String size) {
    return "it has %s, and %s are left of the limit of %s"
        .formatted(size, Sizes.text(left()), Sizes.text(limits.bytes()));
  }

  /** Copies a file as far as it can be read now; returns why it is not kept, or null. */
  private @Nullable String copy(String name, Path path) throws IOException {
    MessageDigest digest = sha256();
    long size = 0;
    try (InputStream in = opened(path)) {
      if (in == null) {
        return "it cannot be read";
      }
      for (int count = read(in); count != END; count = read(in)) {
        size += Math.max(0, count);
        String problem =
            count < 0
                ? "it cannot be read"
                : size > left() ? tooLarge("grown meanwhile") : isTimeLeft() ? null : "too late";
        if (problem != null) {
          files.drop();
          return problem;
        }
        digest.update(chunk, 0, count);
        files.write(chunk, count);
      }
    }
    files.add(
        new Artifact(name, size, HexFormat.of().formatHex(digest.digest()), MediaTypes.of(name)));
    return null;
  }

  private static final int END = -1;
  private static final int UNREADABLE = -2;

  private static @Nullable InputStream opened(Path path) {
    try {
      return Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      return null;
    }
  }

  private int read(InputStream in) throws IOException {
    try {
      return in.read(chunk);
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      return UNREADABLE;
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
