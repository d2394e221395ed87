package io.espalier.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.espalier.evaluate.Result;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsJsonTest {

  @Test
  void holdsEveryFigureInItsOrder() throws IOException {
    List<Result> results = SampleRun.results();
    JsonNode rows = new ObjectMapper().readTree(ResultsJson.of(results)).get("rows");
    assertThat(rows).hasSameSizeAs(results);
    for (int i = 0; i < results.size(); i++) {
      Result result = results.get(i);
      JsonNode row = rows.get(i);
      assertThat(row.get("model").asText()).isEqualTo(result.model());
      assertThat(row.get("domain").asText()).isEqualTo(result.domain());
      assertThat(row.get("role").asText()).isEqualTo(result.role());
      assertThat(row.get("split").asText()).isEqualTo(result.split());
      assertThat(row.get("metric").asText()).isEqualTo(result.metric());
      assertThat(row.get("value").isNumber()).isTrue();
      assertThat(row.get("value").asDouble()).isEqualTo(result.value());
      assertThat(row.get("tokens").asLong()).isEqualTo(result.tokens());
      assertThat(row.get("checkpoint_hash").asText()).isEqualTo(result.checkpointHash());
    }
  }

  @Test
  void writesOneRowALineAndInfinityAsNull() throws IOException {
    Result infinite =
        new Result(
            "seed",
            "a},{\"b",
            Result.TRAINING,
            "test",
            Result.PERPLEXITY,
            Double.POSITIVE_INFINITY,
            1,
            "h");
    String json = ResultsJson.of(List.of(infinite, infinite));
    assertThat(json.lines()).hasSize(4);
    JsonNode row = new ObjectMapper().readTree(json).get("rows").get(1);
    assertThat(row.get("value").isNull()).isTrue();
    assertThat(row.get("domain").asText()).isEqualTo("a},{\"b");
  }

  @Test
  void nothingIsAnEmptyList() throws IOException {
    assertThat(new ObjectMapper().readTree(ResultsJson.of(List.of())).get("rows")).isEmpty();
  }
}
