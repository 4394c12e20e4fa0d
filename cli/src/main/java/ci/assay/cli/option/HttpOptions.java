package ci.assay.cli.option;

import ci.assay.cli.value.DomainName;
import ci.assay.cli.value.HostAndPort;
import ci.assay.cli.value.WebAddress;
import ci.assay.web.WebSettings;
import ci.assay.web.limit.TrustedProxies;
import ci.assay.web.limit.TrustedProxies.Network;
import ci.assay.web.page.PageSources.Elsewhere;
import ci.assay.web.view.ForgeLinks;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where pages are served, and who may use them. */
public final class HttpOptions {

  private static final HostAndPort USUAL = new HostAndPort("127.0.0.1", 8010);

  @Option(
      names = "--http",
      paramLabel = "HOST:PORT",
      description =
          "Serves pages, the API, /healthz, /readyz and /metrics at this address, such as"
              + " 127.0.0.1:8010, or 0.0.0.0:8010 for other machines too (default: not at all).")
  @Nullable HostAndPort http;

  @Option(
      names = "--index",
      paramLabel = "FILE",
      description =
          "The index of what the pages show; built from the results when it is missing, and best on"
              + " a local disk (default: .index/assay.db in the results folder).")
  @Nullable Path index;

  @Option(
      names = "--management",
      paramLabel = "URL",
      description = "Address of RabbitMQ's management page, for a link on the queue page.")
  @Nullable WebAddress management;

  @Option(
      names = "--forge",
      paramLabel = "KEY=KIND|ADDRESS",
      split = ",",
      description =
          "Where commits are seen at the forge. KEY is a host, as in the addresses of repositories, or"
              + " a repository's name; KIND one of github, gitlab, gitea, forgejo, bitbucket; ADDRESS"
              + " begins with https:// and has {commit}, such as"
              + " git.example.org=https://git.example.org/{path}/commit/?id={commit}. Hosts whose"
              + " names say it need no option. May be given several times.")
  List<ForgeLinks.Forge> forges = List.of();

  @Option(
      names = "--forge-compare",
      paramLabel = "KEY=ADDRESS",
      split = ",",
      description =
          "Where two commits are compared, with {from} and {to}; KEY as for --forge. May be given"
              + " several times.")
  List<ForgeLinks.Compare> comparisons = List.of();

  @Option(
      names = "--tokens",
      paramLabel = "FILE",
      description =
          "The tokens, as assay token writes them (default: .tokens in the results folder).")
  @Nullable Path tokens;

  @Option(
      names = "--hook-secrets",
      paramLabel = "FILE",
      description =
          "The secrets of hooks, as assay hook writes them (default: .hook-secrets in the results"
              + " folder).")
  @Nullable Path hookSecrets;

  @Option(
      names = "--private",
      arity = "0..1",
      fallbackValue = "true",
      hideParamSyntax = true,
      description = "Reading needs a token, too; without this everybody who can reach it may read.")
  boolean isPrivate;

  @Option(
      names = "--trusted-proxy",
      paramLabel = "ADDRESS|CIDR",
      split = ",",
      description =
          "A proxy in front of the pages, whose X-Forwarded-For says who the client is, such as 127.0.0.1"
              + " or 10.0.0.0/8; may be given several times (default: none).")
  List<Network> trustedProxies = List.of();

  @Option(
      names = "--host-name",
      paramLabel = "NAME",
      split = ",",
      description =
          "A name under which pages without --private are served on this machine, such as ci.example.org"
              + " or *.example.org, besides its own and localhost; for a proxy on this machine; may be"
              + " given several times.")
  List<DomainName> hostNames = List.of();

  /** The settings; null when no pages are wanted. */
  public @Nullable WebSettings settings(Path results) {
    return http == null ? null : at(http, results);
  }

  /** The settings, with the default address if none is given. */
  public WebSettings settingsOrUsual(Path results) {
    return at(http == null ? USUAL : http, results);
  }

  /** Whether an address was given. */
  public boolean isGiven() {
    return http != null;
  }

  private WebSettings at(HostAndPort where, Path results) {
    return new WebSettings(
        where.host(),
        where.port(),
        results,
        indexOf(results),
        new WebSettings.Admission(
            tokens != null ? tokens : tokensIn(results),
            isPrivate,
            new TrustedProxies(trustedProxies),
            hostNames.stream().map(DomainName::text).toList(),
            hookSecrets != null ? hookSecrets : hookSecretsIn(results)),
        new Elsewhere(
            management == null ? null : management.uri().toString(),
            new ForgeLinks(forges, comparisons)));
  }

  private Path indexOf(Path results) {
    return index != null ? index : indexIn(results);
  }

  /** The default file of tokens. */
  public static Path tokensIn(Path results) {
    return results.resolve(".tokens");
  }

  /** The default file of the secrets of hooks. */
  public static Path hookSecretsIn(Path results) {
    return results.resolve(".hook-secrets");
  }

  /** The default file of the index. */
  public static Path indexIn(Path results) {
    return results.resolve(".index").resolve("assay.db");
  }
}
