package ci.assay.web.page;

import ci.assay.coordinator.store.ResultReader;
import ci.assay.model.JobId;
import ci.assay.model.artifact.Artifact;
import ci.assay.model.artifact.StoredArtifacts;
import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Serves the artifacts of runs. Anybody who may push can write what is in them, so a browser shows
 * only those that cannot run scripts, and downloads all others. Thread-safe.
 */
public final class ArtifactRoutes {

  /** No script, no plugin, no form, and an origin of its own, whatever a browser makes of it. */
  private static final String POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'";

  private static final Set<String> SHOWN =
      Set.of("text/plain", "image/png", "image/jpeg", "image/gif", "image/webp");

  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

  private final ResultReader files;

  public ArtifactRoutes(ResultReader files) {
    this.files = files;
  }

  /** The artifacts of the job in the path. */
  public StoredArtifacts list(Context context) {
    return files
        .artifacts(JobPaths.id(context))
        .orElseThrow(() -> new NotFoundResponse("This job has no artifacts."));
  }

  /** Sends the artifact in the path, or the range of it that is asked for. */
  public void send(Context context) throws IOException {
    JobId job = JobPaths.id(context);
    StoredArtifacts stored = list(context);
    if (!stored.isThere()) {
      throw new NotFoundResponse("The artifacts of this job were removed.");
    }
    StoredArtifacts.Located one =
        stored
            .find(context.pathParam("path"))
            .orElseThrow(() -> new NotFoundResponse("This job has no such artifact."));
    Artifact artifact = one.artifact();
    context
        .header("Content-Security-Policy", POLICY)
        .header("X-Content-Type-Options", "nosniff")
        .header("Content-Disposition", disposition(artifact))
        .header("Accept-Ranges", "bytes")
        .header("ETag", "\"" + artifact.sha256() + "\"")
        .contentType(type(artifact));
    Range range = Range.asked(context.header("Range"), artifact.size());
    if (range == null) {
      range = new Range(0, artifact.size());
    } else if (range.length() == 0) {
      context.status(416).header("Content-Range", "bytes */" + artifact.size());
    } else {
      context
          .status(206)
          .header(
              "Content-Range",
              "bytes %d-%d/%d"
                  .formatted(range.from(), range.from() + range.length() - 1, artifact.size()));
    }
    context
        .header("Content-Length", Long.toString(range.length()))
        .result(files.artifactsOf(job).open(one, range.from(), range.length()));
  }

  /** Whether a browser may show it. */
  private static boolean isShown(Artifact artifact) {
    return SHOWN.contains(artifact.mediaType());
  }

  private static String type(Artifact artifact) {
    String type = artifact.mediaType();
    return type.startsWith("text/") ? type + "; charset=utf-8" : type;
  }

  /** RFC 6266: a name in ASCII for old programs, and the whole one. */
  private static String disposition(Artifact artifact) {
    String name = artifact.path().substring(artifact.path().lastIndexOf('/') + 1);
    return "%s; filename=\"%s\"; filename*=UTF-8''%s"
        .formatted(
            isShown(artifact) ? "inline" : "attachment",
            name.replaceAll("[^A-Za-z0-9 ._()+-]", "_"),
            percentEncoded(name));
  }

  private static String percentEncoded(String name) {
    StringBuilder encoded = new StringBuilder();
    for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
      boolean isPlain =
          (each >= 'a' && each <= 'z')
              || (each >= 'A' && each <= 'Z')
              || (each >= '0' && each <= '9')
              || "-._~".indexOf(each) >= 0;
      encoded.append(isPlain ? String.valueOf((char) each) : "%%%02X".formatted(each & 0xFF));
    }
    return encoded.toString();
  }

  /** A part of a file; without length where nothing is in the range that was asked for. */
  private record Range(long from, long length) {

    /** The range in a header; null for the whole file, as for ranges of other kinds. */
    static @Nullable Range asked(@Nullable String header, long size) {
      Matcher parts = RANGE.matcher(header == null ? "" : header);
      if (!parts.matches() || (parts.group(1).isEmpty() && parts.group(2).isEmpty())) {
        return null;
      }
      if (parts.group(1).isEmpty()) {
        long last = Math.min(size, Long.parseLong(parts.group(2)));
        return new Range(size - last, last);
      }
      long from = Long.parseLong(parts.group(1));
      long to =
          parts.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(parts.group(2)));
      if (from >= size) {
        return new Range(0, 0);
      }
      return to < from ? null : new Range(from, to - from + 1);
    }
  }
}
