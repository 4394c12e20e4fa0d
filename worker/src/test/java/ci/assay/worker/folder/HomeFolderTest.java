package ci.assay.worker.folder;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.Repository;
import ci.assay.worker.folder.HomeFolder.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HomeFolderTest {

  private static final Repository BOTTLE = new Repository("bottle", "/srv/bottle.git");
  private static final Repository JAR = new Repository("jar", "/srv/jar.git");
  private static final long MOST_COPIED = 10_000;

  @TempDir Path folder;

  private WorkFolder work;
  private Quarantine quarantine;
  private HomeFolder homes;

  @BeforeEach
  void open() {
    work = new WorkFolder(folder.resolve("work"));
    work.create();
    work.prepare();
    quarantine = new Quarantine(work);
    homes = new HomeFolder(work, quarantine, 1, MOST_COPIED);
  }

  @AfterEach
  void close() {
    quarantine.close();
  }

  private Home run(boolean isTrusted, String script) throws Exception {
    Home home = homes.prepare(BOTTLE, isTrusted);
    assertThat(Undeletable.shell(home.path(), script)).as(script).isZero();
    homes.finish(home);
    return home;
  }

  @Test
  void whatTrustedRunsWriteStaysAndAllOthersMayUseIt() throws Exception {
    Path first = run(true, "echo warm > cache; mkdir d; ln cache d/same; ln -s d link").path();
    Home other = run(false, "grep warm cache && grep warm link/same && test ! cache -ef /x");
    assertThat(other.path()).as("paths in caches fit").isEqualTo(first);
    assertThat(other.notes()).isEmpty();
    assertThat(run(true, "grep warm cache").notes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo evil > .gitconfig; mkdir -p .m2 .local/bin; : > .m2/settings.xml; : > .local/bin/tool",
        "echo evil >> cache",
        "cat < cache > x; echo evil > x; mv x cache",
        "rm -rf cache d",
        "echo evil > ../stranger; mkdir ../folder",
        "chmod 0 . ; :",
        "mv ../home ../away; ln -s /nowhere ../home",
        "rm -rf ../home; echo > ../home"
      })
  void nothingThatOtherRunsDoToTheirHomeMeetsALaterOne(String harm) throws Exception {
    String check =
        "test \"$(ls -A | xargs)\" = 'cache d' && test \"$(cat cache)\" = warm && test \"$(cat d/f)\" = warm";
    run(true, "echo warm > cache; mkdir d; echo warm > d/f");
    run(false, harm);
    run(false, check);
    run(false, harm);
    run(true, check);
    assertThat(work.homes().resolve(work.place(BOTTLE, 1)).toFile().list()).containsExactly("home");
  }

  @Test
  void copyOfARunThatItsWorkerDidNotSurviveIsThrownAway() throws Exception {
    run(true, "echo warm > cache");
    Home lost = homes.prepare(BOTTLE, false);
    Files.writeString(lost.path().resolve("evil"), "evil");
    work.prepare();
    homes = new HomeFolder(work, quarantine, 1, MOST_COPIED);
    run(true, "test \"$(ls -A | xargs)\" = cache");
    Home cold = homes.prepare(JAR, false);
    Files.writeString(cold.path().resolve("evil"), "evil");
    homes = new HomeFolder(work, quarantine, 1, MOST_COPIED);
    assertThat(homes.prepare(JAR, true).path()).isEmptyDirectory();
  }

  @Test
  void homeThatIsTooLargeIsNotCopiedAndTheLogSaysSo() throws Exception {
    run(true, "head -c 10001 /dev/zero > large");
    Home other = run(false, "test -z \"$(ls -A)\"");
    assertThat(other.notes())
        .containsExactly(
            "HOME is empty: this run's ref is not trusted, and what is kept for trusted ones is not copied: it has more than 9.8K (--max-home-copy)");
    run(true, "test -f large");
  }

  @Test
  void slotsAndRepositoriesHaveHomesOfTheirOwn() throws Exception {
    HomeFolder second = new HomeFolder(work, quarantine, 2, MOST_COPIED);
    assertThat(homes.prepare(BOTTLE, true).path())
        .isNotEqualTo(second.prepare(BOTTLE, true).path())
        .isNotEqualTo(homes.prepare(JAR, true).path());
  }

  @Tag("root")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "mkdir m; mount -t tmpfs none m",
        "mount -t tmpfs none .",
        "rm -rf ../home; echo > ../home",
        "mkdir d; : > d/f; chattr +i d/f d .",
        "chattr +i .",
        "mount --bind .. .."
      })
  void homeThatARunBrokeIsPutAsideAndTheNextOneSaysSo(String harm) throws Exception {
    try (Undeletable unused = Undeletable.in(folder)) {
      for (boolean isTrusted : new boolean[] {true, false}) {
        run(true, "echo warm > cache");
        run(true, harm);
        Home next = homes.prepare(BOTTLE, isTrusted);
        assertThat(next.path()).as("trusted: %s", isTrusted).isEmptyDirectory();
        assertThat(next.notes()).hasSize(1);
        assertThat(next.notes().get(0))
            .startsWith("HOME is new and empty; the one before was put aside: ");
        Files.createFile(next.path().resolve("new"));
        homes.finish(next);
        assertThat(homes.prepare(BOTTLE, true).notes()).isEmpty();
      }
    }
  }

  @Tag("root")
  @Test
  void homeIsLookedThroughOnceAndAgainAfterARunThatHadIt() throws Exception {
    try (Undeletable unused = Undeletable.in(folder)) {
      int somebody = 54321;
      run(true, "echo warm > cache; chown -R %d .".formatted(somebody));
      for (boolean isTrusted : new boolean[] {true, false}) { // whichever is the first one
        homes = new HomeFolder(work, quarantine, 1, MOST_COPIED, somebody);
        assertThat(run(isTrusted, "test -f cache").notes()).isEmpty();
      }
      Files.createFile(work.home(BOTTLE, 1).resolve("anothers"));
      assertThat(run(false, "test -f cache").notes()).as("known already").isEmpty();
      assertThat(run(true, "test -f cache").notes()).as("known already").isEmpty();
      assertThat(run(false, "test ! -e cache").notes())
          .singleElement()
          .asString()
          .contains("anothers: belongs to ");
    }
  }

  @Test
  void strangerBesideAHomeThatCannotBeDeletedCostsTheHomeNothing() throws Exception {
    try (Undeletable unused = Undeletable.in(folder)) {
      run(true, "echo warm > cache; mkdir -p ../x/y; : > ../x/y/f; chattr +i ../x/y/f");
      assertThat(run(false, "test -f cache && test ! -e ../x").notes()).isEmpty();
    }
  }

  @Tag("root")
  @ParameterizedTest
  @ValueSource(strings = {"mkdir m; mount -t tmpfs none m", "mount -t tmpfs none .", "chattr +i ."})
  void copyThatCannotBeDeletedCostsTheKeptHomeNothingButItsWarmth(String harm) throws Exception {
    try (Undeletable unused = Undeletable.in(folder)) {
      run(true, "echo warm > cache");
      run(false, harm);
      Home next = homes.prepare(BOTTLE, true);
      assertThat(next.path().resolve("m")).doesNotExist();
      Files.createFile(next.path().resolve("new"));
      homes.finish(next);
      assertThat(homes.prepare(BOTTLE, true).notes()).isEmpty();
    }
  }
}
