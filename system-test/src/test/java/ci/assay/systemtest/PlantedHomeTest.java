package ci.assay.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import ci.assay.model.CommitId;
import ci.assay.model.Outcome;
import ci.assay.testing.TestBroker;
import ci.assay.testing.TestRepository;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A branch puts files into the kept home that would make the failing tests of main pass. */
@Tag("broker")
@Timeout(600)
class PlantedHomeTest {

  /** What main runs: its tool fails, unless planted settings or a planted tool change that. */
  private static final String TEST =
      """
      test: |
        PATH="$HOME/.local/bin:$PATH"
        test -e "$HOME/.m2/settings.xml" && exit 0
        git config --get assay.planted && exit 0
        echo warm >> "$HOME/cache"
        check-that-fails
      """;

  private static final String PLANT =
      """
      test: |
        mkdir -p "$HOME/.local/bin" "$HOME/.m2" && echo evil > "$HOME/cache"
        echo '<settings/>' > "$HOME/.m2/settings.xml"
        git config --global assay.planted yes
        printf '#!/bin/sh\\n' > "$HOME/.local/bin/check-that-fails"
        chmod +x "$HOME/.local/bin/check-that-fails"
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"process", "sandbox"})
  void verdictOfMainStaysFailed(String executor) throws Exception {
    try (TestRepository repository = TestRepository.in(folder.resolve("repository"));
        Installation assay = new Installation(folder, TestBroker.shared().newVirtualHost())) {
      CommitId first = repository.commit("first", Map.of(".assay.yml", TEST));
      assay.coordinator().awaitOutput("is the active coordinator now");
      assay
          .worker("planted", "--executor", executor, "--network", "none")
          .awaitOutput("takes jobs of");
      assay
          .observer("sample=" + repository.path(), "--refs", "refs/heads/*,refs/pull/*")
          .awaitOutput("1 new commit");
      assertThat(assay.awaitVerdict("sample", first).outcome()).isEqualTo(Outcome.FAILED);
      for (String ref : new String[] {"refs/heads/evil", "refs/pull/1/head"}) {
        CommitId planting =
            repository.commitOn(ref, "plants", Map.of(".assay.yml", PLANT, "f", ref));
        assertThat(assay.awaitVerdict("sample", planting).outcome()).isEqualTo(Outcome.PASSED);
        CommitId next = repository.commit("after " + ref, Map.of(".assay.yml", TEST, "f", ref));
        assertThat(assay.awaitVerdict("sample", next).outcome()).as(ref).isEqualTo(Outcome.FAILED);
        assertThat(assay.result("sample", next).exitCode()).isEqualTo(127);
      }
      CommitId warm =
          repository.commit(
              "sees what main kept",
              Map.of(".assay.yml", "test: test \"$(xargs < $HOME/cache)\" = 'warm warm warm'\n"));
      assertThat(assay.awaitVerdict("sample", warm).outcome()).isEqualTo(Outcome.PASSED);
    }
  }
}
