package ci.assay.web.view;

import io.javalin.http.Context;
import io.javalin.http.NotFoundResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * The style sheet, the script and the icon of all pages. Their addresses contain a hash of the
 * content, so that a browser can cache them and need not ask again.
 */
public final class Assets {

  private static final int SHORT = 12;
  private static final Map<String, Asset> ALL =
      Map.of(
          "assay.css", Asset.of("assay.css", "text/css; charset=utf-8"),
          "assay.js", Asset.of("assay.js", "text/javascript; charset=utf-8"),
          "favicon.svg", Asset.of("favicon.svg", "image/svg+xml"));

  /** A file. Its version is a hash of its content. */
  private static final class Asset {

    final byte[] content;
    final String type;
    final String version;

    private Asset(byte[] content, String type, String version) {
      this.content = content;
      this.type = type;
      this.version = version;
    }

    static Asset of(String name, String type) {
      try (InputStream in = Assets.class.getResourceAsStream("assets/" + name)) {
        if (in == null) {
          throw new IllegalStateException(name + " is missing from the jar");
        }
        byte[] content = in.readAllBytes();
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
        return new Asset(content, type, HexFormat.of().formatHex(digest).substring(0, SHORT));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private Assets() {}

  /** The address of a file. */
  public static String address(String name) {
    return "/assets/" + name + "?v=" + known(name).version;
  }

  /** Answers a request for a file. With its version, it may be cached for good. */
  public static void serve(Context context) {
    Asset asset = known(context.pathParam("name"));
    boolean isThis = asset.version.equals(context.queryParam("v"));
    context
        .contentType(asset.type)
        .header("Cache-Control", isThis ? "max-age=31536000, immutable" : "no-cache")
        .result(asset.content);
  }

  private static Asset known(String name) {
    Asset asset = ALL.get(name);
    if (asset == null) {
      throw new NotFoundResponse("There is no such file.");
    }
    return asset;
  }
}
