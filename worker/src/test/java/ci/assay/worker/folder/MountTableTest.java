package ci.assay.worker.folder;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MountTableTest {

  private static final String LINES =
      """
      22 27 0:21 / /proc rw,relatime - proc proc rw
      27 1 254:0 / / rw - ext4 /dev/vda rw
      44 27 254:0 /var/a /srv/a\\040b/\\134c rw shared:1 - ext4 /dev/vda rw
      45 27 0:39 / /srv/caf\303\251 rw - tmpfs t rw
      odd
      """;

  private final MountTable table = MountTable.parse(LINES.getBytes(StandardCharsets.ISO_8859_1));

  @Test
  void escapesAndBytesAreThoseOfThePath() {
    assertThat(table.points()).containsExactly("/proc", "/", "/srv/a b/\\c", "/srv/café");
  }

  @Test
  void mountsAreFoundAtAPathAndBelowIt() {
    assertThat(table.within(Path.of("/srv/a b"))).contains(Path.of("/srv/a b/\\c"));
    assertThat(table.within(Path.of("/srv/a"))).isEmpty();
    assertThat(table.within(Path.of("/proc"))).contains(Path.of("/proc"));
    assertThat(table.isAt(Path.of("/proc"))).isTrue();
    assertThat(table.isAt(Path.of("/srv"))).isFalse();
  }

  @Test
  void thisMachinesTableHasARoot() throws Exception {
    assertThat(MountTable.read().isAt(Path.of("/"))).isTrue();
  }
}
