package ci.assay.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ci.assay.git.GitException.Kind;
import ci.assay.model.CommitId;
import ci.assay.testing.TestRepository;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.shell.ProcessShellFactory;
import org.assertj.core.api.AbstractThrowableAssert;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real SSH server that runs native git, and a user's home folder with keys for it. */
class SshRemoteTest {

  private static final RefGlobs ALL = new RefGlobs(List.of("refs/heads/*"));

  @TempDir Path folder;

  private TestRepository git;
  private SshServer server;
  private KeyPair hostKey;
  private KeyPair userKey;
  private String url;

  @BeforeEach
  void startServer() throws Exception {
    git = TestRepository.in(folder.resolve("bottle.git"));
    hostKey = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
    userKey = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256);
    server = SshServer.setUpDefaultServer();
    server.setHost("127.0.0.1");
    server.setPort(0);
    server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
    server.setPublickeyAuthenticator(
        (user, key, session) -> KeyUtils.compareKeys(key, userKey.getPublic()));
    server.setCommandFactory(
        (channel, command) ->
            new ProcessShellFactory(command, "sh", "-c", command).createShell(channel));
    server.start();
    url = "ssh://robot@127.0.0.1:" + server.getPort() + git.path();
  }

  @AfterEach
  void close() throws IOException {
    server.stop(true);
    git.close();
  }

  @Test
  void readsRefsWithTheUsersKey() throws Exception {
    CommitId commit = git.commit("one", Map.of("a", "1"));

    assertThat(remote(hostKey.getPublic(), userKey).refs(ALL))
        .containsExactly(Map.entry(TestRepository.MAIN, ObjectId.fromString(commit.value())));
  }

  @Test
  void aKeyThatTheServerRejectsIsReported() throws Exception {
    Remote remote =
        remote(hostKey.getPublic(), KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256));

    assertDenied(remote).hasMessageContaining("it accepts none of the keys in ~/.ssh");
  }

  @Test
  void anUnknownHostKeyIsRefused() throws Exception {
    PublicKey other = KeyUtils.generateKeyPair("ecdsa-sha2-nistp256", 256).getPublic();

    assertDenied(remote(other, userKey)).hasMessageContaining("~/.ssh/known_hosts");
    assertDenied(remote(other, userKey))
        .hasMessageContaining(
            "'ssh-keyscan -p %d 127.0.0.1 >>~/.ssh/known_hosts'".formatted(server.getPort()));
    assertDenied(remote(null, userKey)).hasMessageContaining("~/.ssh/known_hosts");
  }

  @Test
  void aRefThatMovesDuringItsFetchLosesNoCommit() throws Exception {
    CommitId first = git.commit("one", Map.of("a", "1"));
    Remote moving = new Moving(remote(hostKey.getPublic(), userKey), git);
    Path folderOfMirror = folder.resolve("mirror.git");
    try (MirrorRepository repository = new MirrorRepository(folderOfMirror.toFile())) {
      repository.create(true);
      Mirror mirror = new Mirror(url, folderOfMirror, repository, moving);
      mirror.ensure(first, TestRepository.MAIN);
      assertThat(mirror.has(first)).isTrue();
    }
  }

  /**
   * Pushes the next commit each time its refs were read, and gives by id only objects that a ref
   * points at, as servers with git protocol version 0 do.
   */
  private record Moving(Remote remote, TestRepository git) implements Remote {
    @Override
    public Map<String, ObjectId> refs(RefGlobs globs) throws GitException {
      Map<String, ObjectId> refs = remote.refs(globs);
      git.commit("more", Map.of("a", "after " + refs));
      return refs;
    }

    @Override
    public Optional<String> defaultBranch() throws GitException {
      return remote.defaultBranch();
    }

    @Override
    public void fetch(MirrorRepository mirror, Set<ObjectId> wanted) throws GitException {
      if (!remote.refs(ALL).values().containsAll(wanted)) {
        throw new GitException(Kind.COMMIT_GONE, "upload-pack: not our ref " + wanted);
      }
      remote.fetch(mirror, wanted);
    }

    @Override
    public Optional<ObjectId> fetchTip(MirrorRepository mirror, String ref) throws GitException {
      return remote.fetchTip(mirror, ref);
    }
  }

  @Test
  void aMissingRepositoryIsReported() throws Exception {
    url = url.replace("bottle", "nosuch");

    assertThatThrownBy(() -> remote(hostKey.getPublic(), userKey).refs(ALL))
        .isInstanceOfSatisfying(
            GitException.class,
            e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.REPOSITORY_GONE));
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertDenied(Remote remote) {
    return assertThatThrownBy(() -> remote.refs(ALL))
        .isInstanceOfSatisfying(
            GitException.class,
            e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.ACCESS_DENIED));
  }

  private Remote remote(@Nullable PublicKey known, KeyPair key) throws Exception {
    Path home = Files.createTempDirectory(folder, "home");
    Path ssh = Files.createDirectory(home.resolve(".ssh"));
    if (known != null) {
      String line = "[127.0.0.1]:" + server.getPort() + " " + PublicKeyEntry.toString(known) + "\n";
      Files.writeString(ssh.resolve("known_hosts"), line);
    }
    try (OutputStream out = Files.newOutputStream(ssh.resolve("id_ecdsa"))) {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(key, "test", null, out);
    }
    Files.setPosixFilePermissions(
        ssh.resolve("id_ecdsa"), PosixFilePermissions.fromString("rw-------"));
    return new NetworkRemote(
        url,
        new Credentials(name -> null),
        new HttpsTrust(name -> null),
        home.toFile(),
        FetchLimits.DEFAULT);
  }
}
