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

/** Which server is asked. */
public final class ServerOption {

  private static final WebAddress USUAL = WebAddress.parse("http://127.0.0.1:8010");

  @Spec(Spec.Target.MIXEE)
  CommandSpec command = CommandSpec.create();

  @Option(
      names = "--server",
      paramLabel = "URL",
      description = "Asks the coordinator that serves pages there, as https://ci.example.org.")
  @Nullable WebAddress server;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "Says who you are, where the server asks for it; better given by --token-file.")
  @Nullable String token;

  @Option(names = "--token-file", paramLabel = "FILE", description = "The file that has the token.")
  @Nullable Path tokenFile;

  /**
   * Whether a server is to be asked: not when files or a broker are named, unless a server is, too.
   */
  public boolean isMeant() {
    ParseResult given = command.commandLine().getParseResult();
    boolean isOther = given.hasMatchedOption("--results") || given.hasMatchedOption("--broker");
    return server != null && (given.hasMatchedOption("--server") || !isOther);
  }

  /**
   * Whether a server is to be told to do something: when it was named on the command line, or is
   * meant, and there is a token for it.
   */
  public boolean isMeantToAct() {
    boolean isNamed = command.commandLine().getParseResult().hasMatchedOption("--server");
    return isNamed || (isMeant() && (token != null || tokenFile != null));
  }

  /** Of the server that was named, else of the usual address. */
  public ApiClient client() {
    return new ApiClient((server == null ? USUAL : server).uri(), token());
  }

  private @Nullable String token() {
    return token == null && tokenFile != null ? SecretFiles.read(tokenFile, "--token-file") : token;
  }
}
