package ci.assay.cli;

import ci.assay.web.ApiClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server is asked. */
final class ServerOption {

  private static final WebAddress USUAL = WebAddress.parse("http://127.0.0.1:8010");

  @Option(
      names = "--server",
      paramLabel = "URL",
      description = "Asks the coordinator that serves pages there, as http://127.0.0.1:8010.")
  @Nullable WebAddress server;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "For a private server; better given as ASSAY_TOKEN.")
  @Nullable String token;

  boolean isGiven() {
    return server != null;
  }

  /** Of the server that was named, else of the usual address. */
  ApiClient client() {
    return new ApiClient((server == null ? USUAL : server).uri(), token);
  }
}
