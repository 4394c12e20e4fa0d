package ci.assay.cli.artifact;

import ci.assay.cli.console.IoTrouble;
import ci.assay.common.CannotRunException;
import ci.assay.model.artifact.Artifact;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Writes artifacts into a folder. Each file appears whole, with the content that its manifest
 * names, or not at all; nothing that is there is replaced, and no symbolic link is followed.
 */
final class ArtifactDownload {

  private final Path folder;

  /**
   * @param folder created if it is missing
   */
  ArtifactDownload(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /** Opens the content of the artifact that is to be written. */
  @FunctionalInterface
  interface Content {
    InputStream open() throws IOException, InterruptedException;
  }

  /**
   * Writes one artifact.
   *
   * @return false if the same file was there already
   * @throws CannotRunException when it cannot be written, when another file is there, or when its
   *     content is another than its manifest says
   */
  boolean write(Artifact one, Content content) throws InterruptedException {
    try {
      Path target = folder.resolve(one.path()).normalize();
      if (!target.startsWith(folder) || target.equals(folder)) { // its path was checked before
        throw new CannotRunException("'%s' leads out of '%s'".formatted(one.path(), folder));
      }
      makeFolders(target);
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        requireSame(one, target);
        return false;
      }
      Path part = Files.createTempFile(folder, ".assay-", ".part");
      try {
        try (InputStream in = content.open();
            OutputStream out = Files.newOutputStream(part)) {
          requireContent(one, in, out);
        }
        Files.move(part, target);
      } finally {
        Files.deleteIfExists(part);
      }
      return true;
    } catch (FileAlreadyExistsException e) {
      throw new CannotRunException(
          "'%s' cannot be written: '%s' is in its place".formatted(one.path(), e.getFile()), e);
    } catch (IOException e) {
      throw new CannotRunException(
          "cannot write '%s' to '%s': %s".formatted(one.path(), folder, IoTrouble.inWords(e)), e);
    }
  }

  /** Creates the missing folders, one by one, so that none is created behind a link. */
  private void makeFolders(Path target) throws IOException {
    Files.createDirectories(folder);
    Path parent = folder;
    for (Path name : folder.relativize(target)) {
      if (!Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS) && !parent.equals(folder)) {
        Files.createDirectory(parent); // fails where a file or link is
      }
      parent = parent.resolve(name);
    }
  }

  private static void requireSame(Artifact one, Path target) throws IOException {
    boolean isSame = Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS);
    if (isSame) {
      try (InputStream in = Files.newInputStream(target, LinkOption.NOFOLLOW_LINKS)) {
        isSame = copy(one, in, OutputStream.nullOutputStream()).equals(one.sha256());
      }
    }
    if (!isSame) {
      throw new FileAlreadyExistsException(target.toString());
    }
  }

  private static void requireContent(Artifact one, InputStream in, OutputStream out)
      throws IOException {
    String sha256 = copy(one, in, out);
    if (!sha256.equals(one.sha256())) {
      throw new CannotRunException(
          "'%s' is damaged: its SHA-256 is %s instead of %s"
              .formatted(one.path(), sha256, one.sha256()));
    }
  }

  /** Copies at most one byte more than the artifact has; returns the SHA-256 of what it copied. */
  private static String copy(Artifact one, InputStream in, OutputStream out) throws IOException {
    MessageDigest digest = sha256();
    DigestInputStream digesting = new DigestInputStream(in, digest);
    byte[] chunk = new byte[64 * 1024];
    long left = one.size() + 1;
    while (left > 0) {
      int count = digesting.read(chunk, 0, (int) Math.min(chunk.length, left));
      if (count < 0) {
        break;
      }
      out.write(chunk, 0, count);
      left -= count;
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
