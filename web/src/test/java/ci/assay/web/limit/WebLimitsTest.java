package ci.assay.web.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WebLimitsTest {

  @Test
  void whereFewFilesMayBeOpenedMostOfThemAreForStoring() {
    assertThat(files(WebLimits.pages(340, 270))).isLessThan(70 / 2);
    assertThat(files(WebLimits.pages(1024, 270))).isLessThan(300);
  }

  @Test
  void whereManyMayBeOpenedThereAreEnoughForEverybody() {
    assertThat(WebLimits.pages(20_000, 270).connected().all()).isEqualTo(1024);
    assertThat(WebLimits.pages(1024, 270).connected().all()).isBetween(200, 256);
  }

  private static int files(WebLimits limits) {
    return limits.connected().all() + limits.connected().spare();
  }
}
