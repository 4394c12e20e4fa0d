package ci.assay.worker.container;

import ci.assay.worker.command.RunPlaces;
import ci.assay.worker.folder.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the {@code /etc/passwd} of containers: that of the image, with the run's home as the home
 * of its user. Programs such as Java, Maven and SSH take the home from there, not from {@code
 * HOME}. Safe for use by many threads.
 */
final class UserFiles {

  private static final Logger log = LoggerFactory.getLogger(UserFiles.class);
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int MAX_BYTES = 1 << 20;
  private static final String FILE = "/etc/passwd";
  private static final String NAME = "assay";

  private final ContainerHost host;
  private final Path folder;
  private final Map<String, Path> made = new ConcurrentHashMap<>();

  /**
   * @param folder for the files; not visible to runs
   */
  UserFiles(ContainerHost host, Path folder) {
    this.host = host;
    this.folder = folder;
  }

  /**
   * The file for containers of an image.
   *
   * @param user the ids of the user and group, as {@code 1000:1000}
   */
  Path of(Image image, String user) throws IOException, InterruptedException {
    String key = image.id() + "-" + user.replace(':', '-');
    Path known = made.get(key);
    if (known != null) {
      return known;
    }
    Files.createDirectories(folder);
    Path file = folder.resolve(key);
    Path next = folder.resolve(key + "." + UUID.randomUUID());
    Files.write(next, withUser(linesOf(image), user));
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    made.put(key, file);
    return file;
  }

  /** The lines of the file in an image; empty if it has none, or one that cannot be read. */
  private List<String> linesOf(Image image) throws IOException, InterruptedException {
    String name = "assay-" + UUID.randomUUID().toString().toLowerCase(Locale.ROOT);
    Path copy = folder.resolve(name);
    List<String> create = new ArrayList<>(List.of("create", "--pull=never", "--name", name));
    create.addAll(host.owner().labels());
    create.addAll(List.of("--entrypoint", "/none", image.id()));
    try {
      EngineAnswer created = host.run(LIMIT, create);
      if (created.isOk()
          && host.run(LIMIT, List.of("cp", name + ":" + FILE, copy.toString())).isOk()
          && Files.isRegularFile(copy, LinkOption.NOFOLLOW_LINKS)
          && Files.size(copy) <= MAX_BYTES) {
        return new String(Files.readAllBytes(copy), StandardCharsets.ISO_8859_1).lines().toList();
      }
      log.debug("image {} has no {} that can be read", image.name(), FILE);
      return List.of();
    } finally {
      host.remove(List.of("rm", "--force"), name);
      FileTree.delete(copy); // the image may have anything there
    }
  }

  /**
   * The lines with one for the user put first, where lookups find it. It has the name that the
   * image gives the user, if any.
   */
  static byte[] withUser(List<String> lines, String user) {
    String[] ids = user.split(":", 2);
    String defaultName = ids[0].equals("0") ? "root" : NAME;
    String name = defaultName;
    List<String> others = new ArrayList<>();
    for (String line : lines) {
      String[] fields = line.split(":", -1);
      if (fields.length > 2 && fields[2].equals(ids[0])) {
        name = name.equals(defaultName) && !fields[0].isEmpty() ? fields[0] : name;
      } else if (!line.isBlank()) {
        others.add(line);
      }
    }
    String own = "%s:x:%s:%s::%s:/bin/sh".formatted(name, ids[0], ids[1], RunPlaces.HOME);
    others.add(0, own);
    return (String.join("\n", others) + "\n").getBytes(StandardCharsets.ISO_8859_1);
  }
}
