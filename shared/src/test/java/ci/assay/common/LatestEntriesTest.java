package ci.assay.common;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatestEntriesTest {

  private final LatestEntries<String, Integer> entries = new LatestEntries<>(2);

  @Test
  void oldestEntryIsRemovedWhenTheMapIsFull() {
    entries.put("a", 1);
    entries.put("b", 2);
    entries.put("c", 3);
    assertThat(entries.get("a")).isNull();
    assertThat(entries.get("b")).isEqualTo(2);
    assertThat(entries.get("c")).isEqualTo(3);
  }

  @Test
  void aNewValueDoesNotMakeAnEntryYounger() {
    entries.put("a", 1);
    entries.put("b", 1);
    assertThat(entries.merge("a", 1, Integer::sum)).isEqualTo(2);
    entries.put("c", 1);
    assertThat(entries.get("a")).isNull();
    assertThat(entries.get("b")).isEqualTo(1);
  }

  @Test
  void aRemovedEntryLeavesRoom() {
    entries.put("a", 1);
    entries.put("b", 2);
    entries.remove("b");
    entries.put("c", 3);
    assertThat(entries.get("a")).isEqualTo(1);
    assertThat(entries.get("b")).isNull();
  }
}
