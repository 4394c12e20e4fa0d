package ci.assay.web;

import ci.assay.web.limit.TrustedProxies;
import ci.assay.web.page.PageSources.Elsewhere;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a web server.
 *
 * @param port 0 for any free port
 * @param results the folder of the result files
 * @param index the index file
 * @param admission who may do what
 * @param elsewhere the addresses of pages of other sites, for links
 */
public record WebSettings(
    String host, int port, Path results, Path index, Admission admission, Elsewhere elsewhere) {

  /**
   * Who may do what.
   *
   * @param tokens the file of tokens; null when there are none, so that nobody may act
   * @param readNeedsToken whether reading needs a token too
   * @param proxies the proxies whose statement about the client's address is trusted
   * @param hostNames further host names under which public pages are served on loopback addresses;
   *     see {@link ci.assay.web.access.HostNames}
   * @param hookSecrets the file of the secrets of hooks; null when there are none
   */
  public record Admission(
      @Nullable Path tokens,
      boolean readNeedsToken,
      TrustedProxies proxies,
      List<String> hostNames,
      @Nullable Path hookSecrets) {
    public Admission {
      hostNames = List.copyOf(hostNames);
    }

    /** Without hooks. */
    public Admission(
        @Nullable Path tokens,
        boolean readNeedsToken,
        TrustedProxies proxies,
        List<String> hostNames) {
      this(tokens, readNeedsToken, proxies, hostNames, null);
    }
  }

  public List<String> hostNames() {
    return admission.hostNames();
  }

  public @Nullable Path tokens() {
    return admission.tokens();
  }

  public TrustedProxies proxies() {
    return admission.proxies();
  }

  public boolean readNeedsToken() {
    return admission.readNeedsToken();
  }
}
