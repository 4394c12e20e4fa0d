package ci.assay.web.log;

import ci.assay.common.LatestEntries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The logs that were read most recently. Thread-safe. */
public final class LogTextCache {

  private static final int MOST = 64;

  private final LatestEntries<String, LogText> latest = new LatestEntries<>(MOST);

  public LogText of(Path file) throws IOException {
    String key = file + ":" + Files.size(file) + ":" + Files.getLastModifiedTime(file);
    LogText known = latest.get(key);
    if (known != null) {
      return known;
    }
    LogText read = LogText.of(file);
    latest.put(key, read);
    return read;
  }
}
