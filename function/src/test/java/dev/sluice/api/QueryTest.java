package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/// What a query says.
final class QueryTest {
  @Test
  void readsNamesAndValues() throws Exception {
    Query query = Query.of("limit=5&tag=team%2Fpay&model=");

    assertThat(query.whole("limit", 1, 10)).hasValue(5);
    assertThat(query.text("tag")).contains("team/pay");
    assertThat(query.text("model")).isEmpty();
    assertThat(query.whole("after", 0, 10)).isEmpty();
  }

  @Test
  void takesWhatCannotBeDecodedAsItStands() {
    assertThat(Query.of("tag=%zz").text("tag")).contains("%zz");
  }

  @Test
  void refusesNumbersOutOfBoundsAndNamesThatNobodyKnows() {
    assertThatThrownBy(() -> Query.of("limit=11").whole("limit", 1, 10))
        .isInstanceOf(BadHead.class);
    assertThatThrownBy(() -> Query.of("limit=-1").whole("limit", 1, 10))
        .isInstanceOf(BadHead.class);
    assertThatThrownBy(() -> Query.of("lmit=1").knowing(List.of("limit")))
        .hasMessageContaining("limit");
  }
}
