package ci.assay.cli.option;

import ci.assay.cli.value.WebAddress;
import ci.assay.common.SecretFiles;
import ci.assay.web.api.ApiClient;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The server to ask. */
public final class ServerOption {

  private static final WebAddress USUAL = WebAddress.parse("http://127.0.0.1:8010");

  @Spec(Spec.Target.MIXEE)
  CommandSpec command = CommandSpec.create();

  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "The address of the coordinator's pages, such as https://ci.example.org (default where a"
              + " server must be asked: http://127.0.0.1:8010).")
  @Nullable WebAddress server;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "Your token, if the server needs one; better given with --token-file.")
  @Nullable String token;

  @Option(names = "--token-file", paramLabel = "FILE", description = "The file with the token.")
  @Nullable Path tokenFile;

  /**
   * Whether to ask a server: not when the command line names files or a broker, unless it also
   * names a server.
   */
  public boolean isMeant() {
    ParseResult given = command.commandLine().getParseResult();
    boolean isOther = given.hasMatchedOption("--results") || given.hasMatchedOption("--broker");
    return server != null && (given.hasMatchedOption("--server") || !isOther);
  }

  /**
   * Whether to give orders to a server: when the command line names one, or when one is to be asked
   * and there is a token for it.
   */
  public boolean isMeantToAct() {
    boolean isNamed = command.commandLine().getParseResult().hasMatchedOption("--server");
    return isNamed || (isMeant() && hasToken());
  }

  /** A client of the named server, or of the default address. */
  public ApiClient client() {
    return new ApiClient((server == null ? USUAL : server).uri(), token());
  }

  /** Whether there is a token for the server. */
  public boolean hasToken() {
    return token != null || tokenFile != null;
  }

  private @Nullable String token() {
    return token == null && tokenFile != null ? SecretFiles.read(tokenFile, "--token-file") : token;
  }
}
