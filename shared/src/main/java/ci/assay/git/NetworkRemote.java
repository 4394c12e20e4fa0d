package ci.assay.git;

import java.io.File;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jgit.errors.NotSupportedException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.transport.FetchConnection;
import org.eclipse.jgit.transport.FetchResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.SshSessionFactory;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.sshd.SshdSessionFactoryBuilder;

/** A repository on another machine, read over HTTPS, SSH or the git protocol. */
final class NetworkRemote implements Remote {

  /** The longest time without any data, while connecting and at any time after that. */
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(30);

  private final URIish uri;
  private final Credentials credentials;
  private final HttpsTrust trust;
  private final File home;
  private final FetchLimits limits;

  /**
   * @param home the user's home, whose {@code .ssh} is used
   */
  NetworkRemote(
      String url, Credentials credentials, HttpsTrust trust, File home, FetchLimits limits) {
    try {
      this.uri = new URIish(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("unchecked URL " + url, e);
    }
    this.credentials = credentials;
    this.trust = trust;
    this.home = home;
    this.limits = limits;
  }

  @Override
  public Map<String, ObjectId> refs(RefGlobs globs) throws GitException {
    Map<String, ObjectId> refs = new LinkedHashMap<>();
    String[] prefixes = globs.prefixes().toArray(String[]::new);
    try (Transport transport = prepare(Transport.open(uri));
        FetchConnection connection = transport.openFetch(List.of(), prefixes)) {
      limits.requireRefs(uri.toString(), connection.getRefs().size());
      for (Ref ref : connection.getRefs()) {
        if (ref.getObjectId() != null && globs.matches(ref.getName())) {
          refs.put(ref.getName(), ref.getObjectId());
        }
      }
      return refs;
    } catch (TransportException | NotSupportedException e) {
      throw NetworkFailures.of(uri, credentials.latest(uri), e);
    }
  }

  @Override
  public Optional<String> defaultBranch() throws GitException {
    try (Transport transport = prepare(Transport.open(uri));
        FetchConnection connection = transport.openFetch(List.of(), Constants.HEAD)) {
      return Optional.ofNullable(connection.getRef(Constants.HEAD))
          .filter(Ref::isSymbolic)
          .map(head -> head.getTarget().getName())
          .filter(name -> name.startsWith(Constants.R_HEADS));
    } catch (TransportException | NotSupportedException e) {
      throw NetworkFailures.of(uri, credentials.latest(uri), e);
    }
  }

  @Override
  public void fetch(MirrorRepository mirror, Set<ObjectId> wanted) throws GitException {
    List<RefSpec> specs = wanted.stream().map(id -> new RefSpec(id.name())).toList();
    var unused = fetch(mirror, specs, advertised -> wanted);
  }

  /**
   * Fetches by the name of the ref, since servers with git protocol version 0 or 1 give only
   * objects that they advertised in the same connection.
   */
  @Override
  public Optional<ObjectId> fetchTip(MirrorRepository mirror, String ref) throws GitException {
    Set<ObjectId> tip =
        fetch(
            mirror,
            List.of(new RefSpec(ref)),
            advertised ->
                Stream.ofNullable(advertised.getAdvertisedRef(ref))
                    .map(Ref::getObjectId)
                    .filter(Objects::nonNull)
                    .collect(Collectors.toSet()));
    return tip.stream().findAny();
  }

  private Set<ObjectId> fetch(
      MirrorRepository mirror, List<RefSpec> specs, Function<FetchResult, Set<ObjectId>> wantedOf)
      throws GitException {
    FetchBudget budget = new FetchBudget(uri.toString(), limits);
    try (Transport transport = prepare(Transport.open(mirror, uri))) {
      transport.setTagOpt(TagOpt.NO_TAGS);
      mirror.countAgainst(budget);
      Set<ObjectId> wanted = wantedOf.apply(transport.fetch(budget, specs));
      budget.requireArrived(mirror, wanted);
      return wanted;
    } catch (TransportException | NotSupportedException e) {
      GitException exceeded = budget.exceeded(e);
      throw exceeded != null ? exceeded : NetworkFailures.of(uri, credentials.latest(uri), e);
    } finally {
      mirror.countAgainst(null);
    }
  }

  private Transport prepare(Transport transport) throws GitException {
    transport.setTimeout((int) SILENCE_LIMIT.toSeconds());
    transport.setCredentialsProvider(credentials);
    if (transport instanceof SshTransport ssh) {
      ssh.setSshSessionFactory(Ssh.sessions(home));
    }
    if (transport instanceof TransportHttp http) {
      trust.applyTo(http);
    }
    return transport;
  }

  /** A user's own SSH set-up, {@code ~/.ssh}: its keys, configuration and known hosts. */
  private static final class Ssh {

    private static final Map<File, SshSessionFactory> BY_HOME = new ConcurrentHashMap<>();

    /** Loads the SSH library with the first repository that needs it. */
    static SshSessionFactory sessions(File home) {
      return BY_HOME.computeIfAbsent(
          home,
          any ->
              new SshdSessionFactoryBuilder()
                  .setHomeDirectory(home)
                  .setSshDirectory(new File(home, ".ssh"))
                  .setPreferredAuthentications("publickey")
                  .build(null));
    }
  }
}
